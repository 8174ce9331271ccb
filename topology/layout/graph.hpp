// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "topology/layout/geometry.hpp"

namespace vnscope::topology::layout {

/// What an engine lays out, always downwards: boxes and labels alike are vertices.
struct Vertex {
    Size size;
    std::optional<std::size_t> group;
};

/// Leads from an upper to a lower vertex; never a loop.
struct Link {
    std::size_t from = 0;
    std::size_t to = 0;
    bool isTight = false; ///< Joins a label to its box: kept short.
};

struct Graph {
    std::vector<Vertex> vertices;
    std::vector<Link> links;
    std::vector<double> groupLabels; ///< Height of each group's label.
};

/// What an engine answers; same order as in the graph.
struct Drawing {
    Size size;
    std::vector<Point> centres;
    std::vector<Route> routes;
    std::vector<Rect> frames;
};

inline constexpr double kNodeGap = 16; ///< Between neighbours of one rank.
inline constexpr double kRankGap = 22; ///< Between ranks.

/// Between a frame and what is in it: room for the group's label at the top, and as much at the other sides.
[[nodiscard]] inline double frameMargin(const Graph& graph, std::size_t group)
{
    constexpr double kPadding = 6;
    return graph.groupLabels[group] + kPadding;
}

} // namespace vnscope::topology::layout
