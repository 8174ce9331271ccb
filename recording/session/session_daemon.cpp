// SPDX-License-Identifier: Apache-2.0
#include "recording/session/session_daemon.hpp"

#include <fcntl.h>
#include <lttng/lttng.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "recording/session/process.hpp"

namespace vnscope::recording::session {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::FileDescriptor;
using base::Result;

constexpr std::chrono::seconds kStartPatience{10};
constexpr std::chrono::seconds kEndPatience{10};
constexpr std::chrono::milliseconds kGlance{20};
constexpr int kAttempts = 5;

/// Where the daemon of this user has its sockets.
fs::path runFolder()
{
    if (::geteuid() == 0)
        return "/var/run/lttng";
    for (const char* const variable : {"LTTNG_HOME", "HOME"}) {
        if (const char* const home = std::getenv(variable); home != nullptr && *home != '\0')
            return fs::path(home) / ".lttng";
    }
    return {};
}

FileDescriptor openLockFile()
{
    const fs::path folder = runFolder();
    std::error_code ignored;
    if (!folder.empty())
        fs::create_directories(folder, ignored);
    return FileDescriptor(::open((folder / "vnscope-record.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

/// The lock file holds the number of the daemon that one of us started; 0: none.
pid_t ourDaemon(int lock)
{
    std::array<char, 16> text{};
    const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
    pid_t pid = 0;
    if (size > 0)
        std::from_chars(text.data(), text.data() + size, pid);
    // Numbers are used again.
    std::ifstream comm(fmt::format("/proc/{}/comm", pid));
    std::string name;
    return std::getline(comm, name) && name == "lttng-sessiond" ? pid : 0;
}

void noteDaemon(int lock, pid_t pid)
{
    const std::string text = fmt::format("{}\n", pid);
    (void)!::ftruncate(lock, 0);
    (void)!::pwrite(lock, text.data(), text.size(), 0);
}

bool isDaemonThere()
{
    return lttng_session_daemon_alive() == 1;
}

Result<void> startDaemon(int lock)
{
    Result<Process> daemon = Process::start({.arguments = {"lttng-sessiond", "--quiet"},
                                             .environment = {},
                                             .log = "/dev/null",
                                             .passed = {},
                                             .isFree = true});
    if (!daemon && daemon.error().code == ErrorCode::NotFound)
        return fail(ErrorCode::NotFound, "lttng-sessiond is not installed (apt-get install lttng-tools)");
    if (!daemon)
        return tl::unexpected(daemon.error());
    const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
    while (!isDaemonThere()) {
        if (!daemon->isRunning() || std::chrono::steady_clock::now() >= deadline) {
            daemon->end(SIGTERM, kEndPatience);
            return fail(ErrorCode::Io, "lttng-sessiond does not start");
        }
        std::this_thread::sleep_for(kGlance);
    }
    noteDaemon(lock, daemon->pid());
    return {};
}

} // namespace

SessionDaemon::SessionDaemon(FileDescriptor lock, bool isOurs) : m_lock(std::move(lock)), m_isOurs(isOurs) {}

Result<SessionDaemon> SessionDaemon::use()
{
    FileDescriptor lock = openLockFile();
    if (!lock.isValid()) {
        if (isDaemonThere())
            return SessionDaemon(std::move(lock), false);
        return fail(ErrorCode::Io, fmt::format("no lttng-sessiond runs, and none can be started: \"{}\" cannot be "
                                               "written to",
                                               runFolder().string()));
    }
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        (void)::flock(lock.get(), LOCK_SH);
        if (isDaemonThere()) {
            const bool isOurs = ourDaemon(lock.get()) != 0;
            return SessionDaemon(std::move(lock), isOurs);
        }
        // Two that begin at once start one daemon. Between the two kinds of lock it may be ended by who leaves.
        (void)::flock(lock.get(), LOCK_EX);
        if (isDaemonThere())
            continue;
        if (Result<void> started = startDaemon(lock.get()); !started)
            return tl::unexpected(std::move(started).error());
    }
    return fail(ErrorCode::Io, "lttng-sessiond does not stay");
}

SessionDaemon::~SessionDaemon()
{
    if (!m_lock.isValid())
        return;
    m_lock.close();
    endIfUnused();
}

void SessionDaemon::endIfUnused()
{
    const FileDescriptor lock = openLockFile();
    if (!lock.isValid() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return;
    const pid_t daemon = ourDaemon(lock.get());
    lttng_session* sessions = nullptr;
    const int count = isDaemonThere() ? lttng_list_sessions(&sessions) : 0;
    std::free(sessions);
    if (daemon == 0 || count > 0)
        return;
    ::kill(daemon, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
    while (isAlive(daemon) && std::chrono::steady_clock::now() < deadline) {
        ::waitpid(daemon, nullptr, WNOHANG);
        std::this_thread::sleep_for(kGlance);
    }
    noteDaemon(lock.get(), 0);
}

} // namespace vnscope::recording::session
