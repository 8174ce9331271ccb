// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <filesystem>
#include <string_view>

#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// A process that outlives a recorder which dies without a word (SIGKILL, out of memory) and then takes away what the
/// recorder had set up. It is told of each thing when it comes to be, through a pipe; the pipe's end without
/// dismiss() means that the recorder is dead. If the guardian itself dies, the recorder cleans up as ever.
class Guardian final {
public:
    /// Forks: to be called before anything else is set up. The guardian is a session of its own (setsid), without a
    /// terminal.
    [[nodiscard]] static base::Result<Guardian> start();

    Guardian(Guardian&&) noexcept = default;
    Guardian& operator=(Guardian&&) = delete;
    /// Dismisses: whoever destroys it has cleaned up.
    ~Guardian();

    /// A process group that gets `signal`, time to end, and then SIGKILL.
    void watchGroup(pid_t group, int signal) const;
    void watchLttngSession(std::string_view name) const;
    /// A session daemon may be ours to end.
    void watchDaemon() const;
    /// Data of perf below `folder` that is to be converted.
    void watchPerfData(const std::filesystem::path& folder) const;

    [[nodiscard]] pid_t pid() const { return m_pid; }

private:
    enum class Kind : int { Group, Session, Daemon, PerfData, Dismissal };
    /// At most PIPE_BUF bytes, so that a message is written whole.
    struct Message {
        Kind kind = Kind::Dismissal;
        pid_t process = 0;
        int signal = 0;
        std::array<char, 2048> text{};
    };
    class Ledger;

    Guardian(pid_t pid, base::FileDescriptor pipe);
    [[noreturn]] static void guard(int pipe);
    void tell(Message message) const;

    pid_t m_pid = -1;
    base::FileDescriptor m_pipe;
};

} // namespace vnscope::recording::session
