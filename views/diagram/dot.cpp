// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/dot.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "views/chart/palette.hpp"
#include "views/diagram/anatomy.hpp"
#include "views/diagram/strokes.hpp"
#include "views/markup/printable.hpp"

namespace vnscope::views::diagram {
namespace {

constexpr std::size_t kMostColumns = 500;

/// Text inside a quoted string: dot reads backslashes and, in labels, entities of HTML.
std::string escaped(std::string_view text)
{
    std::string out;
    for (const char character : markup::clip(markup::printable(text), kMostColumns)) {
        switch (character) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '&': out += "&amp;"; break;
        default: out += character;
        }
    }
    return out;
}

std::string quotedId(std::string_view text)
{
    return '"' + escaped(text) + '"';
}

std::string_view shapeName(Shape shape)
{
    switch (shape) {
    case Shape::Bridge: return "box";
    case Shape::Device: return "box";
    case Shape::Station: return "ellipse";
    case Shape::Segment: return "hexagon";
    case Shape::Stack: return "box3d";
    case Shape::Place: return "octagon";
    }
    return "box";
}

std::string_view strokeName(Sureness sureness)
{
    switch (sureness) {
    case Sureness::Certain: return "solid";
    case Sureness::Inferred: return "dashed";
    case Sureness::Ambiguous: return "dotted";
    }
    return "solid";
}

std::string boxText(const Diagram& diagram, std::size_t index)
{
    const Box& box = diagram.boxes[index];
    std::string label = box.badge.empty() ? std::string() : "[" + escaped(box.badge) + "]";
    for (const std::string& line : box.lines)
        label += (label.empty() ? "" : "\\n") + escaped(line);
    const std::string_view borders = box.shape == Shape::Bridge ? ", peripheries=2" : "";
    // A light red of this strength, with all digits that tell strengths apart.
    const std::string heat = box.heat > 0
                                 ? fmt::format(", style=filled, fillcolor=\"0.0 {:.2f} 1.0\"", kMostHeat * box.heat)
                                 : std::string();
    const std::string tooltip = box.tooltip.empty() ? std::string() : ", tooltip=" + quotedId(box.tooltip);
    return fmt::format("n{} [id={}, label=\"{}\", shape={}{}{}{}];\n", index, quotedId(box.id), label,
                       shapeName(box.shape), borders, heat, tooltip);
}

std::string lineLabel(const Diagram& diagram, const Line& line)
{
    std::vector<std::string> parts;
    if (line.sureness == Sureness::Ambiguous)
        parts.emplace_back("?");
    if (!line.label.empty())
        parts.push_back(escaped(line.label));
    if (line.style && *line.style < diagram.styles.size())
        parts.push_back(escaped(diagram.styles[*line.style]));
    return fmt::format("{}", fmt::join(parts, " "));
}

std::string lineText(const Diagram& diagram, const Line& line)
{
    std::string text = fmt::format("  n{} -> n{} [dir={}, style={}, penwidth={}", line.from, line.to,
                                   line.isDirected ? "forward" : "none", strokeName(line.sureness),
                                   coordinate(lineWidth(line.weight)));
    if (line.style)
        text += fmt::format(", color=\"{}\"", chart::hex(chart::seriesStyle(*line.style).light));
    const std::string label = lineLabel(diagram, line);
    if (!label.empty())
        text += ", label=\"" + label + '"';
    if (!line.fromLabel.empty())
        text += ", taillabel=" + quotedId(line.fromLabel);
    if (!line.toLabel.empty())
        text += ", headlabel=" + quotedId(line.toLabel);
    if (!line.tooltip.empty())
        text += ", tooltip=" + quotedId(line.tooltip);
    return text + "];\n";
}

} // namespace

std::string toDot(const Diagram& diagram)
{
    std::string text = "digraph " + quotedId(diagram.title) + " {\n";
    text += "  graph [label=" + quotedId(diagram.title) + ", fontname=\"sans-serif\"];\n";
    text += "  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9];\n";
    const std::vector<std::string> groups = groupsOf(diagram);
    for (std::size_t group = 0; group < groups.size(); ++group) {
        text += fmt::format("  subgraph cluster{} {{\n    label={};\n", group, quotedId(groups[group]));
        for (std::size_t index = 0; index < diagram.boxes.size(); ++index) {
            if (diagram.boxes[index].group == groups[group])
                text += "    " + boxText(diagram, index);
        }
        text += "  }\n";
    }
    for (std::size_t index = 0; index < diagram.boxes.size(); ++index) {
        if (diagram.boxes[index].group.empty())
            text += "  " + boxText(diagram, index);
    }
    for (const Line& line : diagram.lines)
        text += lineText(diagram, line);
    return text + "}\n";
}

} // namespace vnscope::views::diagram
