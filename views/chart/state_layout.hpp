// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "views/chart/layout.hpp"
#include "views/chart/state_chart.hpp"

namespace vnscope::views::chart {

/// A state of one row.
struct StateBar {
    std::size_t row = 0;
    StateSpan span;
    Rect rect;
    std::vector<Line> hatching; ///< Inside `rect`; empty for what is not hatched.
};

/// A mark of one row, or several that are too close to be told apart.
struct StateMarkBar {
    std::size_t row = 0;
    std::size_t mark = 0; ///< Index into StateRow::marks; the first of several.
    std::size_t marks = 1;
    Rect rect;
};

/// What a kind looks like, with its name beside it.
struct StateSample {
    StateBar bar;
    Label name;
};

struct StateLayout {
    Layout frame; ///< Axis, grid and names of rows; a plot for each row.
    std::vector<StateBar> bars;
    std::vector<StateMarkBar> marks;
    std::vector<StateSample> legend; ///< Kinds that occur.
};

/// Lays out `chart` `width` pixels wide; the height follows from the number of rows. What is narrower than a pixel is
/// joined as coarsen() does, and nothing is drawn narrower than a pixel.
[[nodiscard]] StateLayout layOut(const StateChart& chart, double width);

} // namespace vnscope::views::chart
