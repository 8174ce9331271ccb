// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/diagram_view.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include "views/diagram/anatomy.hpp"
#include "views/diagram/text_size.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

namespace layout = vnscope::topology::layout;
using Kind = DiagramView::Item::Kind;

constexpr double kMargin = 16;
constexpr double kRemarkHeight = 17;
constexpr double kWheelZoom = 1.2;
constexpr double kKeyZoom = 1.4;
constexpr double kKeyMove = 60;
constexpr double kNearest = 8; ///< Zoom.
constexpr double kFarthest = 0.02;
constexpr double kLeastReadable = 0.7; ///< Zoom at which a diagram is shown at first.
constexpr double kMostFitted = 3;      ///< A small diagram is not blown up beyond this.
constexpr double kClickDistance = 4;
constexpr double kReach = 5;            ///< Pixels beside a line that still count as on it.
constexpr double kDegreesPerStep = 120; ///< Of a wheel, in Qt's eighths of a degree.

bool isSameLine(const diagram::Diagram& a, const diagram::Line& one, const diagram::Diagram& b,
                const diagram::Line& other)
{
    return a.boxes[one.from].id == b.boxes[other.from].id && a.boxes[one.to].id == b.boxes[other.to].id &&
           one.fromLabel == other.fromLabel && one.toLabel == other.toLabel;
}

QRectF tagRect(layout::Point centre, const std::string& text)
{
    return toQRect(rectAround(
        centre, {diagram::textWidth(text, diagram::kTextSize) + 2 * diagram::kLabelPadding, diagram::kTextHeight + 2}));
}

} // namespace

