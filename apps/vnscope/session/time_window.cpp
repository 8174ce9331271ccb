// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/time_window.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>

#include <fmt/format.h>

namespace vnscope::cli {
namespace {

using base::ErrorCode;
using base::fail;
using base::Nanoseconds;
using base::Result;

constexpr Nanoseconds kMost = std::numeric_limits<Nanoseconds>::max();

struct Unit {
    std::string_view name;
    Nanoseconds ns;
};

constexpr std::array kUnits{
    Unit{"ns", 1},
    Unit{"us", base::kNsPerUs},
    Unit{"µs", base::kNsPerUs},
    Unit{"ms", base::kNsPerMs},
    Unit{"s", base::kNsPerSecond},
    Unit{"m", 60 * base::kNsPerSecond},
    Unit{"h", 3600 * base::kNsPerSecond},
};

constexpr bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// The digits after the point of a number of `unit`, in ns; digits below a nanosecond are cut off. At least one digit.
std::optional<Nanoseconds> fraction(std::string_view digits, Nanoseconds unit)
{
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), isDigit))
        return std::nullopt;
    Nanoseconds sum = 0;
    // From the last digit to the first: cutting off at each step gives what one exact division would.
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit)
        sum = ((*digit - '0') * unit + sum) / 10;
    return sum;
}

/// "1.5" of `unit`, exactly; nullopt when malformed or beyond 292 years.
std::optional<Nanoseconds> amount(std::string_view text, Nanoseconds unit)
{
    const std::size_t point = text.find('.');
    const std::string_view wholeText = text.substr(0, point);
    if (wholeText.empty() || !isDigit(wholeText.front()))
        return std::nullopt;
    const std::optional<std::int64_t> whole = wholeNumber(wholeText);
    if (!whole || *whole > kMost / unit - 1)
        return std::nullopt;
    if (point == std::string_view::npos)
        return *whole * unit;
    const std::optional<Nanoseconds> rest = fraction(text.substr(point + 1), unit);
    if (!rest)
        return std::nullopt;
    return *whole * unit + *rest;
}

std::optional<Nanoseconds> amountWithUnit(std::string_view text)
{
    const auto* numberEnd = std::find_if(text.begin(), text.end(), [](char c) { return !isDigit(c) && c != '.'; });
    const auto numberLength = static_cast<std::size_t>(numberEnd - text.begin());
    const std::string_view unitName = text.substr(numberLength);
    const auto* unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == unitName; });
    if (unit == kUnits.end())
        return std::nullopt;
    return amount(text.substr(0, numberLength), unit->ns);
}

/// Takes `count` digits from the front of `text`; nullopt when they are not there.
std::optional<int> takeDigits(std::string_view& text, std::size_t count)
{
    if (text.size() < count || !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count), isDigit))
        return std::nullopt;
    const std::optional<std::int64_t> number = wholeNumber(text.substr(0, count));
    text.remove_prefix(count);
    return static_cast<int>(*number);
}

