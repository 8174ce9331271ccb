// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/expansion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace vnscope::topology::layout {
namespace {

constexpr double kLoopReach = 26; ///< How far a loop leaves its box.
constexpr double kLoopHeight = 16;
constexpr double kGap = 4;

double labelsHeight(const Edge& edge)
{
    double height = 0;
    for (const auto& label : {edge.fromLabel, edge.label, edge.toLabel})
        height += label ? label->height : 0;
    return std::max(height, kLoopHeight) + kGap;
}

double labelsWidth(const Edge& edge)
{
    double width = 0;
    for (const auto& label : {edge.fromLabel, edge.label, edge.toLabel})
        width = std::max(width, label ? label->width : 0);
    return width;
}

Route reversed(Route route)
{
    std::reverse(route.begin(), route.end());
    return route;
}

} // namespace

Expansion::Expansion(const Request& request)
    : m_request(request), m_vertexOfNode(request.nodes.size()), m_chains(request.edges.size())
{
    for (const Group& group : request.groups)
        m_graph.groupLabels.push_back(group.labelHeight);
    std::vector<LeafBlock> blocks = findLeafBlocks(request);
    std::vector<bool> isNodeInBlock(request.nodes.size());
    std::vector<bool> isEdgeInBlock(request.edges.size());
    for (const LeafBlock& block : blocks) {
        for (const LeafBlock::Leaf& leaf : block.leaves) {
            isNodeInBlock[leaf.node] = true;
            isEdgeInBlock[leaf.edge] = true;
        }
    }
    addBoxes(isNodeInBlock);
    addBlocks(std::move(blocks));
    const std::vector<std::size_t> depth = depths();
    for (std::size_t index = 0; index < request.edges.size(); ++index) {
        if (!isEdgeInBlock[index] && request.edges[index].from != request.edges[index].to)
            addChain(index, depth);
    }
}

std::vector<Expansion::LoopRoom> Expansion::loopRooms() const
{
    std::vector<LoopRoom> rooms(m_request.nodes.size());
    for (const Edge& edge : m_request.edges) {
        if (edge.from != edge.to)
            continue;
        LoopRoom& room = rooms[edge.from];
        room.width = std::max(room.width, kLoopReach + labelsWidth(edge) + kGap);
        room.height += labelsHeight(edge);
        ++room.loops;
    }
    return rooms;
}

void Expansion::addBoxes(const std::vector<bool>& isInBlock)
{
    const std::vector<LoopRoom> rooms = loopRooms();
    for (std::size_t index = 0; index < m_request.nodes.size(); ++index) {
        if (isInBlock[index])
            continue;
        const Node& node = m_request.nodes[index];
        m_vertexOfNode[index] = m_graph.vertices.size();
        m_graph.vertices.push_back(
            {{node.size.width + 2 * rooms[index].width, std::max(node.size.height, rooms[index].height)}, node.group});
    }
}

void Expansion::addBlocks(std::vector<LeafBlock> blocks)
{
    for (LeafBlock& block : blocks) {
        const std::size_t vertex = m_graph.vertices.size();
        m_graph.vertices.push_back({block.size, block.group});
        const std::size_t link = addLink(m_vertexOfNode[block.hub], vertex, true);
        m_blocks.push_back({std::move(block), vertex, link});
    }
}

std::size_t Expansion::addLink(std::size_t from, std::size_t to, bool isTight)
{
    m_graph.links.push_back({from, to, isTight});
    return m_graph.links.size() - 1;
}

