// SPDX-License-Identifier: Apache-2.0
#include "evaluation/ground_truth.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "simulator/engine.hpp"
#include "simulator/packet.hpp"

namespace vnscope::evaluation {

using simulator::Engine;
using simulator::Injection;
using simulator::Journey;
using simulator::kNone;
using simulator::Scenario;

namespace {

constexpr base::Nanoseconds kSlice = 5 * base::kNsPerMs;

void run(const Scenario& scenario, simulator::PacketObserver& observer)
{
    Engine engine(scenario, &observer);
    for (base::Nanoseconds end = kSlice; end < scenario.durationNs + kSlice; end += kSlice)
        engine.run(std::min(end, scenario.durationNs));
}

/// Latencies of all packets that no injection made.
class LatencyCounts final : public simulator::PacketObserver {
public:
    void onEnd(const Journey& journey) override
    {
        if (journey.injection == kNone && journey.lostAt == kNone)
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
            {journey.packet, journey.latencyNs(), journey.hops.back().leaveNs, worst->element, worst->readNs, kNone});
    }

private:
    base::Nanoseconds m_threshold;
    std::vector<Victim>& m_victims;
};

/// How much earlier each victim arrives in another run.
class Gains final : public simulator::PacketObserver {
public:
    Gains(const std::vector<Victim>& victims, const std::unordered_map<std::uint64_t, std::size_t>& index)
        : m_victims(victims), m_index(index), m_gains(victims.size())
    {
    }
    void onEnd(const Journey& journey) override
    {
        if (const auto found = m_index.find(journey.packet); found != m_index.end() && journey.lostAt == kNone)
            m_gains[found->second] = m_victims[found->second].latency - journey.latencyNs();
    }
    [[nodiscard]] base::Nanoseconds operator[](std::size_t victim) const { return m_gains[victim]; }

private:
    const std::vector<Victim>& m_victims;
    const std::unordered_map<std::uint64_t, std::size_t>& m_index;
    std::vector<base::Nanoseconds> m_gains;
};

} // namespace

GroundTruth::GroundTruth(const Scenario& scenario, const TruthOptions& options)
{
    chooseCandidates(scenario, options.unusual);
    findReasons(scenario, options);
    keepLatest(scenario, options.share);
}

void GroundTruth::chooseCandidates(const Scenario& scenario, double unusual)
{
    Scenario quiet = scenario;
    quiet.injections.clear();
    LatencyCounts usual;
    run(quiet, usual);
    m_packets = usual.count();
    VictimCollector collector(usual.quantile(unusual), m_victims);
    run(scenario, collector);
    index();
}

void GroundTruth::index()
{
    m_index.clear();
    for (std::size_t i = 0; i < m_victims.size(); ++i)
        m_index.emplace(m_victims[i].packet, i);
}

void GroundTruth::findReasons(const Scenario& scenario, const TruthOptions& options)
{
    std::vector<std::size_t> order(scenario.injections.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return scenario.injections[a].timeNs < scenario.injections[b].timeNs;
    });
    std::vector<base::Nanoseconds> most(m_victims.size());
    for (std::uint32_t group = 0; group < options.groups; ++group) {
        Scenario without = scenario;
        without.injections.clear();
        std::vector<std::size_t> members;
        for (std::size_t place = 0; place < order.size(); ++place) {
            if (place % options.groups == group)
                members.push_back(order[place]);
            else
                without.injections.push_back(scenario.injections[order[place]]);
        }
        Gains gains(m_victims, m_index);
        run(without, gains);
        for (std::size_t v = 0; v < m_victims.size(); ++v) {
            Victim& victim = m_victims[v];
            const auto least = static_cast<double>(victim.latency) * options.leastEffect;
            if (static_cast<double>(gains[v]) < least || gains[v] <= most[v])
                continue;
            // The last one of the group that had begun.
            const auto after = std::partition_point(members.begin(), members.end(), [&](std::size_t injection) {
                return scenario.injections[injection].timeNs <= victim.end;
            });
            if (after == members.begin())
                continue;
            most[v] = gains[v];
            victim.injection = static_cast<std::uint32_t>(*(after - 1));
        }
    }
}

void GroundTruth::keepLatest(const Scenario& scenario, double share)
{
    std::sort(m_victims.begin(), m_victims.end(), [](const Victim& a, const Victim& b) {
        return std::pair(-a.latency, a.packet) < std::pair(-b.latency, b.packet);
    });
    const auto most = static_cast<std::size_t>(static_cast<double>(m_packets) * share);
    std::map<simulator::InjectionKind, std::size_t> kept;
    const auto isSpare = [&](const Victim& victim) {
        return victim.injection == kNone || kept[scenario.injections[victim.injection].kind]++ >= most;
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
