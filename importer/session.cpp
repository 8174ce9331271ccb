// SPDX-License-Identifier: Apache-2.0
#include "importer/session.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "importer/address_space.hpp"
#include "importer/opener.hpp"
#include "importer/session_file.hpp"
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

void shareClocks(std::vector<FoundTrace>& traces)
{
    std::vector<std::optional<MonotonicClock>> clocks;
    for (const FoundTrace& trace : traces)
        clocks.push_back(trace.clock);
    const std::vector<std::optional<SharedClock>> shared = findSharedClocks(clocks);
    for (std::size_t trace = 0; trace < traces.size(); ++trace)
        traces[trace].sharedClock = shared[trace];
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

fs::path absoluteFolder(const fs::path& path)
{
    std::error_code error;
    fs::path folder = fs::absolute(path, error).lexically_normal();
    return folder.has_filename() ? folder : folder.parent_path();
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
        if (correction.trace.empty() || isBelow(trace, absoluteFolder(correction.trace)))
            sum += correction.add;
    }
    return sum;
}

/// The session files in the folders that were named and in those between them and the traces.
std::vector<SessionFile> sessionFilesOf(std::span<const fs::path> paths, const std::vector<FoundTrace>& traces)
{
    std::set<fs::path> folders;
    for (const fs::path& path : paths) {
        const fs::path top = absoluteFolder(path);
        for (const FoundTrace& trace : traces)
            for (fs::path folder = trace.directory; folder != top && isBelow(folder, top);) {
                folder = folder.parent_path();
                folders.insert(folder);
            }
    }
    std::vector<SessionFile> files;
    for (const fs::path& folder : folders)
        if (auto file = readSessionFile(folder))
            files.push_back(std::move(*file));
    return files;
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
    shareClocks(*traces);
    std::vector<SessionFile> files = sessionFilesOf(paths, *traces);
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
        settings.clockCorrections.push_back(correctionOf(trace.source, options.clockCorrections) +
                                            (trace.sharedClock ? trace.sharedClock->add : 0));

    auto addresses = AddressSpace::reserve();
    if (!addresses)
        return tl::unexpected(std::move(addresses.error()));
    auto space = std::make_unique<AddressSpace>(std::move(*addresses));
    Opener opener(std::move(*traces), std::move(streams), std::move(settings), std::move(*directory), *space);
    auto session =
        std::make_unique<TraceSession>(std::move(space), std::move(opener), std::move(files), jobsFor(options));
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
