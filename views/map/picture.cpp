// SPDX-License-Identifier: Apache-2.0
#include "views/map/picture.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "topology/labels.hpp"

namespace vnscope::views::map {

namespace {

using diagram::Box;
using diagram::Diagram;
using diagram::Line;
using diagram::Shape;
using diagram::Sureness;
using topology::Certainty;
using topology::Edge;
using topology::EdgeKind;
using topology::NodeId;
using topology::NodeKind;

constexpr std::size_t kNamesInTooltip = 20;

/// A line before boxes have numbers.
struct Link {
    NodeId from;
    NodeId to;
    std::string fromPort;
    std::string toPort;
    std::string label;
    std::set<int> vlans;
    Certainty certainty = Certainty::Certain;
    std::string tooltip;
    std::vector<std::size_t> edges{}; ///< Of the topology.
    std::vector<NodeId> ports{};      ///< Drawn as fromPort and toPort.
};

class Painter final {
public:
    Painter(const topology::Topology& topology, const PictureOptions& options);
    SourcedPicture paint();

private:
    void sortEdges();
    void mergeStations();
    void contractPorts();
    void collectLinks();
    void collapse();
    void addBoxes();
    void addLines();
    void addSource(const Link& link);

    [[nodiscard]] bool isContracted(NodeId id) const { return m_bridgeOfPort.contains(id.value); }
    [[nodiscard]] std::string label(NodeId id) const { return topology::labelOf(*m_nodes.at(id.value), id); }
    [[nodiscard]] std::pair<NodeId, std::string> endOf(NodeId id) const;
    [[nodiscard]] Box boxOf(NodeId id) const;
    [[nodiscard]] std::string groupOf(const topology::Node& node) const;
    [[nodiscard]] std::size_t styleOf(int vlan);
    void addLink(const Edge& edge);
    void collapseHostsOf(NodeId bridge, const std::vector<std::size_t>& links);

