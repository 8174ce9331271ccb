// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vnscope::recording::agent {

/// Time that a CPU spent since it booted, ns, to the tick of user space (10 ms): show_stat() of fs/proc/stat.c.
struct CpuTimes {
    std::uint64_t busyNs = 0; ///< user, nice, system, irq and softirq. Guests are in user.
    std::uint64_t softirqNs = 0;
    std::uint64_t idleNs = 0;  ///< idle and iowait.
    std::uint64_t stealNs = 0; ///< Wanted, but given to others by the hypervisor below us.
};

struct HostCpuTimes {
    CpuTimes all;
    std::vector<CpuTimes> cpus; ///< By number; all 0: offline.
};

/// Reads /proc/stat into `times`; false when it does not begin as it should.
[[nodiscard]] bool parseCpuTimes(std::string_view text, std::uint64_t nsPerTick, HostCpuTimes& times);

/// How long tasks were stalled for want of a resource since boot, ns: /proc/pressure/*, psi_show() of
/// kernel/sched/psi.c.
struct Pressure {
    std::uint64_t someNs = 0; ///< At least one task.
    std::uint64_t fullNs = 0; ///< All that could run.
};

[[nodiscard]] Pressure parsePressure(std::string_view text);

} // namespace vnscope::recording::agent
