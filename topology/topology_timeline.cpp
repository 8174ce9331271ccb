// SPDX-License-Identifier: Apache-2.0
#include "topology/topology_timeline.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace vnscope::topology {

namespace {

using EdgeIdentity = std::tuple<NodeId, NodeId, EdgeKind, int>;

/// The same however the ends are ordered.
EdgeIdentity identityOf(const Edge& edge)
{
    return {std::min(edge.from, edge.to), std::max(edge.from, edge.to), edge.kind, edge.vlan};
}

std::vector<NodeId> idsOnlyIn(const Topology& one, const Topology& other)
{
    std::vector<NodeId> ids;
    const auto isBefore = [](const Topology::Vertex& vertex, NodeId id) { return vertex.id < id; };
    for (const Topology::Vertex& vertex : one.nodes) {
        const auto found = std::lower_bound(other.nodes.begin(), other.nodes.end(), vertex.id, isBefore);
        if (found == other.nodes.end() || found->id != vertex.id)
            ids.push_back(vertex.id);
    }
    return ids;
}

std::vector<Edge> edgesOnlyIn(const Topology& one, const Topology& other)
{
    std::map<EdgeIdentity, bool> known;
    for (const Edge& edge : other.edges)
        known[identityOf(edge)] = true;
    std::vector<Edge> edges;
    for (const Edge& edge : one.edges) {
        if (known.try_emplace(identityOf(edge), true).second)
            edges.push_back(edge);
    }
    return edges;
}

} // namespace

TopologyTimeline::TopologyTimeline(Parts parts) : m_parts(std::move(parts))
{
    const std::size_t count = m_parts.nodes.size();
    const auto isKnown = [count](NodeId id) { return id.value < count; };
    std::erase_if(m_parts.edges, [&](const Edge& edge) { return !isKnown(edge.from) || !isKnown(edge.to); });
    std::erase_if(m_parts.fdb, [&](const FdbInterval& entry) {
        return !isKnown(entry.bridge) || (entry.port.isValid() && !isKnown(entry.port));
    });
    std::stable_sort(m_parts.changes.begin(), m_parts.changes.end(),
                     [](const Change& a, const Change& b) { return a.at < b.at; });
}

Topology TopologyTimeline::at(base::Timestamp time) const
{
    Topology snapshot;
    snapshot.at = time;
    std::vector<bool> isShown(m_parts.nodes.size(), false);
    for (const Edge& edge : m_parts.edges) {
        if (!edge.valid.contains(time))
            continue;
        snapshot.edges.push_back(edge);
        isShown[edge.from.value] = true;
        isShown[edge.to.value] = true;
    }
    for (std::uint32_t index = 0; index < m_parts.nodes.size(); ++index) {
        const Node& node = m_parts.nodes[index];
        if (isShown[index] || (node.kind == NodeKind::Device && node.valid.contains(time)))
            snapshot.nodes.push_back({NodeId{index}, node});
    }
    return snapshot;
}

std::vector<Change> TopologyTimeline::changes(base::TimeRange range) const
{
    const auto isBefore = [](const Change& change, base::Timestamp time) { return change.at < time; };
    const auto& all = m_parts.changes;
    const auto begin = std::lower_bound(all.begin(), all.end(), range.begin, isBefore);
    const auto end = std::lower_bound(begin, all.end(), std::max(range.begin, range.end), isBefore);
    return {begin, end};
}

TopologyDiff TopologyTimeline::diff(base::Timestamp earlier, base::Timestamp later) const
{
    const Topology before = at(earlier);
    const Topology after = at(later);
    return {idsOnlyIn(after, before), idsOnlyIn(before, after), edgesOnlyIn(after, before), edgesOnlyIn(before, after)};
}

} // namespace vnscope::topology
