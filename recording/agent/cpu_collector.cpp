// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>
#include <map>

#include <fmt/format.h>

#include "recording/agent/collector.hpp"
#include "recording/agent/cpu_times.hpp"
#include "recording/agent/proc_file.hpp"
#include "recording/agent/softnet.hpp"
#include "recording/agent/text_scan.hpp"

namespace vnscope::recording::agent {

namespace {

std::uint64_t nsPerTick()
{
    constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
    const long perSecond = ::sysconf(_SC_CLK_TCK);
    return kNsPerSecond / static_cast<std::uint64_t>(perSecond > 0 ? perSecond : 100);
}

std::string hostName()
{
    std::array<char, 256> name{};
    (void)::gethostname(name.data(), name.size() - 1);
    return name.data();
}

std::int64_t asValue(std::uint64_t count)
{
    return static_cast<std::int64_t>(count);
}

/// A CPU, with its backlog: where enqueue_to_backlog() puts packets and process_backlog() takes them from.
struct Backlog {
    Element element;
    WideCounter processed;
    WideCounter dropped;
    WideCounter timeSqueeze;
    WideCounter receivedRps;
    WideCounter flowLimit;
};

class CpuCollector final : public Collector {
public:
    CpuCollector()
        : m_softnet("/proc/net/softnet_stat"),
          m_stat("/proc/stat"),
          m_limit("/proc/sys/net/core/netdev_max_backlog"),
          m_cpuPressure("/proc/pressure/cpu"),
          m_memoryPressure("/proc/pressure/memory"),
          m_ioPressure("/proc/pressure/io"),
          m_nsPerTick(nsPerTick())
    {
        m_host.id = hostId();
        m_host.name = hostName();
        m_host.kind = "host";
        m_host.layer = "hypervisor";
    }

    [[nodiscard]] const char* name() const override { return "cpu"; }
    void rescan(Problems& problems) override
    {
        if (!m_softnet.isOpen())
            problems.add("/proc/net/softnet_stat cannot be read: no backlogs of CPUs.");
        if (!m_stat.isOpen())
            problems.add("/proc/stat cannot be read: no CPU times.");
        if (m_cpuPressure.read().empty() || m_memoryPressure.read().empty())
            problems.add("/proc/pressure cannot be read (CONFIG_PSI, psi=1): no stall times.");
        parseSoftnet(m_softnet.read(), m_lines);
        for (const SoftnetLine& line : m_lines)
            (void)backlogOf(line.cpu);
        m_host.limits = {{"cpu_count", ::sysconf(_SC_NPROCESSORS_ONLN)}};
        std::string_view text = m_limit.read();
        if (const auto limit = numberOf<std::int64_t>(takeLine(text))) {
            m_host.limits.push_back({"backlog_limit_packets", *limit});
            for (auto& [cpu, backlog] : m_backlogs)
                backlog.element.limits = {{"buffer_packets", *limit}};
        }
    }
    void define(Sink& sink) const override
    {
        sink.define(m_host);
        for (const auto& [cpu, backlog] : m_backlogs)
            sink.define(backlog.element);
    }
    void sample(Depth depth, Sink& sink, Problems&) override
    {
        const bool hasTimes = parseCpuTimes(m_stat.read(), m_nsPerTick, m_times);
        sampleHost(hasTimes, depth, sink);
        parseSoftnet(m_softnet.read(), m_lines);
        for (const SoftnetLine& line : m_lines)
            sampleBacklog(line, hasTimes, sink);
    }

private:
    Backlog& backlogOf(std::uint32_t cpu)
    {
        const auto [it, isNew] = m_backlogs.try_emplace(cpu);
        if (isNew) {
            Element& element = it->second.element;
            element.id = elementId("backlog", {cpu});
            element.parent = hostId();
            element.name = fmt::format("cpu{} backlog", cpu);
            element.kind = "backlog";
            element.layer = "softirq";
        }
        return it->second;
    }

    void sampleHost(bool hasTimes, Depth depth, Sink& sink)
    {
        m_attributes.clear();
        if (hasTimes) {
            addTimes(m_times.all);
            m_attributes.push_back({"cpu_steal_ns", asValue(m_times.all.stealNs)});
        }
        if (depth != Depth::Quick)
            addPressures();
        sink.sample(m_host, nullptr, m_attributes);
    }

    void addPressures()
    {
        if (const std::string_view text = m_cpuPressure.read(); !text.empty())
            m_attributes.push_back({"cpu_stall_ns", asValue(parsePressure(text).someNs)});
        if (const std::string_view text = m_memoryPressure.read(); !text.empty()) {
            const Pressure memory = parsePressure(text);
            m_attributes.push_back({"memory_stall_ns", asValue(memory.someNs)});
            m_attributes.push_back({"memory_full_stall_ns", asValue(memory.fullNs)});
        }
        if (const std::string_view text = m_ioPressure.read(); !text.empty())
            m_attributes.push_back({"io_stall_ns", asValue(parsePressure(text).someNs)});
    }

    void sampleBacklog(const SoftnetLine& line, bool hasTimes, Sink& sink)
    {
        Backlog& backlog = backlogOf(line.cpu);
        const std::uint64_t processed = backlog.processed.update(line.processed);
        const std::uint64_t dropped = backlog.dropped.update(line.dropped);
        const Counters counters{processed + dropped + line.queued,
                                processed,
                                kNotCounted,
                                kNotCounted,
                                dropped,
                                line.isQueueKnown ? line.queued : kNotCounted};
        m_attributes.clear();
        m_attributes.push_back({"time_squeeze_count", asValue(backlog.timeSqueeze.update(line.timeSqueeze))});
        m_attributes.push_back({"received_rps_count", asValue(backlog.receivedRps.update(line.receivedRps))});
        m_attributes.push_back({"flow_limit_drop_packets", asValue(backlog.flowLimit.update(line.flowLimit))});
        if (hasTimes && line.cpu < m_times.cpus.size())
            addTimes(m_times.cpus[line.cpu]);
        sink.sample(backlog.element, &counters, m_attributes);
    }

    void addTimes(const CpuTimes& times)
    {
        m_attributes.push_back({"cpu_busy_ns", asValue(times.busyNs)});
        m_attributes.push_back({"cpu_softirq_ns", asValue(times.softirqNs)});
        m_attributes.push_back({"cpu_idle_ns", asValue(times.idleNs)});
    }

    ProcFile m_softnet;
    ProcFile m_stat;
    ProcFile m_limit;
    ProcFile m_cpuPressure;
    ProcFile m_memoryPressure;
    ProcFile m_ioPressure;
    std::uint64_t m_nsPerTick;
    Element m_host;
    std::map<std::uint32_t, Backlog> m_backlogs; ///< By CPU.
    // What the samples use again and again, to take no memory.
    HostCpuTimes m_times;
    std::vector<SoftnetLine> m_lines;
    std::vector<Attribute> m_attributes;
};

} // namespace

std::unique_ptr<Collector> makeCpuCollector()
{
    return std::make_unique<CpuCollector>();
}

} // namespace vnscope::recording::agent
