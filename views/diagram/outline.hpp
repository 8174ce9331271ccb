// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "topology/layout/geometry.hpp"
#include "views/chart/palette.hpp"
#include "views/diagram/diagram.hpp"

/// The forms of a diagram as geometry: who writes SVG and who paints a window draw the same.
namespace vnscope::views::diagram {

/// One step of a pen.
struct Stroke {
    enum class Kind {
        Move,
        Line,
        Corner, ///< A quarter of a circle, which leaves towards `corner` and arrives from there.
        Close,  ///< Back to where the pen was set down.
    };
    Kind kind = Kind::Move;
    topology::layout::Point to{};
    topology::layout::Point corner{};
};

using Outline = std::vector<Stroke>;

/// The outline of a box; some shapes consist of more than one line.
[[nodiscard]] Outline outlineOf(Shape shape, const topology::layout::Rect& box);

/// The marker of a style. Styles beyond the palette repeat its colours with other markers.
[[nodiscard]] Outline markerOf(std::size_t style, topology::layout::Point centre, double radius);

/// An arrow's head at the end of a route, which gives way so that a wide line does not look out beside the tip. Empty:
/// the route has no direction.
[[nodiscard]] Outline cutArrowHead(topology::layout::Route& route, double lineWidth);

/// Width in pixels of a line of `weight` 0..1.
[[nodiscard]] double lineWidth(double weight);

/// Lengths in pixels of strokes and gaps of a line of this width; empty: solid.
[[nodiscard]] std::vector<double> dashPattern(Sureness sureness, double width);

} // namespace vnscope::views::diagram
