// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "importer/packet_scanner.hpp"
#include "importer/trace_clock.hpp"
#include "storage/base/data_quality.hpp"
#include "storage/base/result.hpp"

namespace vnscope::importer {

/// A file of a trace's folder that may be one of its data streams.
struct FoundStream {
    std::string name;
    std::uint64_t bytes = 0;
    std::uint64_t indexedBytes = 0; ///< Where the last packet of the index ends; 0: no index.
    std::uint64_t packetBytes = 0;  ///< Size of an average packet as the index tells, else of the whole file.
    bool hasIndex = false;
    bool hasMagic = false;   ///< Begins like a packet.
    bool isStranger = false; ///< Its first packet is of another trace than the metadata.
    std::string cpuPrefix;   ///< "ch_1": "ch"; empty when the name ends in no number.
    std::uint16_t cpu = 0;   ///< "ch_1": 1
    std::string instance;    ///< Equal for files that are parts of one stream; empty when that is unknown.
};

/// A folder with a `metadata` file.
struct FoundTrace {
    std::filesystem::path directory; ///< Absolute.
    std::filesystem::path source; ///< What users know it by: the folder, or the file that it was made from. Absolute.
    std::vector<FoundStream> streams; ///< Sorted by name.
    PacketSignature signature;
    std::optional<MonotonicClock> clock;    ///< When it is that of a known host.
    std::optional<SharedClock> sharedClock; ///< With another trace of the session.
    std::optional<base::Error> obstacle;    ///< Why it cannot be read at all, as far as a look at the files tells.
    std::vector<base::DataQuality> notes;   ///< What was not perfect already when the trace was made from `source`.
};

/// The traces at `path`: itself, or those below it (bounded in depth and number). Fails with one sentence when there is
/// none, or when `path` is something else.
[[nodiscard]] base::Result<std::vector<FoundTrace>> findTraces(const std::filesystem::path& path);

/// Whether `file` is a log of QEMU's tracing, with times or without.
[[nodiscard]] bool isQemuLog(const std::filesystem::path& file);

/// The trace that `log`, a log of QEMU's tracing, becomes in `directory`; nullopt if it is anything else. Fails with
/// one sentence when the log holds no time, and as qemu_log::convert() does.
[[nodiscard]] base::Result<std::optional<FoundTrace>> convertQemuLog(const std::filesystem::path& log,
                                                                     const std::filesystem::path& directory,
                                                                     const std::function<bool()>& stopRequested);

/// Text from a trace or file system, made fit for a message: control characters replaced, length bounded.
[[nodiscard]] std::string printable(std::string_view text);

/// The first `limit` bytes of a file; shorter when the file is, empty when it cannot be read.
[[nodiscard]] std::vector<std::byte> readStart(const std::filesystem::path& file, std::size_t limit);

} // namespace vnscope::importer
