// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/layout.hpp"

#include <utility>

#include "topology/layout/dot_engine.hpp"
#include "topology/layout/expansion.hpp"
#include "topology/layout/layered_engine.hpp"
#include "topology/layout/packing.hpp"

namespace vnscope::topology::layout {
namespace {

void transpose(Size& size)
{
    std::swap(size.width, size.height);
}

void transpose(Point& point)
{
    std::swap(point.x, point.y);
}

/// Engines know only one direction: what leads right is laid out downwards with x and y exchanged.
Request transposed(Request request)
{
    for (Node& node : request.nodes)
        transpose(node.size);
    for (Edge& edge : request.edges) {
        for (auto* label : {&edge.label, &edge.fromLabel, &edge.toLabel}) {
            if (*label)
                transpose(**label);
        }
    }
    request.direction = Direction::Down;
    return request;
}

Placement transposed(Placement placement)
{
    transpose(placement.size);
    for (Point& node : placement.nodes)
        transpose(node);
    for (EdgePlacement& edge : placement.edges) {
        for (Point& point : edge.route)
            transpose(point);
        for (Point* label : {&edge.label, &edge.fromLabel, &edge.toLabel})
            transpose(*label);
    }
    for (Rect& frame : placement.groups)
        frame = {frame.top, frame.left, frame.bottom, frame.right};
    return placement;
}

Placement placeDown(const Request& request, Engine engine)
{
    const Expansion expansion(request);
    bool isByGraphviz = engine == Engine::Automatic;
    std::optional<DotEngine> dot;
    const Drawing drawing = drawInParts(expansion.graph(), [&](const Graph& part) {
        if (engine == Engine::Automatic) {
            if (!dot)
                dot.emplace();
            if (std::optional<Drawing> drawn = dot->draw(part))
                return std::move(*drawn);
        }
        isByGraphviz = false;
        return drawLayered(part);
    });
    Placement placement = expansion.compose(drawing);
    placement.isByGraphviz = isByGraphviz;
    return placement;
}

} // namespace

Placement place(const Request& request, Engine engine)
{
    if (request.direction == Direction::Right)
        return transposed(placeDown(transposed(request), engine));
    return placeDown(request, engine);
}

} // namespace vnscope::topology::layout
