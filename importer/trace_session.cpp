// SPDX-License-Identifier: Apache-2.0
#include "importer/trace_session.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "importer/quality.hpp"

namespace vnscope::importer {

using base::ErrorCode;
using tracepoints::EventBatch;
using tracepoints::EventRecord;
using tracepoints::StreamState;

namespace {

constexpr std::size_t kMergedEvents = 16'384;
constexpr std::size_t kMaxCrashes = 1'000;

/// Adds what a cumulative counter gained.
void addGain(std::uint64_t& total, std::uint64_t now, std::uint64_t before)
{
    total += now - before;
}

void keepFirst(std::optional<std::int64_t>& first, std::uint64_t count, std::int64_t ns)
{
    if (count > 0)
        first = std::min(first.value_or(ns), ns);
}

std::string valueOf(const std::map<std::string, std::string>& environment, const std::string& key)
{
    const auto found = environment.find(key);
    return found == environment.end() ? std::string() : printable(found->second);
}

bool hasKeyPrefix(const std::map<std::string, std::string>& environment, std::string_view prefix)
{
    return std::ranges::any_of(environment, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

/// perf calls its domain "kernel" too, and DPDK names none: the tracer's name decides first.
std::string domainOf(const std::map<std::string, std::string>& environment)
{
    const std::string tracer = valueOf(environment, "tracer_name");
    if (tracer == "perf")
        return "perf";
    if (tracer == "dpdk" || tracer == "DPDK" || hasKeyPrefix(environment, "dpdk"))
        return "dpdk";
    const std::string domain = valueOf(environment, "domain");
    constexpr std::array<std::string_view, 5> kKnown{"kernel", "ust", "dpdk", "perf", "ebpf"};
    return std::ranges::find(kKnown, domain) != kKnown.end() ? domain : std::string();
}

/// LTTng says "hostname", perf "host".
std::string hostOf(const std::map<std::string, std::string>& environment)
{
    std::string host = valueOf(environment, "hostname");
    return host.empty() ? valueOf(environment, "host") : host;
}

std::string tracerOf(const std::map<std::string, std::string>& environment)
{
    std::string tracer = valueOf(environment, "tracer_name");
    const std::string dpdk = valueOf(environment, "dpdk_version");
    if (tracer.empty() && !dpdk.empty())
        return dpdk;
    std::string version = valueOf(environment, "tracer_major");
    for (const char* part : {"tracer_minor", "tracer_patchlevel"})
        if (const std::string number = valueOf(environment, part); !version.empty() && !number.empty())
            version += '.' + number;
    return version.empty() ? tracer : tracer + ' ' + version;
}

std::string kernelOf(const std::map<std::string, std::string>& environment)
{
    // perf calls it "release".
    const std::string release = valueOf(environment, "kernel_release");
    return release.empty() ? valueOf(environment, "release") : release;
}

} // namespace

/// One reader and what was taken from it so far.
struct TraceSession::Run {
    Launch launch;
    NameMap names;
    std::vector<std::size_t> classes;           ///< Index in m_info.eventClasses, by the reader's own number.
    std::vector<wire::StreamProgress> progress; ///< By piece, as of the slot taken last.
    std::vector<bool> isElsewhere;              ///< By piece: another reader goes on with it.
    std::size_t messagesHandled = 0;
    std::span<EventRecord> events; ///< Of the slot at hand, from the next one to deliver on.
    bool hasSlot = false;
    bool isOver = false;

    explicit Run(Launch started)
        : launch(std::move(started)), progress(launch.pieces.size()), isElsewhere(launch.pieces.size(), false)
    {
    }
    [[nodiscard]] Worker& worker() const { return *launch.worker; }
    [[nodiscard]] std::pair<std::size_t, std::size_t> piecesOf(std::uint32_t group) const
    {
        const bool isLast = group + 1 >= launch.groupBegins.size();
        return {launch.groupBegins[group], isLast ? launch.pieces.size() : launch.groupBegins[group + 1]};
    }
};

TraceSession::TraceSession(std::unique_ptr<AddressSpace> addresses, Opener opener, std::vector<SessionFile> files,
                           unsigned jobs)
    : m_addresses(std::move(addresses)),
      m_opener(std::move(opener)),
      m_files(std::move(files)),
      m_jobs(jobs),
      m_traces(m_opener.traces().size()),
      m_streams(m_opener.streams().size()),
      m_lastNs(std::numeric_limits<std::int64_t>::min())
{
    for (std::size_t i = 0; i < m_opener.traces().size(); ++i) {
        tracepoints::TraceInfo trace;
        trace.path = m_opener.traces()[i].source.native();
        trace.clockOffset = m_opener.settings().clockCorrections[i];
        m_info.traces.push_back(std::move(trace));
    }
    for (const Opener::Stream& stream : m_opener.streams()) {
        m_info.streams.push_back(
            {stream.trace, stream.found.name, stream.found.cpu, StreamState::Whole, 0, stream.found.bytes});
        m_bytesTotal += stream.found.bytes;
    }
}

TraceSession::~TraceSession() = default;

base::Result<void> TraceSession::start()
{
    std::vector<Piece> pieces;
    for (std::uint32_t i = 0; i < m_opener.streams().size(); ++i) {
        const Opener::Stream& stream = m_opener.streams()[i];
        const FoundTrace& trace = m_opener.traces()[stream.trace.value];
        Piece piece{{i}, stream.found.hasIndex, nullptr, 0, 0, 0, false};
        const bool hasNoMagic = !stream.found.hasMagic && !trace.signature.isEmpty() && stream.found.bytes > 0;
        const bool isSuspicious = hasNoMagic || stream.found.isStranger;
        if (!isSuspicious) {
            pieces.push_back(std::move(piece));
            continue;
        }
        auto readable = m_opener.tryAlone(std::move(piece));
        if (!readable)
            return tl::unexpected(std::move(readable.error()));
        std::ranges::move(*readable, std::back_inserter(pieces));
    }
    for (std::vector<Piece>& share : distribute(std::move(pieces), m_jobs))
        if (auto launched = launch(std::move(share)); !launched)
            return launched;
    if (auto filled = fill(); !filled)
        return filled;
    return checkUsable();
}

/// The largest streams first, each to the reader with the least to do.
std::vector<std::vector<Piece>> TraceSession::distribute(std::vector<Piece> pieces, unsigned jobs) const
{
    const auto bytesOf = [&](const Piece& piece) { return m_info.streams[piece.stream.value].bytes; };
    std::ranges::stable_sort(pieces, std::ranges::greater(), bytesOf);
    std::vector<std::vector<Piece>> shares(std::min<std::size_t>(std::max(1U, jobs), pieces.size()));
    std::vector<std::uint64_t> load(shares.size(), 0);
    for (Piece& piece : pieces) {
        const auto least = static_cast<std::size_t>(std::ranges::min_element(load) - load.begin());
        load[least] += bytesOf(piece) + 1;
        shares[least].push_back(std::move(piece));
    }
    return shares;
}

base::Result<void> TraceSession::launch(std::vector<Piece> pieces)
{
    if (pieces.empty())
        return {};
    auto started = m_opener.launch(std::move(pieces));
    if (!started)
        return tl::unexpected(std::move(started.error()));
    m_runs.push_back(std::make_unique<Run>(std::move(*started)));
    return {};
}

base::Result<void> TraceSession::fill()
{
    // Filling one run may add others, for what remains of a stream that broke off.
    for (std::size_t i = 0; i < m_runs.size(); ++i)
        while (!m_runs[i]->hasSlot && !m_runs[i]->isOver)
            if (auto filled = fill(*m_runs[i]); !filled)
                return filled;
    std::erase_if(m_runs, [](const auto& run) { return run->isOver; });
    return {};
}

base::Result<void> TraceSession::fill(Run& run)
{
    auto state = run.worker().wait(m_opener.settings().stop);
    if (!state)
        return tl::unexpected(std::move(state.error()));
    return *state == Worker::State::SlotReady ? takeSlot(run) : handleEnd(run);
}

base::Result<void> TraceSession::takeSlot(Run& run)
{
    Worker& worker = run.worker();
    const wire::SlotView view = worker.ring().slot(worker.slot());
    const wire::SlotHeader header = *view.header;
    // A reader says nothing false unless it went wild; then it is as good as crashed.
    const bool isSound = worker.waitForMessages(header.messages) &&
                         run.names.readLog(worker.ring().names(), header.nameBytes, m_strings) &&
                         checkSlot(worker.ring(), worker.slot(), header, run.names, worker.ringOffset(),
                                   static_cast<std::uint32_t>(m_streams.size()));
    if (!isSound) {
        worker.kill();
        return handleEnd(run);
    }
    if (auto handled = handleMessages(run, header.messages); !handled)
        return handled;
    for (const wire::StreamProgress& progress : view.progress.first(header.progressEntries))
        addProgress(run, progress);
    for (const wire::ClassCount& met : view.classes.first(header.classEntries))
        if (met.eventClass < run.classes.size())
            m_info.eventClasses[run.classes[met.eventClass]].count += met.count;
    run.events = view.records.first(header.events);
    run.hasSlot = header.events > 0;
    if (!run.hasSlot)
        worker.releaseSlot();
    return {};
}

base::Result<void> TraceSession::handleMessages(Run& run, std::size_t count)
{
    while (run.messagesHandled < std::min(count, run.worker().messages().size()))
        if (auto handled = handle(run, run.worker().messages()[run.messagesHandled++]); !handled)
            return handled;
    return {};
}

base::Result<void> TraceSession::handle(Run& run, const wire::ReaderMessage& message)
{
    if (const auto* trace = std::get_if<wire::TraceMessage>(&message))
        describeTrace(*trace);
    else if (const auto* eventClass = std::get_if<wire::ClassMessage>(&message))
        addClass(run, *eventClass);
    else if (const auto* group = std::get_if<wire::GroupFailure>(&message))
        return continueGroup(run, group->group);
    else if (const auto* stream = std::get_if<wire::StreamFailure>(&message))
        return continuePiece(run, stream->piece, false);
    else if (const auto* unable = std::get_if<wire::UnableMessage>(&message))
        return base::fail(ErrorCode::Internal, unable->reason);
    return {};
}

base::Result<void> TraceSession::handleEnd(Run& run)
{
    run.isOver = true;
    if (auto handled = handleMessages(run, run.worker().messages().size()); !handled)
        return handled;
    return run.worker().hasSucceeded() ? base::Result<void>() : handleCrash(run);
}

/// The reader died. What it was busy with is the culprit; everything else goes on in another reader from where the
/// events taken so far end.
base::Result<void> TraceSession::handleCrash(Run& run)
{
    if (++m_crashes > kMaxCrashes)
        return base::fail(ErrorCode::Internal, "Reading was given up: the reader program crashed too often.");
    const wire::ReaderPhase phase = run.worker().phase();
    const std::uint32_t subject = run.worker().subject();
    const bool isOpening = phase == wire::ReaderPhase::OpeningGroup && subject < run.launch.groupBegins.size();
    const bool isReading = phase == wire::ReaderPhase::ReadingPiece && subject < run.launch.pieces.size();
    if (!isOpening && !isReading)
        return base::fail(ErrorCode::Internal,
                          "The reader program vnscope-ctf-reader ended without a word: it may be of "
                          "another installation, or memory may be short.");

    const auto [culpritBegin, culpritEnd] =
        isOpening ? run.piecesOf(subject) : std::pair<std::size_t, std::size_t>{subject, subject + 1};
    std::vector<Piece> innocent;
    for (std::size_t i = 0; i < run.launch.pieces.size(); ++i) {
        const bool isCulprit = i >= culpritBegin && i < culpritEnd;
        if (isCulprit || run.isElsewhere[i] || run.progress[i].isFinished != 0)
            continue;
        Piece piece = run.launch.pieces[i];
        piece.skipEvents = std::max(piece.skipEvents, run.progress[i].decoded);
        innocent.push_back(std::move(piece));
    }
    if (auto launched = launch(std::move(innocent)); !launched)
        return launched;
    return isOpening ? continueGroup(run, subject) : continuePiece(run, subject, true);
}

base::Result<void> TraceSession::continueGroup(Run& run, std::uint32_t group)
{
    if (group >= run.launch.groupBegins.size())
        return {};
    const auto [begin, end] = run.piecesOf(group);
    std::vector<Piece> refused;
    for (std::size_t i = begin; i < end; ++i)
        if (!run.isElsewhere[i]) {
            run.isElsewhere[i] = true;
            refused.push_back(run.launch.pieces[i]);
        }
    auto readable = m_opener.salvage(std::move(refused));
    if (!readable)
        return tl::unexpected(std::move(readable.error()));
    return launch(std::move(*readable));
}

base::Result<void> TraceSession::continuePiece(Run& run, std::uint32_t piece, bool isCrash)
{
    if (piece >= run.launch.pieces.size() || run.isElsewhere[piece])
        return {};
    run.isElsewhere[piece] = true;
    auto readable = m_opener.continueAfter(run.launch.pieces[piece], run.progress[piece], isCrash);
    if (!readable)
        return tl::unexpected(std::move(readable.error()));
    return launch(std::move(*readable));
}

void TraceSession::describeTrace(const wire::TraceMessage& message)
{
    if (message.trace >= m_traces.size() || m_traces[message.trace].isDescribed)
        return;
    m_traces[message.trace].isDescribed = true;
    m_traces[message.trace].clockUuid = message.clockUuid;
    m_traces[message.trace].isClockEpoch = message.isClockEpoch;
    tracepoints::TraceInfo& trace = m_info.traces[message.trace];
    trace.host = hostOf(message.environment);
    trace.domain = domainOf(message.environment);
    trace.tracer = tracerOf(message.environment);
    trace.kernelRelease = kernelOf(message.environment);
}

void TraceSession::addClass(Run& run, const wire::ClassMessage& message)
{
    const base::TraceId trace{message.trace < m_traces.size() ? message.trace : base::TraceId::kNone};
    const auto [known, isNew] = m_classes.emplace(std::pair(trace.value, message.name), m_info.eventClasses.size());
    if (isNew)
        m_info.eventClasses.push_back(
            {trace, printable(message.name), 0, printable(message.schema), printable(message.missingFields)});
    run.classes.push_back(known->second);
}

void TraceSession::addProgress(Run& run, const wire::StreamProgress& progress)
{
    wire::StreamProgress& before = run.progress[progress.piece];
    const base::StreamId id = run.launch.pieces[progress.piece].stream;
    tracepoints::StreamInfo& stream = m_info.streams[id.value];
    tracepoints::TraceInfo& trace = m_info.traces[stream.trace.value];
    StreamRecord& record = m_streams[id.value];

    stream.cpu = progress.cpu;
    addGain(stream.events, progress.counted, before.counted);
    addGain(trace.events, progress.counted, before.counted);
    addGain(record.packets, progress.packetsEnded, before.packetsEnded);
    addGain(record.discardedEvents, progress.discardedEvents, before.discardedEvents);
    addGain(record.discardedPackets, progress.discardedPackets, before.discardedPackets);
    addGain(trace.discardedEvents, progress.discardedEvents, before.discardedEvents);
    addGain(trace.discardedPackets, progress.discardedPackets, before.discardedPackets);
    addGain(record.uncountedLosses, progress.uncountedLosses, before.uncountedLosses);
    addGain(record.backwards, progress.backwards, before.backwards);
    addGain(record.clamped, progress.clamped, before.clamped);
    keepFirst(record.firstLossNs, progress.discardedEvents + progress.discardedPackets + progress.uncountedLosses,
              progress.firstLossNs);
    keepFirst(record.firstBackwardsNs, progress.backwards, progress.firstBackwardsNs);
    record.isFinished = progress.isFinished != 0;
    if (progress.hasTime != 0)
        addTime(stream.trace, progress.firstNs, progress.lastNs);
    before = progress;
}

void TraceSession::addTime(base::TraceId trace, std::int64_t firstNs, std::int64_t lastNs)
{
    TraceRecord& record = m_traces[trace.value];
    record.begin = std::min(record.begin.value_or(firstNs), firstNs);
    record.end = std::max(record.end.value_or(lastNs), lastNs);
    m_info.traces[trace.value].begin.ns = *record.begin;
    m_info.traces[trace.value].end.ns = *record.end;
}

base::Result<const EventBatch*> TraceSession::next()
{
    releaseUsedSlots();
    if (auto filled = fill(); !filled)
        return tl::unexpected(std::move(filled.error()));
    if (m_runs.empty()) {
        close();
        return nullptr;
    }
    return m_runs.size() == 1 ? passThrough(*m_runs.front()) : merge();
}

void TraceSession::releaseUsedSlots()
{
    for (const auto& run : m_runs)
        if (run->hasSlot && run->events.empty()) {
            run->hasSlot = false;
            run->worker().releaseSlot();
        }
}

/// With one reader there is nothing to merge and nothing to copy.
const EventBatch* TraceSession::passThrough(Run& run)
{
    // Only the rest of a damaged stream can begin before what was delivered.
    for (EventRecord& record : run.events) {
        if (record.time.ns >= m_lastNs)
            break;
        record.time.ns = m_lastNs;
    }
    m_lastNs = run.events.back().time.ns;
    m_batch = EventBatch(run.events, m_addresses->base());
    run.events = {};
    return &m_batch;
}

/// Takes records from the runs in order of time until one of them has no more at hand. Equal times go by stream, so
/// that the number of readers does not change the order.
const EventBatch* TraceSession::merge()
{
    const auto isEarlier = [](const EventRecord& a, const EventRecord& b) {
        return a.time != b.time ? a.time < b.time : a.stream < b.stream;
    };
    m_merged.clear();
    bool isOneUsedUp = false;
    while (!isOneUsedUp && m_merged.size() < kMergedEvents) {
        Run* first = m_runs[0].get();
        Run* second = m_runs[1].get();
        if (isEarlier(second->events.front(), first->events.front()))
            std::swap(first, second);
        for (std::size_t i = 2; i < m_runs.size(); ++i) {
            Run* const other = m_runs[i].get();
            if (isEarlier(other->events.front(), first->events.front()))
                second = std::exchange(first, other);
            else if (isEarlier(other->events.front(), second->events.front()))
                second = other;
        }
        const EventRecord limit = second->events.front();
        std::size_t taken = 0;
        do {
            EventRecord& record = m_merged.emplace_back(first->events[taken++]);
            record.time.ns = m_lastNs = std::max(m_lastNs, record.time.ns);
        } while (taken < first->events.size() && !isEarlier(limit, first->events[taken]));
        first->events = first->events.subspan(taken);
        isOneUsedUp = first->events.empty();
    }
    m_batch = EventBatch(m_merged, m_addresses->base());
    return &m_batch;
}

tracepoints::SourceProgress TraceSession::progress() const
{
    tracepoints::SourceProgress progress{0, 0, m_bytesTotal};
    for (const tracepoints::TraceInfo& trace : m_info.traces)
        progress.events += trace.events;
    for (std::size_t i = 0; i < m_streams.size(); ++i) {
        const FoundStream& found = m_opener.streams()[i].found;
        const bool isRead = m_isClosed || m_streams[i].isFinished;
        progress.bytesRead += isRead ? found.bytes : std::min(found.bytes, m_streams[i].packets * found.packetBytes);
    }
    return progress;
}

/// Nothing to read at all is a failure, and the first reason found is the one to tell.
base::Result<void> TraceSession::checkUsable() const
{
    std::optional<base::Error> reason;
    for (std::uint32_t i = 0; i < m_traces.size(); ++i) {
        const FoundTrace& trace = m_opener.traces()[i];
        const std::string shown = printable(trace.source.native());
        std::size_t streams = 0;
        std::size_t lost = 0;
        bool isOfAnother = true;
        for (std::uint32_t s = 0; s < m_streams.size(); ++s) {
            if (m_opener.streams()[s].trace.value != i || isForeign(trace, m_opener.streams()[s].found))
                continue;
            const StreamLoss& loss = m_opener.lossOf({s});
            ++streams;
            isOfAnother = isOfAnother && m_opener.streams()[s].found.isStranger;
            lost += m_streams[s].packets == 0 && m_info.streams[s].events == 0 && (loss.isRestLost || loss.packets > 0);
        }
        base::Error trouble{ErrorCode::Damaged, {}, {}};
        if (trace.obstacle)
            trouble = *trace.obstacle;
        else if (streams == 0)
            trouble = {
                ErrorCode::NotATrace,
                fmt::format("{} has metadata but no data streams: nothing was recorded, or they were not copied.",
                            shown),
                {}};
        else if (!m_opener.isMetadataReadable({i}))
            trouble.message =
                fmt::format("{} cannot be read: its metadata is damaged, or not what babeltrace2 understands.", shown);
        else if (lost == streams && isOfAnother)
            trouble.message = fmt::format("{} cannot be read: its metadata belongs to another trace.", shown);
        else if (lost == streams)
            trouble.message = fmt::format("{} cannot be read: {} damaged.", shown,
                                          streams == 1 ? "its only data stream is" : "all its data streams are");
        else
            return {};
        if (!reason)
            reason = std::move(trouble);
    }
    return reason ? base::Result<void>(tl::unexpected(std::move(*reason)))
                  : base::fail(ErrorCode::NotATrace, "No trace was named.");
}

void TraceSession::close()
{
    if (std::exchange(m_isClosed, true))
        return;
    for (std::uint32_t i = 0; i < m_streams.size(); ++i) {
        const StreamLoss& loss = m_opener.lossOf({i});
        if (loss.packets > 0 || loss.isRestLost)
            m_info.streams[i].state = m_info.streams[i].events > 0 ? StreamState::Partial : StreamState::Unreadable;
    }
    m_info.quality = assessQuality(m_opener, m_info, m_traces, m_streams);
    for (const SessionFile& file : m_files)
        std::ranges::move(assessSessionFile(file, m_info.traces), std::back_inserter(m_info.quality));
}

} // namespace vnscope::importer
