// SPDX-License-Identifier: Apache-2.0
#include "views/report/svg.hpp"

#include <cmath>
#include <span>
#include <string>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"
#include "views/chart/format.hpp"
#include "views/chart/layout.hpp"
#include "views/chart/palette.hpp"
#include "views/chart/state_layout.hpp"
#include "views/diagram/text_size.hpp"
#include "views/report/display.hpp"

namespace vnscope::views::report {
namespace {

using chart::Label;
using markup::Attribute;

constexpr double kMirroredWidth = 500;
constexpr double kRowsWidth = 960;
constexpr std::size_t kSeriesLabelColumns = 20;

/// A coordinate with at most one decimal: a tenth of a pixel is finer than any screen.
std::string coordinate(double value)
{
    const double rounded = std::round(value * 10) / 10;
    return fmt::format("{:g}", rounded == 0 ? 0.0 : rounded);
}

/// A path through corners that are joined by horizontal and vertical lines only.
std::string stepPath(std::span<const chart::Point> points)
{
    std::string path = fmt::format("M{} {}", coordinate(points[0].x), coordinate(points[0].y));
    for (std::size_t index = 1; index < points.size(); ++index) {
        const chart::Point& before = points[index - 1];
        const chart::Point& here = points[index];
        if (here.x != before.x)
            path += 'H' + coordinate(here.x);
        if (here.y != before.y)
            path += 'V' + coordinate(here.y);
    }
    return path;
}

std::string styleClass(std::string_view base, std::size_t style)
{
    return fmt::format("{} series-{}", base, style % chart::kSeriesStyles);
}

std::string_view anchorName(Label::Anchor anchor)
{
    switch (anchor) {
    case Label::Anchor::Start: return "start";
    case Label::Anchor::Middle: return "middle";
    case Label::Anchor::End: return "end";
    }
    return "start";
}

void writeLines(MarkupWriter& markup, std::span<const chart::Line> lines, std::string_view name)
{
    std::string path;
    for (const chart::Line& line : lines) {
        path += fmt::format("M{} {}L{} {}", coordinate(line.from.x), coordinate(line.from.y), coordinate(line.to.x),
                            coordinate(line.to.y));
    }
    if (!path.empty())
        markup.leaf("path", {{"class", std::string(name)}, {"d", path}});
}

void writeLabels(MarkupWriter& markup, std::span<const Label> labels, std::string_view name)
{
    for (const Label& label : labels) {
        const std::string full = printable(label.text);
        const std::string shown = clip(full, kSeriesLabelColumns);
        const auto text = markup.element("text", {{"class", std::string(name)},
                                                  {"x", coordinate(label.at.x)},
                                                  {"y", coordinate(label.at.y)},
                                                  {"text-anchor", std::string(anchorName(label.anchor))}});
        if (shown != full)
            markup.textElement("title", full);
        markup.text(shown);
    }
}

void writeArea(MarkupWriter& markup, const chart::Area& area)
{
    const std::string outline = stepPath(area.peaks);
    markup.leaf("path", {{"class", styleClass("peak", area.style)}, {"d", outline + 'Z'}});
    if (!area.means.empty())
        markup.leaf("path", {{"class", styleClass("mean", area.style)}, {"d", stepPath(area.means) + 'Z'}});
    std::vector<Attribute> line{{"class", styleClass("outline", area.style)}, {"d", outline}};
    const std::string_view dash = chart::seriesStyle(area.style).dash;
    if (!dash.empty())
        line.push_back({"stroke-dasharray", std::string(dash)});
    markup.leaf("path", line);
}

std::string titleId(std::string_view idPrefix)
{
    return fmt::format("{}-title", idPrefix);
}

std::string descriptionId(std::string_view idPrefix)
{
    return fmt::format("{}-desc", idPrefix);
}

MarkupWriter::Element openSvg(MarkupWriter& markup, const chart::Layout& layout, std::string_view name,
                              std::string_view idPrefix)
{
    return markup.element("svg", {{"class", fmt::format("chart {}", name)},
                                  {"viewBox", fmt::format("0 0 {} {}", layout.width, layout.height)},
                                  {"role", "img"},
                                  {"aria-labelledby", titleId(idPrefix) + ' ' + descriptionId(idPrefix)}});
}

/// What the chart shows, in words.
void describe(MarkupWriter& markup, std::string_view title, std::string_view description, std::string_view idPrefix)
{
    markup.textElement("title", title, {{"id", titleId(idPrefix)}});
    markup.textElement("desc", description, {{"id", descriptionId(idPrefix)}});
}

std::string_view inkName(chart::StateInk ink)
{
    switch (ink) {
    case chart::StateInk::Outline: return "outlined";
    case chart::StateInk::Thin: return "thin";
    case chart::StateInk::Light: return "light";
    case chart::StateInk::Rising:
    case chart::StateInk::Falling: return "hatched";
    case chart::StateInk::Solid: return "solid";
    }
    return "light";
}

std::vector<Attribute> rectAttributes(std::string name, const chart::Rect& rect)
{
    return {{"class", std::move(name)},
            {"x", coordinate(rect.left)},
            {"y", coordinate(rect.top)},
            {"width", coordinate(rect.right - rect.left)},
            {"height", coordinate(rect.bottom - rect.top)}};
}

/// "+1.000 s to +3.000 s (2.00 s)"
std::string rangeText(const base::TimeRange& when, base::Timestamp origin)
{
    return fmt::format("{} to {} ({})", chart::formatOffset(when.begin, origin), chart::formatOffset(when.end, origin),
                       base::formatDuration(when.length()));
}

/// What a bar says to the mouse; nothing in the legend, which stands for no time.
std::string tipOf(const chart::StateChart& stateChart, const chart::StateBar& bar)
{
    const chart::StateSpan& span = bar.span;
    if (span.when.isEmpty())
        return {};
    return fmt::format("{}: {}{}, {}", printable(stateChart.rows[bar.row].name), stateChart.kinds[span.kind].name,
                       span.states > 1 ? fmt::format(" at worst of {} states", span.states) : "",
                       rangeText(span.when, stateChart.origin));
}

void writeBar(MarkupWriter& markup, const chart::StateChart& stateChart, const chart::StateBar& bar)
{
    const chart::StateKind& kind = stateChart.kinds[bar.span.kind];
    const auto group =
        markup.element("g", {{"class", styleClass(fmt::format("state {}", inkName(kind.ink)), kind.style)}});
    if (const std::string tip = tipOf(stateChart, bar); !tip.empty())
        markup.textElement("title", tip);
    markup.leaf("rect", rectAttributes("bar", bar.rect));
    writeLines(markup, bar.hatching, "hatch");
    constexpr double kFontSize = 11;
    constexpr double kPadding = 6;
    constexpr double kDrop = 4; // From the middle of a bar to the baseline of its text.
    if (bar.rect.right - bar.rect.left > diagram::textWidth(kind.name, kFontSize) + 2 * kPadding)
        markup.textElement("text", kind.name,
                           {{"class", "state-name"},
                            {"x", coordinate(bar.rect.left + kPadding)},
                            {"y", coordinate((bar.rect.top + bar.rect.bottom) / 2 + kDrop)}});
}

void writeMark(MarkupWriter& markup, const chart::StateChart& stateChart, const chart::StateMarkBar& bar)
{
    const chart::StateMark& mark = stateChart.rows[bar.row].marks[bar.mark];
    const auto group = markup.element("g", {{"class", "state-mark"}});
    markup.textElement("title", fmt::format("{}: {}, {}{}", printable(stateChart.rows[bar.row].name),
                                            printable(mark.text), rangeText(mark.when, stateChart.origin),
                                            bar.marks > 1 ? fmt::format("; and {} more", bar.marks - 1) : ""));
    markup.leaf("rect", rectAttributes("bar", bar.rect));
}

void writeLegend(MarkupWriter& markup, const chart::StateChart& stateChart, std::span<const chart::StateSample> legend)
{
    std::vector<Label> names;
    for (const chart::StateSample& sample : legend) {
        writeBar(markup, stateChart, sample.bar);
        names.push_back(sample.name);
    }
    writeLabels(markup, names, "legend-name");
}

} // namespace

void writeSvg(MarkupWriter& markup, const chart::TimeChart& timeChart, std::string_view idPrefix)
{
    const bool isMirrored = timeChart.kind == chart::ChartKind::Mirrored;
    const chart::Layout layout = chart::layOut(timeChart, isMirrored ? kMirroredWidth : kRowsWidth);
    const auto svg = openSvg(markup, layout, isMirrored ? "mirrored" : "strips", idPrefix);
    describe(markup, timeChart.title, timeChart.description, idPrefix);
    writeLines(markup, layout.grid, "grid");
    for (const chart::Area& area : layout.areas)
        writeArea(markup, area);
    writeLines(markup, layout.zeroLines, "zero");
    writeLines(markup, layout.lossMarks, "loss");
    writeLabels(markup, layout.axisLabels, "axis");
    writeLabels(markup, layout.seriesLabels, "name");
    writeLabels(markup, layout.peakLabels, "peak-label");
}

void writeSvg(MarkupWriter& markup, const chart::StateChart& stateChart, std::string_view idPrefix)
{
    const chart::StateLayout layout = chart::layOut(stateChart, kRowsWidth);
    const auto svg = openSvg(markup, layout.frame, "states", idPrefix);
    describe(markup, stateChart.title, stateChart.description, idPrefix);
    writeLines(markup, layout.frame.grid, "grid");
    writeLines(markup, layout.frame.zeroLines, "grid");
    for (const chart::StateBar& bar : layout.bars)
        writeBar(markup, stateChart, bar);
    for (const chart::StateMarkBar& mark : layout.marks)
        writeMark(markup, stateChart, mark);
    writeLines(markup, layout.frame.lossMarks, "loss");
    writeLabels(markup, layout.frame.axisLabels, "axis");
    writeLabels(markup, layout.frame.seriesLabels, "name");
    writeLegend(markup, stateChart, layout.legend);
}

} // namespace vnscope::views::report
