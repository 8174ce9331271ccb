// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/change_slider.hpp"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include "views/widgets/kit/theme.hpp"

namespace vnscope::views::widgets::topology {
namespace {

using vnscope::topology::Change;
using vnscope::topology::ChangeKind;

constexpr double kInset = 10; ///< Left and right of the line: room for half of the handle.
constexpr int kSteps = 1000;
constexpr double kDiamond = 5;
constexpr double kHandle = 7;

QPainterPath diamond(QPointF at)
{
    QPainterPath path(at + QPointF(0, -kDiamond));
    path.lineTo(at + QPointF(kDiamond, 0));
    path.lineTo(at + QPointF(0, kDiamond));
    path.lineTo(at + QPointF(-kDiamond, 0));
    path.closeSubpath();
    return path;
}

} // namespace

ChangeSlider::ChangeSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent)
{
    setRange(0, kSteps);
    setPageStep(kSteps / 20);
    setSingleStep(kSteps / 200);
    connect(this, &QSlider::valueChanged, this, [this](int value) {
        if (m_isSetting)
            return;
        m_moment =
            m_range.begin + static_cast<base::Nanoseconds>(static_cast<double>(m_range.length()) * value / kSteps);
        update();
        emit chosen(m_moment);
    });
}

void ChangeSlider::setChanges(const std::vector<Change>& changes)
{
    m_marks.clear();
    for (const Change& change : changes)
        m_marks.push_back({change.at, change.kind == ChangeKind::Moved || change.kind == ChangeKind::Flapping});
    update();
}

void ChangeSlider::setMoment(const base::TimeRange& range, base::Timestamp moment)
{
    m_range = range;
    m_moment = moment;
    const double share =
        range.isEmpty() ? 0 : static_cast<double>(moment - range.begin) / static_cast<double>(range.length());
    m_isSetting = true;
    setValue(static_cast<int>(std::lround(share * kSteps)));
    m_isSetting = false;
    update();
}

chart::TimeScale ChangeSlider::scale() const
{
    return {m_range, std::max(1.0, width() - 2 * kInset)};
}

double ChangeSlider::xOf(base::Timestamp moment) const
{
    return kInset + scale().x(moment);
}

void ChangeSlider::paintEvent(QPaintEvent* event)
{
    static_cast<void>(event);
    const kit::Theme theme(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0;
    painter.setPen(QPen(theme.faintText(), 2));
    painter.drawLine(QPointF(kInset, middle), QPointF(width() - kInset, middle));
    for (const Mark& mark : m_marks) {
        if (!m_range.contains(mark.at))
            continue;
        const QPointF at(xOf(mark.at), middle);
        if (mark.isMove)
            painter.fillPath(diamond(at), theme.series(0));
        painter.setPen(QPen(mark.isMove ? theme.series(0) : theme.text(), 1.5));
        painter.drawLine(at - QPointF(0, 10), at + QPointF(0, 10));
    }
    const double handle = std::clamp(xOf(m_moment), kInset, width() - kInset);
    painter.setPen(QPen(hasFocus() ? palette().color(QPalette::Highlight) : theme.text(), hasFocus() ? 3 : 1.5));
    painter.setBrush(theme.ground());
    painter.drawRoundedRect(QRectF(handle - kHandle / 2, 3, kHandle, height() - 6), 3, 3);
}

void ChangeSlider::chooseAt(double x)
{
    m_moment = scale().at(std::clamp(x - kInset, 0.0, scale().width));
    const base::Timestamp moment = m_moment;
    setMoment(m_range, moment);
    emit chosen(moment);
}

void ChangeSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        chooseAt(event->position().x());
}

void ChangeSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        chooseAt(event->position().x());
}

} // namespace vnscope::views::widgets::topology
