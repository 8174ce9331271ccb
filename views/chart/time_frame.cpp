// SPDX-License-Identifier: Apache-2.0
#include "views/chart/time_frame.hpp"

#include <algorithm>

#include "views/chart/axis.hpp"

namespace vnscope::views::chart {
namespace {

constexpr double kTimeLabelRise = 6; // From the bottom of the chart to the baseline of the time labels.
constexpr double kTimeTickDistance = 90;

} // namespace

void addTimeAxis(Layout& layout, const TimeFrame& frame, const Rect& plot)
{
    const LinearScale x{0, static_cast<double>(frame.range.length()), plot.left, plot.right};
    const double labels = layout.height - kTimeLabelRise;
    const int wanted = std::max(2, static_cast<int>((plot.right - plot.left) / kTimeTickDistance));
    for (const Tick& tick : timeTicks(frame.range, frame.origin, wanted, TimeLabels::Relative)) {
        layout.grid.push_back({{x(tick.value), plot.top}, {x(tick.value), plot.bottom}});
        layout.axisLabels.push_back({{x(tick.value), labels}, Label::Anchor::Middle, tick.label});
    }
    for (const base::Timestamp mark : frame.lossMarks) {
        if (frame.range.contains(mark)) {
            const double at = x(static_cast<double>(mark - frame.range.begin));
            layout.lossMarks.push_back({{at, plot.top}, {at, plot.bottom}});
        }
    }
}

} // namespace vnscope::views::chart