DiagramView::DiagramView(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

void DiagramView::setDiagram(diagram::Diagram diagram, layout::Placement placement)
{
    const auto kept = sameIn(diagram);
    const bool hasGone = m_current && !kept;
    m_diagram = std::move(diagram);
    m_placement = std::move(placement);
    m_emphasis = {};
    m_current = kept;
    if (m_isHome)
        home();
    setAccessibleName(printable(m_diagram.title));
    describe();
    update();
    if (hasGone)
        emit currentChanged();
}

/// What is chosen, in another diagram.
std::optional<DiagramView::Item> DiagramView::sameIn(const diagram::Diagram& later) const
{
    if (!m_current)
        return std::nullopt;
    if (m_current->kind == Kind::Box) {
        const auto found = std::ranges::find(later.boxes, m_diagram.boxes[m_current->index].id, &diagram::Box::id);
        if (found == later.boxes.end())
            return std::nullopt;
        return Item{Kind::Box, static_cast<std::size_t>(found - later.boxes.begin())};
    }
    const diagram::Line& line = m_diagram.lines[m_current->index];
    const auto found = std::ranges::find_if(
        later.lines, [&](const diagram::Line& other) { return isSameLine(m_diagram, line, later, other); });
    if (found == later.lines.end())
        return std::nullopt;
    return Item{Kind::Line, static_cast<std::size_t>(found - later.lines.begin())};
}

void DiagramView::setWeights(const std::vector<double>& weights)
{
    for (std::size_t index = 0; index < m_diagram.lines.size() && index < weights.size(); ++index)
        m_diagram.lines[index].weight = weights[index];
    if (m_isHome) // The legend may be higher.
        home();
    update();
}

void DiagramView::setRemarks(QStringList remarks)
{
    m_remarks = std::move(remarks);
    if (m_isHome)
        home();
    update();
}

void DiagramView::setEmphasis(Emphasis emphasis)
{
    m_emphasis = std::move(emphasis);
    update();
}

void DiagramView::setCurrent(const std::optional<Item>& item)
{
    if (item == m_current)
        return;
    m_current = item;
    if (item)
        showItem(*item);
    describe();
    update();
    emit currentChanged();
}

void DiagramView::describe()
{
    QString text = printable(m_diagram.description);
    if (m_current && m_current->kind == Kind::Box)
        text = printable(sentenceOf(m_diagram.boxes[m_current->index])) + QStringLiteral(". ") + text;
    else if (m_current)
        text = printable(sentenceOf(m_diagram, m_diagram.lines[m_current->index])) + QStringLiteral(". ") + text;
    setAccessibleDescription(text);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

QStringList DiagramView::allRemarks() const
{
    QStringList remarks;
    for (const std::string& remark : m_diagram.remarks)
        remarks.push_back(printable(remark));
    return remarks + m_remarks;
}

double DiagramView::footHeight(double width) const
{
    const double legend = makeLegend(m_diagram, width - 2 * kMargin).height;
    return legend + static_cast<double>(allRemarks().size()) * kRemarkHeight + kMargin;
}

DiagramView::Camera DiagramView::cameraFor(const QSizeF& size, double least) const
{
    const QSizeF room(std::max(1.0, size.width() - 2 * kMargin),
                      std::max(1.0, size.height() - footHeight(size.width()) - 2 * kMargin));
    const double width = std::max(1.0, m_placement.size.width);
    const double height = std::max(1.0, m_placement.size.height);
    const double all = std::min({room.width() / width, room.height() / height, kMostFitted});
    const double scale = std::max(all, least);
    return {scale,
            {kMargin + std::max(0.0, room.width() - width * scale) / 2,
             kMargin + std::max(0.0, room.height() - height * scale) / 2}};
}

void DiagramView::take(const Camera& camera)
{
    m_scale = camera.scale;
    m_origin = camera.origin;
    update();
}

/// Everything, if its names can be read.
void DiagramView::home()
{
    take(cameraFor(size(), kLeastReadable));
    m_isHome = true;
}

void DiagramView::fit()
{
    take(cameraFor(size()));
    m_isHome = false;
}

void DiagramView::zoom(double factor, QPointF about)
{
    const double scale = std::clamp(m_scale * factor, kFarthest, kNearest);
    m_origin = about + (m_origin - about) * (scale / m_scale);
    m_scale = scale;
    m_isHome = false;
    update();
}

void DiagramView::moveBy(QPointF by)
{
    m_origin += by;
    m_isHome = false;
    update();
}

void DiagramView::showItem(const Item& item)
{
    const QRectF place =
        item.kind == Kind::Box
            ? boxRect(item.index)
            : QRectF(m_origin + toPath(m_placement.edges[item.index].route).boundingRect().center() * m_scale,
                     QSizeF(1, 1));
    const QRectF room = QRectF(rect()).adjusted(0, 0, 0, -footHeight(width()));
    if (!room.contains(place.center()))
        moveBy(room.center() - place.center());
}

QPointF DiagramView::toDiagram(QPointF position) const
{
    return (position - m_origin) / m_scale;
}

QRectF DiagramView::boxRect(std::size_t index) const
{
    const QRectF box = toQRect(rectAround(m_placement.nodes.at(index), boxSize(m_diagram.boxes.at(index))));
    return {m_origin + box.topLeft() * m_scale, box.size() * m_scale};
}

std::optional<DiagramView::Item> DiagramView::itemAt(QPointF position) const
{
    for (std::size_t index = m_diagram.boxes.size(); index-- > 0;)
        if (boxRect(index).contains(position))
            return Item{Kind::Box, index};
    const QPointF at = toDiagram(position);
    for (std::size_t index = m_diagram.lines.size(); index-- > 0;)
        if (isOnLine(index, at))
            return Item{Kind::Line, index};
    return std::nullopt;
}

bool DiagramView::isOnLine(std::size_t index, QPointF at) const
{
    const diagram::Line& line = m_diagram.lines[index];
    const layout::EdgePlacement& placed = m_placement.edges[index];
    const auto isOnTag = [&](const std::string& text, layout::Point centre) {
        return !text.empty() && tagRect(centre, text).contains(at);
    };
    if (isOnTag(diagram::shownEnd(line.fromLabel), placed.fromLabel) ||
        isOnTag(diagram::shownEnd(line.toLabel), placed.toLabel) || isOnTag(shownLabel(line), placed.label))
        return true;
    const QPainterPath path = toPath(placed.route);
    const double reach = diagram::lineWidth(line.weight) / 2 + kReach / m_scale;
    if (!path.controlPointRect().adjusted(-reach, -reach, reach, reach).contains(at))
        return false;
    QPainterPathStroker stroker;
    stroker.setWidth(2 * reach);
    return stroker.createStroke(path).contains(at);
}

QString DiagramView::toolTipOf(const Item& item) const
{
    const bool isBox = item.kind == Kind::Box;
    const std::string& more = isBox ? m_diagram.boxes[item.index].tooltip : m_diagram.lines[item.index].tooltip;
    QString text = isBox ? printable(sentenceOf(m_diagram.boxes[item.index]))
                         : printable(sentenceOf(m_diagram, m_diagram.lines[item.index]));
    if (!more.empty())
        text += QLatin1Char('\n') + printable(more);
    return QStringLiteral("<p style='white-space:pre-wrap'>") + text.toHtmlEscaped() + QStringLiteral("</p>");
}

bool DiagramView::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto item = itemAt(help->pos()))
        QToolTip::showText(help->globalPos(), toolTipOf(*item), this);
    else
        QToolTip::hideText();
    return true;
}

