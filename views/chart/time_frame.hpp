// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "storage/base/time.hpp"
#include "views/chart/layout.hpp"

namespace vnscope::views::chart {

/// Room beside charts of one row per thing, in pixels. It is the same for all of them, so that charts of one range that
/// stand below each other have one time axis.
inline constexpr double kRowsTopMargin = 10;
inline constexpr double kRowsLeftMargin = 132;
inline constexpr double kRowsRightMargin = 92;
inline constexpr double kTimeAxisHeight = 22;

/// What a time axis is about.
struct TimeFrame {
    base::TimeRange range;
    base::Timestamp origin; ///< What the labels count from.
    std::span<const base::Timestamp> lossMarks;
};

/// Adds grid lines, labels at the bottom of the layout, and the marks of lost data to a plot.
void addTimeAxis(Layout& layout, const TimeFrame& frame, const Rect& plot);

} // namespace vnscope::views::chart
