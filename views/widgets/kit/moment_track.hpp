// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/chart/bins.hpp"
#include "views/widgets/kit/track.hpp"

namespace vnscope::views::widgets::kit {

/// Things that happen at moments, such as drops: as many as there were in each part of the visible range. Holds what
/// its view counted.
class MomentTrack final : public Track {
public:
    /// `sentence`: for tool tips, with %1 for how many and %2 for within how long.
    MomentTrack(std::int64_t subject, QString title, QString subtitle, QString sentence);

    void setCounts(chart::Bins counts) { m_counts = std::move(counts); }
    [[nodiscard]] const chart::Bins& counts() const { return m_counts; }

    [[nodiscard]] QString title() const override { return m_title; }
    [[nodiscard]] QString subtitle() const override { return m_subtitle; }
    [[nodiscard]] double height() const override { return 40; }
    void paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme) override;
    [[nodiscard]] QString tip(base::Timestamp at, const chart::TimeScale& scale) override;
    [[nodiscard]] std::int64_t subject() const override { return m_subject; }

private:
    std::int64_t m_subject;
    QString m_title;
    QString m_subtitle;
    QString m_sentence;
    chart::Bins m_counts;
};

} // namespace vnscope::views::widgets::kit
