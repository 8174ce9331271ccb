// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/base/data_quality.hpp"
#include "tracepoints/event_batch.hpp"

/// What `vnscope record` tells of a recording beside its traces: perf's CTF does not say what perf lost.
namespace vnscope::importer {

/// What became of one tracer, or of one of its tasks.
struct RecordedSource {
    std::string name;  ///< Also its folder's, beside the session file.
    std::string state; ///< `recorded`, `ended_early`, `not_recorded`
    std::string detail;
    std::uint64_t lostEvents = 0;
};

/// The file `session.json`; recording/session/session_folder.hpp writes it.
struct SessionFile {
    std::filesystem::path folder;
    bool isUnderstood = false; ///< Of a format that this version knows; nothing below is set otherwise.
    bool isComplete = false;   ///< The recording was ended, not killed.
    std::vector<RecordedSource> sources;
    std::vector<std::string> remarks;
};

/// Nothing when the folder has no such file. Its size, and all that is taken from it, is bounded.
[[nodiscard]] std::optional<SessionFile> readSessionFile(const std::filesystem::path& folder);

/// Adds what the session file says was lost to the traces of its folder that do not count their losses themselves, and
/// says so, and what else went wrong, in words.
[[nodiscard]] std::vector<base::DataQuality> assessSessionFile(const SessionFile& file,
                                                               std::span<tracepoints::TraceInfo> traces);

} // namespace vnscope::importer
