// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/trace_options.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/vnscope/session/decimal_number.hpp"

namespace vnscope::cli {
namespace {

using base::Result;

/// What the window's table can show.
constexpr std::uint64_t kMostEvents = 10'000'000;

/// What CLI11 stores for an option that may have a value and was given without.
constexpr std::string_view kGivenAlone = "true";

/// Reads an option that may be absent.
template <typename T>
Result<std::optional<T>> parseGiven(const std::string& text, std::string_view option,
                                    Result<T> (*parseText)(std::string_view))
{
    if (text.empty())
        return std::nullopt;
    Result<T> value = parseText(text);
    if (!value)
        return base::fail(value.error().code, fmt::format("{}: {}", option, value.error().message));
    return *value;
}

} // namespace

Result<importer::ClockCorrection> parseClockCorrection(const std::string& text)
{
    // A path may hold "=", a length cannot.
    const std::size_t separator = text.rfind('=');
    const bool isForOneTrace = separator != std::string::npos;
    const std::string_view length = isForOneTrace ? std::string_view(text).substr(separator + 1) : text;
    const Result<base::Nanoseconds> ns = parseSignedDuration(length);
    if (!ns)
        return base::fail(ns.error().code, fmt::format("--clock-offset: {}", ns.error().message));
    return importer::ClockCorrection{isForOneTrace ? text.substr(0, separator) : std::string(), *ns};
}

Result<analyses::VictimRule> parseVictimRule(const std::string& text)
{
    analyses::VictimRule rule;
    if (text.empty())
        return rule;
    if (!text.ends_with('%')) {
        const Result<base::Nanoseconds> latency = parseDuration(text);
        if (!latency)
            return base::fail(latency.error().code, fmt::format("--victims: {}", latency.error().message));
        rule.latency = *latency;
        return rule;
    }
    double percent = 0;
    const char* const end = text.data() + text.size() - 1;
    const auto [rest, error] = std::from_chars(text.data(), end, percent);
    if (error != std::errc() || rest != end || !(percent > 0 && percent < 100))
        return base::fail(base::ErrorCode::Usage,
                          fmt::format("--victims: \"{}\" is neither a share below 100%, as 99.9%, nor a length of "
                                      "time, as 200us",
                                      text));
    rule.percentile = percent / 100;
    return rule;
}

Result<std::uint64_t> parseEventLimit(const std::string& text)
{
    if (const auto limit = parseDecimal(text))
        return *limit;
    return base::fail(base::ErrorCode::Usage, fmt::format("--events: \"{}\" is no number of events, as 20M", text));
}

Result<std::uint64_t> TraceOptions::mostEvents() const
{
    if (m_events.empty())
        return 0;
    return m_events == kGivenAlone ? kMostEvents : parseEventLimit(m_events);
}

std::string TraceOptions::eventsText() const
{
    if (m_events.empty())
        return {};
    return m_events == kGivenAlone ? "--events" : "--events=" + m_events;
}

Result<analyses::VictimRule> TraceOptions::victims() const
{
    return parseVictimRule(m_victims);
}

void TraceOptions::define(CLI::App& app)
{
    app.add_option("--begin", m_begin,
                   "leave out events before this time: 2026-11-20T22:19:30Z, nanoseconds since 1970, or +1.5s after "
                   "the session's begin")
        ->type_name("TIME");
    app.add_option("--end", m_end, "leave out events at and after this time")->type_name("TIME");
    app.add_option("--duration", m_duration, "how long from --begin, or from the session's begin: 1.5s, 200ms, 2m")
        ->type_name("LENGTH");
    app.add_option("--symbols", m_symbols,
                   "kallsyms or System.map of the traced boot (.xz accepted), to name the places of drops; without it "
                   "a file kallsyms or kallsyms.xz in a TRACE folder is used")
        ->type_name("FILE");
    app.add_option("--drop-reasons", m_dropReasons,
                   "events/skb/kfree_skb/format of the traced kernel, to name the reasons of drops; without it a file "
                   "kfree_skb_format in a TRACE folder is used, then what is known of the kernel's version")
        ->type_name("FILE");
    app.add_option("--clock-offset", m_clockOffsets,
                   "nanoseconds (or for example -3ms) to add to a trace's clock, where two hosts disagree; without "
                   "TRACE= to every trace; several that fit are added up")
        ->type_name("[TRACE=]NS");
    app.add_option("--victims", m_victims,
                   "which packets through network functions are late, and looked into: those that take longer than "
                   "this (200us), or than so many of all (99%); without it 99.9%")
        ->type_name("RULE");
    app.add_option("--jobs", m_jobs, "how many processes read; 0: as many as help")
        ->check(CLI::Range(0U, 256U).description(""))
        ->type_name("N");
}

void TraceOptions::defineEvents(CLI::App& app)
{
    // A flag, since an option would take the TRACE that follows it for its value.
    app.add_flag("--events", m_events,
                 "keep the events themselves in the store, to be looked at one by one: the first 10M of the window, or "
                 "--events=LIMIT of them (5M)");
}

Result<TimeWindow> TraceOptions::window() const
{
    const auto begin = parseGiven<TimePoint>(m_begin, "--begin", parseTimePoint);
    const auto end = parseGiven<TimePoint>(m_end, "--end", parseTimePoint);
    const auto duration = parseGiven<base::Nanoseconds>(m_duration, "--duration", parseDuration);
    if (!begin)
        return tl::unexpected(begin.error());
    if (!end)
        return tl::unexpected(end.error());
    if (!duration)
        return tl::unexpected(duration.error());
    return makeTimeWindow(*begin, *end, *duration);
}

Result<std::vector<importer::ClockCorrection>> TraceOptions::clockCorrections() const
{
    std::vector<importer::ClockCorrection> corrections;
    for (const std::string& text : m_clockOffsets) {
        Result<importer::ClockCorrection> correction = parseClockCorrection(text);
        if (!correction)
            return tl::unexpected(std::move(correction).error());
        corrections.push_back(std::move(*correction));
    }
    return corrections;
}

std::string TraceOptions::firstGiven() const
{
    const std::array<std::pair<const char*, bool>, 8> given{{{"--begin", !m_begin.empty()},
                                                             {"--end", !m_end.empty()},
                                                             {"--duration", !m_duration.empty()},
                                                             {"--symbols", !m_symbols.empty()},
                                                             {"--drop-reasons", !m_dropReasons.empty()},
                                                             {"--clock-offset", !m_clockOffsets.empty()},
                                                             {"--victims", !m_victims.empty()},
                                                             {"--jobs", m_jobs != 0}}};
    for (const auto& [name, isGiven] : given) {
        if (isGiven)
            return name;
    }
    return {};
}

} // namespace vnscope::cli
