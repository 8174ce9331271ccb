// SPDX-License-Identifier: Apache-2.0
#include "views/chart/format.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"

namespace vnscope::views::chart {
namespace {

constexpr std::array<std::string_view, 7> kPrefixes{"", "k", "M", "G", "T", "P", "E"};

std::string withSiPrefix(double value, std::string_view unit)
{
    if (!std::isfinite(value))
        return "–";
    const std::string_view sign = value < 0 ? "-" : "";
    double magnitude = std::fabs(value);
    std::size_t prefix = 0;
    // 999.5 already prints as "1000", so the next prefix starts there.
    while (magnitude >= 999.5 && prefix + 1 < kPrefixes.size()) {
        magnitude /= 1000.0;
        ++prefix;
    }
    return fmt::format("{}{} {}{}", sign, base::threeDigits(magnitude, prefix == 0), kPrefixes[prefix], unit);
}

struct CivilTime {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::seconds> clock;
    std::int64_t fraction; ///< Nanoseconds within the second.
};

CivilTime civilTime(base::Timestamp time)
{
    using namespace std::chrono;
    const std::int64_t fraction = (time.ns % base::kNsPerSecond + base::kNsPerSecond) % base::kNsPerSecond;
    // Dividing before subtracting keeps the smallest representable time from overflowing.
    const std::int64_t whole = time.ns / base::kNsPerSecond - (time.ns % base::kNsPerSecond < 0 ? 1 : 0);
    const sys_seconds second{seconds{whole}};
    const sys_days day = floor<days>(second);
    return {year_month_day{day}, hh_mm_ss<seconds>{second - day}, fraction};
}

std::string civilText(base::Timestamp time, char separator, int digits)
{
    const CivilTime civil = civilTime(time);
    std::string text =
        fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", static_cast<int>(civil.date.year()),
                    static_cast<unsigned>(civil.date.month()), static_cast<unsigned>(civil.date.day()), separator,
                    civil.clock.hours().count(), civil.clock.minutes().count(), civil.clock.seconds().count());
    if (digits > 0)
        text += '.' + fmt::format("{:09}", civil.fraction).substr(0, static_cast<std::size_t>(digits));
    return text;
}

} // namespace

std::string_view unitName(Unit unit)
{
    switch (unit) {
    case Unit::None: return "";
    case Unit::Count: return "count";
    case Unit::Packets: return "packets";
    case Unit::Bytes: return "bytes";
    case Unit::BitsPerSecond: return "bit/s";
    case Unit::Nanoseconds: return "ns";
    case Unit::Time: return "ns_since_epoch";
    case Unit::Ratio: return "ratio";
    case Unit::Percent: return "percent";
    }
    return "";
}

std::string formatBits(double bits)
{
    return withSiPrefix(bits, "bit");
}

std::string formatBitRate(double bitsPerSecond)
{
    return withSiPrefix(bitsPerSecond, "bit/s");
}

std::string formatBytes(double bytes)
{
    return withSiPrefix(bytes, "B");
}

std::string formatCount(std::int64_t count)
{
    std::string text = fmt::format("{}", count);
    const std::size_t firstDigit = count < 0 ? 1 : 0;
    for (std::size_t position = text.size(); position > firstDigit + 3; position -= 3)
        text.insert(position - 3, 1, ',');
    return text;
}

std::string formatTime(base::Timestamp time, int digits)
{
    return civilText(time, ' ', digits) + " UTC";
}

std::string formatTimeIso(base::Timestamp time)
{
    return civilText(time, 'T', 9) + 'Z';
}

std::string formatOffset(base::Timestamp time, base::Timestamp origin)
{
    // Unsigned arithmetic: two times may lie further apart than a signed difference can hold.
    const bool isBefore = time < origin;
    const std::uint64_t from = static_cast<std::uint64_t>(isBefore ? time.ns : origin.ns);
    const std::uint64_t to = static_cast<std::uint64_t>(isBefore ? origin.ns : time.ns);
    const std::uint64_t ms = (to - from + 500'000) / 1'000'000;
    const char sign = isBefore ? '-' : '+';
    if (ms < 3'600'000)
        return fmt::format("{}{}.{:03} s", sign, ms / 1000, ms % 1000);
    const std::uint64_t seconds = ms / 1000;
    return fmt::format("{}{} h {:02} min {:02} s", sign, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string formatRatio(double ratio)
{
    return std::isfinite(ratio) ? fmt::format("{:.2f}", ratio) : "–";
}

std::string formatPercent(double percent)
{
    if (!std::isfinite(percent))
        return "–";
    // A share that exists must not print as nothing.
    if (percent > 0 && percent < 0.05)
        return "< 0.1 %";
    return fmt::format("{:.1f} %", percent);
}

std::string formatValue(double value, Unit unit)
{
    constexpr double kLimit = 9.2e18; // Just inside what a 64-bit integer holds.
    const auto whole = [&] {
        return static_cast<std::int64_t>(std::llround(std::fmax(-kLimit, std::fmin(kLimit, value))));
    };
    if (!std::isfinite(value))
        return "–";
    switch (unit) {
    case Unit::Bytes: return formatBytes(value);
    case Unit::BitsPerSecond: return formatBitRate(value);
    case Unit::Ratio: return formatRatio(value);
    case Unit::Percent: return formatPercent(value);
    case Unit::Nanoseconds: return base::formatDuration(whole());
    case Unit::Time: return formatTime({whole()});
    case Unit::Count:
    case Unit::Packets: return formatCount(whole());
    case Unit::None: break;
    }
    return value == std::floor(value) && std::fabs(value) < kLimit ? fmt::format("{}", whole())
                                                                   : fmt::format("{:g}", value);
}

} // namespace vnscope::views::chart
