// SPDX-License-Identifier: Apache-2.0
#include "views/report/svg.hpp"

#include <cmath>
#include <span>
#include <string>

#include <fmt/format.h>

#include "views/chart/layout.hpp"
#include "views/chart/palette.hpp"
#include "views/report/display.hpp"

namespace vnscope::views::report {
namespace {

using chart::Label;
using markup::Attribute;

constexpr double kMirroredWidth = 500;
constexpr double kStripsWidth = 960;
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

} // namespace

void writeSvg(MarkupWriter& markup, const chart::TimeChart& timeChart, std::string_view idPrefix)
{
    const bool isMirrored = timeChart.kind == chart::ChartKind::Mirrored;
    const chart::Layout layout = chart::layOut(timeChart, isMirrored ? kMirroredWidth : kStripsWidth);
    const std::string titleId = fmt::format("{}-title", idPrefix);
    const std::string descriptionId = fmt::format("{}-desc", idPrefix);
    const auto svg = markup.element("svg", {{"class", isMirrored ? "chart mirrored" : "chart strips"},
                                            {"viewBox", fmt::format("0 0 {} {}", layout.width, layout.height)},
                                            {"role", "img"},
                                            {"aria-labelledby", titleId + ' ' + descriptionId}});
    markup.textElement("title", timeChart.title, {{"id", titleId}});
    markup.textElement("desc", timeChart.description, {{"id", descriptionId}});
    writeLines(markup, layout.grid, "grid");
    for (const chart::Area& area : layout.areas)
        writeArea(markup, area);
    writeLines(markup, layout.zeroLines, "zero");
    writeLines(markup, layout.lossMarks, "loss");
    writeLabels(markup, layout.axisLabels, "axis");
    writeLabels(markup, layout.seriesLabels, "name");
    writeLabels(markup, layout.peakLabels, "peak-label");
}

} // namespace vnscope::views::report
