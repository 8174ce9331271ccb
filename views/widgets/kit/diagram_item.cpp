// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/diagram_item.hpp"

#include <algorithm>

#include <QPainterPath>
#include <QPainterPathStroker>

#include "views/diagram/anatomy.hpp"
#include "views/diagram/text_size.hpp"
#include "views/widgets/kit/diagram_painter.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

namespace layout = vnscope::topology::layout;
using Kind = DiagramItem::Kind;

constexpr double kReach = 5; ///< Pixels beside a line that still count as on it.

bool isSameLine(const diagram::Diagram& a, const diagram::Line& one, const diagram::Diagram& b,
                const diagram::Line& other)
{
    return a.boxes[one.from].id == b.boxes[other.from].id && a.boxes[one.to].id == b.boxes[other.to].id &&
           one.fromLabel == other.fromLabel && one.toLabel == other.toLabel;
}

bool isOnTag(const std::string& text, layout::Point centre, QPointF at)
{
    return !text.empty() &&
           toQRect(rectAround(centre, {diagram::textWidth(text, diagram::kTextSize) + 2 * diagram::kLabelPadding,
                                       diagram::kTextHeight + 2}))
               .contains(at);
}

bool isOnLine(const diagram::Line& line, const layout::EdgePlacement& placed, QPointF at, double scale)
{
    if (isOnTag(diagram::shownEnd(line.fromLabel), placed.fromLabel, at) ||
        isOnTag(diagram::shownEnd(line.toLabel), placed.toLabel, at) || isOnTag(shownLabel(line), placed.label, at))
        return true;
    const QPainterPath path = toPath(placed.route);
    const double reach = diagram::lineWidth(line.weight) / 2 + kReach / scale;
    if (!path.controlPointRect().adjusted(-reach, -reach, reach, reach).contains(at))
        return false;
    QPainterPathStroker stroker;
    stroker.setWidth(2 * reach);
    return stroker.createStroke(path).contains(at);
}

} // namespace

QRectF boxRect(const diagram::Diagram& diagram, const layout::Placement& placement, std::size_t box)
{
    return toQRect(rectAround(placement.nodes.at(box), boxSize(diagram.boxes.at(box))));
}

std::optional<DiagramItem> itemAt(const diagram::Diagram& diagram, const layout::Placement& placement, QPointF at,
                                  double scale)
{
    for (std::size_t index = diagram.boxes.size(); index-- > 0;)
        if (boxRect(diagram, placement, index).contains(at))
            return DiagramItem{Kind::Box, index};
    for (std::size_t index = diagram.lines.size(); index-- > 0;)
        if (isOnLine(diagram.lines[index], placement.edges[index], at, scale))
            return DiagramItem{Kind::Line, index};
    return std::nullopt;
}

std::optional<DiagramItem> sameItem(const diagram::Diagram& diagram, const DiagramItem& item,
                                    const diagram::Diagram& other)
{
    if (item.kind == Kind::Box) {
        const auto found = std::ranges::find(other.boxes, diagram.boxes[item.index].id, &diagram::Box::id);
        if (found == other.boxes.end())
            return std::nullopt;
        return DiagramItem{Kind::Box, static_cast<std::size_t>(found - other.boxes.begin())};
    }
    const diagram::Line& line = diagram.lines[item.index];
    const auto found = std::ranges::find_if(
        other.lines, [&](const diagram::Line& its) { return isSameLine(diagram, line, other, its); });
    if (found == other.lines.end())
        return std::nullopt;
    return DiagramItem{Kind::Line, static_cast<std::size_t>(found - other.lines.begin())};
}

QString sentenceOf(const diagram::Diagram& diagram, const DiagramItem& item)
{
    return printable(item.kind == Kind::Box ? diagram::sentenceOf(diagram.boxes[item.index])
                                            : diagram::sentenceOf(diagram, diagram.lines[item.index]));
}

QString toolTipOf(const diagram::Diagram& diagram, const DiagramItem& item)
{
    const std::string& more =
        item.kind == Kind::Box ? diagram.boxes[item.index].tooltip : diagram.lines[item.index].tooltip;
    QString text = sentenceOf(diagram, item);
    if (!more.empty())
        text += QLatin1Char('\n') + printable(more);
    return QStringLiteral("<p style='white-space:pre-wrap'>") + text.toHtmlEscaped() + QStringLiteral("</p>");
}

} // namespace vnscope::views::widgets::kit
