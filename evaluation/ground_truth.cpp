// SPDX-License-Identifier: Apache-2.0
#include "evaluation/ground_truth.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "simulator/engine.hpp"
#include "simulator/packet.hpp"

namespace vnscope::evaluation {

using simulator::Engine;
using simulator::Injection;
using simulator::InjectionKind;
using simulator::Journey;
using simulator::kNone;
using simulator::Scenario;

namespace {

constexpr base::Nanoseconds kSlice = 5 * base::kNsPerMs;

void run(const Scenario& scenario, simulator::PacketObserver& observer, const TruthOptions& options)
{
    Engine engine(scenario, &observer);
    for (base::Nanoseconds end = kSlice; end < scenario.durationNs + kSlice; end += kSlice) {
        if (options.isCancelled && options.isCancelled())
            return;
        engine.run(std::min(end, scenario.durationNs));
    }
}

/// An element that has refused packets for so long is overloaded, not hit by a burst.
constexpr base::Nanoseconds kOverload = base::kNsPerSecond / 2;

/// Latencies of all packets that no injection made, and who refused some.
class LatencyCounts final : public simulator::PacketObserver {
public:
    void onEnd(const Journey& journey) override
    {
        if (journey.lostAt != kNone)
            refusing.try_emplace(journey.lostAt, journey.sourceNs);
        else if (journey.injection == kNone)
            m_latencies.push_back(journey.latencyNs());
    }
    [[nodiscard]] std::size_t count() const { return m_latencies.size(); }
    [[nodiscard]] base::Nanoseconds quantile(double share)
    {
        if (m_latencies.empty())
            return 0;
        const auto rank = static_cast<std::size_t>(static_cast<double>(m_latencies.size() - 1) * share);
        const auto at = m_latencies.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(m_latencies.begin(), at, m_latencies.end());
        return *at;
    }

    std::unordered_map<std::uint32_t, base::Nanoseconds> refusing; ///< By element: when the first one was sent.

private:
    std::vector<base::Nanoseconds> m_latencies;
};

class VictimCollector final : public simulator::PacketObserver {
public:
    VictimCollector(base::Nanoseconds threshold, std::vector<Victim>& victims)
        : m_threshold(threshold), m_victims(victims)
    {
    }
    void onEnd(const Journey& journey) override
    {
        if (journey.injection != kNone || journey.lostAt != kNone || journey.latencyNs() <= m_threshold)
            return;
        const auto worst = std::max_element(journey.hops.begin(), journey.hops.end(),
                                            [](const simulator::Hop& a, const simulator::Hop& b) {
                                                return a.leaveNs - a.arrivalNs < b.leaveNs - b.arrivalNs;
                                            });
        m_victims.push_back(
            {journey.packet, journey.latencyNs(), journey.hops.back().leaveNs, worst->element, worst->readNs, {}, {}});
    }

private:
    base::Nanoseconds m_threshold;
    std::vector<Victim>& m_victims;
};

/// How much earlier each victim arrives in another run.
class GainObserver final : public simulator::PacketObserver {
public:
    GainObserver(const std::vector<Victim>& victims, const std::unordered_map<std::uint64_t, std::size_t>& index)
        : m_victims(victims), m_index(index), m_gains(victims.size())
    {
    }
    void onEnd(const Journey& journey) override
    {
        if (const auto found = m_index.find(journey.packet); found != m_index.end() && journey.lostAt == kNone)
            m_gains[found->second] = m_victims[found->second].latency - journey.latencyNs();
    }
    [[nodiscard]] std::vector<base::Nanoseconds> take() { return std::move(m_gains); } ///< By victim.

private:
    const std::vector<Victim>& m_victims;
    const std::unordered_map<std::uint64_t, std::size_t>& m_index;
    std::vector<base::Nanoseconds> m_gains;
};

Scenario without(const Scenario& scenario, const std::vector<std::uint32_t>& members)
{
    Scenario other = scenario;
    other.injections.clear();
    for (std::uint32_t i = 0; i < scenario.injections.size(); ++i) {
        if (std::find(members.begin(), members.end(), i) == members.end())
            other.injections.push_back(scenario.injections[i]);
    }
    return other;
}

/// The same packets come, and the element serves them as all others.
Scenario mendedIn(const Scenario& scenario, const std::vector<std::uint32_t>& members)
{
    Scenario other = scenario;
    for (const std::uint32_t member : members) {
        if (other.injections[member].kind == InjectionKind::Bug)
            other.injections[member].kind = InjectionKind::Burst;
    }
    return other;
}

} // namespace

GroundTruth::GroundTruth(const Scenario& scenario, const TruthOptions& options)
{
    chooseCandidates(scenario, options);
    findReasons(scenario, options);
    findOverloads();
    keepLatest(options.share);
}

void GroundTruth::chooseCandidates(const Scenario& scenario, const TruthOptions& options)
{
    Scenario quiet = scenario;
    quiet.injections.clear();
    LatencyCounts usual;
    run(quiet, usual, options);
    m_packets = usual.count();
    m_refusing = std::move(usual.refusing);
    VictimCollector collector(usual.quantile(options.unusual), m_victims);
    run(scenario, collector, options);
    index();
}

void GroundTruth::index()
{
    m_index.clear();
    for (std::size_t i = 0; i < m_victims.size(); ++i)
        m_index.emplace(m_victims[i].packet, i);
}

std::vector<base::Nanoseconds> GroundTruth::gainsIn(const Scenario& other, const TruthOptions& options) const
{
    GainObserver gains(m_victims, m_index);
    run(other, gains, options);
    return gains.take();
}

void GroundTruth::findReasons(const Scenario& scenario, const TruthOptions& options)
{
    std::vector<std::uint32_t> order(scenario.injections.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return scenario.injections[a].timeNs < scenario.injections[b].timeNs;
    });
    std::vector<base::Nanoseconds> most(m_victims.size());
    for (std::uint32_t group = 0; group < options.groups; ++group) {
        std::vector<std::uint32_t> members;
        for (std::size_t place = group; place < order.size(); place += options.groups)
            members.push_back(order[place]);
        findReasons(scenario, options, members, most);
    }
}

