// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRectF>
#include <QString>

#include "views/chart/time_view.hpp"
#include "views/widgets/kit/theme.hpp"

class QPainter;

namespace vnscope::views::widgets::kit {

/// One row of a TrackView: something that happens over time. Rows know no widget: they paint into a rectangle, so that
/// pictures for a file are made by the same code.
class Track {
public:
    virtual ~Track() = default;

    [[nodiscard]] virtual QString title() const = 0;
    /// A second line below the title, in small letters; may be empty.
    [[nodiscard]] virtual QString subtitle() const { return {}; }
    /// Pixels; more where there is room.
    [[nodiscard]] virtual double height() const = 0;
    /// Paints what is visible; `scale` begins at the left of `area`. Must be quick: it is called for every frame.
    virtual void paint(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme) = 0;
    /// What there is at a moment, in words; empty: nothing to say.
    [[nodiscard]] virtual QString tip(base::Timestamp at, const chart::TimeScale& scale) = 0;
    /// For filters: which object of the store the row is about; -1: none.
    [[nodiscard]] virtual std::int64_t subject() const { return -1; }
};

} // namespace vnscope::views::widgets::kit
