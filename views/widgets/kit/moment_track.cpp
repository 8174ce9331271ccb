// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/moment_track.hpp"

#include <algorithm>
#include <utility>

#include <QPainter>

#include "storage/base/duration_text.hpp"
#include "views/widgets/kit/bars.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

constexpr double kMargin = 6;
constexpr double kLeastHeight = 2; ///< Pixels: a single one among thousands can be seen.

} // namespace

MomentTrack::MomentTrack(std::int64_t subject, QString title, QString subtitle, QString sentence)
    : m_subject(subject), m_title(std::move(title)), m_subtitle(std::move(subtitle)), m_sentence(std::move(sentence))
{
}

void MomentTrack::paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme)
{
    const double most = chart::peakOf(m_counts.values).value;
    if (most <= 0)
        return;
    const QRectF plot = area.adjusted(0, kMargin, 0, 0);
    std::vector<chart::Step> steps = chart::stepsOf(m_counts, scale);
    for (chart::Step& step : steps)
        step.high = step.mean = std::max(step.high, most * kLeastHeight / plot.height());
    paintBars(painter, steps, {plot, true, plot.height() / most, theme.alarm(), theme.alarm(), theme.ground()});
}

QString MomentTrack::tip(base::Timestamp at, const chart::TimeScale& scale)
{
    static_cast<void>(scale);
    if (m_counts.values.empty() || !m_counts.range().contains(at))
        return {};
    const auto count =
        static_cast<qlonglong>(m_counts.values[static_cast<std::size_t>((at - m_counts.begin) / m_counts.bin)]);
    return m_sentence.arg(count).arg(toQString(base::formatDuration(m_counts.bin)));
}

} // namespace vnscope::views::widgets::kit
