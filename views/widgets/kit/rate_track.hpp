// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "views/model/series_cache.hpp"
#include "views/widgets/kit/track.hpp"

namespace vnscope::views::widgets::kit {

/// One or two quantities of one unit over time: the first grows upwards from the zero line, the second downwards (Rx
/// and Tx of a device).
class RateTrack final : public Track {
public:
    struct Part {
        QString name; ///< "Rx"
        series::Source source;
        std::size_t style = 0; ///< For Theme::series().
    };

    /// `up` and `down` draw on one scale. `cache` must outlive the track.
    RateTrack(model::SeriesCache& cache, std::int64_t subject, QString title, QString subtitle, Part up,
              std::optional<Part> down = std::nullopt);

    [[nodiscard]] QString title() const override { return m_title; }
    [[nodiscard]] QString subtitle() const override { return m_subtitle; }
    [[nodiscard]] double height() const override { return m_parts.size() > 1 ? 96 : 56; }
    void paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme) override;
    [[nodiscard]] QString tip(base::Timestamp at, const chart::TimeScale& scale) override;
    [[nodiscard]] std::int64_t subject() const override { return m_subject; }

private:
    [[nodiscard]] model::SeriesCache::Answer binsOf(const Part& part, const chart::TimeScale& scale);

    model::SeriesCache& m_cache;
    std::int64_t m_subject;
    QString m_title;
    QString m_subtitle;
    std::vector<Part> m_parts;
};

} // namespace vnscope::views::widgets::kit
