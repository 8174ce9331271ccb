// SPDX-License-Identifier: Apache-2.0
#include "topology/topology.hpp"

#include <algorithm>
#include <map>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>

namespace vnscope::topology {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;

/// Bridges and devices are numbered anew, as Boost wants dense vertices.
std::map<NodeId, std::size_t> vertexNumbers(const std::vector<Topology::Vertex>& nodes)
{
    std::map<NodeId, std::size_t> numbers;
    for (const Topology::Vertex& vertex : nodes)
        numbers.emplace(vertex.id, numbers.size());
    return numbers;
}

} // namespace

std::set<NodeId> Topology::bridges() const
{
    std::set<NodeId> bridges;
    for (const auto& [id, node] : nodes) {
        if (node.deviceKind == "bridge")
            bridges.insert(id);
    }
    for (const Edge& edge : edges) {
        if (edge.kind == EdgeKind::BridgePort)
            bridges.insert(edge.from);
    }
    return bridges;
}

std::vector<NodeId> Topology::path(NodeId from, NodeId to) const
{
    const auto numbers = vertexNumbers(nodes);
    const auto start = numbers.find(to);
    const auto goal = numbers.find(from);
    if (start == numbers.end() || goal == numbers.end())
        return {};
    Graph graph(numbers.size());
    for (const Edge& edge : edges) {
        const auto a = numbers.find(edge.from);
        const auto b = numbers.find(edge.to);
        if (edge.certainty != Certainty::Ambiguous && a != numbers.end() && b != numbers.end())
            boost::add_edge(a->second, b->second, graph);
    }
    // Searched from the end, so that predecessors lead from the start to it.
    std::vector<std::size_t> next(numbers.size(), numbers.size());
    next[start->second] = start->second;
    const auto recorder = boost::record_predecessors(next.data(), boost::on_tree_edge{});
    boost::breadth_first_search(graph, start->second, boost::visitor(boost::make_bfs_visitor(recorder)));
    if (next[goal->second] == numbers.size())
        return {};
    std::vector<NodeId> way{from};
    for (std::size_t vertex = goal->second; vertex != start->second;) {
        vertex = next[vertex];
        way.push_back(nodes[vertex].id);
    }
    return way;
}

} // namespace vnscope::topology
