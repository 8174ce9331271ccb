// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/sample_case.hpp"

namespace vnscope::tests::live {

/// A `vnscope record` that runs beside the test. Killed, if it still runs, when the object goes.
class RecordRun final {
public:
    /// `arguments` is what a shell gets after "vnscope record"; `prefix` what stands before it.
    RecordRun(std::filesystem::path folder, const std::string& arguments, const std::string& prefix = {});
    RecordRun(const RecordRun&) = delete;
    RecordRun& operator=(const RecordRun&) = delete;
    ~RecordRun();

    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// Its child (a daemon, perf, or the guardian, which is called as it is) by the name that the kernel has for it.
    [[nodiscard]] pid_t child(const std::string& name) const;
    void signal(int number) const;
    /// Waits for its end; the exit code, or 128 plus the signal's number; -1 when it does not end in time.
    int wait();
    /// What it said, its command's words included.
    [[nodiscard]] std::string said() const;
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    /// session.json
    [[nodiscard]] nlohmann::json session() const;
    /// The member `state` of a source; "absent" when session.json does not name it.
    [[nodiscard]] std::string stateOf(const std::string& source) const;
    /// What `vnscope query` gives about the folder's traces; empty when they cannot be imported.
    [[nodiscard]] nlohmann::json query(const std::string& sql) const;
    /// How many events of this class the traces hold.
    [[nodiscard]] long events(const std::string& name) const;

private:
    std::filesystem::path m_folder;
    support::ScratchDirectory m_logFolder; ///< Of its own: the folder's disk may be full.
    std::filesystem::path m_log;
    pid_t m_pid = -1;
};

/// Command lines of the processes that name `text`, or that are LTTng's daemons in our mount namespace; no zombies.
[[nodiscard]] std::vector<std::string> processesOf(const std::string& text);

/// Waits a while for the processes to go; what is left then.
[[nodiscard]] std::vector<std::string> leftProcesses(const std::string& text);

/// Whether `condition` comes to hold within two minutes.
[[nodiscard]] bool waitUntil(const std::function<bool()>& condition);
[[nodiscard]] bool waitForFile(const std::filesystem::path& file);

} // namespace vnscope::tests::live
