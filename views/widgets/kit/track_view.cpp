// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/track_view.hpp"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include "storage/base/duration_text.hpp"
#include "views/chart/axis.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

using model::TimeController;

constexpr double kTickDistance = 110;
constexpr double kGap = 1; ///< Between tracks.
constexpr double kMostGrowth = 4;
constexpr double kWheelZoom = 1.25;
constexpr double kKeyZoom = 1.5;
constexpr double kKeyPan = 0.2;
constexpr double kDegreesPerStep = 120; ///< Of a wheel, in Qt's eighths of a degree.
constexpr int kClickDistance = 3;
constexpr double kCurrentBar = 4; ///< Width.
constexpr double kFlag = 9;       ///< Width and height.

double stepsOfWheel(const QWheelEvent& event)
{
    // Shift turns a vertical wheel into a horizontal one on some platforms.
    const QPoint delta = event.angleDelta();
    return (delta.y() != 0 ? delta.y() : delta.x()) / kDegreesPerStep;
}

} // namespace

TrackView::TrackView(TimeController& time, QWidget* parent) : QAbstractScrollArea(parent), m_time(time)
{
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    verticalScrollBar()->setSingleStep(24);
    enablePaintedParts();
    const auto repaint = [this] { viewport()->update(); };
    connect(&m_time, &TimeController::visibleChanged, this, repaint);
    connect(&m_time, &TimeController::selectionChanged, this, repaint);
    connect(&m_time, &TimeController::markersChanged, this, repaint);
    connect(&m_time, &TimeController::formatChanged, this, repaint);
}

TrackView::TrackView(Workspace& workspace, QWidget* parent) : TrackView(workspace.time, parent)
{
    setLossMarks(workspace.session.context().lossMarks());
    m_bookmarks = &workspace.bookmarks;
    const auto repaint = [this] { viewport()->update(); };
    connect(&workspace.series, &model::SeriesCache::changed, this, repaint);
    connect(m_bookmarks, &model::Bookmarks::changed, this, repaint);
}

TrackView::~TrackView() = default;

void TrackView::setTracks(std::vector<std::unique_ptr<Track>> tracks)
{
    m_tracks = std::move(tracks);
    if (m_current && *m_current >= m_tracks.size())
        setCurrent(std::nullopt);
    int widest = 110;
    for (const auto& track : m_tracks)
        widest = std::max(widest, fontMetrics().horizontalAdvance(track->title()) + 20);
    m_labelWidth = std::min(widest, 220);
    updateGeometry();
    layOut();
    viewport()->update();
    tellPartsChanged(*this);
}

PaintedParts::Part TrackView::part(int index) const
{
    const auto at = static_cast<std::size_t>(index);
    Track& track = *m_tracks.at(at);
    const base::TimeRange focus = m_time.focus();
    const base::Timestamp middle = focus.begin + focus.length() / 2;
    const QString tip = track.tip(middle, scale());
    const QRect place(0, static_cast<int>(trackTop(at)), viewport()->width(), static_cast<int>(trackHeight(at)));
    return {track.title(),
            track.subtitle(),
            tip.isEmpty() ? QString() : Tr::tr("%1: %2").arg(toQString(m_time.text(middle)), tip),
            place.translated(viewport()->pos()),
            QAccessible::ListItem,
            m_current == at};
}

void TrackView::scrollTo(std::size_t index)
{
    const int top = static_cast<int>(trackTop(index));
    const int bottom = top + static_cast<int>(trackHeight(index));
    if (top < kRulerHeight)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + top - kRulerHeight);
    else if (bottom > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + bottom - viewport()->height() + 1);
}

void TrackView::setCurrent(std::optional<std::size_t> index)
{
    if (index && *index >= m_tracks.size())
        index.reset();
    if (index == m_current)
        return;
    m_current = index;
    if (index) {
        scrollTo(*index);
        tellPartFocused(*this, static_cast<int>(*index));
    }
    viewport()->update();
    emit currentChanged();
}

void TrackView::step(int by)
{
    const std::size_t last = m_tracks.empty() ? 0 : m_tracks.size() - 1;
    if (!m_current)
        setCurrent(by > 0 ? 0 : last);
    else if (by > 0 ? *m_current < last : *m_current > 0)
        setCurrent(by > 0 ? *m_current + 1 : *m_current - 1);
}

void TrackView::setLossMarks(std::vector<base::Timestamp> marks)
{
    m_lossMarks = std::move(marks);
    viewport()->update();
}

double TrackView::contentHeight() const
{
    double height = kRulerHeight;
    for (const auto& track : m_tracks)
        height += track->height() + kGap;
    return height;
}

QSize TrackView::sizeHint() const
{
    return {900, std::clamp(static_cast<int>(contentHeight()) + 2, 160, 480)};
}

