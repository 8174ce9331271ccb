// SPDX-License-Identifier: Apache-2.0
#include "tests/live/recorded_session.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "tests/support/sample_case.hpp"

namespace vnscope::tests::live {

namespace fs = std::filesystem;

namespace {

constexpr int kPatienceMs = 120'000;
constexpr int kGlanceMs = 20;

std::string textOf(const fs::path& file)
{
    // Files of /proc may fail in the middle, when their process goes.
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string linkOf(const fs::path& link)
{
    std::error_code ignored;
    return fs::read_symlink(link, ignored).string();
}

bool isZombie(const fs::path& process)
{
    const std::string stat = textOf(process / "stat");
    const std::size_t end = stat.rfind(')');
    return end == std::string::npos || stat.substr(end, 3) == ") Z";
}

} // namespace

RecordRun::RecordRun(fs::path folder, const std::string& arguments, const std::string& prefix)
    : m_folder(std::move(folder)), m_log(m_logFolder.path() / "said")
{
    const std::string line = fmt::format("exec {} '{}/bin/vnscope' record -o '{}' {} >'{}' 2>&1", prefix,
                                         VNSCOPE_BINARY_DIR, m_folder.string(), arguments, m_log.string());
    m_pid = ::fork();
    if (m_pid == 0) {
        ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
        ::_exit(127);
    }
}

RecordRun::~RecordRun()
{
    if (m_pid <= 0)
        return;
    ::kill(m_pid, SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
}

pid_t RecordRun::child(const std::string& name) const
{
    std::istringstream children(textOf(fmt::format("/proc/{0}/task/{0}/children", m_pid)));
    for (pid_t pid = 0; children >> pid;)
        if (textOf(fmt::format("/proc/{}/comm", pid)) == name + "\n")
            return pid;
    return -1;
}

void RecordRun::signal(int number) const
{
    ::kill(m_pid, number);
}

int RecordRun::wait()
{
    int status = 0;
    if (!waitUntil([&] { return ::waitpid(m_pid, &status, WNOHANG) == m_pid; }))
        return -1;
    m_pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string RecordRun::said() const
{
    return textOf(m_log);
}

nlohmann::json RecordRun::session() const
{
    return nlohmann::json::parse(textOf(m_folder / "session.json"), nullptr, false);
}

std::string RecordRun::stateOf(const std::string& source) const
{
    const nlohmann::json all = session();
    for (const auto& entry : all.at("sources"))
        if (entry.at("name") == source)
            return entry.at("state");
    return "absent";
}

nlohmann::json RecordRun::query(const std::string& sql) const
{
    const support::ScratchDirectory scratch;
    const fs::path store = scratch.path() / "store.vns";
    const auto imported =
        support::runProgram(fmt::format("vnscope import '{}' -o '{}' 2>/dev/null", m_folder.string(), store.string()));
    if (imported.exitCode != 0)
        return nlohmann::json::array();
    const auto rows = support::runProgram(fmt::format("vnscope query '{}' --format json \"{}\"", store.string(), sql));
    return nlohmann::json::parse(rows.output, nullptr, false);
}

long RecordRun::events(const std::string& name) const
{
    const nlohmann::json rows = query(fmt::format("SELECT sum(count) AS n FROM event_class WHERE name = '{}'", name));
    return rows.empty() || rows.at(0).at("n").is_null() ? 0 : rows.at(0).at("n").get<long>();
}

std::vector<std::string> processesOf(const std::string& text)
{
    std::vector<std::string> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        std::string line = textOf(entry.path() / "cmdline");
        std::replace(line.begin(), line.end(), '\0', ' ');
        const bool isDaemon =
            line.starts_with("lttng-") && linkOf(entry.path() / "ns/mnt") == linkOf("/proc/self/ns/mnt");
        const bool isOurs = isDaemon || line.find(text) != std::string::npos;
        const bool isSelf = entry.path().filename() == std::to_string(::getpid());
        if (isOurs && !isSelf && !isZombie(entry.path()))
            found.push_back(line);
    }
    return found;
}

std::vector<std::string> leftProcesses(const std::string& text)
{
    (void)waitUntil([&] { return processesOf(text).empty(); });
    return processesOf(text);
}

bool waitUntil(const std::function<bool()>& condition)
{
    for (int waited = 0; waited < kPatienceMs; waited += kGlanceMs) {
        if (condition())
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(kGlanceMs));
    }
    return condition();
}

bool waitForFile(const fs::path& file)
{
    return waitUntil([&] { return fs::exists(file); });
}

} // namespace vnscope::tests::live
