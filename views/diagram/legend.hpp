// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topology/layout/geometry.hpp"
#include "views/diagram/diagram.hpp"

namespace vnscope::views::diagram {

/// One entry: a sample, and what it means.
struct LegendEntry {
    std::string text;             ///< Printable.
    std::optional<Shape> shape{}; ///< The sample is a box, or else a line:
    std::optional<std::size_t> style{};
    Sureness sureness = Sureness::Certain;
    double width = 0;             ///< Of the line; 0: no sample.
    double heat = 0;              ///< How the box is filled.
    topology::layout::Point at{}; ///< Left end of the sample, at half height.
};

struct Legend {
    std::vector<LegendEntry> entries;
    double height = 0;
};

inline constexpr double kSampleWidth = 30;
inline constexpr double kLegendGap = 8; ///< Between sample and text.

/// What of the diagram's looks needs words, in rows of at most `width` pixels.
[[nodiscard]] Legend makeLegend(const Diagram& diagram, double width);

} // namespace vnscope::views::diagram
