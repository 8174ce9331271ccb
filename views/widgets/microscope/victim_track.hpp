// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/chart/bins.hpp"
#include "views/widgets/kit/track.hpp"

namespace vnscope::views::widgets::microscope {

/// When packets that fared badly set out: as many as there were in each part of the visible range.
class VictimTrack final : public kit::Track {
public:
    void setCounts(chart::Bins counts) { m_counts = std::move(counts); }
    [[nodiscard]] const chart::Bins& counts() const { return m_counts; }

    [[nodiscard]] QString title() const override;
    [[nodiscard]] double height() const override { return 40; }
    void paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const kit::Theme& theme) override;
    [[nodiscard]] QString tip(base::Timestamp at, const chart::TimeScale& scale) override;

private:
    chart::Bins m_counts;
};

} // namespace vnscope::views::widgets::microscope
