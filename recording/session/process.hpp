// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// How a program is started.
struct Launch {
    std::vector<std::string> arguments;   ///< The first is the program; looked for in $PATH if it holds no slash.
    std::vector<std::string> environment; ///< "NAME=value", besides ours.
    std::filesystem::path log;            ///< For both of its outputs, appended; empty: ours are its own.
    std::vector<int> passed;              ///< Descriptors that it gets under the same numbers.
    int endWithUs = 0;                    ///< The signal that it gets when we die; 0: none.
    bool isGated = false;                 ///< Waits, as a process of its own number, for release().
    bool isFree = false;                  ///< Left running when the Process goes.
};

/// A child in a process group of its own, so that a Ctrl-C of the terminal reaches us alone. Its standard input is
/// ours, or nothing when ours is a terminal. Killed with its group and reaped when the object goes, unless `isFree`.
class Process final {
public:
    /// Fails with NotFound when there is no such program, with Io when it cannot be run.
    [[nodiscard]] static base::Result<Process> start(const Launch& launch);

    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();

    /// Lets a gated process become its program; fails as start() does.
    [[nodiscard]] base::Result<void> release();

    [[nodiscard]] pid_t pid() const { return m_pid; }
    [[nodiscard]] bool isRunning();
    /// As a shell says it: the exit code, or 128 plus the signal's number; nothing while it runs.
    [[nodiscard]] std::optional<int> status();
    [[nodiscard]] bool waitFor(std::chrono::milliseconds patience);
    /// To the whole group.
    void signal(int number) const;
    /// Sends `number`, and SIGKILL to what still runs after `patience`.
    void end(int number, std::chrono::milliseconds patience);

private:
    Process(pid_t pid, base::FileDescriptor gate, base::FileDescriptor failure, bool isFree);

    pid_t m_pid = -1;
    std::optional<int> m_status;
    base::FileDescriptor m_gate;
    base::FileDescriptor m_failure;
    bool m_isFree = false;
};

/// Whether a process of this number is there and no zombie; for those that are not our children.
[[nodiscard]] bool isAlive(pid_t pid);

} // namespace vnscope::recording::session