double TrackView::trackHeight(std::size_t index) const
{
    return m_tracks.at(index)->height() * m_growth;
}

double TrackView::trackTop(std::size_t index) const
{
    double top = kRulerHeight - verticalScrollBar()->value();
    for (std::size_t at = 0; at < index; ++at)
        top += trackHeight(at) + kGap;
    return top;
}

chart::TimeScale TrackView::scale() const
{
    return {m_time.visible(), std::max(1.0, static_cast<double>(viewport()->width() - m_labelWidth))};
}

base::Timestamp TrackView::timeAt(double x) const
{
    const chart::TimeScale scale = this->scale();
    return scale.at(std::clamp(x - m_labelWidth, 0.0, scale.width));
}

std::optional<std::size_t> TrackView::trackAt(double y) const
{
    if (y < kRulerHeight)
        return std::nullopt;
    for (std::size_t index = 0; index < m_tracks.size(); ++index) {
        const double top = trackTop(index);
        if (y >= top && y < top + trackHeight(index))
            return index;
    }
    return std::nullopt;
}

base::Timestamp TrackView::pointed() const
{
    const base::TimeRange& visible = m_time.visible();
    return m_pointer ? timeAt(*m_pointer) : visible.begin + visible.length() / 2;
}

void TrackView::layOut()
{
    const double gaps = kGap * static_cast<double>(m_tracks.size());
    const double asked = contentHeight() - kRulerHeight - gaps;
    m_growth = asked > 0 ? std::clamp((viewport()->height() - kRulerHeight - gaps) / asked, 1.0, kMostGrowth) : 1;
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(contentHeight()) - viewport()->height()));
}

