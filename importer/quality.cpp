// SPDX-License-Identifier: Apache-2.0
#include "importer/quality.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::importer {

using base::DataQuality;
using base::Severity;

namespace {

std::string plural(std::uint64_t count, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// Writes the findings about one session, trace by trace.
class Assessment final {
public:
    Assessment(const Opener& opener, const tracepoints::SessionInfo& info, std::span<const TraceRecord> traces,
               std::span<const StreamRecord> streams)
        : m_opener(opener), m_info(info), m_traces(traces), m_streams(streams)
    {
    }

    std::vector<DataQuality> run()
    {
        for (std::uint32_t trace = 0; trace < m_traces.size(); ++trace) {
            assessReadability({trace});
            addNotes({trace});
            assessLostEvents({trace});
            assessMissingCpus({trace});
            assessClock({trace});
        }
        for (std::uint32_t stream = 0; stream < m_streams.size(); ++stream) {
            assessDamage({stream});
            assessLength({stream});
            assessTimeOrder({stream});
        }
        assessClasses();
        assessCorrelation();
        return std::move(m_quality);
    }

private:
    [[nodiscard]] const FoundTrace& found(base::TraceId trace) const { return m_opener.traces()[trace.value]; }
    [[nodiscard]] std::string pathOf(base::TraceId trace) const { return printable(found(trace).source.native()); }
    [[nodiscard]] bool isReadable(base::TraceId trace) const
    {
        return !found(trace).obstacle && m_opener.isMetadataReadable(trace);
    }

    void assessReadability(base::TraceId trace)
    {
        if (found(trace).obstacle) {
            add({Severity::DataLoss, "unreadable_trace", found(trace).obstacle->message,
                 "Leave this trace out, or record it again.", 1, trace, std::nullopt, pathOf(trace)});
        } else if (!isReadable(trace)) {
            add({Severity::DataLoss, "unreadable_trace",
                 fmt::format("{} was left out: its metadata is damaged, or not what babeltrace2 understands.",
                             pathOf(trace)),
                 "Check that the metadata file was copied whole; stop the tracing session before copying a trace.", 1,
                 trace, std::nullopt, pathOf(trace)});
        } else if (found(trace).streams.empty()) {
            add({Severity::Defect, "empty_trace", fmt::format("{} has no data streams.", pathOf(trace)),
                 "Check that the events were enabled before the session was started.", 1, trace, std::nullopt,
                 pathOf(trace)});
        }
    }

    void addNotes(base::TraceId trace)
    {
        for (DataQuality note : found(trace).notes) {
            note.trace = trace;
            add(std::move(note));
        }
    }

    void assessLostEvents(base::TraceId trace)
    {
        const tracepoints::TraceInfo& info = m_info.traces[trace.value];
        std::uint64_t uncounted = 0;
        std::set<std::string> names;
        std::optional<std::int64_t> first;
        for (std::size_t i = 0; i < m_streams.size(); ++i) {
            const StreamRecord& stream = m_streams[i];
            if (m_info.streams[i].trace != trace || !stream.firstLossNs)
                continue;
            uncounted += stream.uncountedLosses;
            names.insert(printable(m_info.streams[i].name));
            first = std::min(first.value_or(*stream.firstLossNs), *stream.firstLossNs);
        }
        if (!first)
            return;
        constexpr std::string_view kAdvice = "Record with larger or more buffers (lttng enable-channel --subbuf-size, "
                                             "--num-subbuf) or with fewer events enabled.";
        const base::Timestamp at{*first};
        const std::string where = fmt::format("{}", fmt::join(names, ", "));
        if (info.discardedEvents > 0)
            add({Severity::DataLoss, "discarded_events",
                 fmt::format("The tracer lost {} (on {}): counts are lower bounds.",
                             plural(info.discardedEvents, "event", "events"), printable(where)),
                 std::string(kAdvice), info.discardedEvents, trace, at, where});
        if (info.discardedPackets > 0)
            add({Severity::DataLoss, "discarded_packets",
                 fmt::format("The tracer overwrote {} before they were saved (on {}): their events are missing.",
                             plural(info.discardedPackets, "trace packet", "trace packets"), printable(where)),
                 std::string(kAdvice), info.discardedPackets, trace, at, where});
        if (uncounted > 0)
            add({Severity::DataLoss, "discarded_events_uncounted",
                 fmt::format("The tracer lost events {} without saying how many (on {}).",
                             plural(uncounted, "time", "times"), printable(where)),
                 std::string(kAdvice), uncounted, trace, at, where});
    }

    /// LTTng makes a stream file for every CPU, also an idle one; other tracers only for CPUs that had events.
    void assessMissingCpus(base::TraceId trace)
    {
        std::map<std::string, std::set<std::uint16_t>> cpus;
        for (std::size_t i = 0; i < m_info.streams.size(); ++i) {
            const FoundStream& stream = m_opener.streams()[i].found;
            const bool isNumberCpu = m_info.streams[i].events == 0 || m_info.streams[i].cpu == stream.cpu;
            if (m_info.streams[i].trace == trace && !stream.cpuPrefix.empty() && isNumberCpu)
                cpus[stream.cpuPrefix].insert(stream.cpu);
        }
        const bool isCertain = m_info.traces[trace.value].tracer.starts_with("lttng");
        for (const auto& [prefix, present] : cpus) {
            std::vector<std::uint16_t> missing;
            for (std::uint16_t cpu = 0; cpu < *present.rbegin(); ++cpu)
                if (!present.contains(cpu))
                    missing.push_back(cpu);
            if (missing.empty())
                continue;
            const std::string list = printable(fmt::format("{}", fmt::join(missing, ", ")));
            add({isCertain ? Severity::DataLoss : Severity::Info, "missing_cpu",
                 fmt::format("{} has no stream of CPU {} in channel {}: what happened there is missing.", pathOf(trace),
                             list, printable(prefix)),
                 "Copy the whole trace folder; every stream file belongs to it.", missing.size(), trace, std::nullopt,
                 printable(prefix)});
        }
    }

    void assessClock(base::TraceId trace)
    {
        if (m_traces[trace.value].isDescribed && !clockOf(trace.value).isClockEpoch)
            add({Severity::Info,
                 "clock_without_epoch",
                 fmt::format("{} does not say what its clock counts from: times are as recorded.", pathOf(trace)),
                 "Times cannot be compared with other clocks.",
                 1,
                 trace,
                 std::nullopt,
                 {}});
    }

    void assessDamage(base::StreamId stream)
    {
        const StreamLoss& loss = m_opener.lossOf(stream);
        const tracepoints::StreamInfo& info = m_info.streams[stream.value];
        const FoundStream& file = m_opener.streams()[stream.value].found;
        if ((loss.packets == 0 && !loss.isRestLost) || !isReadable(info.trace))
            return;
        const std::string name = printable(info.name);
        const std::string where = fmt::format("{} of {}", name, pathOf(info.trace));
        if (isForeign(found(info.trace), file)) {
            add({Severity::Info, "foreign_file",
                 fmt::format("{} is not a stream of the trace and was left out.", where),
                 "Keep other files out of a trace's folder.", 1, info.trace, std::nullopt, name});
        } else if (file.isStranger && info.state == tracepoints::StreamState::Unreadable) {
            add({Severity::DataLoss, "unreadable_stream",
                 fmt::format("Stream {} belongs to another trace than the metadata and was left out.", where),
                 "Keep the files of each trace in a folder of its own.", 1, info.trace, std::nullopt, name});
        } else if (info.state == tracepoints::StreamState::Unreadable) {
            add({Severity::DataLoss, "unreadable_stream",
                 fmt::format("Stream {} is damaged: nothing of it could be read.", where), std::string(kCopyAdvice), 1,
                 info.trace, std::nullopt, name});
        } else if (loss.isRestLost) {
            add({Severity::DataLoss, "damaged_stream",
                 fmt::format("Stream {} is damaged: {} before the damage could be read.", where,
                             plural(info.events, "event", "events")),
                 std::string(kCopyAdvice), 1, info.trace, std::nullopt, name});
        } else {
            add({Severity::DataLoss, "damaged_stream",
                 fmt::format("Stream {} is damaged: {} ({} bytes) had to be left out.", where,
                             plural(loss.packets, "packet", "packets"), loss.bytes),
                 std::string(kCopyAdvice), loss.packets, info.trace, std::nullopt, name});
        }
    }

    /// A stream that was cut between two packets looks sound; only its index knows better.
    void assessLength(base::StreamId stream)
    {
        const FoundStream& file = m_opener.streams()[stream.value].found;
        const tracepoints::StreamInfo& info = m_info.streams[stream.value];
        if (file.indexedBytes <= file.bytes)
            return;
        add({Severity::DataLoss, "stream_shorter_than_index",
             fmt::format(
                 "Stream {} of {} has {} bytes, but its index names {}: its end is missing, or the index is not "
                 "its own.",
                 printable(info.name), pathOf(info.trace), file.bytes, file.indexedBytes),
             std::string(kCopyAdvice), 1, info.trace, std::nullopt, printable(info.name)});
    }

    void assessTimeOrder(base::StreamId stream)
    {
        const StreamRecord& record = m_streams[stream.value];
        const tracepoints::StreamInfo& info = m_info.streams[stream.value];
        if (record.backwards == 0)
            return;
        const base::Timestamp at{record.firstBackwardsNs.value_or(0)};
        const std::string name = printable(info.name);
        add({Severity::Defect, "time_went_backwards",
             fmt::format("Time went backwards {} in stream {} of {}; the events were put in order.",
                         plural(record.backwards, "time", "times"), name, pathOf(info.trace)),
             "Use the monotonic clock; a virtual machine that was migrated or suspended may show this.",
             record.backwards, info.trace, at, name});
        if (record.clamped > 0)
            add({Severity::Defect, "time_clamped",
                 fmt::format(
                     "{} of stream {} of {} came too late to be put in order and got the time of their neighbours.",
                     plural(record.clamped, "event", "events"), name, pathOf(info.trace)),
                 "Times near these events are wrong.", record.clamped, info.trace, at, name});
    }

    void assessClasses()
    {
        for (const tracepoints::EventClassInfo& eventClass : m_info.eventClasses)
            if (eventClass.schema.empty() && !eventClass.missingFields.empty())
                add({Severity::Defect, "event_not_understood",
                     fmt::format("Event {} lacks fields that are needed ({}): it was only counted.", eventClass.name,
                                 eventClass.missingFields),
                     "Record with a tracer whose event has these fields.", eventClass.count, eventClass.trace,
                     std::nullopt, eventClass.name});
    }

    /// The trace that knows a trace's clock best: another one of the same clock, or itself.
    [[nodiscard]] const TraceRecord& clockOf(std::size_t trace) const
    {
        const std::optional<SharedClock>& shared = m_opener.traces()[trace].sharedClock;
        return shared && m_traces[shared->trace].isDescribed ? m_traces[shared->trace] : m_traces[trace];
    }

    /// Traces can be laid side by side when they share a clock. LTTng gives a host's monotonic clock one UUID per boot.
    void assessCorrelation()
    {
        std::set<std::pair<std::string, std::string>> clocks;
        bool hasUnknown = false;
        for (std::size_t i = 0; i < m_traces.size(); ++i)
            if (m_traces[i].isDescribed) {
                clocks.emplace(m_info.traces[i].host, clockOf(i).clockUuid);
                hasUnknown = hasUnknown || !clockOf(i).isClockEpoch;
            }
        std::set<std::string> uuids;
        for (const auto& [host, uuid] : clocks)
            uuids.insert(uuid);
        const bool isOneClock = uuids.size() == 1 && !uuids.begin()->empty();
        if (clocks.size() < 2 || isOneClock)
            return;
        add({hasUnknown ? Severity::Defect : Severity::Info,
             "clocks_not_correlated",
             fmt::format("The session's traces come from {} different clocks: times of different traces may be off "
                         "against each other.",
                         clocks.size()),
             "Synchronise the hosts' clocks (PTP, NTP), or correct a trace with --clock-offset.",
             clocks.size(),
             {},
             std::nullopt,
             {}});
    }

    void add(DataQuality quality) { m_quality.push_back(std::move(quality)); }

    static constexpr std::string_view kCopyAdvice =
        "Stop the tracing session before copying a trace, and check the disk it was written to.";

    const Opener& m_opener;
    const tracepoints::SessionInfo& m_info;
    std::span<const TraceRecord> m_traces;
    std::span<const StreamRecord> m_streams;
    std::vector<DataQuality> m_quality;
};

} // namespace

std::vector<DataQuality> assessQuality(const Opener& opener, const tracepoints::SessionInfo& info,
                                       std::span<const TraceRecord> traces, std::span<const StreamRecord> streams)
{
    return Assessment(opener, info, traces, streams).run();
}

bool isForeign(const FoundTrace& trace, const FoundStream& stream)
{
    const bool hasSiblings =
        !stream.cpuPrefix.empty() && std::ranges::any_of(trace.streams, [&](const FoundStream& other) {
            return other.hasMagic && other.cpuPrefix == stream.cpuPrefix;
        });
    return !stream.hasMagic && !trace.signature.isEmpty() && !stream.hasIndex && !hasSiblings;
}

} // namespace vnscope::importer
