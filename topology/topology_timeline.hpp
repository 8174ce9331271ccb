// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "topology/change.hpp"
#include "topology/edge.hpp"
#include "topology/fdb_interval.hpp"
#include "topology/node.hpp"
#include "topology/topology.hpp"

namespace vnscope::topology {

/// What is different at a later time.
struct TopologyDiff {
    std::vector<NodeId> appeared;
    std::vector<NodeId> vanished;
    std::vector<Edge> added;
    std::vector<Edge> removed;
};

/// The virtual network as a graph over time. A plain value: Discovery makes one, and the store's tables hold one.
class TopologyTimeline {
public:
    /// All that a timeline is made of; one vector per table of the store. Node ids are indices of `nodes`.
    struct Parts {
        base::TimeRange range;
        std::vector<Node> nodes;
        std::vector<Edge> edges;
        std::vector<Change> changes;
        std::vector<FdbInterval> fdb;
    };

    TopologyTimeline() = default;
    /// Sorts changes by time; edges and intervals that name a node outside of `nodes` are left out.
    explicit TopologyTimeline(Parts parts);

    [[nodiscard]] base::TimeRange range() const { return m_parts.range; }
    [[nodiscard]] const std::vector<Node>& nodes() const { return m_parts.nodes; }
    [[nodiscard]] const Node& node(NodeId id) const { return m_parts.nodes.at(id.value); }
    [[nodiscard]] const std::vector<Edge>& edges() const { return m_parts.edges; }
    [[nodiscard]] const std::vector<Change>& changes() const { return m_parts.changes; }
    [[nodiscard]] const std::vector<FdbInterval>& fdb() const { return m_parts.fdb; }

    /// The network at `time`.
    [[nodiscard]] Topology at(base::Timestamp time) const;
    /// The changes in a half-open range, by time.
    [[nodiscard]] std::vector<Change> changes(base::TimeRange range) const;
    /// What `later` has and `earlier` has not, and the other way round. An edge counts as the same when ends, kind and
    /// VLAN are the same, whatever its evidence.
    [[nodiscard]] TopologyDiff diff(base::Timestamp earlier, base::Timestamp later) const;

private:
    Parts m_parts;
};

} // namespace vnscope::topology