void TrackView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void TrackView::paintEvent(QPaintEvent* event)
{
    static_cast<void>(event);
    QPainter painter(viewport());
    paintAll(painter);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

void TrackView::paintAll(QPainter& painter)
{
    const QRectF area = viewport()->rect();
    const Theme theme(palette());
    const chart::TimeScale scale = this->scale();
    painter.setFont(font());
    painter.fillRect(area, theme.ground());
    painter.save();
    painter.setClipRect(area.adjusted(0, kRulerHeight, 0, 0));
    double top = trackTop(0);
    for (std::size_t index = 0; index < m_tracks.size(); ++index) {
        const auto& track = m_tracks[index];
        const QRectF row(0, top, area.width(), track->height() * m_growth);
        top = row.bottom() + kGap;
        if (!row.intersects(area))
            continue;
        const QRectF plot = row.adjusted(m_labelWidth, 0, 0, 0);
        painter.save();
        painter.setClipRect(plot, Qt::IntersectClip);
        track->paint(painter, plot, scale, theme);
        painter.restore();
        paintLabel(painter, QRectF(row.left(), row.top(), m_labelWidth, row.height()), *track, m_current == index,
                   theme);
        painter.setPen(theme.grid());
        painter.drawLine(QPointF(0, row.bottom() + 0.5), QPointF(area.width(), row.bottom() + 0.5));
    }
    painter.restore();
    paintRuler(painter, QRectF(0, 0, area.width(), kRulerHeight), scale, theme);
    paintBookmarks(painter, QRectF(m_labelWidth, 0, area.width() - m_labelWidth, kRulerHeight), scale, theme);
    paintOverlays(painter, area.adjusted(m_labelWidth, 0, 0, 0), scale, theme);
}

void TrackView::paintLabel(QPainter& painter, const QRectF& area, const Track& track, bool isCurrent,
                           const Theme& theme) const
{
    painter.fillRect(area, theme.panel());
    if (isCurrent)
        painter.fillRect(QRectF(area.left(), area.top(), kCurrentBar, area.height()),
                         palette().color(QPalette::Highlight));
    const QRectF inside = area.adjusted(8, 5, -6, -4);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(theme.text());
    const QFontMetricsF metrics(bold);
    painter.drawText(inside, Qt::AlignLeft | Qt::AlignTop,
                     metrics.elidedText(track.title(), Qt::ElideMiddle, inside.width()));
    painter.setFont(font());
    painter.setPen(theme.faintText());
    const QFontMetricsF small(font());
    painter.drawText(inside.adjusted(0, metrics.height() + 1, 0, 0), Qt::AlignLeft | Qt::AlignTop,
                     small.elidedText(track.subtitle(), Qt::ElideRight, inside.width()));
}

void TrackView::paintRuler(QPainter& painter, const QRectF& area, const chart::TimeScale& scale,
                           const Theme& theme) const
{
    painter.fillRect(area, theme.panel());
    painter.setPen(theme.grid());
    painter.drawLine(QPointF(0, area.bottom() - 0.5), QPointF(area.right(), area.bottom() - 0.5));
    base::Timestamp origin = m_time.whole().begin;
    if (m_time.format() == TimeController::Format::Delta && m_time.marker(TimeController::Marker::A))
        origin = *m_time.marker(TimeController::Marker::A);
    const auto labels =
        m_time.format() == TimeController::Format::Utc ? chart::TimeLabels::Clock : chart::TimeLabels::Relative;
    const int wanted = std::max(2, static_cast<int>(scale.width / kTickDistance));
    const QFontMetricsF metrics(font());
    double free = area.left() + m_labelWidth; // Labels before this would cover their neighbour.
    for (const chart::Tick& tick : chart::timeTicks(scale.visible, origin, wanted, labels)) {
        const double x = m_labelWidth + tick.value / static_cast<double>(scale.visible.length()) * scale.width;
        painter.setPen(theme.faintText());
        painter.drawLine(QPointF(x, area.bottom() - 5), QPointF(x, area.bottom()));
        const QString text = toQString(tick.label);
        const double width = metrics.horizontalAdvance(text);
        const double left = std::clamp(x - width / 2, area.left() + m_labelWidth, area.right() - width - 2);
        if (left < free)
            continue;
        painter.setPen(theme.text());
        painter.drawText(QPointF(left, area.bottom() - 8), text);
        free = left + width + 8;
    }
    painter.setPen(theme.faintText());
    const QString span = toQString(base::formatDuration(scale.visible.length()));
    painter.drawText(QRectF(area.left() + 8, area.top(), m_labelWidth - 12, area.height() - 1),
                     Qt::AlignLeft | Qt::AlignVCenter, span);
}

/// Flags on the ruler; their notes are in the tool tip.
void TrackView::paintBookmarks(QPainter& painter, const QRectF& area, const chart::TimeScale& scale,
                               const Theme& theme) const
{
    if (m_bookmarks == nullptr)
        return;
    painter.save();
    painter.setClipRect(area);
    painter.setPen(theme.text());
    painter.setBrush(palette().color(QPalette::Highlight));
    for (const model::Bookmark& bookmark : m_bookmarks->all()) {
        if (!scale.visible.contains(bookmark.at))
            continue;
        const double x = area.left() + scale.x(bookmark.at);
        painter.drawLine(QPointF(x, area.top() + 2), QPointF(x, area.bottom()));
        painter.drawPolygon(QPolygonF{QPointF(x, area.top() + 2), QPointF(x + kFlag, area.top() + 2 + kFlag / 2),
                                      QPointF(x, area.top() + 2 + kFlag)});
    }
    painter.restore();
}

void TrackView::paintOverlays(QPainter& painter, const QRectF& area, const chart::TimeScale& scale,
                              const Theme& theme) const
{
    painter.save();
    painter.setClipRect(area);
    if (const auto& selection = m_time.selection()) {
        const double left = area.left() + scale.x(selection->begin);
        const double right = area.left() + scale.x(selection->end);
        painter.fillRect(QRectF(left, area.top(), std::max(1.0, right - left), area.height()), theme.selection());
    }
    QPen loss(theme.alarm(), 1, Qt::DotLine);
    for (const base::Timestamp mark : m_lossMarks) {
        if (!scale.visible.contains(mark))
            continue;
        painter.setPen(loss);
        const double x = area.left() + scale.x(mark);
        painter.drawLine(QPointF(x, area.top() + kRulerHeight), QPointF(x, area.bottom()));
    }
    const auto paintMarker = [&](TimeController::Marker which, const QString& name) {
        const auto& at = m_time.marker(which);
        if (!at || !scale.visible.contains(*at))
            return;
        const double x = area.left() + scale.x(*at);
        painter.setPen(QPen(theme.text(), 1.5));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        const QRectF flag(x, area.top(), 15, 15);
        painter.fillRect(flag, theme.text());
        painter.setPen(theme.ground());
        painter.drawText(flag, Qt::AlignCenter, name);
    };
    paintMarker(TimeController::Marker::A, QStringLiteral("A"));
    paintMarker(TimeController::Marker::B, QStringLiteral("B"));
    if (m_pointer && *m_pointer >= area.left() && m_drag == Drag::None) {
        painter.setPen(QPen(theme.faintText(), 1));
        painter.drawLine(QPointF(*m_pointer, area.top() + kRulerHeight), QPointF(*m_pointer, area.bottom()));
    }
    painter.restore();
}

void TrackView::wheelEvent(QWheelEvent* event)
{
    const double steps = stepsOfWheel(*event);
    if (event->modifiers() & Qt::ControlModifier)
        m_time.zoom(std::pow(kWheelZoom, -steps), timeAt(event->position().x()));
    else if (event->modifiers() & Qt::ShiftModifier)
        m_time.pan(-steps * kKeyPan / 2);
    else
        QAbstractScrollArea::wheelEvent(event);
    event->accept();
}

void TrackView::mousePressEvent(QMouseEvent* event)
{
    const bool isMove = event->button() == Qt::MiddleButton ||
                        (event->button() == Qt::LeftButton && (event->modifiers() & Qt::ShiftModifier));
    if (isMove)
        m_drag = Drag::Move;
    else if (event->button() == Qt::LeftButton && event->position().x() >= m_labelWidth)
        m_drag = Drag::Select;
    m_dragX = event->position().x();
    m_dragTime = timeAt(m_dragX);
    setFocus(Qt::MouseFocusReason);
}

void TrackView::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    m_pointer = x;
    if (m_drag == Drag::Move) {
        m_time.pan((m_dragX - x) / scale().width);
        m_dragX = x;
    } else if (m_drag == Drag::Select && std::fabs(x - m_dragX) >= kClickDistance) {
        const base::Timestamp here = timeAt(x);
        m_time.select(base::TimeRange{std::min(here, m_dragTime), std::max(here, m_dragTime)});
    }
    viewport()->update();
}

