// SPDX-License-Identifier: Apache-2.0
#include "recording/session/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace vnscope::recording::session {
namespace {

using base::ErrorCode;
using base::fail;
using base::FileDescriptor;
using base::Result;

constexpr std::chrono::milliseconds kGlance{5};

struct Pipe {
    FileDescriptor readEnd;
    FileDescriptor writeEnd;
};

Result<Pipe> makePipe()
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(ErrorCode::Io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void redirect(const std::filesystem::path& file, int flags, int target)
{
    const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0644);
    if (descriptor >= 0)
        ::dup2(descriptor, target);
}

/// In the child. Returns errno of what failed.
int becomeProgram(const Launch& launch)
{
    ::signal(SIGPIPE, SIG_DFL);
    if (::isatty(STDIN_FILENO) == 1)
        redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    if (!launch.log.empty()) {
        redirect(launch.log, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
        ::dup2(STDOUT_FILENO, STDERR_FILENO);
    }
    for (const int descriptor : launch.passed)
        ::fcntl(descriptor, F_SETFD, 0);
    std::vector<std::string> environment = launch.environment;
    for (std::string& variable : environment)
        ::putenv(variable.data());
    std::vector<std::string> words = launch.arguments;
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execvp(arguments.front(), arguments.data());
    return errno;
}

[[noreturn]] void runChild(const Launch& launch, pid_t parent, int gate, int failure)
{
    ::setpgid(0, 0);
    if (launch.endWithUs != 0) {
        ::prctl(PR_SET_PDEATHSIG, launch.endWithUs);
        if (::getppid() != parent)
            ::_exit(127);
    }
    char go = 0;
    if (launch.isGated && ::read(gate, &go, 1) != 1)
        ::_exit(127);
    const int error = becomeProgram(launch);
    (void)!::write(failure, &error, sizeof error);
    ::_exit(127);
}

std::string firstWord(const Launch& launch)
{
    return launch.arguments.empty() ? std::string() : launch.arguments.front();
}

} // namespace

Process::Process(pid_t pid, FileDescriptor gate, FileDescriptor failure, bool isFree)
    : m_pid(pid), m_gate(std::move(gate)), m_failure(std::move(failure)), m_isFree(isFree)
{
}

Process::Process(Process&& other) noexcept
    : m_pid(std::exchange(other.m_pid, -1)),
      m_status(other.m_status),
      m_gate(std::move(other.m_gate)),
      m_failure(std::move(other.m_failure)),
      m_isFree(other.m_isFree)
{
}

Process::~Process()
{
    if (m_pid < 0 || m_isFree || m_status)
        return;
    ::kill(-m_pid, SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
}

Result<Process> Process::start(const Launch& launch)
{
    Result<Pipe> gate = makePipe();
    Result<Pipe> failure = makePipe();
    if (!gate || !failure)
        return tl::unexpected(!gate ? gate.error() : failure.error());
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0)
        return fail(ErrorCode::Io, fmt::format("cannot start {}: {}", firstWord(launch), std::strerror(errno)));
    if (pid == 0) {
        // Or the child would keep its own gate open.
        gate->writeEnd.close();
        runChild(launch, parent, gate->readEnd.get(), failure->writeEnd.get());
    }
    ::setpgid(pid, pid);
    Process process(pid, std::move(gate->writeEnd), std::move(failure->readEnd), launch.isFree);
    failure->writeEnd.close();
    if (!launch.isGated) {
        if (Result<void> released = process.release(); !released)
            return tl::unexpected(std::move(released).error().during("starting " + firstWord(launch)));
    }
    return process;
}

Result<void> Process::release()
{
    (void)!::write(m_gate.get(), "g", 1);
    m_gate.close();
    int error = 0;
    const ssize_t got = ::read(m_failure.get(), &error, sizeof error);
    m_failure.close();
    if (got != static_cast<ssize_t>(sizeof error))
        return {};
    return fail(error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, std::strerror(error));
}

std::optional<int> Process::status()
{
    int raw = 0;
    if (!m_status && m_pid > 0 && ::waitpid(m_pid, &raw, WNOHANG) == m_pid)
        m_status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return m_status;
}

bool Process::isRunning()
{
    return m_pid > 0 && !status();
}

bool Process::waitFor(std::chrono::milliseconds patience)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (isRunning()) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(kGlance);
    }
    return true;
}

void Process::signal(int number) const
{
    if (m_pid > 0 && !m_status)
        ::kill(-m_pid, number);
}

void Process::end(int number, std::chrono::milliseconds patience)
{
    signal(number);
    if (waitFor(patience))
        return;
    signal(SIGKILL);
    (void)waitFor(std::chrono::seconds(1));
}

bool isAlive(pid_t pid)
{
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string text;
    std::getline(file, text);
    // "pid (name) state": a name may hold anything, parentheses too.
    const std::size_t end = text.rfind(')');
    return end != std::string::npos && end + 2 < text.size() && text[end + 2] != 'Z' && text[end + 2] != 'X';
}

} // namespace vnscope::recording::session