void DiagramView::paintEvent(QPaintEvent* event)
{
    static_cast<void>(event);
    Emphasis emphasis = m_emphasis;
    if (m_current && m_current->kind == Kind::Box)
        emphasis.currentBox = m_current->index;
    else if (m_current)
        emphasis.currentLine = m_current->index;
    QPainter painter(this);
    paintAll(painter, size(), {m_scale, m_origin}, emphasis);
    paintHint(painter);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

/// Where only a part is seen, that there is more.
void DiagramView::paintHint(QPainter& painter) const
{
    const QRectF room = QRectF(rect()).adjusted(0, 0, 0, -footHeight(width()));
    const QRectF all(m_origin, QSizeF(m_placement.size.width, m_placement.size.height) * m_scale);
    if (room.contains(all))
        return;
    const Theme theme(palette());
    const QString text = Tr::tr("There is more: drag, or press 0 for all");
    painter.setFont(font());
    painter.setPen(theme.faintText());
    painter.drawText(room.adjusted(kMargin, 0, -kMargin, -2), Qt::AlignRight | Qt::AlignBottom, text);
}

void DiagramView::renderTo(QPainter& painter, const QSizeF& size) const
{
    paintAll(painter, size, cameraFor(size), m_emphasis);
}

void DiagramView::paintAll(QPainter& painter, const QSizeF& size, const Camera& camera, const Emphasis& emphasis) const
{
    const Theme theme(palette());
    painter.fillRect(QRectF(QPointF(0, 0), size), theme.ground());
    DiagramPainter diagramPainter(painter, theme, font());
    painter.save();
    painter.setClipRect(QRectF(0, 0, size.width(), size.height() - footHeight(size.width())));
    painter.translate(camera.origin);
    painter.scale(camera.scale, camera.scale);
    diagramPainter.paint(m_diagram, m_placement, emphasis);
    painter.restore();
    paintFoot(diagramPainter, size);
}

void DiagramView::paintFoot(DiagramPainter& painter, const QSizeF& size) const
{
    double top = size.height() - footHeight(size.width()) + kMargin / 2;
    const diagram::Legend legend = makeLegend(m_diagram, size.width() - 2 * kMargin);
    painter.paintLegend(legend, {kMargin, top});
    top += legend.height;
    for (const QString& remark : allRemarks()) {
        painter.paintRemark(remark, {kMargin, top}, size.width() - 2 * kMargin);
        top += kRemarkHeight;
    }
}

void DiagramView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (m_isHome)
        home();
}

