// SPDX-License-Identifier: Apache-2.0
#include "storage/base/duration_text.hpp"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace vnscope::base {

namespace {

/// |length| without the overflow of negating the smallest number.
std::uint64_t magnitudeOf(Nanoseconds length)
{
    return length < 0 ? ~static_cast<std::uint64_t>(length) + 1 : static_cast<std::uint64_t>(length);
}

constexpr std::uint64_t kSecond = static_cast<std::uint64_t>(kNsPerSecond);
constexpr std::uint64_t kMinute = 60 * kSecond;

std::string shortDuration(std::uint64_t ns)
{
    const double value = static_cast<double>(ns);
    if (ns < 1000)
        return fmt::format("{} ns", ns);
    if (value < 999.5e3)
        return threeDigits(value / 1e3, false) + " µs";
    if (value < 999.5e6)
        return threeDigits(value / 1e6, false) + " ms";
    return threeDigits(value / 1e9, false) + " s";
}

std::string longDuration(std::uint64_t ns)
{
    // Rounded to the smaller unit shown first, so that "1 min 60 s" cannot appear.
    const std::uint64_t seconds = (ns + kSecond / 2) / kSecond;
    if (seconds < 3600)
        return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
    const std::uint64_t minutes = (seconds + 30) / 60;
    if (minutes < 24 * 60)
        return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
    const std::uint64_t hours = (minutes + 30) / 60;
    return fmt::format("{} d {:02} h", hours / 24, hours % 24);
}

} // namespace

std::string threeDigits(double magnitude, bool isExact)
{
    if (isExact && magnitude == std::floor(magnitude))
        return fmt::format("{:.0f}", magnitude);
    if (magnitude < 9.995)
        return fmt::format("{:.2f}", magnitude);
    if (magnitude < 99.95)
        return fmt::format("{:.1f}", magnitude);
    return fmt::format("{:.0f}", magnitude);
}

std::string formatDuration(Nanoseconds length)
{
    const std::uint64_t ns = magnitudeOf(length);
    const std::string text = ns < kMinute - kSecond / 20 ? shortDuration(ns) : longDuration(ns);
    return length < 0 ? '-' + text : text;
}

} // namespace vnscope::base
