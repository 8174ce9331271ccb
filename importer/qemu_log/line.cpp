// SPDX-License-Identifier: Apache-2.0
#include "importer/qemu_log/line.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

namespace vnscope::importer::qemu_log {

namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kMaxSeconds = 9'000'000'000; ///< Year 2255: what fits into nanoseconds.
constexpr std::size_t kMaxNameBytes = 64;

constexpr Argument kVq{"vq", "vq", 64};
constexpr Argument kElement{"elem", "elem", 64};
constexpr Argument kDevice{"vdev", "vdev", 64};
constexpr Argument kIn{"in_num", "in_num", 32};
constexpr Argument kOut{"out_num", "out_num", 32};

constexpr std::array kAlloc{kElement, Argument{"size", "sz", 64}, kIn, kOut};
constexpr std::array kPop{kVq, kElement, kIn, kOut};
constexpr std::array kFill{kVq, kElement, Argument{"len", "len", 32}, Argument{"idx", "idx", 32}};
constexpr std::array kFlush{kVq, Argument{"count", "count", 32}};
constexpr std::array kQueueNotify{kDevice, Argument{"n", "n", 32, true}, kVq};
constexpr std::array kNotify{kDevice, kVq};
constexpr std::array kStatus{kDevice, Argument{"val", "val", 8}};

constexpr std::array kKinds{
    EventKind{"virtqueue_alloc_element", kAlloc},
    EventKind{"virtqueue_pop", kPop},
    EventKind{"virtqueue_fill", kFill},
    EventKind{"virtqueue_flush", kFlush},
    EventKind{"virtio_queue_notify", kQueueNotify},
    EventKind{"virtio_notify", kNotify},
    EventKind{"virtio_notify_irqfd", kNotify},
    EventKind{"virtio_set_status", kStatus},
};

/// Takes what begins like a number off `text`.
template <typename Number> std::optional<Number> takeNumber(std::string_view& text, int base = 10)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc())
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view expected)
{
    if (!text.starts_with(expected))
        return false;
    text.remove_prefix(expected.size());
    return true;
}

/// Exactly `digits` digits.
std::optional<int> takeDigits(std::string_view& text, std::size_t digits)
{
    std::string_view head = text.substr(0, digits);
    if (head.size() < digits || !std::ranges::all_of(head, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    text.remove_prefix(digits);
    return takeNumber<int>(head);
}

std::optional<std::uint64_t> takeValue(const Argument& argument, std::string_view& text)
{
    if (take(text, "(nil)")) // The C library's null pointer.
        return 0;
    if (take(text, "0x"))
        return takeNumber<std::uint64_t>(text, 16);
    if (!argument.isSigned)
        return takeNumber<std::uint64_t>(text);
    const auto number = takeNumber<std::int64_t>(text);
    return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

/// "4711@1795213170.123456:", QEMU 7.2.
std::optional<std::int64_t> takeProcessTime(std::string_view& text)
{
    std::string_view rest = text;
    if (!takeNumber<std::uint32_t>(rest) || !take(rest, "@"))
        return std::nullopt;
    const auto seconds = takeNumber<std::int64_t>(rest);
    if (!seconds || *seconds < 0 || *seconds > kMaxSeconds || !take(rest, "."))
        return std::nullopt;
    const auto microseconds = takeDigits(rest, 6);
    if (!microseconds || !take(rest, ":"))
        return std::nullopt;
    text = rest;
    return *seconds * kNanosecondsPerSecond + *microseconds * std::int64_t{1000};
}

std::optional<std::int64_t> takeSecondsOfIsoTime(std::string_view& text)
{
    const auto year = takeDigits(text, 4);
    const auto month = year && take(text, "-") ? takeDigits(text, 2) : std::nullopt;
    const auto day = month && take(text, "-") ? takeDigits(text, 2) : std::nullopt;
    const auto hour = day && take(text, "T") ? takeDigits(text, 2) : std::nullopt;
    const auto minute = hour && take(text, ":") ? takeDigits(text, 2) : std::nullopt;
    const auto second = minute && take(text, ":") ? takeDigits(text, 2) : std::nullopt;
    if (!second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *year < 1970 || *year > 2250)
        return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return days * 86'400 + *hour * 3'600 + *minute * 60 + *second;
}

/// "2026-11-21T12:00:00.123456Z ", later ones (qemu/qemu 012842c0755); without a fraction when that is 0.
std::optional<std::int64_t> takeIsoTime(std::string_view& text)
{
    std::string_view rest = text;
    const auto seconds = takeSecondsOfIsoTime(rest);
    std::optional<int> microseconds = 0;
    if (seconds && take(rest, "."))
        microseconds = takeDigits(rest, 6);
    if (!seconds || !microseconds || !take(rest, "Z "))
        return std::nullopt;
    text = rest;
    return *seconds * kNanosecondsPerSecond + *microseconds * std::int64_t{1000};
}

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

std::span<const EventKind> eventKinds()
{
    return kKinds;
}

const EventKind* findKind(std::string_view name)
{
    const auto* const found = std::ranges::find(kKinds, name, &EventKind::name);
    return found == kKinds.end() ? nullptr : found;
}

std::optional<Values> parseArguments(const EventKind& kind, std::string_view text)
{
    Values values{};
    for (std::size_t i = 0; i < kind.arguments.size(); ++i) {
        const Argument& argument = kind.arguments[i];
        if ((i > 0 && !take(text, " ")) || !take(text, argument.label) || !take(text, " "))
            return std::nullopt;
        const auto value = takeValue(argument, text);
        if (!value)
            return std::nullopt;
        values[i] = *value;
    }
    return text.empty() ? std::optional(values) : std::nullopt;
}

std::optional<Line> parseLine(std::string_view text)
{
    Line line;
    line.timeNs = takeProcessTime(text);
    const bool isCertain = line.timeNs.has_value();
    if (!isCertain)
        line.timeNs = takeIsoTime(text);
    const auto nameEnd = std::ranges::find_if_not(text, isNameCharacter);
    line.name = text.substr(0, static_cast<std::size_t>(nameEnd - text.begin()));
    line.arguments = text.substr(line.name.size());
    const bool isName = !line.name.empty() && line.name.size() <= kMaxNameBytes && take(line.arguments, " ");
    if (!isName || (!isCertain && findKind(line.name) == nullptr))
        return std::nullopt;
    return line;
}

} // namespace vnscope::importer::qemu_log
