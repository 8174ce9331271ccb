// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "storage/base/time.hpp"
#include "views/chart/bins.hpp"

/// Time on a screen: where a moment is, and how a visible range moves and grows. No state, no ink.
namespace vnscope::views::chart {

/// No range is shown narrower than this: below it neighbouring nanoseconds could not be told apart on a wide screen.
inline constexpr base::Nanoseconds kNarrowest = base::kNsPerUs;

/// The visible range over `width` pixels. A width or a range of nothing puts everything at 0.
struct TimeScale {
    base::TimeRange visible;
    double width = 0;

    /// Pixels from the left; outside [0, width] for moments that are not visible.
    [[nodiscard]] double x(base::Timestamp time) const;
    /// The moment at a pixel.
    [[nodiscard]] base::Timestamp at(double x) const;
    /// How long a pixel lasts, at least 1 ns.
    [[nodiscard]] base::Nanoseconds nsPerPixel() const;
};

/// `range` moved, and then cut where it is longer than `whole`, so that it is inside: what is shown never leaves what
/// there is. An empty `whole` gives `whole`.
[[nodiscard]] base::TimeRange fitInto(const base::TimeRange& range, const base::TimeRange& whole);

/// `range` made `factor` times as long (below 1: closer), so that `about` stays where it is on the screen; inside
/// `whole` and not shorter than kNarrowest.
[[nodiscard]] base::TimeRange zoomed(const base::TimeRange& range, double factor, base::Timestamp about,
                                     const base::TimeRange& whole);

/// `range` moved by a share of its own length (-0.5: half a screen back), inside `whole`.
[[nodiscard]] base::TimeRange panned(const base::TimeRange& range, double share, const base::TimeRange& whole);

/// A part of a drawn series that has one height.
struct Step {
    double left = 0; ///< Pixels.
    double right = 0;
    double high = 0; ///< The largest value under these pixels: no peak is hidden.
    double mean = 0;

    bool operator==(const Step&) const = default;
};

/// What of `bins` is visible, as steps from left to right that are at least a pixel wide (the last one may be
/// narrower). Stretches of zero have no step.
[[nodiscard]] std::vector<Step> stepsOf(const Bins& bins, const TimeScale& scale);

} // namespace vnscope::views::chart
