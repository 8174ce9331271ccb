// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/anatomy.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "views/diagram/text_size.hpp"
#include "views/markup/printable.hpp"

namespace vnscope::views::diagram {
namespace {

namespace layout = topology::layout;

constexpr double kMostBoxText = 190;
constexpr double kMostLabelText = 170;
constexpr double kMostEndText = 110;
constexpr double kLeastBox = 56;
constexpr std::size_t kMostLines = 6;

std::optional<layout::Size> labelSize(const Line& line)
{
    const std::string text = shownLabel(line);
    if (text.empty() && !line.style)
        return std::nullopt;
    const double marker = line.style ? 2 * kMarkerRadius : 0;
    const double gap = line.style && !text.empty() ? kLabelPadding : 0;
    return layout::Size{textWidth(text, kTextSize) + marker + gap + 2 * kLabelPadding, kTextHeight + 2};
}

std::optional<layout::Size> endSize(const std::string& label)
{
    const std::string text = shownEnd(label);
    if (text.empty())
        return std::nullopt;
    return layout::Size{textWidth(text, kTextSize) + 2 * kLabelPadding, kTextHeight + 2};
}

} // namespace

std::vector<std::string> shownLines(const Box& box)
{
    std::vector<std::string> shown;
    for (const std::string& line : box.lines) {
        if (shown.size() == kMostLines) {
            shown.back() = "…";
            break;
        }
        shown.push_back(elide(markup::printable(line), kMostBoxText, shown.empty() ? kNameSize : kTextSize));
    }
    if (shown.empty())
        shown.emplace_back();
    return shown;
}

std::string shownBadge(const Box& box)
{
    return elide(markup::printable(box.badge), kMostBoxText, kTextSize);
}

layout::Rect badgeRect(const Box& box, const layout::Rect& outline)
{
    const double behind = box.shape == Shape::Stack ? 2 * kStackOffset : 0;
    const double width = textWidth(shownBadge(box), kTextSize) + 2 * kLabelPadding;
    const double top = outline.top + behind + kBoxPadding - 2;
    return layout::rectAround({(outline.left + outline.right - behind) / 2, top + (kBadgeHeight - 2) / 2},
                              {width, kBadgeHeight - 2});
}

std::vector<double> baselinesOf(const Box& box, const layout::Rect& outline)
{
    constexpr double kDescent = 4;
    const std::size_t count = shownLines(box).size();
    const double behind = box.shape == Shape::Stack ? 2 * kStackOffset : 0; // The front box is at the lower left.
    const double badge = box.badge.empty() ? 0 : kBadgeHeight;
    const double height = badge + kNameHeight + kTextHeight * static_cast<double>(count - 1);
    double y = (outline.top + outline.bottom + behind - height) / 2 + badge;
    std::vector<double> baselines;
    for (std::size_t line = 0; line < count; ++line) {
        y += line == 0 ? kNameHeight : kTextHeight;
        baselines.push_back(y - kDescent);
    }
    return baselines;
}

layout::Size boxSize(const Box& box)
{
    const std::vector<std::string> lines = shownLines(box);
    double width = std::max(textWidth(lines.front(), kNameSize), textWidth(shownBadge(box), kTextSize));
    for (std::size_t at = 1; at < lines.size(); ++at)
        width = std::max(width, textWidth(lines[at], kTextSize));
    const double badge = box.badge.empty() ? 0 : kBadgeHeight;
    const double height = badge + kNameHeight + kTextHeight * static_cast<double>(lines.size() - 1);
    const double behind = box.shape == Shape::Stack ? 2 * kStackOffset : 0;
    return {std::max(width + 2 * kBoxPadding + 4, kLeastBox) + behind, height + 2 * kBoxPadding + behind};
}

std::string shownLabel(const Line& line)
{
    std::string text = line.sureness == Sureness::Ambiguous ? "?" : "";
    if (!text.empty() && !line.label.empty())
        text += ' ';
    return elide(text + markup::printable(line.label), kMostLabelText, kTextSize);
}

std::string shownEnd(const std::string& label)
{
    return elide(markup::printable(label), kMostEndText, kTextSize);
}

std::string sentenceOf(const Box& box)
{
    return fmt::format("{}{}", fmt::join(box.lines, " · "), box.badge.empty() ? box.badge : " · " + box.badge);
}

std::string sentenceOf(const Diagram& diagram, const Line& line)
{
    const auto end = [&](std::size_t box, const std::string& label) {
        const auto& lines = diagram.boxes[box].lines;
        const std::string name = lines.empty() ? std::string() : lines.front();
        return label.empty() ? name : fmt::format("{} ({})", name, label);
    };
    std::string sentence = fmt::format("{} {} {}", end(line.from, line.fromLabel), line.isDirected ? "→" : "–",
                                       end(line.to, line.toLabel));
    if (line.style && *line.style < diagram.styles.size())
        sentence += ", " + diagram.styles[*line.style];
    if (!line.label.empty())
        sentence += ", " + line.label;
    if (line.sureness != Sureness::Certain)
        sentence += fmt::format(", {}", toText(line.sureness));
    return sentence;
}

std::vector<std::string> groupsOf(const Diagram& diagram)
{
    std::vector<std::string> groups;
    for (const Box& box : diagram.boxes) {
        if (!box.group.empty() && std::find(groups.begin(), groups.end(), box.group) == groups.end())
            groups.push_back(box.group);
    }
    return groups;
}

layout::Request layoutRequest(const Diagram& diagram, layout::Direction direction)
{
    layout::Request request;
    request.direction = direction;
    const std::vector<std::string> groups = groupsOf(diagram);
    std::map<std::string, std::size_t> numbers;
    for (const std::string& group : groups)
        numbers.emplace(group, numbers.size());
    request.groups.assign(groups.size(), {kTextHeight});
    for (const Box& box : diagram.boxes) {
        const auto group = numbers.find(box.group);
        request.nodes.push_back({boxSize(box), group == numbers.end() ? std::nullopt : std::optional(group->second)});
    }
    for (const Line& line : diagram.lines) {
        request.edges.push_back(
            {line.from, line.to, line.isDirected, labelSize(line), endSize(line.fromLabel), endSize(line.toLabel)});
    }
    return request;
}

} // namespace vnscope::views::diagram
