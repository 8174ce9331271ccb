// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/time.hpp"

/// Numbers as people read them. Every view and report prints through these functions, so that one value looks the same
/// everywhere. All are pure, free of the process's locale, and accept any input, NaN and infinity included.
namespace vnscope::views::chart {

/// What a number counts. Decides how it is printed and which unit an axis carries.
enum class Unit {
    None,  ///< Text, or a number that is a name (a port, a CPU).
    Count, ///< Things: events, devices, polls.
    Packets,
    Bytes,
    BitsPerSecond,
    Nanoseconds, ///< A length of time.
    Time,        ///< A point in time, nanoseconds since the Unix epoch.
    Ratio,       ///< A plain quotient, 1.87.
    Percent,     ///< 0..100.
};

/// The unit's name in machine-readable output: `packets`, `bytes`, `bit/s`, `ns`, `ns_since_epoch`, `ratio`, `percent`,
/// `count`, or empty for None.
[[nodiscard]] std::string_view unitName(Unit unit);

/// "1.25 Gbit": three significant digits with an SI prefix. Whole numbers below 1000 stay whole.
[[nodiscard]] std::string formatBits(double bits);
/// "1.25 Gbit/s"
[[nodiscard]] std::string formatBitRate(double bitsPerSecond);
/// "4.39 MB": decimal prefixes, as link rates use them.
[[nodiscard]] std::string formatBytes(double bytes);
/// "1,234,567": exact.
[[nodiscard]] std::string formatCount(std::int64_t count);
/// "2026-11-20 22:19:30.123 UTC" with `digits` (0..9) decimals of the second, cut and not rounded.
[[nodiscard]] std::string formatTime(base::Timestamp time, int digits = 3);
/// "2026-11-20T22:19:30.123456789Z": exact, for machine-readable attributes.
[[nodiscard]] std::string formatTimeIso(base::Timestamp time);
/// "+12.345 s" after `origin` ("-0.500 s" before it): milliseconds, or "+1 h 02 min 03 s" from one hour on.
[[nodiscard]] std::string formatOffset(base::Timestamp time, base::Timestamp origin);
/// "1.87"
[[nodiscard]] std::string formatRatio(double ratio);
/// "43.1 %"
[[nodiscard]] std::string formatPercent(double percent);

/// `value` printed as `unit` wants it. Time is printed as an absolute time.
[[nodiscard]] std::string formatValue(double value, Unit unit);

} // namespace vnscope::views::chart
