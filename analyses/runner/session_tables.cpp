// SPDX-License-Identifier: Apache-2.0
#include "analyses/runner/session_tables.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "tracepoints/schema.hpp"

namespace vnscope::analyses::runner {

namespace {

using tracepoints::EventType;

std::string_view toText(tracepoints::StreamState state)
{
    switch (state) {
    case tracepoints::StreamState::Whole: return "whole";
    case tracepoints::StreamState::Partial: return "partial";
    case tracepoints::StreamState::Unreadable: return "unreadable";
    }
    return "unreadable";
}

void writeTraces(RunContext& context)
{
    storage::TableWriter traces =
        context.store.table("trace", {"trace_id", "path", "host", "domain", "tracer", "kernel_release", "begin_ns",
                                      "end_ns", "clock_offset_ns", "events", "discarded_events", "discarded_packets"});
    for (std::uint32_t index = 0; index < context.session.traces.size(); ++index) {
        const tracepoints::TraceInfo& trace = context.session.traces[index];
        traces.append(index, trace.path, trace.host, trace.domain, trace.tracer, trace.kernelRelease, trace.begin,
                      trace.end, trace.clockOffset, trace.events, trace.discardedEvents, trace.discardedPackets);
    }
    storage::TableWriter streams =
        context.store.table("trace_stream", {"trace_id", "name", "cpu", "state", "events", "bytes"});
    for (const tracepoints::StreamInfo& stream : context.session.streams)
        streams.append(stream.trace, stream.name, stream.cpu, toText(stream.state), stream.events, stream.bytes);
    storage::TableWriter classes =
        context.store.table("event_class", {"trace_id", "name", "count", "schema", "missing_fields"});
    for (const tracepoints::EventClassInfo& eventClass : context.session.eventClasses)
        classes.append(eventClass.trace, eventClass.name, eventClass.count,
                       eventClass.schema.empty() ? storage::Value() : storage::Value(eventClass.schema),
                       eventClass.missingFields);
}

/// What one unmet need leaves out, and how to get it next time.
struct Coverage {
    std::string_view state = "complete";
    std::string missing;
    std::string advice;
};

void noteMissing(Coverage& coverage, const EventNeed& need)
{
    std::string alternatives;
    for (const EventType type : need.anyOf) {
        const tracepoints::Schema* schema = tracepoints::schemaOf(type);
        if (schema == nullptr)
            continue;
        if (!alternatives.empty())
            alternatives += " or ";
        alternatives += schema->name;
    }
    const auto join = [](std::string& list, std::string_view more, std::string_view separator) {
        if (!list.empty())
            list += separator;
        list += more;
    };
    join(coverage.missing, alternatives, ", ");
    join(coverage.advice, fmt::format("Record {} to see {}.", alternatives, need.loses), " ");
    if (need.isRequired)
        coverage.state = "missing_events";
    else if (coverage.state == "complete")
        coverage.state = "partial";
}

Coverage coverageOf(const AnalysisInfo& info, const tracepoints::SessionInfo& session)
{
    Coverage coverage;
    for (const EventNeed& need : info.needs)
        if (std::ranges::none_of(need.anyOf, [&](EventType type) { return isRecorded(session, type); }))
            noteMissing(coverage, need);
    return coverage;
}

void writeCoverage(RunContext& context, std::span<const std::unique_ptr<Analysis>> analyses)
{
    storage::TableWriter rows = context.store.table(
        "analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"});
    for (const auto& analysis : analyses) {
        const AnalysisInfo& info = analysis->info();
        const std::string_view howToAsk = analysis->howToAsk();
        const Coverage coverage =
            howToAsk.empty() ? coverageOf(info, context.session) : Coverage{"not_asked", {}, std::string(howToAsk)};
        rows.append(info.id, info.version, info.title, info.question, coverage.state, coverage.missing,
                    coverage.advice);
    }
}

void writeQuality(RunContext& context)
{
    storage::TableWriter rows = context.store.table(
        "data_quality", {"trace_id", "ts_ns", "severity", "kind", "subject", "count", "message", "advice"});
    const auto append = [&rows](const base::DataQuality& quality) {
        rows.append(quality.trace, quality.at, base::toText(quality.severity), quality.kind, quality.subject,
                    quality.count, quality.message, quality.advice);
    };
    std::ranges::for_each(context.session.quality, append);
    std::ranges::for_each(context.quality, append);
}

} // namespace

void writeSession(RunContext& context, std::span<const std::unique_ptr<Analysis>> analyses)
{
    writeTraces(context);
    writeCoverage(context, analyses);
    writeQuality(context);
}

} // namespace vnscope::analyses::runner
