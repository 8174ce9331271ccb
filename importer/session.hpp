// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/base/time.hpp"
#include "tracepoints/event_batch.hpp"

/// CTF traces in, typed events out, in time order. The traces are read by helper processes (`vnscope-ctf-reader`), so
/// that damage in a trace, or babeltrace2 aborting over it, costs at most the damaged part of one stream.
namespace vnscope::importer {

/// Nanoseconds to add to the clock of traces.
struct ClockCorrection {
    std::filesystem::path trace; ///< The trace's folder or one above it; empty: all traces.
    base::Nanoseconds add = 0;
};

struct SessionOptions {
    base::TimeRange window = base::TimeRange::all(); ///< Events outside are left out and not counted.
    unsigned jobs = 0;                               ///< Reader processes; 0: as many as are useful here.
    std::filesystem::path readerProgram;             ///< Empty: see findReaderProgram().
    std::vector<ClockCorrection> clockCorrections;   ///< All that fit a trace are added up.
    std::function<bool()> stopRequested;         ///< Asked several times a second; true: next() fails with Cancelled.
    std::chrono::milliseconds hangLimit{30'000}; ///< Processor time a reader may spend without progress.
    std::uint32_t eventsPerSlot = 8192;          ///< How many events travel together; also the repair window.
};

/// Opens all traces at `paths` (a trace's folder, a folder that holds some, or a log of QEMU's tracing) as one session.
///
/// Fails with one sentence when a path is no trace at all, or when nothing of the session can be read. Damage that
/// leaves something to read is no failure: it is in SessionInfo::quality and in the streams' states. The source must
/// be used by one thread at a time.
[[nodiscard]] base::Result<std::unique_ptr<tracepoints::EventSource>>
openSession(std::span<const std::filesystem::path> paths, const SessionOptions& options = {});

/// Whether `path` is a file, and not a folder, that openSession() takes.
[[nodiscard]] bool isTraceFile(const std::filesystem::path& path);

/// When the session's first event of the vocabulary was recorded, after clock correction: what a window that is given
/// relative to the session's begin counts from. Reads only the beginnings of the streams.
[[nodiscard]] base::Result<base::Timestamp> probeBegin(std::span<const std::filesystem::path> paths,
                                                       const SessionOptions& options = {});

} // namespace vnscope::importer
