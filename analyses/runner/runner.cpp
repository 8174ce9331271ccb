// SPDX-License-Identifier: Apache-2.0
#include "analyses/runner/runner.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/catalog.hpp"
#include "analyses/runner/session_tables.hpp"

namespace vnscope::analyses::runner {

namespace {

using tracepoints::EventType;

/// Which analyses want which event: looked up once per event instead of asked.
using Subscribers = std::array<std::vector<Analysis*>, tracepoints::kEventTypeCount>;

Subscribers subscribersOf(std::span<const std::unique_ptr<Analysis>> analyses)
{
    Subscribers subscribers;
    for (const auto& analysis : analyses)
        for (const EventType type : analysis->subscriptions())
            subscribers[static_cast<std::size_t>(type)].push_back(analysis.get());
    return subscribers;
}

struct AnalysisFinding {
    std::string_view analysis;
    Finding finding;
};

/// Lets each analysis finish and collects what it found, so that the findings can be ranked together.
std::vector<AnalysisFinding> finishAll(std::span<const std::unique_ptr<Analysis>> analyses, RunContext& context)
{
    std::vector<AnalysisFinding> all;
    for (const auto& analysis : analyses) {
        analysis->finish(context);
        for (Finding& finding : context.findings)
            all.push_back({analysis->info().id, std::move(finding)});
        context.findings.clear();
    }
    std::ranges::stable_sort(all, std::greater<>{}, [](const AnalysisFinding& found) { return found.finding.score; });
    return all;
}

bool isDataLoss(const base::DataQuality& quality)
{
    return quality.severity == base::Severity::DataLoss;
}

void writeFindings(RunContext& context, std::span<const AnalysisFinding> all, bool hasDataLoss)
{
    storage::TableWriter rows =
        context.store.table("finding", {"analysis", "rank", "score", "subject_kind", "subject_id", "title", "detail",
                                        "begin_ns", "end_ns", "quality"});
    std::int64_t rank = 0;
    for (const auto& [analysis, finding] : all) {
        std::string quality = finding.quality;
        if (hasDataLoss)
            quality += quality.empty() ? "events were lost: counts are lower bounds"
                                       : "; events were lost: counts are lower bounds";
        rows.append(analysis, ++rank, finding.score, finding.subjectKind,
                    finding.subjectId < 0 ? storage::Value() : storage::Value(finding.subjectId), finding.title,
                    finding.detail, finding.when.begin, finding.when.end, quality);
    }
}

} // namespace

base::Result<RunSummary> run(tracepoints::EventSource& source, storage::StoreWriter& store, RunOptions options,
                             const Progress& progress)
{
    const auto analyses = createAll();
    trackers::Trackers trackers(source.strings(), source.session(), std::move(options.facts));
    std::vector<Finding> findings;
    std::vector<base::DataQuality> quality;
    RunContext context{store,    source.strings(), source.session(), trackers,          {},
                       findings, quality,          options.victims,  options.mostEvents};
    for (const auto& analysis : analyses)
        analysis->begin(context);
    const Subscribers subscribers = subscribersOf(analyses);

    RunSummary summary;
    bool isFirst = true;
    while (true) {
        auto batch = source.next();
        if (!batch)
            return base::failDuring(std::move(batch.error()), "reading the trace");
        if (*batch == nullptr)
            break;
        for (const tracepoints::EventRecord& record : (*batch)->events()) {
            const Event event{record, **batch};
            trackers.update(event);
            for (Analysis* analysis : subscribers[static_cast<std::size_t>(record.type)])
                analysis->process(event, context);
            trackers.settle();
        }
        if (const auto events = (*batch)->events(); !events.empty()) {
            if (std::exchange(isFirst, false))
                context.range.begin = events.front().time;
            context.range.end = events.back().time + 1;
        }
        if (auto health = store.health(); !health)
            return tl::unexpected(std::move(health.error()));
        if (progress && !progress(source.progress()))
            return base::fail(base::ErrorCode::Cancelled, "stopped on request; nothing was written");
    }

    if (isFirst)
        quality.push_back({base::Severity::Defect,
                           "no_events",
                           "The session, or the window of it that was asked for, holds no event that is understood.",
                           "Look at the window, and at table event_class for what was recorded.",
                           1,
                           {},
                           {},
                           ""});
    const std::vector<AnalysisFinding> found = finishAll(analyses, context);
    trackers.write(store);
    summary.events = source.progress().events;
    summary.range = context.range;
    const tracepoints::SessionInfo& session = source.session();
    for (const tracepoints::TraceInfo& trace : session.traces)
        summary.lostEvents += trace.discardedEvents;
    summary.hasDataLoss = std::ranges::any_of(session.quality, isDataLoss) || std::ranges::any_of(quality, isDataLoss);
    writeFindings(context, found, summary.hasDataLoss);
    writeSession(context, analyses);
    if (!isFirst) {
        store.meta("begin_ns", context.range.begin);
        store.meta("end_ns", context.range.end);
    }
    store.meta("events", summary.events);
    store.meta("command", options.command);
    store.meta("vnscope_version", options.version);
    return summary;
}

} // namespace vnscope::analyses::runner
