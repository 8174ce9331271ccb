// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/diagram_painter.hpp"

#include <algorithm>

#include <QFontMetricsF>
#include <QPainter>

#include "views/diagram/anatomy.hpp"
#include "views/diagram/text_size.hpp"
#include "views/markup/printable.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

namespace layout = vnscope::topology::layout;
using diagram::Stroke;
using layout::Point;
using layout::Rect;

constexpr double kDim = 0.22; ///< Opacity of what is not asked for.
constexpr double kHalo = 7;   ///< How much wider than its line the halo of a found one is.
constexpr double kOutlineWidth = 1.2;
constexpr double kBridgeWidth = 1.8;
constexpr double kFoundWidth = 2.6;

QPointF toQPoint(Point point)
{
    return {point.x, point.y};
}

/// A quarter of a circle as one Bézier curve; the error is a ten-thousandth of its radius.
void addCorner(QPainterPath& path, Point corner, Point to)
{
    constexpr double kRound = 0.5522847498;
    const QPointF from = path.currentPosition();
    path.cubicTo(from + (toQPoint(corner) - from) * kRound, toQPoint(to) + (toQPoint(corner) - toQPoint(to)) * kRound,
                 toQPoint(to));
}

bool isIn(const std::vector<bool>& set, std::size_t index)
{
    return index < set.size() && set[index];
}

} // namespace

QPainterPath toPath(const diagram::Outline& outline)
{
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    for (const Stroke& stroke : outline) {
        switch (stroke.kind) {
        case Stroke::Kind::Move: path.moveTo(toQPoint(stroke.to)); break;
        case Stroke::Kind::Line: path.lineTo(toQPoint(stroke.to)); break;
        case Stroke::Kind::Corner: addCorner(path, stroke.corner, stroke.to); break;
        case Stroke::Kind::Close: path.closeSubpath(); break;
        }
    }
    return path;
}

QPainterPath toPath(const layout::Route& route)
{
    QPainterPath path;
    if (route.empty())
        return path;
    path.moveTo(toQPoint(route.front()));
    for (std::size_t at = 1; at + 2 < route.size(); at += 3)
        path.cubicTo(toQPoint(route[at]), toQPoint(route[at + 1]), toQPoint(route[at + 2]));
    return path;
}

QRectF toQRect(const Rect& rect)
{
    return {QPointF(rect.left, rect.top), QPointF(rect.right, rect.bottom)};
}

DiagramPainter::DiagramPainter(QPainter& painter, const Theme& theme, const QFont& font)
    : m_painter(painter), m_theme(theme), m_font(font)
{
    m_painter.setRenderHint(QPainter::Antialiasing);
}

/// Boxes hide the lines behind them, labels stand above all.
void DiagramPainter::paint(const diagram::Diagram& diagram, const layout::Placement& placement,
                           const Emphasis& emphasis)
{
    m_diagram = &diagram;
    m_placement = &placement;
    m_emphasis = &emphasis;
    paintFrames();
    if (const auto& current = emphasis.currentBox) // Below the lines: it would hide their arrow heads.
        paintRing(rectAround(placement.nodes[*current], boxSize(diagram.boxes[*current])));
    for (std::size_t index = 0; index < diagram.lines.size(); ++index)
        paintLine(index);
    setDim(false);
    paintFrameNames();
    for (std::size_t index = 0; index < diagram.boxes.size(); ++index)
        paintBox(index);
    for (std::size_t index = 0; index < diagram.lines.size(); ++index)
        paintLabels(index);
    setDim(false);
}

void DiagramPainter::paintFrames()
{
    m_painter.setPen(QPen(m_theme.grid(), 1));
    m_painter.setBrush(m_theme.panel());
    for (const Rect& frame : m_placement->groups)
        m_painter.drawRoundedRect(toQRect(frame), 8, 8);
}

void DiagramPainter::paintFrameNames()
{
    const std::vector<std::string> groups = groupsOf(*m_diagram);
    for (std::size_t index = 0; index < groups.size(); ++index) {
        const Rect& frame = m_placement->groups[index];
        const double width = frame.right - frame.left - 2 * diagram::kBoxPadding;
        const std::string name = diagram::elide(markup::printable(groups[index]), width, diagram::kTextSize);
        paintText(name, {frame.left + diagram::kBoxPadding, frame.top + diagram::kTextHeight}, width,
                  diagram::kTextSize, m_theme.faintText(), Anchor::Left);
    }
}

