// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace vnscope::base {

/// A length of time in nanoseconds; may be negative (the difference of two timestamps).
using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds kNsPerUs = 1'000;
inline constexpr Nanoseconds kNsPerMs = 1'000'000;
inline constexpr Nanoseconds kNsPerSecond = 1'000'000'000;

/// A point in time: nanoseconds since the Unix epoch, after the trace's clock correction.
struct Timestamp {
    std::int64_t ns = 0;

    auto operator<=>(const Timestamp&) const = default;

    friend constexpr Timestamp operator+(Timestamp t, Nanoseconds d) { return {t.ns + d}; }
    friend constexpr Timestamp operator-(Timestamp t, Nanoseconds d) { return {t.ns - d}; }
    friend constexpr Nanoseconds operator-(Timestamp a, Timestamp b) { return a.ns - b.ns; }
};

/// A half-open span of time: `begin` belongs to it, `end` does not.
struct TimeRange {
    Timestamp begin;
    Timestamp end;

    /// Everything: the range that an unlimited import uses.
    static constexpr TimeRange all()
    {
        return {{std::numeric_limits<std::int64_t>::min()}, {std::numeric_limits<std::int64_t>::max()}};
    }

    [[nodiscard]] constexpr bool contains(Timestamp t) const { return begin <= t && t < end; }
    [[nodiscard]] constexpr Nanoseconds length() const { return end - begin; }
    [[nodiscard]] constexpr bool isEmpty() const { return end <= begin; }

    bool operator==(const TimeRange&) const = default;
};

/// The begin of the bin of width `bin` that `t` falls in; bins are aligned to the epoch, so that two traces share them.
[[nodiscard]] constexpr Timestamp binBegin(Timestamp t, Nanoseconds bin)
{
    const std::int64_t remainder = t.ns % bin;
    return {t.ns - (remainder < 0 ? remainder + bin : remainder)};
}

} // namespace vnscope::base
