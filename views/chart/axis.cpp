// SPDX-License-Identifier: Apache-2.0
#include "views/chart/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"

namespace vnscope::views::chart {
namespace {

using base::kNsPerSecond;

/// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
double roundStepUp(double raw)
{
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        // The tolerance keeps 0.30000000000000004 / 0.1 from choosing the next factor.
        if (factor * power >= raw * (1 - 1e-9))
            return factor * power;
    }
    return 10 * power;
}

struct Prefix {
    double factor;
    std::string_view text;
};

Prefix prefixFor(double magnitude)
{
    constexpr std::array<Prefix, 7> kPrefixes{
        {{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}}};
    for (const Prefix& prefix : kPrefixes) {
        if (magnitude >= prefix.factor)
            return prefix;
    }
    return kPrefixes.back();
}

std::string_view unitSymbol(Unit unit)
{
    switch (unit) {
    case Unit::Bytes: return "B";
    case Unit::BitsPerSecond: return "bit/s";
    case Unit::Percent: return "%";
    default: return "";
    }
}

/// As many decimals as tell two neighbours apart.
int decimalsFor(double step)
{
    return step >= 1 ? 0 : std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
}

std::string valueLabel(double value, double step, Prefix prefix, Unit unit)
{
    const double magnitude = std::fabs(value);
    if (magnitude < step / 2)
        return "0";
    if (unit == Unit::Nanoseconds)
        return base::formatDuration(static_cast<base::Nanoseconds>(magnitude));
    const std::string number = fmt::format("{:.{}f}", magnitude / prefix.factor, decimalsFor(step / prefix.factor));
    const std::string symbol = fmt::format("{}{}", prefix.text, unitSymbol(unit));
    return symbol.empty() ? number : number + ' ' + symbol;
}

constexpr std::int64_t kMinute = 60 * kNsPerSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

/// The smallest round span of time that is not below `raw`.
std::int64_t timeStep(std::int64_t raw)
{
    for (std::int64_t power = 1; power < kNsPerSecond; power *= 10) {
        for (const std::int64_t factor : {1, 2, 5}) {
            if (power * factor >= raw)
                return power * factor;
        }
    }
    constexpr std::array<std::int64_t, 17> kRound{
        kNsPerSecond, 2 * kNsPerSecond, 5 * kNsPerSecond, 10 * kNsPerSecond, 20 * kNsPerSecond, 30 * kNsPerSecond,
        kMinute,      2 * kMinute,      5 * kMinute,      10 * kMinute,      20 * kMinute,      30 * kMinute,
        kHour,        2 * kHour,        3 * kHour,        6 * kHour,         12 * kHour};
    for (const std::int64_t step : kRound) {
        if (step >= raw)
            return step;
    }
    std::int64_t days = 1;
    while (days * kDay < raw && days < 20'000)
        days *= 2;
    return days * kDay;
}

/// Decimals of a second that marks `step` apart need.
int secondDecimals(std::int64_t step)
{
    int decimals = 0;
    for (std::int64_t unit = kNsPerSecond; unit > 1 && step % unit != 0; unit /= 10)
        ++decimals;
    return decimals;
}

std::string relativeLabel(std::int64_t offset, std::int64_t step, std::int64_t longest)
{
    const std::string_view sign = offset < 0 ? "-" : "";
    const std::int64_t magnitude = offset < 0 ? -offset : offset;
    if (step >= kDay)
        return fmt::format("{}{} d", sign, magnitude / kDay);
    if (longest >= kHour)
        return fmt::format("{}{}:{:02}:{:02}", sign, magnitude / kHour, magnitude / kMinute % 60,
                           magnitude / kNsPerSecond % 60);
    if (longest >= 2 * kMinute && step >= kNsPerSecond)
        return fmt::format("{}{}:{:02}", sign, magnitude / kMinute, magnitude / kNsPerSecond % 60);
    if (longest >= kNsPerSecond)
        return fmt::format("{}{:.{}f} s", sign, static_cast<double>(magnitude) / 1e9, secondDecimals(step));
    if (longest >= base::kNsPerMs)
        return fmt::format("{}{:g} ms", sign, static_cast<double>(magnitude) / 1e6);
    if (longest >= base::kNsPerUs)
        return fmt::format("{}{:g} µs", sign, static_cast<double>(magnitude) / 1e3);
    return fmt::format("{}{} ns", sign, magnitude);
}

std::string clockLabel(base::Timestamp time, std::int64_t step)
{
    const std::string full = formatTime(time, 9); // "2026-11-20 22:19:30.123456789 UTC"
    if (step >= kDay)
        return full.substr(0, 10);
    const int decimals = secondDecimals(step);
    return full.substr(11, decimals == 0 ? 8 : 9 + static_cast<std::size_t>(decimals));
}

} // namespace

std::vector<Tick> valueTicks(double low, double high, int wanted, Unit unit)
{
    std::vector<Tick> ticks;
    if (!std::isfinite(low) || !std::isfinite(high) || high <= low || wanted < 1)
        return ticks;
    double step = roundStepUp((high - low) / wanted);
    if (unit == Unit::Packets || unit == Unit::Count)
        step = std::max(step, 1.0);
    if (!std::isnormal(step))
        return ticks;
    const Prefix prefix = prefixFor(std::max(std::fabs(low), std::fabs(high)));
    const double first = std::ceil(low / step - 1e-9);
    const double last = std::floor(high / step + 1e-9);
    for (double index = first; index <= last && ticks.size() <= static_cast<std::size_t>(2 * wanted); ++index)
        ticks.push_back({index * step, valueLabel(index * step, step, prefix, unit)});
    return ticks;
}

std::vector<Tick> timeTicks(const base::TimeRange& range, base::Timestamp origin, int wanted, TimeLabels labels)
{
    std::vector<Tick> ticks;
    if (range.isEmpty() || wanted < 1 || range.length() <= 0)
        return ticks;
    const std::int64_t step = timeStep(std::max<std::int64_t>(1, range.length() / wanted));
    const base::Timestamp zero = labels == TimeLabels::Relative ? origin : base::Timestamp{0};
    const std::int64_t beginOffset = range.begin - zero;
    const std::int64_t endOffset = range.end - zero;
    const std::int64_t longest = std::max(std::abs(beginOffset), std::abs(endOffset));
    const std::int64_t behind = base::binBegin({beginOffset}, step).ns;
    for (std::int64_t offset = behind < beginOffset ? behind + step : behind;
         offset <= endOffset && ticks.size() <= static_cast<std::size_t>(2 * wanted); offset += step) {
        std::string label =
            labels == TimeLabels::Relative ? relativeLabel(offset, step, longest) : clockLabel(zero + offset, step);
        ticks.push_back({static_cast<double>(offset - beginOffset), std::move(label)});
    }
    return ticks;
}

} // namespace vnscope::views::chart