void DiagramPainter::paintLine(std::size_t index)
{
    const diagram::Line& line = m_diagram->lines[index];
    layout::Route route = m_placement->edges[index].route;
    if (route.empty())
        return;
    setDim(isIn(m_emphasis->dimLines, index));
    const double width = diagram::lineWidth(line.weight);
    const diagram::Outline head = line.isDirected ? diagram::cutArrowHead(route, width) : diagram::Outline();
    const QPainterPath path = toPath(route);
    m_painter.setBrush(Qt::NoBrush);
    if (isIn(m_emphasis->foundLines, index) || m_emphasis->currentLine == index) {
        m_painter.setPen(QPen(m_theme.selection(), width + kHalo, Qt::SolidLine, Qt::RoundCap));
        m_painter.drawPath(path);
    }
    m_painter.setPen(linePen(line.style, line.sureness, width));
    m_painter.drawPath(path);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(hueOf(line.style));
    m_painter.drawPath(toPath(head));
}

void DiagramPainter::paintLabels(std::size_t index)
{
    const diagram::Line& line = m_diagram->lines[index];
    const auto& placed = m_placement->edges[index];
    setDim(isIn(m_emphasis->dimLines, index));
    paintEnd(line.fromLabel, placed.fromLabel);
    paintEnd(line.toLabel, placed.toLabel);
    const std::string text = shownLabel(line);
    if (text.empty() && !line.style)
        return;
    const double marker = line.style ? 2 * diagram::kMarkerRadius : 0;
    const double gap = line.style && !text.empty() ? diagram::kLabelPadding : 0;
    const double words = diagram::textWidth(text, diagram::kTextSize);
    const double width = words + marker + gap;
    const double left = placed.label.x - width / 2;
    paintTag(placed.label, width, false);
    if (line.style)
        paintMarker(*line.style, {left + diagram::kMarkerRadius, placed.label.y});
    paintText(text, {left + marker + gap + words / 2, placed.label.y + diagram::kTextSize * 0.36}, words,
              diagram::kTextSize, m_theme.text(), Anchor::Middle);
}

void DiagramPainter::paintEnd(const std::string& label, Point at)
{
    const std::string text = diagram::shownEnd(label);
    if (text.empty())
        return;
    const double width = diagram::textWidth(text, diagram::kTextSize);
    paintTag(at, width, true);
    paintText(text, {at.x, at.y + diagram::kTextSize * 0.36}, width, diagram::kTextSize, m_theme.text(),
              Anchor::Middle);
}

/// The ground under a label, so that the line does not run through it.
void DiagramPainter::paintTag(Point centre, double textWidth, bool hasFrame)
{
    m_painter.setPen(hasFrame ? QPen(m_theme.grid(), 1) : QPen(Qt::NoPen));
    m_painter.setBrush(m_theme.ground());
    m_painter.drawRoundedRect(
        toQRect(rectAround(centre, {textWidth + 2 * diagram::kLabelPadding, diagram::kTextHeight + 2})), 3, 3);
}

void DiagramPainter::paintBox(std::size_t index)
{
    const diagram::Box& box = m_diagram->boxes[index];
    const Rect outline = rectAround(m_placement->nodes[index], boxSize(box));
    setDim(false);
    m_painter.fillPath(toPath(diagram::outlineOf(box.shape, outline)), m_theme.ground()); // Hides lines if dim, too.
    setDim(isIn(m_emphasis->dimBoxes, index));
    paintOutline(box.shape, outline);
    paintHeat(box.heat, box.shape, outline);
    paintBadge(box, outline);
    if (isIn(m_emphasis->foundBoxes, index)) {
        m_painter.setPen(QPen(m_theme.text(), kFoundWidth));
        m_painter.setBrush(m_theme.selection());
        m_painter.drawPath(toPath(diagram::outlineOf(box.shape, outline)));
    }
    const std::vector<std::string> lines = shownLines(box);
    const double behind = box.shape == diagram::Shape::Stack ? 2 * diagram::kStackOffset : 0;
    // The front box of a stack is at the lower left.
    const double middle = (outline.left + outline.right - behind) / 2;
    const double width = outline.right - outline.left - behind - diagram::kBoxPadding;
    const std::vector<double> baselines = baselinesOf(box, outline);
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const bool isName = at == 0;
        paintText(lines[at], {middle, baselines[at]}, width, isName ? diagram::kNameSize : diagram::kTextSize,
                  isName || box.heat > 0 ? m_theme.text() : m_theme.faintText(), Anchor::Middle);
    }
}

void DiagramPainter::paintHeat(double heat, diagram::Shape shape, const Rect& box)
{
    if (heat <= 0)
        return;
    QColor colour = m_theme.alarm();
    colour.setAlphaF(static_cast<float>(diagram::kMostHeat * heat));
    m_painter.fillPath(toPath(diagram::outlineOf(shape, box)), colour);
}

void DiagramPainter::paintBadge(const diagram::Box& box, const Rect& outline)
{
    if (box.badge.empty())
        return;
    const QRectF badge = toQRect(badgeRect(box, outline));
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_theme.alarm());
    m_painter.drawRoundedRect(badge, 3, 3);
    paintText(shownBadge(box), {badge.center().x(), badge.center().y() + diagram::kTextSize * 0.36},
              badge.width() - diagram::kLabelPadding, diagram::kTextSize, m_theme.ground(), Anchor::Middle);
}

