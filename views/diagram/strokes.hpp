// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "topology/layout/geometry.hpp"
#include "views/chart/palette.hpp"
#include "views/diagram/diagram.hpp"

/// Path data and stroke attributes of SVG.
namespace vnscope::views::diagram {

/// A coordinate with at most one decimal.
[[nodiscard]] std::string coordinate(double value);

/// `d` of a route.
[[nodiscard]] std::string pathData(const topology::layout::Route& route);

/// `d` of a box's outline; some shapes consist of more than one line.
[[nodiscard]] std::string outlineData(Shape shape, const topology::layout::Rect& box);

/// `d` of the marker of a style. Styles beyond the palette repeat its colours with other markers.
[[nodiscard]] std::string markerData(std::size_t style, topology::layout::Point centre, double radius);

/// An arrow's head at the end of a route, which gives way so that a wide line does not look out beside the tip.
[[nodiscard]] std::string cutArrowHead(topology::layout::Route& route, double lineWidth);

/// "line series-3", or "line plain".
[[nodiscard]] std::string lineClass(std::string_view base, const std::optional<std::size_t>& style);

/// Width in pixels of a line of `weight` 0..1.
[[nodiscard]] double lineWidth(double weight);

/// stroke-dasharray of a line of this width; empty: solid.
[[nodiscard]] std::string dashes(Sureness sureness, double width);

} // namespace vnscope::views::diagram
