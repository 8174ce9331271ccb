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

#include "views/widgets/kit/picture_scale.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

using Kind = DiagramView::Item::Kind;

constexpr double kWheelZoom = 1.2;
constexpr double kKeyZoom = 1.4;
constexpr double kKeyMove = 60;
constexpr double kClickDistance = 4;
constexpr double kDegreesPerStep = 120; ///< Of a wheel, in Qt's eighths of a degree.

} // namespace

DiagramView::DiagramView(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    enablePaintedParts();
}

void DiagramView::setDiagram(diagram::Diagram diagram, vnscope::topology::layout::Placement placement)
{
    const auto kept = m_current ? sameItem(m_diagram, *m_current, diagram) : std::nullopt;
    const bool hasGone = m_current && !kept;
    m_diagram = std::move(diagram);
    m_placement = std::move(placement);
    m_emphasis = {};
    m_current = kept;
    if (m_isHome)
        home();
    setAccessibleName(printable(m_diagram.title));
    tellPartsChanged(*this);
    describe();
    update();
    if (hasGone)
        emit currentChanged();
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
    if (item && item->kind == Kind::Box)
        tellPartFocused(*this, static_cast<int>(item->index));
    update();
    emit currentChanged();
}

PaintedParts::Part DiagramView::part(int index) const
{
    const diagram::Box& box = m_diagram.boxes.at(static_cast<std::size_t>(index));
    const Item item{Kind::Box, static_cast<std::size_t>(index)};
    return {box.lines.empty() ? QString() : printable(box.lines.front()),
            printable(box.tooltip),
            sentenceOf(m_diagram, item),
            boxRect(item.index).toAlignedRect(),
            QAccessible::ListItem,
            m_current == item};
}

void DiagramView::pressPart(int index)
{
    setCurrent(Item{Kind::Box, static_cast<std::size_t>(index)});
    activate();
}

void DiagramView::describe()
{
    QString text = printable(m_diagram.description);
    if (m_current)
        text = sentenceOf(m_diagram, *m_current) + QStringLiteral(". ") + text;
    setAccessibleDescription(text);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

DiagramFoot DiagramView::foot(double width) const
{
    return {m_diagram, m_remarks, width};
}

/// The part of a picture of `size` that is not the foot's.
QSizeF DiagramView::roomIn(const QSizeF& size) const
{
    return {size.width(), size.height() - foot(size.width()).height()};
}

void DiagramView::take(const DiagramCamera& camera)
{
    m_camera = camera;
    update();
}

/// Everything, if its names can be read; else a part with what is chosen.
void DiagramView::home()
{
    take(cameraFor(m_placement.size, roomIn(size()), kLeastReadable));
    m_isHome = true;
    if (m_current)
        showItem(*m_current);
}

void DiagramView::fit()
{
    take(cameraFor(m_placement.size, roomIn(size())));
    m_isHome = false;
}

void DiagramView::zoom(double factor, QPointF about)
{
    m_camera.zoom(factor, about);
    m_isHome = false;
    update();
}

void DiagramView::moveBy(QPointF by)
{
    m_camera.origin += by;
    m_isHome = false;
    update();
}

void DiagramView::showItem(const Item& item)
{
    const QPointF place = item.kind == Kind::Box
                              ? boxRect(item.index).center()
                              : m_camera.toScreen(toPath(m_placement.edges[item.index].route).boundingRect().center());
    const QRectF room(QPointF(0, 0), roomIn(size()));
    if (room.contains(place))
        return;
    m_camera.origin += room.center() - place;
    update();
}

QRectF DiagramView::boxRect(std::size_t index) const
{
    return m_camera.toScreen(kit::boxRect(m_diagram, m_placement, index));
}

std::optional<DiagramView::Item> DiagramView::itemAt(QPointF position) const
{
    return kit::itemAt(m_diagram, m_placement, m_camera.toDiagram(position), m_camera.scale);
}

QString DiagramView::toolTipOf(const Item& item) const
{
    return kit::toolTipOf(m_diagram, item);
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
    paintAll(painter, size(), m_camera, emphasis);
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
    const QRectF room(QPointF(0, 0), roomIn(size()));
    const QRectF all = m_camera.toScreen(QRectF(0, 0, m_placement.size.width, m_placement.size.height));
    if (room.contains(all))
        return;
    const Theme theme(palette());
    const QString text = Tr::tr("There is more: drag, or press 0 for all");
    painter.setFont(font());
    const QSizeF words = painter.fontMetrics().size(Qt::TextSingleLine, text) + QSize(12, 4);
    const QRectF tag(QPointF(room.right() - kDiagramMargin - words.width(), room.bottom() - words.height()), words);
    painter.setPen(theme.grid());
    painter.setBrush(theme.panel());
    painter.drawRoundedRect(tag, 3, 3);
    painter.setPen(theme.text());
    painter.drawText(tag, Qt::AlignCenter, text);
}

void DiagramView::renderTo(QPainter& painter, const QSizeF& size) const
{
    const double scale = pictureScale(size);
    const QSizeF usual = size / scale;
    painter.save();
    painter.scale(scale, scale);
    paintAll(painter, usual, cameraFor(m_placement.size, roomIn(usual)), m_emphasis);
    painter.restore();
}

void DiagramView::paintAll(QPainter& painter, const QSizeF& size, const DiagramCamera& camera,
                           const Emphasis& emphasis) const
{
    const Theme theme(palette());
    painter.fillRect(QRectF(QPointF(0, 0), size), theme.ground());
    DiagramPainter diagramPainter(painter, theme, font());
    const QSizeF room = roomIn(size);
    painter.save();
    painter.setClipRect(QRectF(QPointF(0, 0), room), Qt::IntersectClip);
    painter.translate(camera.origin);
    painter.scale(camera.scale, camera.scale);
    diagramPainter.paint(m_diagram, m_placement, emphasis);
    painter.restore();
    foot(size.width()).paint(diagramPainter, room.height());
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
