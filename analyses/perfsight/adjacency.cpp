// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/adjacency.hpp"

#include <limits>
#include <utility>

namespace vnscope::analyses::perfsight {

namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Nodes in the order in which a depth-first walk along `out` is done with them.
std::vector<NodeIndex> finishOrder(const Adjacency& adjacency)
{
    std::vector<NodeIndex> order;
    std::vector<bool> isMet(adjacency.out.size());
    std::vector<std::pair<NodeIndex, std::size_t>> open; ///< A node and its next link.
    for (NodeIndex start = 0; start < isMet.size(); ++start) {
        if (isMet[start])
            continue;
        isMet[start] = true;
        open.emplace_back(start, 0);
        while (!open.empty()) {
            auto& [node, next] = open.back();
            if (next == adjacency.out[node].size()) {
                order.push_back(node);
                open.pop_back();
                continue;
            }
            const NodeIndex to = adjacency.out[node][next++]->to;
            if (!isMet[to]) {
                isMet[to] = true;
                open.emplace_back(to, 0);
            }
        }
    }
    return order;
}

void collect(NodeIndex start, const Adjacency& adjacency, Components& components)
{
    const std::size_t component = components.members.size();
    components.ofNode[start] = component;
    std::vector<NodeIndex> members{start};
    for (std::size_t next = 0; next < members.size(); ++next) {
        for (const Link* link : adjacency.in[members[next]]) {
            if (components.ofNode[link->from] == kNone) {
                components.ofNode[link->from] = component;
                members.push_back(link->from);
            }
        }
    }
    components.members.push_back(std::move(members));
}

} // namespace

Adjacency adjacencyOf(const MiddleboxGraph& graph)
{
    Adjacency adjacency{std::vector<std::vector<const Link*>>(graph.nodes.size()),
                        std::vector<std::vector<const Link*>>(graph.nodes.size())};
    for (const Link& link : graph.links) {
        if (link.propagates()) {
            adjacency.out[link.from].push_back(&link);
            adjacency.in[link.to].push_back(&link);
        }
    }
    return adjacency;
}

Components componentsOf(const Adjacency& adjacency)
{
    Components components;
    components.ofNode.assign(adjacency.out.size(), kNone);
    const std::vector<NodeIndex> order = finishOrder(adjacency);
    for (auto node = order.rbegin(); node != order.rend(); ++node) {
        if (components.ofNode[*node] == kNone)
            collect(*node, adjacency, components);
    }
    components.isFirst.assign(components.members.size(), true);
    components.isLast.assign(components.members.size(), true);
    for (const auto& links : adjacency.out) {
        for (const Link* link : links) {
            if (components.ofNode[link->from] != components.ofNode[link->to]) {
                components.isLast[components.ofNode[link->from]] = false;
                components.isFirst[components.ofNode[link->to]] = false;
            }
        }
    }
    return components;
}

} // namespace vnscope::analyses::perfsight
