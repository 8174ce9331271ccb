// SPDX-License-Identifier: Apache-2.0
#include "views/map/snapshot_writers.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include "topology/labels.hpp"

namespace vnscope::views::map {

namespace {

using topology::Certainty;
using topology::Edge;
using topology::EdgeKind;
using topology::Node;
using topology::NodeId;

class TextWriter final {
public:
    TextWriter(const topology::Topology& topology, Spelling spelling, std::ostream& out);
    void write();

private:
    void writeBridge(NodeId bridge);
    void writePort(const Edge& membership);
    void writeRest();
    [[nodiscard]] std::string label(NodeId id) const
    {
        return m_spelling(topology::labelOf(*m_nodes.at(id.value), id));
    }
    [[nodiscard]] std::string behind(const Edge& edge, NodeId port) const;

    Spelling m_spelling;
    std::ostream& m_out;
    std::map<std::uint32_t, const Node*> m_nodes;
    std::map<std::uint32_t, std::vector<const Edge*>> m_edgesOf;
    std::map<std::uint32_t, NodeId> m_bridgeOf;
    std::set<NodeId> m_bridges;
    std::set<const Edge*> m_written;
    std::size_t m_portWidth = 4;
};

TextWriter::TextWriter(const topology::Topology& topology, Spelling spelling, std::ostream& out)
    : m_spelling(spelling), m_out(out), m_bridges(topology.bridges())
{
    for (const auto& [id, node] : topology.nodes)
        m_nodes[id.value] = &node;
    for (const Edge& edge : topology.edges) {
        m_edgesOf[edge.from.value].push_back(&edge);
        m_edgesOf[edge.to.value].push_back(&edge);
        if (edge.kind != EdgeKind::BridgePort)
            continue;
        m_bridgeOf[edge.to.value] = edge.from;
        m_portWidth = std::max(m_portWidth, label(edge.to).size());
    }
}

std::string sureness(const Edge& edge)
{
    return edge.certainty == Certainty::Certain ? std::string()
                                                : fmt::format("  ({})", topology::toText(edge.certainty));
}

std::string TextWriter::behind(const Edge& edge, NodeId port) const
{
    const NodeId other = edge.from == port ? edge.to : edge.from;
    const Node& node = *m_nodes.at(other.value);
    std::string text = label(other);
    if (const auto bridge = m_bridgeOf.find(other.value); bridge != m_bridgeOf.end())
        text += fmt::format(", port of {}", label(bridge->second));
    else if (node.mac.isSet() && node.kind == topology::NodeKind::Device)
        text += fmt::format(" {}", node.mac.text());
    if (edge.vlan > 0)
        text += fmt::format("  VLAN {}", edge.vlan);
    return fmt::format("{:<14} {}{}", topology::toText(edge.kind), text, sureness(edge));
}

void TextWriter::writePort(const Edge& membership)
{
    m_written.insert(&membership);
    std::string name = label(membership.to) + (membership.certainty == Certainty::Certain ? "" : " ?");
    bool isEmpty = true;
    for (const Edge* edge : m_edgesOf[membership.to.value]) {
        if (edge->kind == EdgeKind::BridgePort)
            continue;
        m_written.insert(edge);
        fmt::print(m_out, "  {:<{}}  {}\n", name, m_portWidth, behind(*edge, membership.to));
        name.clear();
        isEmpty = false;
    }
    if (isEmpty)
        fmt::print(m_out, "  {:<{}}  nothing seen behind it\n", name, m_portWidth);
}

void TextWriter::writeBridge(NodeId bridge)
{
    const Node& node = *m_nodes.at(bridge.value);
    fmt::print(m_out, "{}{}\n", label(bridge), node.host.empty() ? "" : fmt::format("  on {}", m_spelling(node.host)));
    for (const Edge* edge : m_edgesOf[bridge.value])
        if (edge->kind == EdgeKind::BridgePort && edge->from == bridge)
            writePort(*edge);
    fmt::print(m_out, "\n");
}

/// Connections that no bridge's port is part of.
void TextWriter::writeRest()
{
    bool isFirst = true;
    for (const auto& [id, edges] : m_edgesOf) {
        for (const Edge* edge : edges) {
            if (!m_written.insert(edge).second)
                continue;
            if (isFirst)
                fmt::print(m_out, "Other connections\n");
            isFirst = false;
            fmt::print(m_out, "  {:<{}}  {}\n", label(NodeId{id}), m_portWidth, behind(*edge, NodeId{id}));
        }
    }
    std::vector<std::string> alone;
    for (const auto& [id, node] : m_nodes)
        if (!m_edgesOf.contains(id))
            alone.push_back(label(NodeId{id}));
    if (!alone.empty())
        fmt::print(m_out, "{}On their own: {}\n", isFirst ? "" : "\n", fmt::join(alone, ", "));
}

void TextWriter::write()
{
    for (const NodeId bridge : m_bridges)
        writeBridge(bridge);
    writeRest();
}

} // namespace

void writeText(const topology::Topology& topology, Spelling spelling, std::ostream& out)
{
    TextWriter(topology, spelling, out).write();
}

} // namespace vnscope::views::map