void TrackView::mouseReleaseEvent(QMouseEvent* event)
{
    const bool isClick = std::fabs(event->position().x() - m_dragX) < kClickDistance;
    if (m_drag == Drag::Select && isClick)
        m_time.select(std::nullopt);
    m_drag = Drag::None;
    const bool isName = isClick && event->button() == Qt::LeftButton && event->position().x() < m_labelWidth;
    if (const auto index = trackAt(event->position().y()); isName && index)
        setCurrent(index);
    viewport()->update();
}

void TrackView::mouseDoubleClickEvent(QMouseEvent* event)
{
    m_drag = Drag::None;
    const base::Timestamp at = timeAt(event->position().x());
    if (m_time.selection() && m_time.selection()->contains(at))
        m_time.zoomToSelection();
    else
        m_time.zoom(1 / kKeyZoom / kKeyZoom, at);
}

void TrackView::keyPressEvent(QKeyEvent* event)
{
    const bool isShifted = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
    case Qt::Key_W:
    case Qt::Key_Plus: m_time.zoom(1 / kKeyZoom, pointed()); return;
    case Qt::Key_S:
    case Qt::Key_Minus: m_time.zoom(kKeyZoom, pointed()); return;
    case Qt::Key_A:
        if (isShifted)
            m_time.setMarker(TimeController::Marker::A, pointed());
        else
            m_time.pan(-kKeyPan);
        return;
    case Qt::Key_B:
        if (isShifted)
            m_time.setMarker(TimeController::Marker::B, pointed());
        return;
    case Qt::Key_D:
    case Qt::Key_Right: m_time.pan(kKeyPan); return;
    case Qt::Key_Left: m_time.pan(-kKeyPan); return;
    case Qt::Key_Up: step(-1); return;
    case Qt::Key_Down: step(1); return;
    case Qt::Key_Home: m_time.showAll(); return;
    case Qt::Key_Z: m_time.zoomToSelection(); return;
    case Qt::Key_Escape: m_time.select(std::nullopt); return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void TrackView::leaveEvent(QEvent* event)
{
    m_pointer.reset();
    viewport()->update();
    QAbstractScrollArea::leaveEvent(event);
}

QString TrackView::tipAt(QPointF position)
{
    const bool isName = position.x() < m_labelWidth;
    if (position.y() < kRulerHeight && m_bookmarks != nullptr && !isName) {
        for (const model::Bookmark& bookmark : m_bookmarks->all())
            if (std::fabs(m_labelWidth + scale().x(bookmark.at) + kFlag / 2 - position.x()) <= kFlag)
                return toQString(m_time.text(bookmark.at)) + QLatin1Char('\n') + toQString(bookmark.note);
    }
    const auto index = trackAt(position.y());
    if (!index)
        return {};
    Track& track = *m_tracks[*index];
    if (isName)
        return track.title() + QLatin1Char('\n') + track.subtitle();
    const base::Timestamp at = timeAt(position.x());
    const QString tip = track.tip(at, scale());
    return tip.isEmpty() ? QString()
                         : toQString(m_time.text(at)) + QLatin1Char('\n') + track.title() + QLatin1Char('\n') + tip;
}

bool TrackView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = tipAt(help->pos());
        if (text.isEmpty())
            QToolTip::hideText();
        else // As plain text: names of a trace may look like markup.
            QToolTip::showText(help->globalPos(),
                               QStringLiteral("<p style='white-space:pre'>") + text.toHtmlEscaped() +
                                   QStringLiteral("</p>"),
                               viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace vnscope::views::widgets::kit