    const topology::Topology& m_topology;
    const PictureOptions& m_options;
    std::unordered_map<std::uint32_t, const topology::Node*> m_nodes;
    std::map<std::uint32_t, std::vector<const Edge*>> m_edgesOf;
    std::map<std::uint32_t, NodeId> m_bridgeOfPort;                        ///< Ports that are drawn as labels.
    std::unordered_map<std::uint32_t, std::vector<std::string>> m_linesOf; ///< What else a box says.
    std::map<std::uint32_t, std::vector<NodeId>> m_within;                 ///< Nodes that are drawn in another's box.
    std::set<std::uint32_t> m_hidden;                                      ///< Stations that are lines of another box.
    std::set<NodeId> m_bridges;
    std::map<std::uint32_t, std::set<int>> m_vlansOfPort;
    std::vector<Link> m_links;
    std::map<std::uint32_t, Box> m_stacks; ///< By the first of the collapsed nodes.
    std::unordered_map<std::uint32_t, std::size_t> m_boxNumber;
    bool m_hasSeveralHosts = false;
    SourcedPicture m_picture;
    Diagram& m_diagram = m_picture.diagram;
};

Painter::Painter(const topology::Topology& topology, const PictureOptions& options)
    : m_topology(topology), m_options(options), m_bridges(topology.bridges())
{
    std::set<std::string> hosts;
    for (const auto& [id, node] : topology.nodes) {
        m_nodes[id.value] = &node;
        if (!node.host.empty())
            hosts.insert(node.host);
    }
    m_hasSeveralHosts = hosts.size() > 1;
}

void Painter::sortEdges()
{
    for (const Edge& edge : m_topology.edges) {
        m_edgesOf[edge.from.value].push_back(&edge);
        m_edgesOf[edge.to.value].push_back(&edge);
        if (edge.kind == EdgeKind::AttachedHost && edge.vlan > 0)
            m_vlansOfPort[edge.from.value].insert(edge.vlan);
    }
}

NodeId otherEnd(const Edge& edge, NodeId id)
{
    return edge.from == id ? edge.to : edge.from;
}

/// A port is drawn as a label when it joins its bridge to one thing, and nothing about it is in doubt.
void Painter::contractPorts()
{
    for (const auto& [id, edges] : m_edgesOf) {
        NodeId bridge;
        std::size_t others = 0;
        std::size_t stations = 0;
        bool isInDoubt = false;
        for (const Edge* edge : edges) {
            isInDoubt |= edge->certainty == Certainty::Ambiguous;
            if (edge->kind == EdgeKind::BridgePort && edge->to.value == id)
                bridge = edge->from;
            else if (edge->kind == EdgeKind::AttachedHost)
                ++stations;
            else
                ++others;
        }
        if (bridge.isValid() && !m_bridges.contains(NodeId{id}) && !isInDoubt && others <= 1 && others + stations >= 1)
            m_bridgeOfPort[id] = bridge;
    }
}

/// The MAC that answers behind a port with a cable is written into the box at the cable's other end.
void Painter::mergeStations()
{
    for (const auto& [id, bridge] : m_bridgeOfPort) {
        NodeId peer;
        std::set<std::uint32_t> stations;
        for (const Edge* edge : m_edgesOf[id]) {
            if (edge->kind == EdgeKind::VethPair || edge->kind == EdgeKind::TapOwner)
                peer = otherEnd(*edge, NodeId{id});
            else if (edge->kind == EdgeKind::AttachedHost && m_nodes.at(edge->to.value)->kind == NodeKind::Station)
                stations.insert(edge->to.value);
        }
        const bool isOneHost = peer.isValid() && stations.size() == 1 && !m_bridges.contains(peer);
        if (!isOneHost)
            continue;
        m_hidden.insert(*stations.begin());
        m_linesOf[peer.value].push_back(label(NodeId{*stations.begin()}));
        m_within[peer.value].push_back(NodeId{*stations.begin()});
    }
}

/// Where a line ends that the edge lets end at `id`: a port's line ends at its bridge.
std::pair<NodeId, std::string> Painter::endOf(NodeId id) const
{
    const auto bridge = m_bridgeOfPort.find(id.value);
    if (bridge == m_bridgeOfPort.end())
        return {id, std::string()};
    // A port is in its bridge's namespace: its bare name will do.
    return {bridge->second, m_nodes.at(id.value)->name};
}

void Painter::addLink(const Edge& edge)
{
    const bool isOwnPort = edge.kind == EdgeKind::BridgePort && isContracted(edge.to);
    if (isOwnPort || m_hidden.contains(edge.to.value) || m_hidden.contains(edge.from.value))
        return;
    Link link;
    std::tie(link.from, link.fromPort) = endOf(edge.from);
    std::tie(link.to, link.toPort) = endOf(edge.to);
    link.certainty = edge.certainty;
    link.edges.push_back(static_cast<std::size_t>(&edge - m_topology.edges.data()));
    for (const NodeId end : {edge.from, edge.to})
        if (isContracted(end))
            link.ports.push_back(end);
    if (edge.vlan > 0)
        link.vlans.insert(edge.vlan);
    for (const NodeId end : {edge.from, edge.to})
        if (const auto vlans = m_vlansOfPort.find(end.value);
            vlans != m_vlansOfPort.end() && edge.kind != EdgeKind::AttachedHost)
            link.vlans.insert(vlans->second.begin(), vlans->second.end());
    if (edge.kind == EdgeKind::VlanDevice)
        link.label = "VLAN device";
    else if (edge.kind == EdgeKind::Tunnel)
        link.label = "tunnel";
    link.tooltip = fmt::format("{}: {}, {} ({} observations)", topology::toText(edge.kind),
                               topology::toText(edge.certainty), edge.method, edge.evidence);
    // One host in several VLANs is one line.
    const auto same = std::ranges::find_if(m_links, [&](const Link& other) {
        return other.from == link.from && other.to == link.to && other.fromPort == link.fromPort &&
               other.toPort == link.toPort && other.certainty == link.certainty;
    });
    if (same == m_links.end()) {
        m_links.push_back(std::move(link));
        return;
    }
    same->vlans.merge(link.vlans);
    same->edges.insert(same->edges.end(), link.edges.begin(), link.edges.end());
}

void Painter::collectLinks()
{
    for (const Edge& edge : m_topology.edges)
        addLink(edge);
}

/// Hosts of a bridge that nothing else hangs on become one stack.
void Painter::collapseHostsOf(NodeId bridge, const std::vector<std::size_t>& links)
{
    Box stack;
    stack.shape = Shape::Stack;
    stack.id = fmt::format("stack{}", bridge.value);
    stack.lines = {fmt::format("{} hosts", links.size())};
    stack.group = groupOf(*m_nodes.at(bridge.value));
    std::set<int> vlans;
    std::vector<std::size_t> edges;
    std::vector<NodeId> ports;
    std::vector<NodeId> within;
    for (std::size_t index = 0; index < links.size(); ++index) {
        Link& link = m_links[links[index]];
        const NodeId host = link.from == bridge ? link.to : link.from;
        if (index < kNamesInTooltip)
            stack.tooltip += fmt::format("{}{}", index == 0 ? "" : ", ", label(host));
        vlans.merge(link.vlans);
        edges.insert(edges.end(), link.edges.begin(), link.edges.end());
        ports.insert(ports.end(), link.ports.begin(), link.ports.end());
        if (index > 0) { // The first is the box's own.
            within.push_back(host);
            within.insert(within.end(), m_within[host.value].begin(), m_within[host.value].end());
        }
        m_hidden.insert(host.value);
    }
    if (links.size() > kNamesInTooltip)
        stack.tooltip += ", …";
    Link& kept = m_links[links.front()];
    const NodeId first = kept.from == bridge ? kept.to : kept.from;
    m_hidden.erase(first.value);
    m_stacks[first.value] = std::move(stack);
    kept = Link{bridge, first, "", "", "", std::move(vlans), Certainty::Certain, "hosts of this bridge"};
    kept.edges = std::move(edges);
    kept.ports = std::move(ports);
    m_within[first.value].insert(m_within[first.value].end(), within.begin(), within.end());
}

void Painter::collapse()
{
    if (m_nodes.size() - m_bridgeOfPort.size() - m_hidden.size() <= m_options.mostBoxes)
        return;
    std::unordered_map<std::uint32_t, std::size_t> degree;
    for (const Link& link : m_links) {
        ++degree[link.from.value];
        ++degree[link.to.value];
    }
    std::map<std::uint32_t, std::vector<std::size_t>> hostsOf;
    for (std::size_t index = 0; index < m_links.size(); ++index) {
        const Link& link = m_links[index];
        for (const auto& [near, far] : {std::pair(link.from, link.to), std::pair(link.to, link.from)})
            if (m_bridges.contains(near) && !m_bridges.contains(far) && degree[far.value] == 1 &&
                link.certainty != Certainty::Ambiguous)
                hostsOf[near.value].push_back(index);
    }
    std::size_t collapsed = 0;
    for (const auto& [bridge, links] : hostsOf) {
        if (links.size() <= m_options.mostHostsPerBridge)
            continue;
        collapseHostsOf(NodeId{bridge}, links);
        collapsed += links.size();
    }
    std::erase_if(m_links, [&](const Link& link) {
        return m_hidden.contains(link.from.value) || m_hidden.contains(link.to.value);
    });
    if (collapsed > 0)
        m_diagram.remarks.push_back(
            fmt::format("{} hosts are drawn as stacks; the table and --format json have each.", collapsed));
}

std::string Painter::groupOf(const topology::Node& node) const
{
    return m_hasSeveralHosts ? node.host : std::string();
}

Box Painter::boxOf(NodeId id) const
{
    if (const auto stack = m_stacks.find(id.value); stack != m_stacks.end())
        return stack->second;
    const topology::Node& node = *m_nodes.at(id.value);
    Box box;
    box.id = fmt::format("n{}", id.value);
    box.group = groupOf(node);
    box.lines.push_back(label(id));
    switch (node.kind) {
    case NodeKind::Device: box.shape = m_bridges.contains(id) ? Shape::Bridge : Shape::Device; break;
    case NodeKind::Station: box.shape = Shape::Station; break;
    case NodeKind::Segment:
        box.shape = Shape::Segment;
        box.lines = {"unknown segment"};
        break;
    }
    if (node.kind == NodeKind::Device && node.mac.isSet() && box.shape == Shape::Device)
        box.lines.push_back(node.mac.text());
    if (const auto more = m_linesOf.find(id.value); more != m_linesOf.end())
        for (const std::string& line : more->second)
            if (std::ranges::find(box.lines, line) == box.lines.end())
                box.lines.push_back(line);
    box.tooltip = node.deviceKind;
    return box;
}

void Painter::addBoxes()
{
    for (const auto& [id, node] : m_topology.nodes) {
        if (isContracted(id) || m_hidden.contains(id.value))
            continue;
        m_boxNumber[id.value] = m_diagram.boxes.size();
        m_diagram.boxes.push_back(boxOf(id));
        m_picture.boxes.push_back({id});
        if (const auto within = m_within.find(id.value); within != m_within.end())
            m_picture.boxes.back().insert(m_picture.boxes.back().end(), within->second.begin(), within->second.end());
    }
}

std::size_t Painter::styleOf(int vlan)
{
    const std::string name = fmt::format("VLAN {}", vlan);
    const auto known = std::ranges::find(m_diagram.styles, name);
    if (known != m_diagram.styles.end())
        return static_cast<std::size_t>(known - m_diagram.styles.begin());
    m_diagram.styles.push_back(name);
    return m_diagram.styles.size() - 1;
}

void Painter::addLines()
{
    std::set<int> vlans;
    for (const Link& link : m_links)
        if (link.vlans.size() == 1)
            vlans.insert(*link.vlans.begin());
    for (const int vlan : vlans) // In the order of their numbers.
        (void)styleOf(vlan);
    for (const Link& link : m_links) {
        const auto from = m_boxNumber.find(link.from.value);
        const auto to = m_boxNumber.find(link.to.value);
        if (from == m_boxNumber.end() || to == m_boxNumber.end())
            continue; // A damaged store may join what cannot be joined.
        Line line;
        line.from = from->second;
        line.to = to->second;
        line.fromLabel = link.fromPort;
        line.toLabel = link.toPort;
        line.label = link.label;
        if (link.vlans.size() == 1)
            line.style = styleOf(*link.vlans.begin());
        else if (link.vlans.size() > 1)
            line.label = fmt::format("VLAN {}", fmt::join(link.vlans, ", "));
        line.sureness = link.certainty == Certainty::Certain    ? Sureness::Certain
                        : link.certainty == Certainty::Inferred ? Sureness::Inferred
                                                                : Sureness::Ambiguous;
        line.tooltip = link.tooltip;
        m_diagram.lines.push_back(std::move(line));
        addSource(link);
    }
}

/// What is known of a contracted port has no other place in the picture than its line.
void Painter::addSource(const Link& link)
{
    SourcedPicture::LineSource source{link.edges, link.ports, link.vlans};
    for (const NodeId port : link.ports)
        for (const Edge* edge : m_edgesOf[port.value])
            source.edges.push_back(static_cast<std::size_t>(edge - m_topology.edges.data()));
    std::ranges::sort(source.edges);
    const auto repeated = std::ranges::unique(source.edges);
    source.edges.erase(repeated.begin(), repeated.end());
    m_picture.lines.push_back(std::move(source));
}

SourcedPicture Painter::paint()
{
    sortEdges();
    contractPorts();
    mergeStations();
    collectLinks();
    collapse();
    addBoxes();
    addLines();
    m_diagram.title = "Virtual topology";
    m_diagram.description = fmt::format("{} bridges, {} boxes, {} connections.", m_bridges.size(),
                                        m_diagram.boxes.size(), m_diagram.lines.size());
    return std::move(m_picture);
}

} // namespace

SourcedPicture sourcedPictureOf(const topology::Topology& topology, const PictureOptions& options)
{
    return Painter(topology, options).paint();
}

diagram::Diagram pictureOf(const topology::Topology& topology, const PictureOptions& options)
{
    return sourcedPictureOf(topology, options).diagram;
}

} // namespace vnscope::views::map
