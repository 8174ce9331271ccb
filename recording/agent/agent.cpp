// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/agent.hpp"

#include <algorithm>

namespace vnscope::recording::agent {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kSlowPeriod{1};

template <typename F> void measured(Cost& cost, F&& doing)
{
    const Clock::time_point begin = Clock::now();
    doing();
    const std::chrono::nanoseconds took = Clock::now() - begin;
    ++cost.samples;
    cost.total += took;
    cost.longest = std::max(cost.longest, took);
}

} // namespace

Agent::Agent(const AgentOptions& options, Sink& sink, Problems& problems) : m_sink(sink), m_problems(problems)
{
    const auto add = [this](std::unique_ptr<Collector> collector) {
        const Cost cost{collector->name(), 0, {}, {}};
        m_collectors.push_back({std::move(collector), cost});
    };
    add(makeCpuCollector());
    add(makeNetworkCollector(m_inventory));
    add(makeProtocolCollector(m_inventory));
    add(makeDatapathCollector(m_inventory));
    add(makeRuleCollector(options.rulePeriod.count()));
    add(makeProcessCollector(m_inventory, options.processes));
}

void Agent::rescan()
{
    measured(m_rescans, [this] {
        m_inventory.rescan(m_problems);
        for (Entry& entry : m_collectors)
            entry.collector->rescan(m_problems);
        for (const Entry& entry : m_collectors)
            entry.collector->define(m_sink);
    });
}

void Agent::tick()
{
    const Clock::time_point now = Clock::now();
    const bool isSlow = now >= m_nextSlow;
    if (isSlow)
        m_nextSlow = now + kSlowPeriod;
    sample(isSlow ? Depth::Slow : Depth::Quick);
}

void Agent::sample(Depth depth)
{
    m_sink.begin();
    for (Entry& entry : m_collectors)
        measured(entry.cost, [&] { entry.collector->sample(depth, m_sink, m_problems); });
    m_sink.end();
}

std::vector<Cost> Agent::costs() const
{
    std::vector<Cost> all;
    for (const Entry& entry : m_collectors)
        all.push_back(entry.cost);
    all.push_back(m_rescans);
    return all;
}

} // namespace vnscope::recording::agent
