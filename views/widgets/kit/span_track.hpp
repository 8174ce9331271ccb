// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "views/chart/state_chart.hpp"
#include "views/widgets/kit/track.hpp"

namespace vnscope::views::widgets::kit {

/// The brush and pen of a state: its surface or its hatching, so that colour is not needed to tell states apart.
void paintState(QPainter& painter, const QRectF& rect, const chart::StateKind& kind, const Theme& theme);

/// What something was, when: one state at a time. Holds spans of the visible range, as its view read them.
class SpanTrack final : public Track {
public:
    SpanTrack(std::int64_t subject, QString title, QString subtitle, std::vector<chart::StateKind> kinds);

    /// In order of time, without overlap.
    void setSpans(std::vector<chart::StateSpan> spans) { m_spans = std::move(spans); }
    [[nodiscard]] const std::vector<chart::StateSpan>& spans() const { return m_spans; }
    /// Things to point at, above the states.
    void setMarks(std::vector<chart::StateMark> marks) { m_marks = std::move(marks); }

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
    std::vector<chart::StateKind> m_kinds;
    std::vector<chart::StateSpan> m_spans;
    std::vector<chart::StateMark> m_marks;
};

} // namespace vnscope::views::widgets::kit
