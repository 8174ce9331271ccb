// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <vector>

#include "topology/edge.hpp"
#include "topology/node.hpp"

namespace vnscope::topology {

/// The network at one moment. Nodes and edges are those of the timeline it was taken from; so are the ids.
struct Topology {
    struct Vertex {
        NodeId id;
        Node node;
        bool operator==(const Vertex&) const = default;
    };

    base::Timestamp at;
    std::vector<Vertex> nodes; ///< By id. Devices that exist, and every station and segment that an edge names.
    std::vector<Edge> edges;

    /// Devices that are bridges by kind, or have ports: a bridge of Open vSwitch is a device of the kind `ovs`.
    [[nodiscard]] std::set<NodeId> bridges() const;
    /// The nodes from one to another over certain and inferred edges, both included; empty when there is no way.
    [[nodiscard]] std::vector<NodeId> path(NodeId from, NodeId to) const;
};

} // namespace vnscope::topology
