// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "analyses/perfsight/middlebox_graph.hpp"

namespace vnscope::analyses::perfsight {

/// The links of a graph over which waiting travels, by node.
struct Adjacency {
    std::vector<std::vector<const Link*>> in;
    std::vector<std::vector<const Link*>> out;
};

/// Points into `graph`.
[[nodiscard]] Adjacency adjacencyOf(const MiddleboxGraph& graph);

/// Strongly connected components: sets of nodes that all reach each other.
struct Components {
    std::vector<std::size_t> ofNode;
    std::vector<std::vector<NodeIndex>> members;
    std::vector<bool> isFirst; ///< Nothing leads into it.
    std::vector<bool> isLast;  ///< Nothing leads out of it.
};

/// Kosaraju's two walks; no recursion, the graph comes from a trace.
[[nodiscard]] Components componentsOf(const Adjacency& adjacency);

} // namespace vnscope::analyses::perfsight
