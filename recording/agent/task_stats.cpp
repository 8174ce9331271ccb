// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/task_stats.hpp"

#include "recording/agent/text_scan.hpp"

namespace vnscope::recording::agent {

namespace {

constexpr std::uint64_t kNsPerUs = 1000;

bool hasWord(std::string_view list, std::string_view word)
{
    while (!list.empty()) {
        const std::size_t end = list.find(',');
        if (list.substr(0, end) == word)
            return true;
        list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    }
    return false;
}

/// The mount point of cgroup version 1's controller "cpu", or of version 2 (`isUnified`).
std::string_view mountPoint(std::string_view mountinfo, bool isUnified)
{
    constexpr int kMountPointColumn = 4;
    while (!mountinfo.empty()) {
        std::string_view line = takeLine(mountinfo);
        const std::size_t dash = line.find(" - ");
        if (dash == std::string_view::npos)
            continue;
        std::string_view tail = line.substr(dash + 3);
        const std::string_view type = takeWord(tail);
        (void)takeWord(tail); // The source.
        const std::string_view options = takeWord(tail);
        if (isUnified ? type != "cgroup2" : type != "cgroup" || !hasWord(options, "cpu"))
            continue;
        for (int i = 0; i < kMountPointColumn; ++i)
            (void)takeWord(line);
        return takeWord(line);
    }
    return {};
}

std::string pathIn(std::string_view mount, std::string_view group)
{
    if (mount.empty())
        return {};
    return std::string(mount) + (group == "/" ? std::string() : std::string(group)) + "/cpu.stat";
}

} // namespace

std::optional<ProcessTimes> parseProcessTimes(std::string_view text)
{
    constexpr int kBeforeTimes = 11; // From the state to cmajflt.
    const std::size_t nameEnd = text.rfind(')');
    if (nameEnd == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(nameEnd + 1);
    for (int i = 0; i < kBeforeTimes; ++i)
        (void)takeWord(text);
    const auto user = numberOf(takeWord(text));
    const auto system = numberOf(takeWord(text));
    return user && system ? std::optional(ProcessTimes{*user, *system}) : std::nullopt;
}

std::optional<ThreadTimes> parseThreadTimes(std::string_view text)
{
    std::string_view line = takeLine(text);
    const auto cpu = numberOf(takeWord(line));
    const auto wait = numberOf(takeWord(line));
    return cpu && wait ? std::optional(ThreadTimes{*cpu, *wait}) : std::nullopt;
}

std::optional<Throttling> parseThrottling(std::string_view text)
{
    Throttling throttling;
    bool isWatched = false;
    while (!text.empty()) {
        std::string_view line = takeLine(text);
        const std::string_view name = takeWord(line);
        const std::uint64_t value = numberOf(takeWord(line)).value_or(0);
        if (name == "nr_periods")
            throttling.periods = value;
        else if (name == "nr_throttled")
            throttling.throttled = value;
        else if (name == "throttled_usec")
            throttling.throttledNs = value * kNsPerUs;
        else if (name == "throttled_time")
            throttling.throttledNs = value;
        isWatched = isWatched || name == "nr_periods";
    }
    return isWatched ? std::optional(throttling) : std::nullopt;
}

std::string cpuStatPath(std::string_view cgroup, std::string_view mountinfo)
{
    std::string unified;
    while (!cgroup.empty()) { // "3:cpu,cpuacct:/group"; version 2: "0::/group".
        const std::string_view line = takeLine(cgroup);
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos)
            continue;
        const std::string_view controllers = line.substr(first + 1, second - first - 1);
        const std::string_view group = line.substr(second + 1);
        if (hasWord(controllers, "cpu"))
            return pathIn(mountPoint(mountinfo, false), group);
        if (controllers.empty())
            unified = pathIn(mountPoint(mountinfo, true), group);
    }
    return unified;
}

} // namespace vnscope::recording::agent
