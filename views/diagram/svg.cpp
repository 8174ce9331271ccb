// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/svg.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "embedded/views_diagram_kStyle.hpp"
#include "views/diagram/anatomy.hpp"
#include "views/diagram/legend.hpp"
#include "views/diagram/strokes.hpp"
#include "views/diagram/text_size.hpp"
#include "views/markup/printable.hpp"

namespace vnscope::views::diagram {
namespace {

using markup::Attribute;
using markup::MarkupWriter;
using topology::layout::Placement;
using topology::layout::Point;
using topology::layout::Rect;

constexpr double kMargin = 14;
constexpr double kHeadingSize = 15;
constexpr double kHeadingHeight = 30;
constexpr double kLeastWidth = 520; // So that a legend of a small diagram is no tower.
constexpr double kRemarkHeight = 18;
constexpr std::size_t kTooltipColumns = 1000;

std::string_view shapeClass(Shape shape)
{
    switch (shape) {
    case Shape::Bridge: return "outline bridge";
    case Shape::Segment: return "outline segment";
    default: return "outline";
    }
}

class SvgWriter {
public:
    SvgWriter(MarkupWriter& markup, const Diagram& diagram, const Placement& placement, bool isStandalone)
        : m_markup(markup),
          m_diagram(diagram),
          m_placement(placement),
          m_isStandalone(isStandalone),
          m_width(std::max(placement.size.width, kLeastWidth)),
          m_legend(makeLegend(diagram, m_width))
    {
    }

    void write(std::string_view idPrefix);

private:
    [[nodiscard]] double height() const;
    void writeDrawing();
    void writeFrames();
    void writeFrameNames();
    void writeLine(std::size_t index);
    void writeLabels(std::size_t index);
    void writeEnd(const std::string& label, Point at);
    void writeBox(std::size_t index);
    void writeHeat(double heat, const Outline& outline);
    void writeBadge(const Box& box, const Rect& outline);
    void writeLegend(double top);
    void writeSample(const LegendEntry& entry, Point at);
    void writeRemarks(double top);
    void writeText(std::string_view text, Point baseline, std::string_view name, double fontSize);
    void writeRect(const Rect& rect, std::string_view name, double radius);
    void writeTitle(std::string_view text);

