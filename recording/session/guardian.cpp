// SPDX-License-Identifier: Apache-2.0
#include "recording/session/guardian.hpp"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "recording/session/lttng_session.hpp"
#include "recording/session/perf_conversion.hpp"
#include "recording/session/session_daemon.hpp"

namespace vnscope::recording::session {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kGlance{20};

bool isGroupThere(pid_t group)
{
    return ::kill(-group, 0) == 0;
}

void endGroup(pid_t group, int signal)
{
    ::kill(-group, signal);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (isGroupThere(group) && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(kGlance);
    ::kill(-group, SIGKILL);
}

void leaveTerminal()
{
    ::setsid();
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(nothing, descriptor);
    if (nothing > STDERR_FILENO)
        ::close(nothing);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1})
        ::signal(signal, SIG_DFL);
}

} // namespace

/// What there is to take away.
class Guardian::Ledger final {
public:
    void add(const Message& message)
    {
        const std::string text = message.text.data();
        switch (message.kind) {
        case Kind::Group: m_groups.emplace_back(message.process, message.signal); break;
        case Kind::Session: m_sessions.push_back(text); break;
        case Kind::Daemon: m_hasDaemon = true; break;
        case Kind::PerfData: m_perfData.emplace_back(text); break;
        case Kind::Dismissal: break;
        }
    }

    void takeAway() const
    {
        for (const auto& [group, signal] : m_groups)
            endGroup(group, signal);
        for (const std::string& session : m_sessions)
            LttngSession::destroy(session);
        if (m_hasDaemon)
            SessionDaemon::endIfUnused();
        for (const std::filesystem::path& folder : m_perfData)
            (void)convertPerfData(folder);
    }

private:
    std::vector<std::pair<pid_t, int>> m_groups;
    std::vector<std::string> m_sessions;
    std::vector<std::filesystem::path> m_perfData;
    bool m_hasDaemon = false;
};

Guardian::Guardian(pid_t pid, base::FileDescriptor pipe) : m_pid(pid), m_pipe(std::move(pipe)) {}

base::Result<Guardian> Guardian::start()
{
    static_assert(sizeof(Message) <= PIPE_BUF);
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return base::fail(base::ErrorCode::Io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    base::FileDescriptor readEnd(ends[0]);
    base::FileDescriptor writeEnd(ends[1]);
    const pid_t pid = ::fork();
    if (pid < 0)
        return base::fail(base::ErrorCode::Io, fmt::format("cannot start a guardian: {}", std::strerror(errno)));
    if (pid == 0) {
        writeEnd.close();
        guard(readEnd.get());
    }
    return Guardian(pid, std::move(writeEnd));
}

void Guardian::guard(int pipe)
{
    leaveTerminal();
    Ledger ledger;
    Message message;
    while (::read(pipe, &message, sizeof message) == static_cast<ssize_t>(sizeof message)) {
        if (message.kind == Kind::Dismissal)
            ::_exit(0);
        ledger.add(message);
    }
    ledger.takeAway();
    ::_exit(0);
}

Guardian::~Guardian()
{
    if (!m_pipe.isValid())
        return;
    tell({});
    m_pipe.close();
    ::waitpid(m_pid, nullptr, 0);
}

void Guardian::tell(Message message) const
{
    // A guardian that was killed is not missed: SIGPIPE is ignored by the program.
    (void)!::write(m_pipe.get(), &message, sizeof message);
}

void Guardian::watchGroup(pid_t group, int signal) const
{
    tell({Kind::Group, group, signal, {}});
}

void Guardian::watchLttngSession(std::string_view name) const
{
    Message message{Kind::Session, 0, 0, {}};
    name.copy(message.text.data(), message.text.size() - 1);
    tell(message);
}

void Guardian::watchDaemon() const
{
    tell({Kind::Daemon, 0, 0, {}});
}

void Guardian::watchPerfData(const std::filesystem::path& folder) const
{
    Message message{Kind::PerfData, 0, 0, {}};
    folder.native().copy(message.text.data(), message.text.size() - 1);
    tell(message);
}

} // namespace vnscope::recording::session
