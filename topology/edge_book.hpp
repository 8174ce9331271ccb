// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "topology/edge.hpp"

namespace vnscope::topology {

/// Collects edges that several rules find, and makes one list of them: touching spans of one edge become one, and a
/// doubtful span gives way to what is proven.
class EdgeBook {
public:
    void add(Edge edge);
    /// One of `edges` is true; they become alternatives. Nothing happens when each of them has been an alternative
    /// before.
    void addAlternatives(std::vector<Edge> edges);
    /// The only possibility left, but on doubtful evidence.
    void addDoubtful(Edge edge);

    [[nodiscard]] std::vector<Edge> take();

private:
    using Key = std::tuple<NodeId, NodeId, EdgeKind, int>;
    using Slot = std::tuple<NodeId, EdgeKind, int>;

    void addProven(const Edge& edge);
    void addRest(const Edge& edge);
    [[nodiscard]] static std::vector<Slot> slotsOf(const Edge& edge);

    std::vector<Edge> m_proven;
    std::vector<Edge> m_doubtful;
    std::vector<Edge> m_choices;
    std::map<Key, std::vector<base::TimeRange>> m_chosen; ///< Of m_choices.
    std::map<Slot, std::vector<base::TimeRange>> m_taken; ///< What proven edges say of an end.
    std::vector<Edge> m_edges;
    std::uint32_t m_groups = 0;
};

} // namespace vnscope::topology
