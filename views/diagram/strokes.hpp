// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "topology/layout/geometry.hpp"
#include "views/diagram/outline.hpp"

/// Path data and stroke attributes of SVG.
namespace vnscope::views::diagram {

/// A coordinate with at most one decimal.
[[nodiscard]] std::string coordinate(double value);

/// `d` of a route.
[[nodiscard]] std::string pathData(const topology::layout::Route& route);

/// `d` of an outline.
[[nodiscard]] std::string pathData(const Outline& outline);

/// "line series-3", or "line plain".
[[nodiscard]] std::string lineClass(std::string_view base, const std::optional<std::size_t>& style);

/// stroke-dasharray of a line of this width; empty: solid.
[[nodiscard]] std::string dashes(Sureness sureness, double width);

} // namespace vnscope::views::diagram
