// SPDX-License-Identifier: Apache-2.0
#include "analyses/softirq/softirq.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "analyses/trackers/time_bins.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_softirq_kTables.hpp"

namespace vnscope::analyses::softirq {

namespace {

using tracepoints::EventType;
using tracepoints::Softirq;

using Bins = trackers::TimeBins<1>;
/// The finest series is 10 ms: a softirq may itself last milliseconds.
constexpr auto kWidths = std::span(trackers::kBinWidths).subspan(1);

constexpr std::array<std::uint32_t, 2> kVectors{Softirq::kNetRx, Softirq::kNetTx};
constexpr std::array<std::string_view, 2> kVectorNames{"NET_RX", "NET_TX"};

struct VectorTime {
    std::uint64_t entries = 0;
    base::Nanoseconds total = 0;
    base::Nanoseconds longest = 0;
    std::optional<base::Timestamp> since; ///< Running now, from then on.
    Bins bins{kWidths};
};

struct Polls {
    std::uint64_t polls = 0;
    std::uint64_t empty = 0;
    std::uint64_t full = 0;
    std::uint64_t packets = 0;
    std::uint64_t budget = 0;
    std::int32_t most = 0;
    bool hasWork = false;
};

class SoftirqAnalysis final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    std::array<VectorTime, kVectors.size()>& cpuTimes(std::uint32_t cpuIndex);
    void onSoftirq(const Event& event, const trackers::Trackers& state);
    void onPoll(const Event& event, const trackers::Trackers& state);
    void addBusy(const trackers::CpuState& cpu, const trackers::Trackers& state, std::size_t vector,
                 base::TimeRange busy);
    void report(RunContext& context) const;

