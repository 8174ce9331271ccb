// SPDX-License-Identifier: Apache-2.0
#include "importer/trace_clock.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <system_error>

namespace vnscope::importer {

namespace {

/// Larger than what an adjustment of the wall clock does between the begin of two tracers.
constexpr base::Nanoseconds kMostDifference = 100 * base::kNsPerMs;

/// What is between the braces of the first block of a name; empty: there is none.
std::string_view blockOf(std::string_view metadata, std::string_view name)
{
    const std::string head = "\n" + std::string(name) + " {";
    const std::size_t begin = metadata.find(head);
    if (begin == std::string_view::npos)
        return {};
    const std::string_view rest = metadata.substr(begin + head.size());
    return rest.substr(0, rest.find('}'));
}

/// The value of `key = value;` or `key = "value";`, which stands in a line of its own.
std::string_view valueOf(std::string_view block, std::string_view key)
{
    const std::string head = "\n\t" + std::string(key) + " = ";
    const std::size_t begin = block.find(head);
    if (begin == std::string_view::npos)
        return {};
    std::string_view value = block.substr(begin + head.size());
    value = value.substr(0, value.find(';'));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    return value;
}

/// A number from 0 to `most`; a missing one is 0.
std::optional<std::int64_t> numberOf(std::string_view block, std::string_view key, std::int64_t most)
{
    const std::string_view text = valueOf(block, key);
    std::int64_t number = 0;
    if (text.empty())
        return number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isGood = error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= most;
    return isGood ? std::optional(number) : std::nullopt;
}

bool isMonotonic(std::string_view clock, bool isPerf)
{
    // perf describes the clock that it was told to use (--clockid), "perf clock" if none; LTTng names its own.
    return isPerf ? valueOf(clock, "description") == "monotonic" : valueOf(clock, "name") == "monotonic";
}

} // namespace

std::optional<MonotonicClock> monotonicClock(std::string_view metadata)
{
    constexpr std::int64_t kMostSeconds = 4'000'000'000;
    const std::string_view environment = blockOf(metadata, "env");
    const std::string_view tracer = valueOf(environment, "tracer_name");
    const bool isPerf = tracer == "perf";
    const std::string_view host = valueOf(environment, isPerf ? "host" : "hostname");
    const std::string_view clock = blockOf(metadata, "clock");
    const auto frequency = numberOf(clock, "freq", base::kNsPerSecond);
    const auto seconds = numberOf(clock, "offset_s", kMostSeconds);
    const auto rest = numberOf(clock, "offset", kMostSeconds * base::kNsPerSecond);
    if (!(isPerf || tracer.starts_with("lttng")) || host.empty() || !isMonotonic(clock, isPerf) ||
        frequency != base::kNsPerSecond || !seconds || !rest)
        return std::nullopt;
    return MonotonicClock{std::string(host), *seconds * base::kNsPerSecond + *rest, !isPerf};
}

std::vector<std::optional<SharedClock>> findSharedClocks(std::span<const std::optional<MonotonicClock>> clocks)
{
    std::vector<std::optional<SharedClock>> shared(clocks.size());
    for (std::size_t trace = 0; trace < clocks.size(); ++trace) {
        if (!clocks[trace] || clocks[trace]->hasBootUuid)
            continue;
        for (std::size_t other = 0; other < clocks.size(); ++other) {
            // One of LTTng, or the first of perf's, which keeps its own offset.
            if (!clocks[other] || clocks[other]->host != clocks[trace]->host ||
                (!clocks[other]->hasBootUuid && (other >= trace || shared[other])))
                continue;
            const base::Nanoseconds difference = clocks[other]->offset - clocks[trace]->offset;
            const base::Nanoseconds least = shared[trace] ? std::abs(shared[trace]->add) : kMostDifference;
            if (std::abs(difference) <= least)
                shared[trace] = {other, difference};
        }
    }
    return shared;
}

} // namespace vnscope::importer
