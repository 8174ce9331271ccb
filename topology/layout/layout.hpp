// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "topology/layout/geometry.hpp"

/// Where the boxes and lines of a drawing go. Knows sizes only: no text of a trace ever comes here.
namespace vnscope::topology::layout {

/// Where the lines of a drawing lead.
enum class Direction { Down, Right };

struct Node {
    Size size;
    std::optional<std::size_t> group; ///< Index into Request::groups.
};

struct Edge {
    std::size_t from = 0; ///< Index into Request::nodes. Equal to `to`: a loop.
    std::size_t to = 0;
    bool isDirected = false;   ///< Leads down (or right) if no circle forbids it; otherwise either end may be above.
    std::optional<Size> label; ///< In the middle.
    std::optional<Size> fromLabel; ///< Close to its ends.
    std::optional<Size> toLabel;
};

/// A frame around nodes.
struct Group {
    double labelHeight = 0; ///< Room for its name, at the top of the frame.
};

struct Request {
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<Group> groups;
    Direction direction = Direction::Down;
};

struct EdgePlacement {
    Route route; ///< From the border of `from`'s box to the border of `to`'s.
    Point label; ///< Centres; of no meaning for labels that were not asked for.
    Point fromLabel;
    Point toLabel;
};

struct Placement {
    Size size;                ///< Of the whole drawing; everything is inside.
    std::vector<Point> nodes; ///< Their centres.
    std::vector<EdgePlacement> edges;
    std::vector<Rect> groups;  ///< Empty rectangles for groups without nodes.
    bool isByGraphviz = false; ///< False: at least a part was laid out by the built-in engine.
};

enum class Engine {
    Automatic, ///< Graphviz, and the built-in engine for what is too large for Graphviz or fails there.
    BuiltIn,
};

/// Lays out `request`. Equal requests give equal placements. No two boxes or labels overlap. May be called from any
/// thread; calls that use Graphviz wait for each other, as Graphviz is not reentrant.
///
/// The method is "dot" of Graphviz: Gansner, Koutsofios, North, Vo, "A Technique for Drawing Directed Graphs" (1993).
/// The built-in engine follows the same steps with simpler means: longest paths, barycentres.
[[nodiscard]] Placement place(const Request& request, Engine engine = Engine::Automatic);

} // namespace vnscope::topology::layout