    std::vector<std::array<VectorTime, kVectors.size()>> m_times;      ///< By CPU index.
    std::map<std::pair<base::DeviceId, std::uint32_t>, Polls> m_polls; ///< By device (invalid: backlog) and CPU index.
    storage::TableWriter m_bins;
};

const AnalysisInfo& SoftirqAnalysis::info() const
{
    static const AnalysisInfo kInfo{
        "softirq",
        1,
        "CPU and softirq",
        "How busy are CPUs with network softirqs, and do NAPI polls keep up with their devices?",
        {{{EventType::SoftirqEntry}, true, "time in NET_RX and NET_TX"},
         {{EventType::SoftirqExit}, true, "time in NET_RX and NET_TX"},
         {{EventType::NapiPoll}, false, "packets per NAPI poll"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> SoftirqAnalysis::subscriptions() const
{
    return {EventType::SoftirqEntry, EventType::SoftirqExit, EventType::NapiPoll, EventType::EventsLost};
}

void SoftirqAnalysis::begin(RunContext& context)
{
    m_bins = context.store.table("softirq_bin", {"cpu", "host", "vector", "begin_ns", "bin_ns", "busy_ns"});
}

std::array<VectorTime, kVectors.size()>& SoftirqAnalysis::cpuTimes(std::uint32_t cpuIndex)
{
    if (m_times.size() <= cpuIndex)
        m_times.resize(cpuIndex + 1U);
    return m_times[cpuIndex];
}

void SoftirqAnalysis::process(const Event& event, RunContext& context)
{
    switch (event.record.type) {
    case EventType::NapiPoll: onPoll(event, context.trackers); break;
    case EventType::EventsLost:
        // The exit may be among the lost events: an unfinished softirq has no known length.
        for (VectorTime& time : cpuTimes(context.trackers.cpuIndex()))
            time.since.reset();
        break;
    default: onSoftirq(event, context.trackers); break;
    }
}

void SoftirqAnalysis::onSoftirq(const Event& event, const trackers::Trackers& state)
{
    const auto found = std::ranges::find(kVectors, event.as<Softirq>().vector);
    if (found == kVectors.end())
        return;
    const auto vector = static_cast<std::size_t>(found - kVectors.begin());
    VectorTime& time = cpuTimes(state.cpuIndex())[vector];
    if (event.record.type == EventType::SoftirqEntry) {
        time.since = event.record.time;
        return;
    }
    if (!time.since)
        return;
    const base::Nanoseconds length = event.record.time - *time.since;
    ++time.entries;
    time.total += length;
    time.longest = std::max(time.longest, length);
    addBusy(state.cpus()[state.cpuIndex()], state, vector, {*time.since, event.record.time});
    time.since.reset();
}

/// Splits a busy span over the bins it lies in, so that no bin is busier than its own length.
void SoftirqAnalysis::addBusy(const trackers::CpuState& cpu, const trackers::Trackers& state, std::size_t vector,
                              base::TimeRange busy)
{
    const auto flush = [&](base::Nanoseconds width, base::Timestamp begin, const Bins::Sums& sums) {
        m_bins.append(cpu.cpu, state.hostName(cpu.host), kVectorNames[vector], begin, width, sums[0]);
    };
    VectorTime& time = m_times[state.cpuIndex()][vector];
    while (!busy.isEmpty()) {
        const base::Timestamp binEnd = base::binBegin(busy.begin, kWidths.front()) + kWidths.front();
        const base::Timestamp end = std::min(binEnd, busy.end);
        time.bins.add(busy.begin, {static_cast<std::uint64_t>(end - busy.begin)}, flush);
        busy.begin = end;
    }
}

void SoftirqAnalysis::onPoll(const Event& event, const trackers::Trackers& state)
{
    const auto& poll = event.as<tracepoints::NapiPoll>();
    Polls& polls = m_polls[{state.sighting().device, state.cpuIndex()}];
    ++polls.polls;
    if (poll.work < 0)
        return;
    polls.hasWork = true;
    polls.packets += static_cast<std::uint64_t>(poll.work);
    polls.budget += static_cast<std::uint64_t>(std::max(poll.budget, 0));
    polls.most = std::max(polls.most, poll.work);
    polls.empty += poll.work == 0 ? 1U : 0U;
    polls.full += poll.budget > 0 && poll.work >= poll.budget ? 1U : 0U;
}

void SoftirqAnalysis::finish(RunContext& context)
{
    const trackers::Trackers& state = context.trackers;
    storage::TableWriter times =
        context.store.table("softirq_time", {"cpu", "host", "vector", "entries", "total_ns", "max_ns"});
    for (std::uint32_t index = 0; index < m_times.size(); ++index) {
        const trackers::CpuState& cpu = state.cpus()[index];
        for (std::size_t vector = 0; vector < kVectors.size(); ++vector) {
            VectorTime& time = m_times[index][vector];
            time.bins.finish([&](base::Nanoseconds width, base::Timestamp begin, const Bins::Sums& sums) {
                m_bins.append(cpu.cpu, state.hostName(cpu.host), kVectorNames[vector], begin, width, sums[0]);
            });
            if (time.entries > 0)
                times.append(cpu.cpu, state.hostName(cpu.host), kVectorNames[vector], time.entries, time.total,
                             time.longest);
        }
    }
    storage::TableWriter rows =
        context.store.table("napi_poll", {"device_id", "device", "cpu", "host", "polls", "empty_polls", "full_polls",
                                          "packets", "budget", "max_packets"});
    for (const auto& [key, polls] : m_polls) {
        const trackers::CpuState& cpu = state.cpus()[key.second];
        const auto known = [&](auto value) { return polls.hasWork ? storage::Value(value) : storage::Value(); };
        rows.append(key.first, key.first.isValid() ? state.deviceLabel(key.first) : std::string("(backlog)"), cpu.cpu,
                    state.hostName(cpu.host), polls.polls, polls.empty, polls.full, known(polls.packets),
                    known(polls.budget), known(polls.most));
    }
    report(context);
}

/// Polls that use up their budget mean that packets were waiting: the CPU cannot keep up with the device.
void SoftirqAnalysis::report(RunContext& context) const
{
    constexpr double kNotableShare = 0.1;
    for (const auto& [key, polls] : m_polls) {
        const double share =
            polls.polls == 0 ? 0.0 : static_cast<double>(polls.full) / static_cast<double>(polls.polls);
        if (share < kNotableShare)
            continue;
        const std::uint16_t cpu = context.trackers.cpus()[key.second].cpu;
        const std::string device =
            key.first.isValid() ? context.trackers.deviceInWords(key.first) : std::string("the backlog");
        context.findings.push_back(
            {0.3 + 0.4 * share, key.first.isValid() ? "device" : "cpu",
             key.first.isValid() ? static_cast<std::int64_t>(key.first.value) : cpu,
             fmt::format("NAPI polls of {} on CPU {} run out of budget", device, cpu),
             fmt::format("{} of {} polls used their whole budget: more packets were waiting than one poll may take.",
                         polls.full, polls.polls),
             context.range, ""});
    }
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<SoftirqAnalysis>();
}

} // namespace vnscope::analyses::softirq
