// SPDX-License-Identifier: Apache-2.0
#include "views/chart/layout.hpp"

#include <algorithm>
#include <cassert>

#include "views/chart/axis.hpp"
#include "views/chart/time_frame.hpp"

namespace vnscope::views::chart {
namespace {

constexpr double kMirroredHeight = 196;
constexpr double kStripHeight = 34;
constexpr double kStripGap = 8;
constexpr double kNameHeight = 18; // A line of text above or below a mirrored plot.
constexpr double kRightMargin = 14;
constexpr double kMirroredLeftMargin = 76;
constexpr double kTextHeight = 12;
constexpr double kLabelRise = 4;     // From a line to the baseline of text that is centred on it.
constexpr double kColumnWidth = 1.5; // Pixels; narrower columns only make the file longer.

std::size_t columnsIn(const Rect& plot)
{
    return std::max<std::size_t>(1, static_cast<std::size_t>((plot.right - plot.left) / kColumnWidth));
}

/// Steps of `value(extent)` over the plot; runs of equal height become one step.
template <typename Height>
std::vector<Point> outline(const std::vector<Extent>& extents, std::size_t bins, const Rect& plot, double zero,
                           Height height)
{
    std::vector<Point> points{{plot.left, zero}};
    const LinearScale x{0, static_cast<double>(bins), plot.left, plot.right};
    for (const Extent& extent : extents) {
        const double y = height(extent);
        const double left = x(static_cast<double>(extent.first));
        if (points.back().y != y) {
            points.push_back({left, points.back().y});
            points.push_back({left, y});
        }
        points.push_back({x(static_cast<double>(extent.first + extent.count)), y});
        // The point before lies on the same level, so it says nothing.
        if (points.size() >= 3 && points[points.size() - 2].y == y && points[points.size() - 3].y == y)
            points.erase(points.end() - 2);
    }
    points.push_back({plot.right, zero});
    return points;
}

/// Which way from its zero line a series grows.
enum class Direction { Up = 1, Down = -1 };

Area areaOf(const ChartSeries& series, std::size_t style, Direction direction, const Rect& plot, const LinearScale& y)
{
    const double sign = static_cast<double>(direction);
    const std::vector<Extent> extents = reduce(series.bins.values, columnsIn(plot));
    const std::size_t bins = series.bins.values.size();
    const auto peak = [&](const Extent& extent) { return y(sign * extent.high); };
    const auto mean = [&](const Extent& extent) { return y(sign * extent.mean); };
    Area area{style, y(0), outline(extents, bins, plot, y(0), peak), {}};
    if (extents.size() < bins)
        area.means = outline(extents, bins, plot, y(0), mean);
    return area;
}

TimeFrame frameOf(const TimeChart& chart)
{
    return {chart.range(), chart.origin, chart.lossMarks};
}

/// The end of a scale that must hold `peak`: never zero, so that an idle series has an axis too.
double scaleEnd(double peak)
{
    return peak > 0 ? peak * 1.04 : 1;
}

std::string peakText(const ChartSeries& series, Unit unit)
{
    return "peak " + formatValue(peakOf(series.bins.values).value, unit);
}

Layout layOutMirrored(const TimeChart& chart, double width)
{
    assert(chart.series.size() == 2);
    Layout layout{width, kMirroredHeight, {}, {}, {}, {}, {}, {}, {}, {}};
    const Rect plot{kMirroredLeftMargin, kNameHeight, width - kRightMargin,
                    kMirroredHeight - kTimeAxisHeight - kNameHeight};
    layout.plots.push_back(plot);
    const double up = peakOf(chart.series[0].bins.values).value;
    const double down = peakOf(chart.series[1].bins.values).value;
    // Each side gets a visible part of the height even when nothing happens there.
    const double least = std::max(up, down) / 4;
    const LinearScale y{-scaleEnd(std::max(down, least)), scaleEnd(std::max(up, least)), plot.bottom, plot.top};
    for (const Tick& tick : valueTicks(y.low, y.high, 4, chart.unit)) {
        layout.grid.push_back({{plot.left, y(tick.value)}, {plot.right, y(tick.value)}});
        layout.axisLabels.push_back({{plot.left - 8, y(tick.value) + kLabelRise}, Label::Anchor::End, tick.label});
    }
    layout.zeroLines.push_back({{plot.left, y(0)}, {plot.right, y(0)}});
    addTimeAxis(layout, frameOf(chart), plot);
    layout.areas.push_back(areaOf(chart.series[0], 0, Direction::Up, plot, y));
    layout.areas.push_back(areaOf(chart.series[1], 1, Direction::Down, plot, y));
    const double above = plot.top - kNameHeight / 3;
    const double below = plot.bottom + kTextHeight + 2;
    layout.seriesLabels.push_back({{plot.left, above}, Label::Anchor::Start, chart.series[0].name});
    layout.seriesLabels.push_back({{plot.left, below}, Label::Anchor::Start, chart.series[1].name});
    layout.peakLabels.push_back({{plot.right, above}, Label::Anchor::End, peakText(chart.series[0], chart.unit)});
    layout.peakLabels.push_back({{plot.right, below}, Label::Anchor::End, peakText(chart.series[1], chart.unit)});
    return layout;
}

Layout layOutStrips(const TimeChart& chart, double width)
{
    const double strips = static_cast<double>(chart.series.size());
    const double height = kRowsTopMargin + strips * (kStripHeight + kStripGap) + kTimeAxisHeight;
    Layout layout{width, height, {}, {}, {}, {}, {}, {}, {}, {}};
    const double left = kRowsLeftMargin;
    const double right = width - kRowsRightMargin;
    addTimeAxis(layout, frameOf(chart), {left, kRowsTopMargin, right, height - kTimeAxisHeight});
    double highest = 0;
    for (const ChartSeries& series : chart.series)
        highest = std::max(highest, peakOf(series.bins.values).value);
    double top = kRowsTopMargin;
    for (const ChartSeries& series : chart.series) {
        const Rect plot{left, top, right, top + kStripHeight};
        const LinearScale y{0, scaleEnd(highest), plot.bottom, plot.top};
        layout.plots.push_back(plot);
        layout.zeroLines.push_back({{left, plot.bottom}, {right, plot.bottom}});
        // Every strip looks the same: its place and its name tell it from the others, so colour need not.
        layout.areas.push_back(areaOf(series, 0, Direction::Up, plot, y));
        layout.seriesLabels.push_back({{left - 10, plot.bottom - kLabelRise}, Label::Anchor::End, series.name});
        layout.peakLabels.push_back(
            {{right + 8, plot.bottom - kLabelRise}, Label::Anchor::Start, peakText(series, chart.unit)});
        top = plot.bottom + kStripGap;
    }
    return layout;
}

} // namespace

Layout layOut(const TimeChart& chart, double width)
{
    return chart.kind == ChartKind::Mirrored ? layOutMirrored(chart, width) : layOutStrips(chart, width);
}

} // namespace vnscope::views::chart
