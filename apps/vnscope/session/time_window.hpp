// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "storage/base/result.hpp"
#include "storage/base/time.hpp"

namespace vnscope::cli {

/// A point in time as a user gives it: on the clock, or counted from the session's begin.
struct TimePoint {
    bool isRelative = false;
    base::Nanoseconds ns = 0; ///< Since the Unix epoch, or since the session's begin.

    bool operator==(const TimePoint&) const = default;
};

/// `1732141170000000000` (ns since the epoch), `2026-11-20T22:19:30.5Z`, `2026-11-20T23:19:30+01:00`, or
/// `+1.5s` (after the session's begin; the units are those of parseDuration). An ISO time without a zone is refused:
/// whose zone would it be?
[[nodiscard]] base::Result<TimePoint> parseTimePoint(std::string_view text);

/// A positive length: a number and `ns`, `us`, `ms`, `s`, `m` or `h`.
[[nodiscard]] base::Result<base::Nanoseconds> parseDuration(std::string_view text);

/// A whole number of nanoseconds, or a signed length with a unit: "-3ms", "1500". For clock corrections.
[[nodiscard]] base::Result<base::Nanoseconds> parseSignedDuration(std::string_view text);

/// What --begin, --end and --duration select.
struct TimeWindow {
    std::optional<TimePoint> begin;
    std::optional<TimePoint> end;
    std::optional<base::Nanoseconds> duration; ///< From begin, or from the session's begin; never together with end.

    [[nodiscard]] bool isUnlimited() const { return !begin && !end && !duration; }
    /// Whether the session's begin must be known to resolve it.
    [[nodiscard]] bool needsSessionBegin() const;
};

/// Puts the three options together; refuses what makes no sense whatever the trace: --end with --duration, an end that
/// is not after its begin.
[[nodiscard]] base::Result<TimeWindow> makeTimeWindow(std::optional<TimePoint> begin, std::optional<TimePoint> end,
                                                      std::optional<base::Nanoseconds> duration);

/// The window on the clock. Refuses an end that is not after its begin (code Usage).
[[nodiscard]] base::Result<base::TimeRange> resolve(const TimeWindow& window, base::Timestamp sessionBegin);

} // namespace vnscope::cli
