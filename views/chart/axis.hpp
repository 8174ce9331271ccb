// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "storage/base/time.hpp"
#include "views/chart/format.hpp"

namespace vnscope::views::chart {

/// One mark on an axis.
struct Tick {
    double value = 0; ///< In the axis's unit; for time axes nanoseconds since the axis's range begins.
    std::string label;

    bool operator==(const Tick&) const = default;
};

/// Marks at 1, 2 or 5 times a power of ten inside [low, high], about `wanted` of them (never more than 2 * wanted + 1).
/// All labels of one axis share one SI prefix ("0", "200 Mbit/s", "400 Mbit/s"). Labels show magnitudes without sign,
/// because an axis that goes below zero here shows the other direction, not a negative rate.
/// Packets and Count never get marks between whole numbers.
[[nodiscard]] std::vector<Tick> valueTicks(double low, double high, int wanted, Unit unit);

enum class TimeLabels {
    Relative, ///< Time since `origin`: "0 s", "10 s"; "1:30" in minutes and seconds for longer ranges.
    Clock,    ///< Time of day, UTC: "22:19:30", with as many decimals as the distance of the marks needs.
};

/// Marks at round times inside `range`, about `wanted` of them (never more than 2 * wanted + 1).
[[nodiscard]] std::vector<Tick> timeTicks(const base::TimeRange& range, base::Timestamp origin, int wanted,
                                          TimeLabels labels);

/// Maps [low, high] to [from, to] linearly; an empty domain maps to `from`.
struct LinearScale {
    double low = 0;
    double high = 1;
    double from = 0;
    double to = 1;

    [[nodiscard]] double operator()(double value) const
    {
        return high > low ? from + (value - low) / (high - low) * (to - from) : from;
    }
};

} // namespace vnscope::views::chart