void DiagramPainter::paintRing(const Rect& box)
{
    QColor colour = m_theme.selection();
    colour.setAlpha(255);
    m_painter.setPen(QPen(colour, kFoundWidth));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawRoundedRect(toQRect(box).adjusted(-3, -3, 3, 3), 5, 5);
}

void DiagramPainter::paintOutline(diagram::Shape shape, const Rect& box)
{
    QPen pen(m_theme.faintText(), shape == diagram::Shape::Bridge ? kBridgeWidth : kOutlineWidth);
    pen.setJoinStyle(Qt::RoundJoin);
    const bool isSegment = shape == diagram::Shape::Segment;
    if (isSegment)
        pen.setDashPattern({4 / kOutlineWidth, 3 / kOutlineWidth});
    m_painter.setPen(pen);
    m_painter.setBrush(isSegment ? m_theme.ground() : m_theme.panel());
    m_painter.drawPath(toPath(diagram::outlineOf(shape, box)));
}

void DiagramPainter::paintMarker(std::size_t style, Point centre)
{
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(hueOf(style));
    m_painter.drawPath(toPath(diagram::markerOf(style, centre, diagram::kMarkerRadius)));
}

void DiagramPainter::paintLegend(const diagram::Legend& legend, QPointF topLeft)
{
    for (const diagram::LegendEntry& entry : legend.entries) {
        const Point at{topLeft.x() + entry.at.x, topLeft.y() + entry.at.y};
        const Point centre{at.x + diagram::kSampleWidth / 2, at.y};
        const bool hasSample = entry.shape || entry.width > 0;
        if (entry.shape) {
            const Rect sample = rectAround(centre, {diagram::kSampleWidth, 16});
            paintOutline(*entry.shape, sample);
            paintHeat(entry.heat, *entry.shape, sample);
        } else if (hasSample) {
            m_painter.setPen(linePen(entry.style, entry.sureness, entry.width));
            m_painter.drawLine(QPointF(at.x, at.y), QPointF(at.x + diagram::kSampleWidth, at.y));
            if (entry.style)
                paintMarker(*entry.style, centre);
        }
        const double indent = hasSample ? diagram::kSampleWidth + diagram::kLegendGap : 0;
        const double width = diagram::textWidth(entry.text, diagram::kTextSize);
        paintText(entry.text, {at.x + indent, at.y + diagram::kTextSize * 0.36}, width, diagram::kTextSize,
                  m_theme.text(), Anchor::Left);
    }
}

void DiagramPainter::paintRemark(const QString& text, QPointF topLeft, double width)
{
    m_font.setPixelSize(static_cast<int>(diagram::kTextSize));
    m_painter.setFont(m_font);
    m_painter.setPen(m_theme.faintText());
    const QFontMetricsF metrics(m_font);
    m_painter.drawText(topLeft + QPointF(0, metrics.ascent()), metrics.elidedText(text, Qt::ElideRight, width));
}

/// The font may be wider than the room that was made for it (anatomy.hpp): then letters move together.
void DiagramPainter::paintText(std::string_view text, QPointF baseline, double width, double size, const QColor& colour,
                               Anchor anchor)
{
    if (text.empty())
        return;
    m_font.setPixelSize(static_cast<int>(size));
    m_painter.setFont(m_font);
    m_painter.setPen(colour);
    const QString words = toQString(text);
    const double needed = QFontMetricsF(m_font).horizontalAdvance(words);
    const double squeeze = needed > width && width > 0 ? width / needed : 1;
    const double left = anchor == Anchor::Middle ? baseline.x() - needed * squeeze / 2 : baseline.x();
    m_painter.save();
    m_painter.translate(left, baseline.y());
    m_painter.scale(squeeze, 1);
    m_painter.drawText(QPointF(0, 0), words);
    m_painter.restore();
}

QColor DiagramPainter::hueOf(const std::optional<std::size_t>& style) const
{
    return style ? m_theme.series(*style) : m_theme.faintText();
}

QPen DiagramPainter::linePen(const std::optional<std::size_t>& style, diagram::Sureness sureness, double width) const
{
    QPen pen(hueOf(style), width);
    const bool isDotted = sureness == diagram::Sureness::Ambiguous;
    pen.setCapStyle(isDotted ? Qt::RoundCap : Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    QList<qreal> pattern;
    for (const double length : diagram::dashPattern(sureness, width)) // Qt counts in widths of the line.
        pattern.push_back(length / width);
    if (!pattern.isEmpty())
        pen.setDashPattern(pattern);
    return pen;
}

void DiagramPainter::setDim(bool isDim)
{
    m_painter.setOpacity(isDim ? kDim : 1);
}

} // namespace vnscope::views::widgets::kit