void GroundTruth::findReasons(const Scenario& scenario, const TruthOptions& options,
                              const std::vector<std::uint32_t>& members, std::vector<base::Nanoseconds>& most)
{
    const std::vector<base::Nanoseconds> gains = gainsIn(without(scenario, members), options);
    const bool hasBugs = std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
        return scenario.injections[member].kind == InjectionKind::Bug;
    });
    const std::vector<base::Nanoseconds> mended = hasBugs ? gainsIn(mendedIn(scenario, members), options) : gains;
    for (std::size_t v = 0; v < m_victims.size(); ++v) {
        Victim& victim = m_victims[v];
        if (static_cast<double>(gains[v]) < static_cast<double>(victim.latency) * options.leastEffect)
            continue;
        // The last one of the group that had begun.
        const auto after = std::partition_point(members.begin(), members.end(), [&](std::uint32_t member) {
            return scenario.injections[member].timeNs <= victim.end;
        });
        if (after == members.begin())
            continue;
        const InjectionKind kind = scenario.injections[*(after - 1)].kind;
        const bool isByPackets = kind == InjectionKind::Bug && 2 * mended[v] < gains[v];
        victim.reasons.push_back({*(after - 1), isByPackets ? InjectionKind::Burst : kind});
        if (gains[v] <= most[v])
            continue;
        most[v] = gains[v];
        victim.reason = victim.reasons.back();
    }
}

void GroundTruth::findOverloads()
{
    for (const Victim& victim : m_victims) {
        const auto refusing = m_refusing.find(victim.element);
        if (victim.reasons.empty() && refusing != m_refusing.end() && victim.waited > refusing->second + kOverload)
            m_overloaded.insert(victim.packet);
    }
}

void GroundTruth::keepLatest(double share)
{
    std::sort(m_victims.begin(), m_victims.end(), [](const Victim& a, const Victim& b) {
        return std::pair(-a.latency, a.packet) < std::pair(-b.latency, b.packet);
    });
    std::map<simulator::InjectionKind, std::size_t> kept;
    const auto most = static_cast<std::size_t>(static_cast<double>(m_packets) * share);
    const auto isSpare = [&](const Victim& victim) {
        return victim.reason.injection == kNone || kept[victim.reason.kind]++ >= most;
    };
    m_victims.erase(std::remove_if(m_victims.begin(), m_victims.end(), isSpare), m_victims.end());
    index();
}

const Victim* GroundTruth::victim(std::uint64_t packet) const
{
    const auto found = m_index.find(packet);
    return found == m_index.end() ? nullptr : &m_victims[found->second];
}

} // namespace vnscope::evaluation