bool takeCharacter(std::string_view& text, std::string_view anyOf)
{
    if (text.empty() || anyOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Nanoseconds> takeDate(std::string_view& text)
{
    const std::optional<int> year = takeDigits(text, 4);
    if (!year || !takeCharacter(text, "-"))
        return std::nullopt;
    const std::optional<int> month = takeDigits(text, 2);
    if (!month || !takeCharacter(text, "-"))
        return std::nullopt;
    const std::optional<int> day = takeDigits(text, 2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    // Outside of these years nanoseconds since 1970 no longer fit 64 bits.
    if (!date.ok() || *year < 1678 || *year > 2261)
        return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * 86'400 * base::kNsPerSecond;
}

std::optional<Nanoseconds> takeTimeOfDay(std::string_view& text)
{
    const std::optional<int> hour = takeDigits(text, 2);
    if (!hour || *hour > 23 || !takeCharacter(text, ":"))
        return std::nullopt;
    const std::optional<int> minute = takeDigits(text, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    Nanoseconds ns = (*hour * 60LL + *minute) * 60 * base::kNsPerSecond;
    if (!takeCharacter(text, ":"))
        return ns;
    const std::optional<int> second = takeDigits(text, 2);
    if (!second || *second > 60)
        return std::nullopt;
    ns += *second * base::kNsPerSecond;
    if (!takeCharacter(text, "."))
        return ns;
    const auto* digitsEnd = std::find_if_not(text.begin(), text.end(), isDigit);
    const auto digitCount = static_cast<std::size_t>(digitsEnd - text.begin());
    const std::optional<Nanoseconds> rest = fraction(text.substr(0, digitCount), base::kNsPerSecond);
    if (!rest)
        return std::nullopt;
    text.remove_prefix(digitCount);
    return ns + *rest;
}

/// "Z", "+01:00", "-0530": how far the zone is ahead of UTC.
std::optional<Nanoseconds> takeZone(std::string_view& text)
{
    if (takeCharacter(text, "Zz"))
        return 0;
    const bool isWest = text.starts_with('-');
    if (!takeCharacter(text, "+-"))
        return std::nullopt;
    const std::optional<int> hours = takeDigits(text, 2);
    if (!hours || *hours > 23)
        return std::nullopt;
    takeCharacter(text, ":");
    const std::optional<int> minutes = takeDigits(text, 2);
    if (!minutes || *minutes > 59)
        return std::nullopt;
    const Nanoseconds ahead = (*hours * 60LL + *minutes) * 60 * base::kNsPerSecond;
    return isWest ? -ahead : ahead;
}

Result<TimePoint> parseIsoTime(std::string_view text)
{
    const std::string original(text);
    const auto malformed = [&original] {
        return fail(
            ErrorCode::Usage,
            fmt::format("\"{}\" is not a time; write 2026-11-20T22:19:30Z, +1.5s or nanoseconds since 1970", original));
    };
    const std::optional<Nanoseconds> date = takeDate(text);
    if (!date || !takeCharacter(text, "Tt "))
        return malformed();
    const std::optional<Nanoseconds> timeOfDay = takeTimeOfDay(text);
    if (!timeOfDay)
        return malformed();
    if (text.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("\"{0}\" does not say its time zone; write {0}Z or {0}+01:00", original));
    const std::optional<Nanoseconds> zone = takeZone(text);
    if (!zone || !text.empty())
        return malformed();
    return TimePoint{false, *date + *timeOfDay - *zone};
}

bool isBefore(const TimePoint& a, const TimePoint& b)
{
    return a.isRelative == b.isRelative && a.ns < b.ns;
}

base::Timestamp onTheClock(const TimePoint& point, base::Timestamp sessionBegin)
{
    if (!point.isRelative)
        return {point.ns};
    base::Timestamp sum;
    if (__builtin_add_overflow(sessionBegin.ns, point.ns, &sum.ns))
        sum.ns = kMost;
    return sum;
}

tl::unexpected<base::Error> endIsNotAfterBegin()
{
    return fail(ErrorCode::Usage, "the window is empty: its end is not after its begin");
}

} // namespace

Result<TimePoint> parseTimePoint(std::string_view text)
{
    if (text.starts_with('+')) {
        const std::optional<Nanoseconds> after = amountWithUnit(text.substr(1));
        if (!after)
            return fail(ErrorCode::Usage,
                        fmt::format("\"{}\" is not a time after the begin; write for example +1.5s or +200ms", text));
        return TimePoint{true, *after};
    }
    if (const std::optional<std::int64_t> ns = wholeNumber(text))
        return TimePoint{false, *ns};
    return parseIsoTime(text);
}

Result<Nanoseconds> parseDuration(std::string_view text)
{
    const std::optional<Nanoseconds> duration = amountWithUnit(text);
    if (!duration || *duration <= 0)
        return fail(ErrorCode::Usage,
                    fmt::format("\"{}\" is not a duration; write for example 1.5s, 200ms or 2m", text));
    return *duration;
}

Result<Nanoseconds> parseSignedDuration(std::string_view text)
{
    if (const std::optional<std::int64_t> ns = wholeNumber(text.starts_with('+') ? text.substr(1) : text))
        return *ns;
    const bool isNegative = text.starts_with('-');
    const std::string_view magnitude = isNegative || text.starts_with('+') ? text.substr(1) : text;
    const std::optional<Nanoseconds> ns = amountWithUnit(magnitude);
    if (!ns)
        return fail(ErrorCode::Usage,
                    fmt::format("\"{}\" is not a clock correction; write nanoseconds, or for example -3ms", text));
    return isNegative ? -*ns : *ns;
}

bool TimeWindow::needsSessionBegin() const
{
    return (begin && begin->isRelative) || (end && end->isRelative) || (duration && !begin);
}

Result<TimeWindow> makeTimeWindow(std::optional<TimePoint> begin, std::optional<TimePoint> end,
                                  std::optional<Nanoseconds> duration)
{
    if (end && duration)
        return fail(ErrorCode::Usage, "--end and --duration exclude each other");
    if (begin && end && begin->isRelative == end->isRelative && !isBefore(*begin, *end))
        return endIsNotAfterBegin();
    return TimeWindow{begin, end, duration};
}

Result<base::TimeRange> resolve(const TimeWindow& window, base::Timestamp sessionBegin)
{
    base::TimeRange range = base::TimeRange::all();
    if (window.begin)
        range.begin = onTheClock(*window.begin, sessionBegin);
    if (window.end)
        range.end = onTheClock(*window.end, sessionBegin);
    if (window.duration)
        range.end = onTheClock({true, *window.duration}, window.begin ? range.begin : sessionBegin);
    if (range.isEmpty())
        return endIsNotAfterBegin();
    return range;
}

} // namespace vnscope::cli
