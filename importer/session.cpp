// SPDX-License-Identifier: Apache-2.0
#include "importer/session.hpp"

#include <algorithm>
#include <limits>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "importer/address_space.hpp"
#include "importer/opener.hpp"
#include "importer/temporary_directory.hpp"
#include "importer/trace_finder.hpp"
#include "importer/trace_session.hpp"

namespace vnscope::importer {

namespace fs = std::filesystem;

namespace {

/// More readers than this do not pay: each has memory of its own, and the merge behind them is one thread.
constexpr unsigned kMaxJobs = 8;
constexpr std::size_t kMaxSessionStreams = 65'536;

base::Result<std::vector<FoundTrace>> findOrMake(const fs::path& path, const fs::path& scratch,
                                                 const std::function<bool()>& stopRequested)
{
    auto log = convertQemuLog(path, scratch, stopRequested);
    if (!log)
        return tl::unexpected(std::move(log.error()));
    if (*log)
        return std::vector{std::move(**log)};
    return findTraces(path);
}

/// Traces that are made from other files go into `scratch`.
base::Result<std::vector<FoundTrace>> findAll(std::span<const fs::path> paths, const fs::path& scratch,
                                              const std::function<bool()>& stopRequested)
{
    std::vector<FoundTrace> all;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        auto found = findOrMake(paths[i], scratch / fmt::format("made-{}", i), stopRequested);
        if (!found)
            return found;
        std::ranges::move(*found, std::back_inserter(all));
    }
    // Naming a folder twice, or a trace and the folder above it, must not count its events twice.
    std::ranges::stable_sort(all, {}, &FoundTrace::source);
    const auto isSame = [](const FoundTrace& a, const FoundTrace& b) { return a.source == b.source; };
    all.erase(std::unique(all.begin(), all.end(), isSame), all.end());
    return all;
}

std::vector<Opener::Stream> streamsOf(const std::vector<FoundTrace>& traces)
{
    std::vector<Opener::Stream> streams;
    for (std::uint32_t trace = 0; trace < traces.size(); ++trace)
        if (!traces[trace].obstacle)
            for (const FoundStream& stream : traces[trace].streams)
                streams.push_back({{trace}, stream});
    return streams;
}

bool isBelow(const fs::path& path, const fs::path& ancestor)
{
    const auto [end, rest] = std::ranges::mismatch(ancestor, path);
    return end == ancestor.end();
}

base::Nanoseconds correctionOf(const fs::path& trace, const std::vector<ClockCorrection>& corrections)
{
    base::Nanoseconds sum = 0;
    for (const ClockCorrection& correction : corrections) {
        std::error_code error;
        fs::path named = fs::absolute(correction.trace, error).lexically_normal();
        if (!named.has_filename())
            named = named.parent_path();
        if (correction.trace.empty() || isBelow(trace, named))
            sum += correction.add;
    }
    return sum;
}

unsigned jobsFor(const SessionOptions& options)
{
    if (options.jobs > 0)
        return std::min(options.jobs, kMaxJobs * 4);
    return std::clamp(std::thread::hardware_concurrency(), 1U, kMaxJobs);
}

base::Result<std::unique_ptr<TraceSession>> startSession(std::span<const fs::path> paths, const SessionOptions& options)
{
    auto directory = TemporaryDirectory::create();
    if (!directory)
        return tl::unexpected(std::move(directory.error()));
    auto traces = findAll(paths, directory->path(), options.stopRequested);
    if (!traces)
        return tl::unexpected(std::move(traces.error()));
    std::vector<Opener::Stream> streams = streamsOf(*traces);
    if (streams.size() > kMaxSessionStreams)
        return base::fail(base::ErrorCode::Usage,
                          fmt::format("The session has {} streams, more than can be read together.", streams.size()));

    ReaderSettings settings;
    settings.window = options.window;
    settings.hangLimit = options.hangLimit;
    settings.stop = options.stopRequested;
    settings.ring.eventsPerSlot = std::clamp(options.eventsPerSlot, 16U, 65'536U);
    settings.program = options.readerProgram;
    if (settings.program.empty()) {
        auto program = findReaderProgram();
        if (!program)
            return tl::unexpected(std::move(program.error()));
        settings.program = std::move(*program);
    }
    for (const FoundTrace& trace : *traces)
        settings.clockCorrections.push_back(correctionOf(trace.source, options.clockCorrections));

    auto addresses = AddressSpace::reserve();
    if (!addresses)
        return tl::unexpected(std::move(addresses.error()));
    auto space = std::make_unique<AddressSpace>(std::move(*addresses));
    Opener opener(std::move(*traces), std::move(streams), std::move(settings), std::move(*directory), *space);
    auto session = std::make_unique<TraceSession>(std::move(space), std::move(opener), jobsFor(options));
    if (auto started = session->start(); !started)
        return tl::unexpected(std::move(started.error()));
    return session;
}

} // namespace

base::Result<std::unique_ptr<tracepoints::EventSource>> openSession(std::span<const fs::path> paths,
                                                                    const SessionOptions& options)
{
    auto session = startSession(paths, options);
    if (!session)
        return tl::unexpected(std::move(session.error()));
    return std::unique_ptr<tracepoints::EventSource>(std::move(*session));
}

bool isTraceFile(const fs::path& path)
{
    return isQemuLog(path);
}

base::Result<base::Timestamp> probeBegin(std::span<const fs::path> paths, const SessionOptions& options)
{
    SessionOptions probing = options;
    probing.window = base::TimeRange::all();
    probing.eventsPerSlot = 16;
    auto session = startSession(paths, probing);
    if (!session)
        return tl::unexpected(std::move(session.error()));
    // A packet may begin long before its first event (LTTng: when the channel was made), and users count from what they
    // see.
    const auto batch = (*session)->next();
    if (!batch)
        return tl::unexpected(batch.error());
    if (*batch == nullptr || (*batch)->events().empty())
        return base::fail(base::ErrorCode::NotATrace, "The session holds no event, so it has no begin.");
    return (*batch)->events().front().time;
}

} // namespace vnscope::importer
