// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "storage/base/time.hpp"
#include "views/chart/bins.hpp"
#include "views/chart/format.hpp"

namespace vnscope::views::chart {

/// One quantity over time.
struct ChartSeries {
    std::string key;  ///< Machine-readable name, unique in its chart: `rx`, `cpu0_net_rx`.
    std::string name; ///< What the label says.
    Bins bins;
};

enum class ChartKind {
    Mirrored, ///< Exactly two series: the first above the zero line, the second below it (Rx and Tx of a device).
    Strips,   ///< A strip of its own for each series, all with the same scale: places, CPUs.
};

/// A chart before anybody draws it. All series have the same bins.
struct TimeChart {
    std::string title;
    std::string description; ///< One sentence that says what the picture shows, for those who cannot see it.
    ChartKind kind = ChartKind::Strips;
    Unit unit = Unit::Count;
    base::Timestamp origin; ///< What the time labels count from.
    std::vector<ChartSeries> series;
    std::vector<base::Timestamp> lossMarks; ///< Where data was lost; drawn across all series.

    [[nodiscard]] base::TimeRange range() const { return series.empty() ? base::TimeRange{} : series[0].bins.range(); }
};

} // namespace vnscope::views::chart