    MarkupWriter& m_markup;
    const Diagram& m_diagram;
    const Placement& m_placement;
    bool m_isStandalone;
    double m_width;
    Legend m_legend;
};

double SvgWriter::height() const
{
    const double legend = m_legend.height > 0 ? m_legend.height + kMargin : 0;
    return (m_isStandalone ? kHeadingHeight : 0) + m_placement.size.height + legend +
           static_cast<double>(m_diagram.remarks.size()) * kRemarkHeight + 2 * kMargin;
}

void SvgWriter::write(std::string_view idPrefix)
{
    const std::string width = coordinate(m_width + 2 * kMargin);
    const std::string high = coordinate(height());
    const std::string titleId = fmt::format("{}-title", idPrefix);
    const std::string descriptionId = fmt::format("{}-desc", idPrefix);
    std::vector<Attribute> attributes{{"class", "diagram"},
                                      {"style", chart::paletteProperties()},
                                      {"width", width},
                                      {"height", high},
                                      {"viewBox", fmt::format("0 0 {} {}", width, high)},
                                      {"role", "img"},
                                      {"aria-labelledby", titleId + ' ' + descriptionId}};
    // HTML knows what <svg> is.
    if (m_isStandalone)
        attributes.push_back({"xmlns", "http://www.w3.org/2000/svg"});
    const auto svg = m_markup.element("svg", attributes);
    m_markup.textElement("title", m_diagram.title, {{"id", titleId}});
    m_markup.textElement("desc", m_diagram.description, {{"id", descriptionId}});
    if (m_isStandalone) {
        const auto style = m_markup.element("style");
        m_markup.fixed(styleSheet());
    }
    m_markup.leaf("rect", {{"class", "ground"}, {"width", "100%"}, {"height", "100%"}});
    if (m_isStandalone)
        writeText(elide(markup::printable(m_diagram.title), m_width, kHeadingSize), {kMargin, kMargin + kHeadingSize},
                  "heading", kHeadingSize);
    const double top = kMargin + (m_isStandalone ? kHeadingHeight : 0);
    {
        const double left = kMargin + (m_width - m_placement.size.width) / 2;
        const auto drawing =
            m_markup.element("g", {{"transform", fmt::format("translate({} {})", coordinate(left), coordinate(top))}});
        writeDrawing();
    }
    const double below = top + m_placement.size.height + kMargin;
    writeLegend(below);
    writeRemarks(below + (m_legend.height > 0 ? m_legend.height : -kMargin));
}

/// Boxes hide the lines behind them, labels stand above all.
void SvgWriter::writeDrawing()
{
    writeFrames();
    for (std::size_t index = 0; index < m_diagram.lines.size(); ++index)
        writeLine(index);
    writeFrameNames();
    for (std::size_t index = 0; index < m_diagram.boxes.size(); ++index)
        writeBox(index);
    for (std::size_t index = 0; index < m_diagram.lines.size(); ++index)
        writeLabels(index);
}

void SvgWriter::writeFrames()
{
    const std::vector<std::string> groups = groupsOf(m_diagram);
    for (std::size_t index = 0; index < groups.size(); ++index) {
        const Rect& frame = m_placement.groups[index];
        const auto group = m_markup.element("g");
        writeTitle(groups[index]);
        writeRect(frame, "frame", 8);
    }
}

/// After the lines: they may run across.
void SvgWriter::writeFrameNames()
{
    const std::vector<std::string> groups = groupsOf(m_diagram);
    for (std::size_t index = 0; index < groups.size(); ++index) {
        const Rect& frame = m_placement.groups[index];
        const std::string name =
            elide(markup::printable(groups[index]), frame.right - frame.left - 2 * kBoxPadding, kTextSize);
        writeText(name, {frame.left + kBoxPadding, frame.top + kTextHeight}, "frame-name", kTextSize);
    }
}

void SvgWriter::writeLine(std::size_t index)
{
    const Line& line = m_diagram.lines[index];
    topology::layout::Route route = m_placement.edges[index].route;
    if (route.empty())
        return;
    const double width = lineWidth(line.weight);
    const auto group = m_markup.element("g");
    writeTitle(line.tooltip.empty() ? sentenceOf(m_diagram, line) : line.tooltip);
    const Outline head = line.isDirected ? cutArrowHead(route, width) : Outline();
    const std::string_view base = line.sureness == Sureness::Ambiguous ? "line dotted" : "line";
    std::vector<Attribute> attributes{
        {"class", lineClass(base, line.style)}, {"stroke-width", coordinate(width)}, {"d", pathData(route)}};
    const std::string dash = dashes(line.sureness, width);
    if (!dash.empty())
        attributes.push_back({"stroke-dasharray", dash});
    m_markup.leaf("path", attributes);
    if (!head.empty())
        m_markup.leaf("path", {{"class", lineClass("head", line.style)}, {"d", pathData(head)}});
}

void SvgWriter::writeLabels(std::size_t index)
{
    const Line& line = m_diagram.lines[index];
    const auto& placed = m_placement.edges[index];
    writeEnd(line.fromLabel, placed.fromLabel);
    writeEnd(line.toLabel, placed.toLabel);
    const std::string text = shownLabel(line);
    if (text.empty() && !line.style)
        return;
    const double marker = line.style ? 2 * kMarkerRadius : 0;
    const double gap = line.style && !text.empty() ? kLabelPadding : 0;
    const double width = textWidth(text, kTextSize) + marker + gap;
    const double left = placed.label.x - width / 2;
    writeRect(rectAround(placed.label, {width + 2 * kLabelPadding, kTextHeight + 2}), "tag", 3);
    if (line.style)
        m_markup.leaf("path",
                      {{"class", lineClass("marker", line.style)},
                       {"d", pathData(markerOf(*line.style, {left + kMarkerRadius, placed.label.y}, kMarkerRadius))}});
    const double middle = left + marker + gap + (width - marker - gap) / 2;
    writeText(text, {middle, placed.label.y + kTextSize * 0.36}, "label middle", kTextSize);
}

void SvgWriter::writeEnd(const std::string& label, Point at)
{
    const std::string text = shownEnd(label);
    if (text.empty())
        return;
    const auto group = m_markup.element("g");
    if (text != markup::printable(label))
        writeTitle(label);
    writeRect(rectAround(at, {textWidth(text, kTextSize) + 2 * kLabelPadding, kTextHeight + 2}), "port", 3);
    writeText(text, {at.x, at.y + kTextSize * 0.36}, "label middle", kTextSize);
}

void SvgWriter::writeBox(std::size_t index)
{
    const Box& box = m_diagram.boxes[index];
    const std::vector<std::string> lines = shownLines(box);
    const double behind = box.shape == Shape::Stack ? 2 * kStackOffset : 0;
    const topology::layout::Size size = boxSize(box);
    const Rect outline = rectAround(m_placement.nodes[index], size);
    const auto group = m_markup.element("g");
    writeTitle(box.tooltip.empty() ? sentenceOf(box) : box.tooltip);
    m_markup.leaf("path",
                  {{"class", std::string(shapeClass(box.shape))}, {"d", pathData(outlineOf(box.shape, outline))}});
    writeHeat(box.heat, outlineOf(box.shape, outline));
    writeBadge(box, outline);
    // The front box of a stack is at the lower left.
    const double middle = (outline.left + outline.right - behind) / 2;
    const std::vector<double> baselines = baselinesOf(box, outline);
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const bool isName = at == 0;
        const std::string_view name = isName ? "name middle" : box.heat > 0 ? "label middle" : "middle";
        writeText(lines[at], {middle, baselines[at]}, name, isName ? kNameSize : kTextSize);
    }
}

void SvgWriter::writeHeat(double heat, const Outline& outline)
{
    if (heat > 0)
        m_markup.leaf(
            "path",
            {{"class", "heat"}, {"fill-opacity", fmt::format("{:.2f}", kMostHeat * heat)}, {"d", pathData(outline)}});
}

void SvgWriter::writeBadge(const Box& box, const Rect& outline)
{
    if (box.badge.empty())
        return;
    const Rect badge = badgeRect(box, outline);
    writeRect(badge, "badge", 3);
    writeText(shownBadge(box), {(badge.left + badge.right) / 2, (badge.top + badge.bottom) / 2 + kTextSize * 0.36},
              "badge-text middle", kTextSize);
}

void SvgWriter::writeLegend(double top)
{
    for (const LegendEntry& entry : m_legend.entries) {
        const Point at{kMargin + entry.at.x, top + entry.at.y};
        const bool hasSample = entry.shape || entry.width > 0;
        if (hasSample)
            writeSample(entry, at);
        writeText(entry.text, {at.x + (hasSample ? kSampleWidth + kLegendGap : 0), at.y + kTextSize * 0.36}, "legend",
                  kTextSize);
    }
}

void SvgWriter::writeSample(const LegendEntry& entry, Point at)
{
    const Point centre{at.x + kSampleWidth / 2, at.y};
    if (entry.shape) {
        m_markup.leaf("path", {{"class", std::string(shapeClass(*entry.shape))},
                               {"d", pathData(outlineOf(*entry.shape, rectAround(centre, {kSampleWidth, 16})))}});
        writeHeat(entry.heat, outlineOf(*entry.shape, rectAround(centre, {kSampleWidth, 16})));
        return;
    }
    topology::layout::Route route;
    lineTo(route, at);
    lineTo(route, {at.x + kSampleWidth, at.y});
    const std::string_view base = entry.sureness == Sureness::Ambiguous ? "line dotted" : "line";
    std::vector<Attribute> attributes{
        {"class", lineClass(base, entry.style)}, {"stroke-width", coordinate(entry.width)}, {"d", pathData(route)}};
    const std::string dash = dashes(entry.sureness, entry.width);
    if (!dash.empty())
        attributes.push_back({"stroke-dasharray", dash});
    m_markup.leaf("path", attributes);
    if (entry.style)
        m_markup.leaf("path", {{"class", lineClass("marker", entry.style)},
                               {"d", pathData(markerOf(*entry.style, centre, kMarkerRadius))}});
}

void SvgWriter::writeRemarks(double top)
{
    for (const std::string& remark : m_diagram.remarks) {
        top += kRemarkHeight;
        writeText(elide(markup::printable(remark), m_width, kTextSize), {kMargin, top}, "", kTextSize);
    }
}

void SvgWriter::writeText(std::string_view text, Point baseline, std::string_view name, double fontSize)
{
    std::vector<Attribute> attributes{{"x", coordinate(baseline.x)}, {"y", coordinate(baseline.y)}};
    if (!name.empty())
        attributes.push_back({"class", std::string(name)});
    // Where the width is a guess, the viewer keeps to it.
    if (isWidthGuessed(text) && text.find("…") != text.size() - std::string_view("…").size()) {
        attributes.push_back({"textLength", coordinate(textWidth(text, fontSize))});
        attributes.push_back({"lengthAdjust", "spacingAndGlyphs"});
    }
    m_markup.textElement("text", text, attributes);
}

void SvgWriter::writeRect(const Rect& rect, std::string_view name, double radius)
{
    m_markup.leaf("rect", {{"class", std::string(name)},
                           {"x", coordinate(rect.left)},
                           {"y", coordinate(rect.top)},
                           {"width", coordinate(rect.right - rect.left)},
                           {"height", coordinate(rect.bottom - rect.top)},
                           {"rx", coordinate(radius)}});
}

void SvgWriter::writeTitle(std::string_view text)
{
    if (!text.empty())
        m_markup.textElement("title", markup::clip(markup::printable(text), kTooltipColumns));
}

} // namespace

void writeSvg(MarkupWriter& markup, const Diagram& diagram, const Placement& placement, std::string_view idPrefix)
{
    SvgWriter(markup, diagram, placement, false).write(idPrefix);
}

markup::Literal styleSheet()
{
    return embedded::kStyle;
}

std::string toSvg(const Diagram& diagram, const Placement& placement)
{
    std::ostringstream out;
    MarkupWriter markup(out);
    SvgWriter(markup, diagram, placement, true).write("diagram");
    out << '\n';
    return out.str();
}

std::string toSvg(const Diagram& diagram)
{
    return toSvg(diagram, topology::layout::place(layoutRequest(diagram)));
}

} // namespace vnscope::views::diagram