/// Steps from the node with most edges, in each part that hangs together: hubs come above what hangs on them.
std::vector<std::size_t> Expansion::depths() const
{
    std::vector<std::vector<std::size_t>> neighbours(m_request.nodes.size());
    for (const Edge& edge : m_request.edges) {
        neighbours[edge.from].push_back(edge.to);
        neighbours[edge.to].push_back(edge.from);
    }
    std::vector<std::size_t> hubs(m_request.nodes.size());
    std::iota(hubs.begin(), hubs.end(), std::size_t{0});
    std::stable_sort(hubs.begin(), hubs.end(), [&](std::size_t left, std::size_t right) {
        return neighbours[left].size() > neighbours[right].size();
    });
    constexpr auto kUnseen = static_cast<std::size_t>(-1);
    std::vector<std::size_t> depth(m_request.nodes.size(), kUnseen);
    for (const std::size_t hub : hubs) {
        if (depth[hub] != kUnseen)
            continue;
        depth[hub] = 0;
        std::vector<std::size_t> queue{hub};
        for (std::size_t at = 0; at < queue.size(); ++at) {
            for (const std::size_t next : neighbours[queue[at]]) {
                if (depth[next] == kUnseen) {
                    depth[next] = depth[queue[at]] + 1;
                    queue.push_back(next);
                }
            }
        }
    }
    return depth;
}

void Expansion::addChain(std::size_t index, const std::vector<std::size_t>& depth)
{
    const Edge& edge = m_request.edges[index];
    Chain& chain = m_chains[index];
    chain.isReversed = !edge.isDirected && std::pair(depth[edge.to], edge.to) < std::pair(depth[edge.from], edge.from);
    const auto fromGroup = m_request.nodes[edge.from].group;
    const auto toGroup = m_request.nodes[edge.to].group;
    struct Stop {
        Part part;
        std::optional<Size> size;
        std::optional<std::size_t> group;
    };
    std::vector<Stop> stops{{Part::FromLabel, edge.fromLabel, fromGroup},
                            {Part::Label, edge.label, fromGroup == toGroup ? fromGroup : std::nullopt},
                            {Part::ToLabel, edge.toLabel, toGroup}};
    if (chain.isReversed)
        std::reverse(stops.begin(), stops.end());
    const std::size_t last = m_vertexOfNode[chain.isReversed ? edge.from : edge.to];
    std::size_t before = m_vertexOfNode[chain.isReversed ? edge.to : edge.from];
    bool isAtLabelOfEnd = false;
    for (const Stop& stop : stops) {
        if (!stop.size)
            continue;
        const std::size_t vertex = m_graph.vertices.size();
        m_graph.vertices.push_back({*stop.size, stop.group});
        const bool isFirst = chain.links.empty();
        chain.links.push_back(addLink(before, vertex, isFirst && stop.part != Part::Label));
        chain.labels.push_back({stop.part, vertex});
        isAtLabelOfEnd = !isFirst && stop.part != Part::Label;
        before = vertex;
    }
    chain.links.push_back(addLink(before, last, isAtLabelOfEnd));
}

Placement Expansion::compose(const Drawing& drawing) const
{
    Placement placement;
    placement.size = drawing.size;
    placement.groups = drawing.frames;
    placement.edges.resize(m_request.edges.size());
    for (const std::size_t vertex : m_vertexOfNode)
        placement.nodes.push_back(drawing.centres.empty() ? Point{} : drawing.centres[vertex]);
    composeChains(drawing, placement);
    composeBlocks(drawing, placement);
    joinThroughLoopRoom(placement);
    composeLoops(placement);
    return placement;
}

void Expansion::composeChains(const Drawing& drawing, Placement& placement) const
{
    for (std::size_t index = 0; index < m_chains.size(); ++index) {
        EdgePlacement& edge = placement.edges[index];
        for (const std::size_t link : m_chains[index].links) {
            const Route& route = drawing.routes[link];
            lineTo(edge.route, route.front());
            edge.route.insert(edge.route.end(), route.begin() + 1, route.end());
        }
        if (m_chains[index].isReversed)
            edge.route = reversed(std::move(edge.route));
        for (const LabelVertex& label : m_chains[index].labels) {
            const Point centre = drawing.centres[label.vertex];
            switch (label.part) {
            case Part::FromLabel: edge.fromLabel = centre; break;
            case Part::Label: edge.label = centre; break;
            case Part::ToLabel: edge.toLabel = centre; break;
            }
        }
    }
}

