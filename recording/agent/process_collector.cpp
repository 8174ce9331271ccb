// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "recording/agent/collector.hpp"
#include "recording/agent/proc_file.hpp"
#include "recording/agent/task_stats.hpp"
#include "recording/agent/text_scan.hpp"

namespace vnscope::recording::agent {

namespace {

namespace fs = std::filesystem;

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

std::string nameOf(const fs::path& task)
{
    ProcFile comm(task / "comm");
    std::string_view text = comm.read();
    return std::string(takeLine(text));
}

template <typename F> void forEachNumber(const fs::path& folder, F&& use)
{
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (const auto number = numberOf<std::uint32_t>(entry->path().filename().native()))
            use(*number, entry->path());
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
        std::map<std::uint32_t, std::string> owners;
        for (const host::TapOwner& owner : m_inventory.tapOwners())
            owners.emplace(owner.pid, vmName(owner));
        // Our own clock tells how long a thread ran: one that is gone must not be sampled as another that got its
        // number.
        m_vhosts.clear();
        for (const auto& [pid, vm] : owners)
            forEachNumber(fmt::format("/proc/{}/task", pid),
                          [&, &vmOfThread = vm](std::uint32_t thread, const fs::path& task) {
                              if (nameOf(task).starts_with(kVhost))
                                  addVhost(thread, task, vmOfThread);
                          });
        m_processes.clear();
        std::set<std::string> missing(m_wanted.begin(), m_wanted.end());
        if (owners.empty() && m_wanted.empty())
            return;
        forEachNumber("/proc", [&](std::uint32_t pid, const fs::path& process) {
            const std::string name = nameOf(process);
            for (const std::string& wanted : m_wanted)
                if (wanted == name || wanted == std::to_string(pid)) {
                    addProcess(pid, process, name);
                    missing.erase(wanted);
                    break;
                }
            // Before Linux 6.4 it is a thread of the kernel, called after the process that it works for.
            const auto owner =
                name.starts_with(kVhost)
                    ? owners.find(numberOf<std::uint32_t>(std::string_view(name).substr(kVhost.size())).value_or(0))
                    : owners.end();
            if (owner != owners.end())
                addVhost(pid, process / "task" / std::to_string(pid), owner->second);
        });
        for (const std::string& wanted : missing)
            problems.add(fmt::format("There is no process {} (yet).", wanted));
    }
    void define(Sink& sink) const override
    {
        for (const Process& it : m_processes)
            sink.define(it.element);
        for (const Vhost& it : m_vhosts)
            sink.define(it.element);
    }
    void sample(Sink& sink, Problems&) override
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
    void addProcess(std::uint32_t pid, const fs::path& process, const std::string& name)
    {
        Process& added = m_processes.emplace_back();
        added.element.id = elementId("process", {pid});
        added.element.parent = hostId();
        added.element.name = fmt::format("{}-{}", name, pid);
        added.element.kind = "process";
        added.element.layer = "middlebox";
        added.stat = ProcFile(process / "stat");
        ProcFile cgroup(process / "cgroup");
        ProcFile mounts("/proc/self/mountinfo");
        added.cpuStat = ProcFile(cpuStatPath(cgroup.read(), mounts.read()));
    }

    void addVhost(std::uint32_t thread, const fs::path& task, const std::string& vm)
    {
        Vhost& added = m_vhosts.emplace_back();
        added.element.id = elementId("vhost", {thread});
        added.element.parent = hostId();
        added.element.name = fmt::format("{} {}", nameOf(task), thread);
        added.element.kind = "vhost";
        added.element.layer = "hypervisor";
        added.element.vm = vm;
        added.schedstat = ProcFile(task / "schedstat");
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
