// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "recording/session/options.hpp"
#include "recording/session/perf_data_scanner.hpp"
#include "recording/session/process.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// What one perf is to record.
struct PerfTask {
    std::filesystem::path folder;    ///< Made; holds perf's files, and the CTF traces in the end.
    std::vector<std::string> events; ///< "group:name"
    pid_t process = 0;               ///< It and its children; 0: every CPU.
    Mode mode = Mode::Continuous;
    Rotation rotation;
    std::uint64_t bufferBytes = 0; ///< Per CPU.
};

/// A running `perf record`.
class PerfRecorder final {
public:
    /// Returns when perf has its events enabled. The error says what perf said.
    [[nodiscard]] static base::Result<PerfRecorder> start(const PerfTask& task);

    [[nodiscard]] pid_t pid() const { return m_process.pid(); }
    [[nodiscard]] bool isRunning() { return m_process.isRunning(); }
    /// What was recorded so far; parts that a rotation removed stay counted.
    [[nodiscard]] PerfCounts counts();
    /// Writes what the rings hold, in Mode::Snapshot.
    [[nodiscard]] base::Result<void> takeSnapshot();
    /// Ends the recording. In Mode::Snapshot what no snapshot asked for is thrown away.
    void stop();
    /// After stop(): perf's files become CTF traces.
    [[nodiscard]] base::Result<void> convert() const;

private:
    PerfRecorder(Process process, const PerfTask& task);

    Process m_process;
    std::filesystem::path m_folder;
    Mode m_mode = Mode::Continuous;
    std::map<std::filesystem::path, PerfDataScanner> m_scanners; ///< Finished parts.
    PerfDataScanner m_current;
    std::set<std::filesystem::path> m_snapshots;
};

} // namespace vnscope::recording::session