void DiagramView::wheelEvent(QWheelEvent* event)
{
    zoom(std::pow(kWheelZoom, event->angleDelta().y() / kDegreesPerStep), event->position());
    event->accept();
}

void DiagramView::mousePressEvent(QMouseEvent* event)
{
    m_isPressed = event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton;
    m_isDragged = false;
    m_pressedAt = event->position();
}

void DiagramView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_isPressed) {
        setCursor(itemAt(event->position()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
        return;
    }
    const QPointF by = event->position() - m_pressedAt;
    if (!m_isDragged && std::hypot(by.x(), by.y()) < kClickDistance)
        return;
    m_isDragged = true;
    m_pressedAt = event->position();
    moveBy(by);
}

void DiagramView::mouseReleaseEvent(QMouseEvent* event)
{
    const bool isClick = m_isPressed && !m_isDragged && event->button() == Qt::LeftButton;
    m_isPressed = false;
    if (!isClick)
        return;
    setCurrent(itemAt(event->position()));
    activate();
}

void DiagramView::activate()
{
    if (!m_current)
        return;
    if (m_current->kind == Kind::Box)
        emit boxActivated(m_current->index);
    else
        emit lineActivated(m_current->index);
}

void DiagramView::keyPressEvent(QKeyEvent* event)
{
    const QPointF middle = QRectF(rect()).center();
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(kKeyZoom, middle); return;
    case Qt::Key_Minus: zoom(1 / kKeyZoom, middle); return;
    case Qt::Key_0: fit(); return;
    case Qt::Key_Left: moveBy({kKeyMove, 0}); return;
    case Qt::Key_Right: moveBy({-kKeyMove, 0}); return;
    case Qt::Key_Up: moveBy({0, kKeyMove}); return;
    case Qt::Key_Down: moveBy({0, -kKeyMove}); return;
    case Qt::Key_L: nextLine(); return;
    case Qt::Key_Enter:
    case Qt::Key_Return: activate(); return;
    case Qt::Key_Escape: setCurrent(std::nullopt); return;
    default: QWidget::keyPressEvent(event);
    }
}

/// The line after the current one among those of its box; of the box that is current, the first.
void DiagramView::nextLine()
{
    if (m_diagram.lines.empty())
        return;
    const bool isBox = m_current && m_current->kind == Kind::Box;
    const std::size_t count = m_diagram.lines.size();
    const std::size_t first = m_current && !isBox ? m_current->index + 1 : 0;
    for (std::size_t step = 0; step < count; ++step) {
        const std::size_t index = (first + step) % count;
        const diagram::Line& line = m_diagram.lines[index];
        if (!isBox || line.from == m_current->index || line.to == m_current->index) {
            setCurrent(Item{Kind::Line, index});
            return;
        }
    }
}

void DiagramView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (m_diagram.boxes.empty())
        return;
    if (event->reason() == Qt::TabFocusReason)
        setCurrent(Item{Kind::Box, 0});
    else if (event->reason() == Qt::BacktabFocusReason)
        setCurrent(Item{Kind::Box, m_diagram.boxes.size() - 1});
}

/// Tab goes from box to box, and on to the next widget after the last one.
bool DiagramView::focusNextPrevChild(bool isNext)
{
    const std::size_t count = m_diagram.boxes.size();
    const bool isBox = m_current && m_current->kind == Kind::Box;
    if (count == 0 || (isBox && m_current->index == (isNext ? count - 1 : 0)))
        return QWidget::focusNextPrevChild(isNext);
    std::size_t next = isNext ? 0 : count - 1;
    if (isBox)
        next = isNext ? m_current->index + 1 : m_current->index - 1;
    setCurrent(Item{Kind::Box, next});
    return true;
}

} // namespace vnscope::views::widgets::kit
