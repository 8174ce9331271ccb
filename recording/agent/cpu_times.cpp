// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/cpu_times.hpp"

#include <array>
#include <optional>

#include "recording/agent/text_scan.hpp"

namespace vnscope::recording::agent {

namespace {

constexpr std::string_view kCpu = "cpu";
constexpr std::uint32_t kMostCpus = 8192; ///< The kernel's own limit on x86 (NR_CPUS).
constexpr std::uint64_t kNsPerUs = 1000;

CpuTimes timesOf(std::string_view line, std::uint64_t nsPerTick)
{
    enum Column { User, Nice, System, Idle, IoWait, Irq, Softirq, Steal, Count };
    std::array<std::uint64_t, Count> ns{};
    for (std::uint64_t& it : ns)
        it = numberOf(takeWord(line)).value_or(0) * nsPerTick;
    return {ns[User] + ns[Nice] + ns[System] + ns[Irq] + ns[Softirq], ns[Softirq], ns[Idle] + ns[IoWait], ns[Steal]};
}

std::uint64_t totalNs(std::string_view line)
{
    constexpr std::string_view kTotal = "total=";
    const std::size_t at = line.rfind(kTotal);
    return at == std::string_view::npos ? 0 : numberOf(line.substr(at + kTotal.size())).value_or(0) * kNsPerUs;
}

} // namespace

bool parseCpuTimes(std::string_view text, std::uint64_t nsPerTick, HostCpuTimes& times)
{
    std::string_view line = takeLine(text);
    if (takeWord(line) != kCpu)
        return false;
    times.all = timesOf(line, nsPerTick);
    while (!text.empty()) { // Ends at the first line that is of no CPU: the longest ones follow.
        line = takeLine(text);
        const std::string_view name = takeWord(line);
        if (!name.starts_with(kCpu))
            return true;
        const auto cpu = numberOf<std::uint32_t>(name.substr(kCpu.size()));
        if (!cpu || *cpu >= kMostCpus)
            continue;
        if (*cpu >= times.cpus.size())
            times.cpus.resize(*cpu + 1U);
        times.cpus[*cpu] = timesOf(line, nsPerTick);
    }
    return true;
}

Pressure parsePressure(std::string_view text)
{
    Pressure pressure;
    while (!text.empty()) {
        std::string_view line = takeLine(text);
        const std::string_view scope = takeWord(line);
        if (scope == "some")
            pressure.someNs = totalNs(line);
        else if (scope == "full")
            pressure.fullNs = totalNs(line);
    }
    return pressure;
}

} // namespace vnscope::recording::agent
