// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/doctor/host.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <spawn.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vnscope::cli::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 10U;
constexpr std::size_t kMaxFilesBelow = 100'000;
constexpr std::chrono::seconds kProgramTimeLimit{5};

/// A child process whose output comes through a pipe. Killed and reaped when the object goes.
class Child final {
public:
    explicit Child(const std::vector<std::string>& command) { start(command); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child()
    {
        if (m_pid > 0) {
            kill(m_pid, SIGKILL);
            waitpid(m_pid, nullptr, 0);
        }
        if (m_output >= 0)
            close(m_output);
    }

    [[nodiscard]] bool isStarted() const { return m_pid > 0; }

    /// Reads until the child closes its output or `deadline`; true in the first case.
    bool readUntil(std::chrono::steady_clock::time_point deadline, std::string& text) const
    {
        std::array<char, 4096> chunk{};
        while (true) {
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
            pollfd query{m_output, POLLIN, 0};
            if (left.count() <= 0 || poll(&query, 1, static_cast<int>(left.count())) <= 0)
                return false;
            const ssize_t got = read(m_output, chunk.data(), chunk.size());
            if (got <= 0)
                return true;
            if (text.size() < kMaxFileBytes)
                text.append(chunk.data(), static_cast<std::size_t>(got));
        }
    }

    int exitStatus()
    {
        int status = 0;
        waitpid(m_pid, &status, 0);
        m_pid = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    void start(const std::vector<std::string>& command)
    {
        std::array<int, 2> ends{-1, -1};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            return;
        m_output = ends[0];
        std::vector<std::string> words = command;
        std::vector<char*> arguments;
        for (std::string& word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
        pid_t pid = -1;
        if (posix_spawnp(&pid, arguments.front(), &actions, nullptr, arguments.data(), environ) == 0)
            m_pid = pid;
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
    }

    pid_t m_pid = -1;
    int m_output = -1;
};

bool isExecutable(const fs::path& path)
{
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

} // namespace

std::string LocalHost::kernelRelease() const
{
    utsname name{};
    return uname(&name) == 0 ? name.release : "";
}

bool LocalHost::isRoot() const
{
    return geteuid() == 0;
}

bool LocalHost::isInGroup(std::string_view group) const
{
    const ::group* entry = getgrnam(std::string(group).c_str());
    if (entry == nullptr)
        return false;
    std::array<gid_t, 256> groups{};
    const int count = getgroups(static_cast<int>(groups.size()), groups.data());
    const auto end = groups.begin() + std::max(count, 0);
    return getegid() == entry->gr_gid || std::find(groups.begin(), end, entry->gr_gid) != end;
}

bool LocalHost::exists(const fs::path& path) const
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

std::optional<std::string> LocalHost::readFile(const fs::path& path) const
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return std::nullopt;
    std::string text(kMaxFileBytes, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::vector<std::string> LocalHost::filesBelow(const fs::path& directory) const
{
    std::vector<std::string> names;
    std::error_code error;
    fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator() && names.size() < kMaxFilesBelow;
         entry.increment(error))
        names.push_back(entry->path().filename().string());
    return names;
}

std::optional<fs::path> LocalHost::findProgram(std::string_view name) const
{
    const char* pathVariable = std::getenv("PATH");
    // Daemons lie where an ordinary user's PATH does not lead.
    const std::string places =
        std::string(pathVariable == nullptr ? "" : pathVariable) + ":/usr/sbin:/sbin:/usr/local/sbin";
    for (std::size_t begin = 0; begin <= places.size();) {
        const std::size_t end = std::min(places.find(':', begin), places.size());
        const fs::path candidate = fs::path(places.substr(begin, end - begin)) / name;
        if (end > begin && isExecutable(candidate))
            return candidate;
        begin = end + 1;
    }
    return std::nullopt;
}

bool LocalHost::isRunning(std::string_view program) const
{
    // The kernel keeps 15 bytes of a program's name.
    const std::string shortName(program.substr(0, 15));
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::optional<std::string> name = readFile(entry->path() / "comm");
        if (name && *name == shortName + "\n")
            return true;
    }
    return false;
}

ProgramRun LocalHost::run(const std::vector<std::string>& command) const
{
    Child child(command);
    ProgramRun result;
    if (child.isStarted() && child.readUntil(std::chrono::steady_clock::now() + kProgramTimeLimit, result.output))
        result.exitStatus = child.exitStatus();
    return result;
}

std::optional<std::uint64_t> LocalHost::freeBytes(const fs::path& directory) const
{
    std::error_code error;
    const fs::space_info space = fs::space(directory, error);
    if (error)
        return std::nullopt;
    return space.available;
}

} // namespace vnscope::cli::doctor
