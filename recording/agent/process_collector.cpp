// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "recording/agent/collector.hpp"
#include "recording/agent/proc_file.hpp"
#include "recording/agent/task_stats.hpp"
#include "recording/agent/text_scan.hpp"
#include "recording/host/numbered_entries.hpp"

namespace vnscope::recording::agent {

namespace {

constexpr std::string_view kVhost = "vhost-";

/// A process that was asked for.
struct Process {
    Element element;
    ProcFile stat;
    ProcFile cpuStat; ///< Of its cgroup.
};

/// A thread that copies packets between a tap and a virtual machine: drivers/vhost/vhost.c.
struct Vhost {
    Element element;
    ProcFile schedstat;
};

std::string nameOf(const std::string& task)
{
    ProcFile comm(task + "/comm");
    std::string_view text = comm.read();
    return std::string(takeLine(text));
}

class ProcessCollector final : public Collector {
public:
    ProcessCollector(const Inventory& inventory, std::vector<std::string> processes)
        : m_inventory(inventory),
          m_wanted(std::move(processes)),
          m_nsPerTick(1'000'000'000U / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)))
    {
    }

    [[nodiscard]] const char* name() const override { return "processes"; }
    void rescan(Problems& problems) override
    {
        m_processes.clear();
        m_vhosts.clear();
        m_missing = {m_wanted.begin(), m_wanted.end()};
        std::map<std::uint32_t, std::string> owners;
        for (const host::TapOwner& owner : m_inventory.tapOwners())
            owners.emplace(owner.pid, vmName(owner));
        for (const auto& [pid, vm] : owners)
            addVhostsOf(pid, vm);
        if (!owners.empty() || !m_wanted.empty())
            host::forEachNumber("/proc", [&](std::uint32_t pid) { look(pid, owners); });
        for (const std::string& wanted : m_missing)
            problems.add(fmt::format("There is no process {} (yet).", wanted));
    }
    void define(Sink& sink) const override
    {
        for (const Process& it : m_processes)
            sink.define(it.element);
        for (const Vhost& it : m_vhosts)
            sink.define(it.element);
    }
    void sample(Depth, Sink& sink, Problems&) override
    {
        for (Process& it : m_processes)
            sampleProcess(it, sink);
        for (Vhost& it : m_vhosts) {
            const auto times = parseThreadTimes(it.schedstat.read());
            if (!times)
                continue; // It ended.
            m_attributes.clear();
            m_attributes.push_back({"cpu_ns", static_cast<std::int64_t>(times->cpuNs)});
            m_attributes.push_back({"cpu_wait_ns", static_cast<std::int64_t>(times->waitNs)});
            sink.sample(it.element, nullptr, m_attributes);
        }
    }

private:
    void addVhostsOf(std::uint32_t owner, const std::string& vm)
    {
        const std::string tasks = fmt::format("/proc/{}/task", owner);
        host::forEachNumber(tasks.c_str(), [&](std::uint32_t thread) {
            const std::string task = fmt::format("{}/{}", tasks, thread);
            if (const std::string name = nameOf(task); name.starts_with(kVhost))
                addVhost(thread, task, name, vm);
        });
    }

    void look(std::uint32_t pid, const std::map<std::uint32_t, std::string>& owners)
    {
        const std::string process = fmt::format("/proc/{}", pid);
        const std::string name = nameOf(process);
        for (const std::string& wanted : {name, std::to_string(pid)})
            if (std::ranges::find(m_wanted, wanted) != m_wanted.end()) {
                addProcess(pid, process, name);
                m_missing.erase(wanted);
                break;
            }
        if (!name.starts_with(kVhost))
            return;
        // Before Linux 6.4 it is a thread of the kernel, called after the process that it works for.
        const auto number = numberOf<std::uint32_t>(std::string_view(name).substr(kVhost.size()));
        const auto owner = number ? owners.find(*number) : owners.end();
        if (owner != owners.end())
            addVhost(pid, fmt::format("{}/task/{}", process, pid), name, owner->second);
    }

    void addProcess(std::uint32_t pid, const std::string& process, const std::string& name)
    {
        Process& added = m_processes.emplace_back();
        added.element.id = elementId("process", {pid});
        added.element.parent = hostId();
        added.element.name = fmt::format("{}-{}", name, pid);
        added.element.kind = "process";
        added.element.layer = "middlebox";
        added.stat = ProcFile(process + "/stat");
        ProcFile cgroup(process + "/cgroup");
        ProcFile mounts("/proc/self/mountinfo");
        added.cpuStat = ProcFile(cpuStatPath(cgroup.read(), mounts.read()));
    }

    void addVhost(std::uint32_t thread, const std::string& task, const std::string& name, const std::string& vm)
    {
        Vhost& added = m_vhosts.emplace_back();
        added.element.id = elementId("vhost", {thread});
        added.element.parent = hostId();
        added.element.name = fmt::format("{} {}", name, thread);
        added.element.kind = "vhost";
        added.element.layer = "hypervisor";
        added.element.vm = vm;
        added.schedstat = ProcFile(task + "/schedstat");
    }

    void sampleProcess(Process& process, Sink& sink)
    {
        const auto times = parseProcessTimes(process.stat.read());
        if (!times)
            return; // It ended.
        m_attributes.clear();
        m_attributes.push_back(
            {"cpu_ns", static_cast<std::int64_t>((times->userTicks + times->systemTicks) * m_nsPerTick)});
        if (const auto throttling = parseThrottling(process.cpuStat.read())) {
            m_attributes.push_back({"quota_period_count", static_cast<std::int64_t>(throttling->periods)});
            m_attributes.push_back({"quota_throttled_count", static_cast<std::int64_t>(throttling->throttled)});
            m_attributes.push_back({"quota_throttled_ns", static_cast<std::int64_t>(throttling->throttledNs)});
        }
        sink.sample(process.element, nullptr, m_attributes);
    }

    const Inventory& m_inventory;
    std::vector<std::string> m_wanted;
    std::set<std::string> m_missing; ///< Of them: met by no process.
    std::uint64_t m_nsPerTick;
    std::vector<Process> m_processes;
    std::vector<Vhost> m_vhosts;
    std::vector<Attribute> m_attributes;
};

} // namespace

std::unique_ptr<Collector> makeProcessCollector(const Inventory& inventory, std::vector<std::string> processes)
{
    return std::make_unique<ProcessCollector>(inventory, std::move(processes));
}

} // namespace vnscope::recording::agent
