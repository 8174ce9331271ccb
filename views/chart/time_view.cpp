// SPDX-License-Identifier: Apache-2.0
#include "views/chart/time_view.hpp"

#include <algorithm>
#include <cmath>

namespace vnscope::views::chart {
namespace {

using base::Nanoseconds;
using base::TimeRange;
using base::Timestamp;

/// Bins [first, last) as one step.
Step stepOf(const Bins& bins, std::size_t first, std::size_t last, const TimeScale& scale)
{
    Step step{std::max(0.0, scale.x(bins.binBegin(first))), std::min(scale.width, scale.x(bins.binBegin(last))), 0, 0};
    for (std::size_t index = first; index < last; ++index) {
        step.high = std::max(step.high, bins.values[index]);
        step.mean += bins.values[index];
    }
    step.mean /= static_cast<double>(last - first);
    return step;
}

std::size_t binAt(const Bins& bins, Timestamp time)
{
    const Nanoseconds offset = std::clamp<Nanoseconds>(time - bins.begin, 0, bins.range().length());
    return static_cast<std::size_t>(offset / bins.bin);
}

} // namespace

double TimeScale::x(Timestamp time) const
{
    const Nanoseconds length = visible.length();
    return length > 0 ? static_cast<double>(time - visible.begin) / static_cast<double>(length) * width : 0;
}

Timestamp TimeScale::at(double x) const
{
    if (width <= 0)
        return visible.begin;
    return visible.begin + static_cast<Nanoseconds>(std::llround(x / width * static_cast<double>(visible.length())));
}

Nanoseconds TimeScale::nsPerPixel() const
{
    if (width <= 0)
        return 1;
    return std::max<Nanoseconds>(1, static_cast<Nanoseconds>(static_cast<double>(visible.length()) / width));
}

TimeRange fitInto(const TimeRange& range, const TimeRange& whole)
{
    if (range.length() >= whole.length())
        return whole;
    if (range.begin < whole.begin)
        return {whole.begin, whole.begin + range.length()};
    if (range.end > whole.end)
        return {whole.end - range.length(), whole.end};
    return range;
}

TimeRange zoomed(const TimeRange& range, double factor, Timestamp about, const TimeRange& whole)
{
    const double length = static_cast<double>(range.length());
    if (length <= 0 || !(factor > 0))
        return range;
    const double wanted = std::clamp(length * factor, static_cast<double>(std::min(kNarrowest, whole.length())),
                                     static_cast<double>(whole.length()));
    const double before = static_cast<double>(about - range.begin) / length;
    const Timestamp begin = about - static_cast<Nanoseconds>(std::llround(before * wanted));
    return fitInto({begin, begin + static_cast<Nanoseconds>(std::llround(wanted))}, whole);
}

TimeRange panned(const TimeRange& range, double share, const TimeRange& whole)
{
    const auto by = static_cast<Nanoseconds>(std::llround(static_cast<double>(range.length()) * share));
    return fitInto({range.begin + by, range.end + by}, whole);
}

std::vector<Step> stepsOf(const Bins& bins, const TimeScale& scale)
{
    std::vector<Step> steps;
    if (bins.values.empty() || scale.width <= 0 || scale.visible.isEmpty())
        return steps;
    const std::size_t perStep = static_cast<std::size_t>(std::max<Nanoseconds>(1, scale.nsPerPixel() / bins.bin));
    // Steps begin at multiples of their own length, so that they do not change while the picture is moved.
    const std::size_t first = binAt(bins, scale.visible.begin) / perStep * perStep;
    const std::size_t end = std::min(bins.values.size(), binAt(bins, scale.visible.end) + 1);
    for (std::size_t index = first; index < end; index += perStep) {
        const Step step = stepOf(bins, index, std::min(end, index + perStep), scale);
        if (step.high > 0 && step.right > step.left)
            steps.push_back(step);
    }
    return steps;
}

} // namespace vnscope::views::chart
