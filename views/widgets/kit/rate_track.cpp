// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/rate_track.hpp"

#include <algorithm>
#include <utility>

#include <QPainter>

#include "storage/base/duration_text.hpp"
#include "views/chart/axis.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

constexpr double kTopMargin = 6;
/// The share of a track that the smaller side gets at least, so that an idle direction has room for its name.
constexpr double kLeastShare = 0.25;
constexpr int kSurfaceAlpha = 110;
constexpr int kPlateAlpha = 190;
constexpr double kLabelHeight = 14;

/// The rectangles of steps from `zero` to their heights. `sign`: -1 upwards on the screen, 1 downwards.
std::vector<QRectF> bars(const std::vector<chart::Step>& steps, const QRectF& area, double zero, double perUnit,
                         double sign, double chart::Step::*height)
{
    std::vector<QRectF> rects;
    rects.reserve(steps.size());
    for (const chart::Step& step : steps) {
        const double length = step.*height * perUnit;
        const double top = sign < 0 ? zero - length : zero;
        // Without antialiasing a rectangle has to begin on a pixel, or its neighbour leaves a gap.
        const double left = std::floor(area.left() + step.left);
        const double right = std::max(left + 1, std::floor(area.left() + step.right));
        rects.emplace_back(left, top, right - left, std::max(1.0, length));
    }
    return rects;
}

double highestOf(const std::vector<chart::Step>& steps)
{
    double highest = 0;
    for (const chart::Step& step : steps)
        highest = std::max(highest, step.high);
    return highest;
}

/// Text that can be read whatever is below it. `corner`: of its top, at the left or the right.
void paintOnPlate(QPainter& painter, QPointF corner, Qt::AlignmentFlag side, const QString& text, const Theme& theme)
{
    const double width = painter.fontMetrics().horizontalAdvance(text) + 4;
    const QRectF plate(side == Qt::AlignRight ? corner.x() - width : corner.x(), corner.y(), width, kLabelHeight);
    QColor ground = theme.ground();
    ground.setAlpha(kPlateAlpha);
    painter.fillRect(plate, ground);
    painter.setPen(theme.text());
    painter.drawText(plate, Qt::AlignCenter, text);
}

void paintScale(QPainter& painter, const QRectF& area, const chart::LinearScale& y, chart::Unit unit,
                const Theme& theme)
{
    const int wanted = area.height() > 80 ? 4 : 2;
    double free = area.bottom() + 1; // Labels that reach below this would cover the one before.
    for (const chart::Tick& tick : chart::valueTicks(y.low, y.high, wanted, unit)) {
        const double at = std::round(y(tick.value)) + 0.5;
        painter.setPen(tick.value == 0 ? theme.faintText() : theme.grid());
        painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at));
        // Above its line where there is room, else below it.
        const double top = at - kLabelHeight < area.top() ? at : at - kLabelHeight;
        if (top + kLabelHeight > free)
            continue;
        free = top;
        paintOnPlate(painter, QPointF(area.left() + 2, top), Qt::AlignLeft, toQString(tick.label), theme);
    }
}

} // namespace

RateTrack::RateTrack(model::SeriesCache& cache, std::int64_t subject, QString title, QString subtitle, Part up,
                     std::optional<Part> down)
    : m_cache(cache), m_subject(subject), m_title(std::move(title)), m_subtitle(std::move(subtitle))
{
    m_parts.push_back(std::move(up));
    if (down)
        m_parts.push_back(std::move(*down));
}

model::SeriesCache::Answer RateTrack::binsOf(const Part& part, const chart::TimeScale& scale)
{
    // Twice as many bins as pixels at most ten times as many: widths are ten times apart.
    return m_cache.bins(part.source, scale.visible, static_cast<std::size_t>(std::max(1.0, scale.width / 2)));
}

void RateTrack::paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme)
{
    std::vector<std::vector<chart::Step>> steps;
    for (const Part& part : m_parts)
        steps.push_back(chart::stepsOf(binsOf(part, scale).bins, scale));
    const double up = highestOf(steps[0]);
    const double down = steps.size() > 1 ? highestOf(steps[1]) : 0;
    const double most = std::max(up, down) > 0 ? std::max(up, down) : 1;
    const double least = steps.size() > 1 ? kLeastShare * most : 0;
    const QRectF plot = area.adjusted(0, kTopMargin, 0, 0);
    const chart::LinearScale y{-std::max(down, least), std::max(up, least), plot.bottom(), plot.top()};
    const double perUnit = plot.height() / (y.high - y.low);
    const double zero = std::round(y(0));
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (std::size_t index = 0; index < m_parts.size(); ++index) {
        const double sign = index == 0 ? -1 : 1;
        QColor surface = theme.series(m_parts[index].style);
        painter.setPen(Qt::NoPen);
        surface.setAlpha(kSurfaceAlpha);
        painter.setBrush(surface);
        const auto peaks = bars(steps[index], area, zero, perUnit, sign, &chart::Step::high);
        painter.drawRects(peaks.data(), static_cast<int>(peaks.size()));
        painter.setBrush(theme.series(m_parts[index].style));
        const auto means = bars(steps[index], area, zero, perUnit, sign, &chart::Step::mean);
        painter.drawRects(means.data(), static_cast<int>(means.size()));
    }
    paintScale(painter, plot, y, m_parts[0].source.unit, theme);
    const auto paintPeak = [&](std::size_t part, double peak, double top) {
        const QString text =
            Tr::tr("%1, peak %2")
                .arg(m_parts[part].name, toQString(chart::formatValue(peak, m_parts[part].source.unit)));
        paintOnPlate(painter, QPointF(plot.right() - 4, top), Qt::AlignRight, text, theme);
    };
    paintPeak(0, up, plot.top());
    if (m_parts.size() > 1)
        paintPeak(1, down, plot.bottom() - kLabelHeight);
}

QString RateTrack::tip(base::Timestamp at, const chart::TimeScale& scale)
{
    QStringList lines;
    for (const Part& part : m_parts) {
        const chart::Bins bins = binsOf(part, scale).bins;
        if (!bins.range().contains(at))
            continue;
        const double value = bins.values[static_cast<std::size_t>((at - bins.begin) / bins.bin)];
        //: name of a series, its value, and over how long it was measured
        lines.push_back(Tr::tr("%1 %2 (in %3)")
                            .arg(part.name, toQString(chart::formatValue(value, part.source.unit)),
                                 toQString(base::formatDuration(bins.bin))));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace vnscope::views::widgets::kit