void Expansion::composeBlocks(const Drawing& drawing, Placement& placement) const
{
    for (const BlockVertex& one : m_blocks) {
        const Point centre = drawing.centres[one.vertex];
        const double rows = static_cast<double>((one.block.leaves.size() + 1) / 2);
        for (std::size_t index = 0; index < one.block.leaves.size(); ++index) {
            const LeafBlock::Leaf& leaf = one.block.leaves[index];
            const bool isFromHub = m_request.edges[leaf.edge].from == one.block.hub;
            // The first row takes the outermost lane, so that no lane crosses a branch.
            const double lane = leaf.side * (1 - static_cast<double>(index / 2) / rows);
            placement.nodes[leaf.node] = {centre.x + leaf.centre.x, centre.y + leaf.centre.y};
            Route route =
                leafRoute(one.block, leaf, m_request.nodes[leaf.node].size, centre, drawing.routes[one.link], lane);
            EdgePlacement& edge = placement.edges[leaf.edge];
            edge.route = isFromHub ? std::move(route) : reversed(std::move(route));
            const double y = centre.y + leaf.centre.y;
            edge.label = {centre.x + leaf.label, y};
            (isFromHub ? edge.fromLabel : edge.toLabel) = {centre.x + leaf.hubLabel, y};
            (isFromHub ? edge.toLabel : edge.fromLabel) = {centre.x + leaf.leafLabel, y};
        }
    }
}

/// Engines end routes at the room around a box with loops; they go on to the box.
void Expansion::joinThroughLoopRoom(Placement& placement) const
{
    const std::vector<LoopRoom> rooms = loopRooms();
    const auto goOn = [&](Route& route, std::size_t node) {
        if (rooms[node].loops > 0)
            lineTo(route, leaveBox(placement.nodes[node], m_request.nodes[node].size, route.back()));
    };
    for (std::size_t index = 0; index < m_request.edges.size(); ++index) {
        const Edge& edge = m_request.edges[index];
        if (edge.from == edge.to)
            continue;
        Route& route = placement.edges[index].route;
        goOn(route, edge.to);
        route = reversed(std::move(route));
        goOn(route, edge.from);
        route = reversed(std::move(route));
    }
}

/// One below the other on the right of their box.
void Expansion::composeLoops(Placement& placement) const
{
    const std::vector<LoopRoom> rooms = loopRooms();
    std::vector<double> used(m_request.nodes.size());
    std::vector<std::size_t> done(m_request.nodes.size());
    for (std::size_t index = 0; index < m_request.edges.size(); ++index) {
        const Edge& edge = m_request.edges[index];
        if (edge.from != edge.to)
            continue;
        const Size box = m_request.nodes[edge.from].size;
        const Point centre = placement.nodes[edge.from];
        const LoopRoom& room = rooms[edge.from];
        const double right = centre.x + box.width / 2;
        const double share = box.height / static_cast<double>(room.loops);
        const double onBox = centre.y - box.height / 2 + share * (static_cast<double>(done[edge.from]++) + 0.5);
        const double height = labelsHeight(edge);
        double y = centre.y - room.height / 2 + used[edge.from];
        used[edge.from] += height;
        const double middle = y + height / 2;
        EdgePlacement& placed = placement.edges[index];
        placed.route = {{right, onBox - share / 4},
                        {right + kLoopReach, middle - kLoopHeight / 2},
                        {right + kLoopReach, middle + kLoopHeight / 2},
                        {right, onBox + share / 4}};
        const double left = right + kLoopReach;
        for (const auto& [size, at] :
             {std::pair(edge.fromLabel, &placed.fromLabel), std::pair(edge.label, &placed.label),
              std::pair(edge.toLabel, &placed.toLabel)}) {
            if (!size)
                continue;
            *at = {left + size->width / 2, y + size->height / 2};
            y += size->height;
        }
    }
}

} // namespace vnscope::topology::layout
