// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/rate_track.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QPainter>

#include "storage/base/duration_text.hpp"
#include "views/chart/axis.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/kit/bars.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

constexpr double kTopMargin = 6;
/// The share of a track that the smaller side gets at least, so that an idle direction has room for its name.
constexpr double kLeastShare = 0.25;
constexpr double kPeakShare = 0.43; ///< Of the series' colour in that of its peaks; the rest is ground.
constexpr int kPlateAlpha = 190;
constexpr double kLabelHeight = 14;

QColor mixed(const QColor& colour, const QColor& ground, double share)
{
    const auto part = [&](int of, int under) { return static_cast<int>(std::lround(under + (of - under) * share)); };
    return {part(colour.red(), ground.red()), part(colour.green(), ground.green()), part(colour.blue(), ground.blue())};
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
        const bool isUpwards = index == 0;
        const QColor mean = theme.series(m_parts[index].style);
        const BarPlot side{QRectF(QPointF(plot.left(), isUpwards ? plot.top() : zero),
                                  QPointF(plot.right(), isUpwards ? zero : plot.bottom())),
                           isUpwards,
                           perUnit,
                           mixed(mean, theme.ground(), kPeakShare),
                           mean,
                           theme.ground()};
        paintBars(painter, steps[index], side);
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
