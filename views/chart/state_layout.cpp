// SPDX-License-Identifier: Apache-2.0
#include "views/chart/state_layout.hpp"

#include <algorithm>
#include <cmath>

#include "views/chart/axis.hpp"
#include "views/chart/time_frame.hpp"

namespace vnscope::views::chart {
namespace {

constexpr double kRowHeight = 26;
constexpr double kMarkHeight = 3;
constexpr double kFullInset = 4; // From the row's edge to a bar; a mark fits between.
constexpr double kLowInset = 7;
constexpr double kThinInset = 11;
constexpr double kLabelDrop = 4; // From a row's middle to the baseline of its name.
constexpr double kNameGap = 10;  // From a row's name to its plot.
constexpr double kHatchDistance = 6;
constexpr double kLegendHeight = 24;
constexpr double kLegendCell = 126;
constexpr double kSampleWidth = 22;
constexpr double kSampleGap = 6;

double insetOf(StateInk ink)
{
    switch (ink) {
    case StateInk::Solid: return kFullInset;
    case StateInk::Thin: return kThinInset;
    default: return kLowInset;
    }
}

/// Lines at 45 degrees. They stand at the same places in every bar of a row, so that bars side by side look like one.
std::vector<Line> hatch(const Rect& rect, StateInk ink)
{
    std::vector<Line> lines;
    if (ink != StateInk::Rising && ink != StateInk::Falling)
        return lines;
    const double height = rect.bottom - rect.top;
    const double first = std::ceil((rect.left - height) / kHatchDistance) * kHatchDistance;
    for (double foot = first; foot < rect.right; foot += kHatchDistance) {
        // How far along its way from one edge to the other a line is inside.
        const double from = std::max(0.0, rect.left - foot);
        const double to = std::min(height, rect.right - foot);
        if (to <= from)
            continue;
        const auto y = [&](double way) { return ink == StateInk::Rising ? rect.bottom - way : rect.top + way; };
        lines.push_back({{foot + from, y(from)}, {foot + to, y(to)}});
    }
    return lines;
}

/// The part of a row that a time range covers, at least a pixel wide.
Rect rectOf(const base::TimeRange& when, const base::TimeRange& range, const Rect& row)
{
    const LinearScale x{0, static_cast<double>(range.length()), row.left, row.right};
    const double left = x(static_cast<double>(when.begin - range.begin));
    const double right = x(static_cast<double>(when.end - range.begin));
    const double width = std::max(right - left, 1.0);
    const double from = std::min(left, row.right - width);
    return {from, row.top, from + width, row.bottom};
}

StateBar barOf(std::size_t row, const StateSpan& span, StateInk ink, Rect rect)
{
    rect.top += insetOf(ink);
    rect.bottom -= insetOf(ink);
    return {row, span, rect, hatch(rect, ink)};
}

void addMarks(StateLayout& layout, const StateChart& chart, std::size_t index, const Rect& plot)
{
    const std::vector<StateMark>& marks = chart.rows[index].marks;
    for (std::size_t mark = 0; mark < marks.size(); ++mark) {
        const base::TimeRange when{std::max(marks[mark].when.begin, chart.range.begin),
                                   std::min(marks[mark].when.end, chart.range.end)};
        if (when.isEmpty())
            continue;
        Rect rect = rectOf(when, chart.range, plot);
        rect.bottom = rect.top + kMarkHeight;
        if (!layout.marks.empty() && layout.marks.back().row == index && rect.left < layout.marks.back().rect.right) {
            StateMarkBar& last = layout.marks.back();
            last.rect.right = std::max(last.rect.right, rect.right);
            ++last.marks;
            continue;
        }
        layout.marks.push_back({index, mark, 1, rect});
    }
}

void addRow(StateLayout& layout, const StateChart& chart, std::size_t index, const Rect& plot)
{
    const StateRow& row = chart.rows[index];
    const double width = plot.right - plot.left;
    const auto pixel = static_cast<base::Nanoseconds>(static_cast<double>(chart.range.length()) / width);
    for (const StateSpan& span : coarsen(row.spans, chart.range, pixel))
        layout.bars.push_back(barOf(index, span, chart.kinds[span.kind].ink, rectOf(span.when, chart.range, plot)));
    addMarks(layout, chart, index, plot);
    layout.frame.plots.push_back(plot);
    layout.frame.zeroLines.push_back({{plot.left, plot.bottom}, {plot.right, plot.bottom}});
    layout.frame.seriesLabels.push_back(
        {{plot.left - kNameGap, (plot.top + plot.bottom) / 2 + kLabelDrop}, Label::Anchor::End, row.name});
}

/// How many kinds stand side by side in the legend.
std::size_t legendColumns(double width)
{
    return std::max<std::size_t>(1, static_cast<std::size_t>((width - kRowsLeftMargin) / kLegendCell));
}

void addLegend(StateLayout& layout, const StateChart& chart, const std::vector<std::size_t>& kinds)
{
    const std::size_t columns = legendColumns(layout.frame.width);
    for (std::size_t index = 0; index < kinds.size(); ++index) {
        const double left = kRowsLeftMargin + static_cast<double>(index % columns) * kLegendCell;
        const double top = static_cast<double>(index / columns) * kLegendHeight;
        const Rect cell{left, top, left + kSampleWidth, top + kRowHeight};
        const StateKind& kind = chart.kinds[kinds[index]];
        layout.legend.push_back(
            {barOf(0, {{}, kinds[index], 0}, kind.ink, cell),
             {{cell.right + kSampleGap, (cell.top + cell.bottom) / 2 + kLabelDrop}, Label::Anchor::Start, kind.name}});
    }
}

} // namespace

StateLayout layOut(const StateChart& chart, double width)
{
    const std::vector<std::size_t> kinds = kindsThatOccur(chart);
    const std::size_t legendRows = (kinds.size() + legendColumns(width) - 1) / legendColumns(width);
    const double top = static_cast<double>(legendRows) * kLegendHeight + kRowsTopMargin;
    const double bottom = top + static_cast<double>(chart.rows.size()) * kRowHeight;
    StateLayout layout;
    layout.frame.width = width;
    layout.frame.height = bottom + kTimeAxisHeight;
    const Rect all{kRowsLeftMargin, top, width - kRowsRightMargin, bottom};
    addLegend(layout, chart, kinds);
    addTimeAxis(layout.frame, {chart.range, chart.origin, chart.lossMarks}, all);
    for (std::size_t row = 0; row < chart.rows.size(); ++row) {
        const double rowTop = top + static_cast<double>(row) * kRowHeight;
        addRow(layout, chart, row, {all.left, rowTop, all.right, rowTop + kRowHeight});
    }
    return layout;
}

} // namespace vnscope::views::chart
