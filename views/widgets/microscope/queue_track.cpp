// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/microscope/queue_track.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <QPainter>

#include "storage/base/duration_text.hpp"
#include "views/widgets/kit/span_track.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::microscope {
namespace {

constexpr double kBandHeight = 7;

series::Source lengthOf(std::int64_t queue)
{
    return {.table = "nf_queue_length",
            .column = "longest",
            .where = {{"queue_id", "=", queue}},
            .widths = {10 * base::kNsPerMs},
            .joining = series::Joining::Largest,
            .unit = chart::Unit::Packets};
}

const chart::StateKind& periodKind(std::size_t kind)
{
    static const std::array<chart::StateKind, 2> kKinds{
        chart::StateKind{"queuing", "queuing", 'q', 4, chart::StateInk::Solid},
        chart::StateKind{"persistent", "overloaded", 'O', 1, chart::StateInk::Falling}};
    return kKinds.at(std::min<std::size_t>(kind, 1));
}

} // namespace

QueueTrack::QueueTrack(model::SeriesCache& cache, std::int64_t queue, QString name, QString reader)
    : m_length(cache, queue, std::move(name), std::move(reader),
               kit::RateTrack::Part{Tr::tr("longest"), lengthOf(queue), 0})
{
}

void QueueTrack::paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const kit::Theme& theme)
{
    const double bandTop = area.bottom() - kBandHeight;
    m_length.paint(painter, area.adjusted(0, 0, 0, -kBandHeight - 2), scale, theme);
    for (const chart::StateSpan& period : m_periods) {
        const double left = std::floor(area.left() + std::max(0.0, scale.x(period.when.begin)));
        const double right = std::ceil(area.left() + std::min(scale.width, scale.x(period.when.end)));
        if (right <= area.left() || left >= area.right())
            continue;
        kit::paintState(painter, QRectF(left, bandTop, std::max(1.0, right - left), kBandHeight - 1),
                        periodKind(period.kind), theme);
    }
}

QString QueueTrack::tip(base::Timestamp at, const chart::TimeScale& scale)
{
    QString text = m_length.tip(at, scale);
    for (const chart::StateSpan& period : m_periods) {
        if (!period.when.contains(at))
            continue;
        const QString name = kit::toQString(periodKind(period.kind).name);
        const QString length = kit::toQString(base::formatDuration(period.when.length()));
        text += QLatin1Char('\n') + (period.states > 1
                                         ? Tr::tr("%1, %2 periods within %3").arg(name).arg(period.states).arg(length)
                                         : Tr::tr("%1 for %2").arg(name, length));
    }
    return text;
}

} // namespace vnscope::views::widgets::microscope
