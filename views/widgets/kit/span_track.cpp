// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/span_track.hpp"

#include <algorithm>
#include <utility>

#include <QPainter>

#include "storage/base/duration_text.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

constexpr double kMargin = 5;
constexpr double kMarkHeight = 4;
constexpr int kLightAlpha = 70;

/// [left, right) in pixels of `area`; at least a pixel wide.
QRectF placeOf(const base::TimeRange& when, const QRectF& area, const chart::TimeScale& scale)
{
    const double left = std::floor(area.left() + std::max(0.0, scale.x(when.begin)));
    const double right = std::ceil(area.left() + std::min(scale.width, scale.x(when.end)));
    return {left, area.top(), std::max(1.0, right - left), area.height()};
}

} // namespace

void paintState(QPainter& painter, const QRectF& rect, const chart::StateKind& kind, const Theme& theme)
{
    const QColor colour = theme.series(kind.style);
    QColor light = colour;
    light.setAlpha(kLightAlpha);
    painter.setPen(Qt::NoPen);
    switch (kind.ink) {
    case chart::StateInk::Outline:
        painter.setPen(QPen(theme.faintText(), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
        return;
    case chart::StateInk::Thin:
        painter.fillRect(QRectF(rect.left(), rect.center().y() - 1, rect.width(), 2), colour);
        return;
    case chart::StateInk::Light: painter.fillRect(rect.adjusted(0, 3, 0, -3), light); return;
    case chart::StateInk::Rising:
    case chart::StateInk::Falling:
        painter.fillRect(rect.adjusted(0, 1, 0, -1), light);
        painter.fillRect(rect.adjusted(0, 1, 0, -1),
                         QBrush(colour, kind.ink == chart::StateInk::Rising ? Qt::BDiagPattern : Qt::FDiagPattern));
        return;
    case chart::StateInk::Solid: painter.fillRect(rect, colour); return;
    }
}

SpanTrack::SpanTrack(std::int64_t subject, QString title, QString subtitle, std::vector<chart::StateKind> kinds)
    : m_subject(subject), m_title(std::move(title)), m_subtitle(std::move(subtitle)), m_kinds(std::move(kinds))
{
}

void SpanTrack::paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme)
{
    const QRectF bar = area.adjusted(0, kMargin + kMarkHeight, 0, -kMargin);
    for (const chart::StateSpan& span : m_spans) {
        if (span.when.end <= scale.visible.begin || span.when.begin >= scale.visible.end || span.kind >= m_kinds.size())
            continue;
        const chart::StateKind& kind = m_kinds[span.kind];
        const QRectF place = placeOf(span.when, bar, scale);
        paintState(painter, place, kind, theme);
        const QString name = Tr::tr(kind.name.c_str());
        const QFontMetricsF metrics(painter.font());
        if (metrics.horizontalAdvance(name) + 12 > place.width())
            continue;
        if (kind.ink == chart::StateInk::Solid) {
            painter.setPen(theme.ground());
        } else { // Text on hatching is read on a ground of its own.
            const QSizeF size(metrics.horizontalAdvance(name) + 8, metrics.height());
            painter.fillRect(QRectF(place.center() - QPointF(size.width() / 2, size.height() / 2), size),
                             theme.ground());
            painter.setPen(theme.text());
        }
        painter.drawText(place, Qt::AlignCenter, name);
    }
    for (const chart::StateMark& mark : m_marks)
        if (mark.when.end > scale.visible.begin && mark.when.begin < scale.visible.end)
            painter.fillRect(placeOf(mark.when, QRectF(area.left(), area.top() + 2, area.width(), kMarkHeight), scale),
                             theme.alarm());
}

QString SpanTrack::tip(base::Timestamp at, const chart::TimeScale& scale)
{
    static_cast<void>(scale);
    QStringList lines;
    for (const chart::StateSpan& span : m_spans) {
        if (!span.when.contains(at) || span.kind >= m_kinds.size())
            continue;
        const QString name = Tr::tr(m_kinds[span.kind].name.c_str());
        const QString length = toQString(base::formatDuration(span.when.length()));
        lines.push_back(span.states > 1 ? Tr::tr("%1 at worst, of %2 in %3").arg(name).arg(span.states).arg(length)
                                        : Tr::tr("%1 for %2").arg(name, length));
    }
    for (const chart::StateMark& mark : m_marks)
        if (mark.when.contains(at))
            lines.push_back(printable(mark.text));
    return lines.join(QLatin1Char('\n'));
}

} // namespace vnscope::views::widgets::kit
