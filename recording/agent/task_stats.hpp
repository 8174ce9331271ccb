// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What /proc and the cgroups tell of processes and threads.
namespace vnscope::recording::agent {

/// /proc/PID/stat: the times of all threads, in ticks (do_task_stat() of fs/proc/array.c). The name in it may be
/// anything.
struct ProcessTimes {
    std::uint64_t userTicks = 0;
    std::uint64_t systemTicks = 0;
};
[[nodiscard]] std::optional<ProcessTimes> parseProcessTimes(std::string_view text);

/// /proc/PID/task/TID/schedstat of one thread, ns: proc_pid_schedstat() of fs/proc/base.c.
struct ThreadTimes {
    std::uint64_t cpuNs = 0;
    std::uint64_t waitNs = 0; ///< Ready, but on no CPU.
};
[[nodiscard]] std::optional<ThreadTimes> parseThreadTimes(std::string_view text);

/// cpu.stat of a cgroup: cpu_cfs_stat_show() (version 1) and cpu_extra_stat_show() of kernel/sched/core.c.
struct Throttling {
    std::uint64_t periods = 0;   ///< That a quota was watched.
    std::uint64_t throttled = 0; ///< Of them: the quota was used up.
    std::uint64_t throttledNs = 0;
};
/// Nothing: the group has no quota to watch.
[[nodiscard]] std::optional<Throttling> parseThrottling(std::string_view text);

/// Where cpu.stat of a process is, from its /proc/PID/cgroup and our /proc/self/mountinfo; empty: nowhere.
[[nodiscard]] std::string cpuStatPath(std::string_view cgroup, std::string_view mountinfo);

} // namespace vnscope::recording::agent
