// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "views/chart/state_chart.hpp"
#include "views/widgets/kit/rate_track.hpp"

namespace vnscope::views::widgets::microscope {

/// How long a queue was, and below it when it built up (its queuing periods).
class QueueTrack final : public kit::Track {
public:
    QueueTrack(model::SeriesCache& cache, std::int64_t queue, QString name, QString reader);

    /// Queuing periods of the visible range. Kind 1: persistent, an overload.
    void setPeriods(std::vector<chart::StateSpan> periods) { m_periods = std::move(periods); }
    [[nodiscard]] const std::vector<chart::StateSpan>& periods() const { return m_periods; }

    [[nodiscard]] QString title() const override { return m_length.title(); }
    [[nodiscard]] QString subtitle() const override { return m_length.subtitle(); }
    [[nodiscard]] double height() const override { return 64; }
    void paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const kit::Theme& theme) override;
    [[nodiscard]] QString tip(base::Timestamp at, const chart::TimeScale& scale) override;
    [[nodiscard]] std::int64_t subject() const override { return m_length.subject(); }

private:
    kit::RateTrack m_length;
    std::vector<chart::StateSpan> m_periods;
};

} // namespace vnscope::views::widgets::microscope
