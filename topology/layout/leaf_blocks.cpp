// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/leaf_blocks.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "topology/layout/graph.hpp"

namespace vnscope::topology::layout {
namespace {

constexpr double kRowGap = 8;
constexpr double kLabelGap = 6;
constexpr double kTrunk = 30; // Width of the trunk with its lanes.

bool isLoop(const Edge& edge)
{
    return edge.from == edge.to;
}

std::vector<std::size_t> degrees(const Request& request)
{
    std::vector<std::size_t> degrees(request.nodes.size());
    for (const Edge& edge : request.edges) {
        // A loop takes room beside its box, which a comb has not: count it so that its box is no leaf.
        degrees[edge.from] += isLoop(edge) ? 2 : 1;
        if (!isLoop(edge))
            ++degrees[edge.to];
    }
    return degrees;
}

/// Labels from the hub's end to the leaf's.
std::array<std::optional<Size>, 3> labelsFromHub(const Edge& edge, std::size_t hub)
{
    if (edge.from == hub)
        return {edge.fromLabel, edge.label, edge.toLabel};
    return {edge.toLabel, edge.label, edge.fromLabel};
}

double widthOf(const std::optional<Size>& label)
{
    return label ? label->width + kLabelGap : 0;
}

double heightOf(const std::optional<Size>& label)
{
    return label ? label->height : 0;
}

/// Widths that every row of a block has room for, so that columns line up.
struct Columns {
    std::array<double, 3> labels{};
    double leaf = 0;

    [[nodiscard]] double total() const { return 2 * kLabelGap + labels[0] + labels[1] + labels[2] + leaf; }
};

Columns columnsOf(const Request& request, const LeafBlock& block)
{
    Columns columns;
    for (const LeafBlock::Leaf& leaf : block.leaves) {
        const auto labels = labelsFromHub(request.edges[leaf.edge], block.hub);
        for (std::size_t index = 0; index < labels.size(); ++index)
            columns.labels[index] = std::max(columns.labels[index], widthOf(labels[index]));
        columns.leaf = std::max(columns.leaf, request.nodes[leaf.node].size.width);
    }
    return columns;
}

double rowHeight(const Request& request, const LeafBlock& block, const LeafBlock::Leaf& leaf)
{
    double height = request.nodes[leaf.node].size.height;
    for (const std::optional<Size>& label : labelsFromHub(request.edges[leaf.edge], block.hub))
        height = std::max(height, heightOf(label));
    return height;
}

void placeInRow(const Columns& columns, double nodeWidth, double y, LeafBlock::Leaf& leaf)
{
    double x = kTrunk / 2 + kLabelGap;
    const std::array<double*, 3> centres{&leaf.hubLabel, &leaf.label, &leaf.leafLabel};
    for (std::size_t index = 0; index < centres.size(); ++index) {
        *centres[index] = leaf.side * (x + (columns.labels[index] - kLabelGap) / 2);
        x += columns.labels[index];
    }
    leaf.centre = {leaf.side * (x + kLabelGap + nodeWidth / 2), y};
}

/// Sets the leaves row by row, left and right in turn.
void arrange(const Request& request, LeafBlock& block)
{
    const Columns columns = columnsOf(request, block);
    block.size.width = kTrunk + 2 * columns.total();
    double top = kRowGap;
    for (std::size_t index = 0; index < block.leaves.size(); index += 2) {
        const std::size_t end = std::min(index + 2, block.leaves.size());
        double height = 0;
        for (std::size_t at = index; at < end; ++at)
            height = std::max(height, rowHeight(request, block, block.leaves[at]));
        for (std::size_t at = index; at < end; ++at) {
            LeafBlock::Leaf& leaf = block.leaves[at];
            leaf.side = at == index ? -1 : 1;
            placeInRow(columns, request.nodes[leaf.node].size.width, top + height / 2, leaf);
        }
        top += height + kRowGap;
    }
    block.size.height = top;
    for (LeafBlock::Leaf& leaf : block.leaves)
        leaf.centre.y -= block.size.height / 2;
}

/// How many leaves one comb holds: more of them stand side by side, so that the whole is not far higher than wide.
std::size_t leavesOfOne(std::size_t leaves)
{
    std::size_t combs = 1;
    while (leaves / combs > 24 * combs)
        ++combs;
    return (leaves + combs - 1) / combs;
}

} // namespace

std::vector<LeafBlock> findLeafBlocks(const Request& request)
{
    const std::vector<std::size_t> degree = degrees(request);
    using Key = std::tuple<std::size_t, std::optional<std::size_t>>;
    std::map<Key, std::vector<LeafBlock::Leaf>> leavesOf;
    for (std::size_t index = 0; index < request.edges.size(); ++index) {
        const Edge& edge = request.edges[index];
        if (isLoop(edge) || (degree[edge.from] == 1) == (degree[edge.to] == 1))
            continue;
        const std::size_t leaf = degree[edge.from] == 1 ? edge.from : edge.to;
        const std::size_t hub = edge.from + edge.to - leaf;
        leavesOf[{hub, request.nodes[leaf].group}].push_back({leaf, index, {}, 1, 0, 0, 0});
    }
    std::vector<LeafBlock> blocks;
    for (const auto& [key, leaves] : leavesOf) {
        if (leaves.size() < kLeavesOfBlock)
            continue;
        const std::size_t share = leavesOfOne(leaves.size());
        for (std::size_t first = 0; first < leaves.size(); first += share) {
            LeafBlock block{std::get<0>(key), std::get<1>(key), {}, {}};
            for (std::size_t at = first; at < std::min(first + share, leaves.size()); ++at)
                block.leaves.push_back(leaves[at]);
            arrange(request, block);
            blocks.push_back(std::move(block));
        }
    }
    return blocks;
}

Route leafRoute(const LeafBlock& block, const LeafBlock::Leaf& leaf, Size leafSize, Point blockCentre,
                const Route& shared, double lane)
{
    const double trunkX = blockCentre.x + lane * (kTrunk / 2);
    const double y = blockCentre.y + leaf.centre.y;
    Route route = shared;
    lineTo(route, {trunkX, blockCentre.y - block.size.height / 2 + kRowGap / 2});
    lineTo(route, {trunkX, y});
    lineTo(route, {blockCentre.x + leaf.centre.x - leaf.side * leafSize.width / 2, y});
    return route;
}

} // namespace vnscope::topology::layout
