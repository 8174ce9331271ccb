// SPDX-License-Identifier: Apache-2.0
#include "simulator/traffic.hpp"

#include <algorithm>
#include <cmath>

namespace vnscope::simulator {

namespace {

AliasTable zipf(std::uint32_t flows, double exponent)
{
    std::vector<double> weights;
    for (std::uint32_t k = 1; k <= std::max(flows, 1U); ++k)
        weights.push_back(std::pow(k, -exponent));
    return AliasTable(weights);
}

} // namespace

Traffic::Traffic(const Scenario& scenario, const Network& network, std::uint32_t source)
    : m_source(source),
      m_gapNs(1e9 / scenario.sources[source].packetsPerSecond),
      m_isConstant(scenario.sources[source].isConstant),
      m_windowNs(scenario.sources[source].batchWindowNs),
      m_ids(scenario.noise.ids),
      m_zeroIds(scenario.noise.zeroIds),
      m_gapStream(streamOf(scenario.seed, Purpose::Gap, source)),
      m_flowStream(streamOf(scenario.seed, Purpose::Flow, source)),
      m_idStream(streamOf(scenario.seed, Purpose::Id)),
      m_flows(zipf(scenario.sources[source].flows, scenario.sources[source].zipf)),
      m_firstFlow(network.firstFlowOf(source))
{
    scheduleNext();
}

void Traffic::scheduleNext()
{
    // No packet at all, or none in any time that is simulated.
    if (m_gapNs > static_cast<double>(kMaxDurationNs)) {
        m_nextNs = kNever;
        return;
    }
    m_fractionNs += m_gapNs * (m_isConstant ? 1 : exponential(mix(m_gapStream, m_sent)));
    const double whole = std::floor(m_fractionNs);
    m_fractionNs -= whole;
    m_nextNs += static_cast<base::Nanoseconds>(whole);
}

void Traffic::add(const Injection& injection, std::uint32_t flow)
{
    const auto isLater = [](const Burst& burst, base::Nanoseconds timeNs) { return burst.nextNs > timeNs; };
    const auto place = std::lower_bound(m_bursts.begin(), m_bursts.end(), injection.timeNs, isLater);
    m_bursts.insert(place, {injection, flow, 0, injection.timeNs});
}

Traffic::Burst* Traffic::earliestBurst()
{
    return m_bursts.empty() ? nullptr : &m_bursts.back();
}

Packet Traffic::ofBurst(Burst& burst)
{
    const Packet packet = make(injectedPacket(burst.injection.id, burst.sent), burst.nextNs, burst.flow);
    ++burst.sent;
    if (burst.sent == burst.injection.packets) {
        m_bursts.pop_back();
        return packet;
    }
    burst.nextNs = burst.injection.timeNs + std::llround(burst.sent * 1e9 / burst.injection.packetsPerSecond);
    for (std::size_t i = m_bursts.size() - 1; i > 0 && m_bursts[i - 1].nextNs < m_bursts[i].nextNs; --i)
        std::swap(m_bursts[i - 1], m_bursts[i]);
    return packet;
}

Packet Traffic::ofSource()
{
    const std::uint32_t flow = m_firstFlow + m_flows.draw(mix(m_flowStream, m_sent));
    const Packet packet = make(sourcePacket(m_source, m_sent), m_nextNs, flow);
    ++m_sent;
    scheduleNext();
    return packet;
}

Packet Traffic::make(std::uint64_t number, base::Nanoseconds timeNs, std::uint32_t flow)
{
    Packet packet;
    packet.number = number;
    packet.sourceNs = timeNs;
    packet.timeNs = m_windowNs == 0 ? timeNs : (timeNs / m_windowNs + 1) * m_windowNs;
    packet.flow = flow;
    packet.id = identification(number, flow);
    if (m_ids == IdMode::Composite32)
        packet.id |= static_cast<std::uint32_t>(mix(m_idStream + 1, number)) << 16U;
    return packet;
}

std::uint16_t Traffic::identification(std::uint64_t number, std::uint32_t flow)
{
    const std::uint64_t bits = mix(m_idStream, number);
    const bool isZero = m_zeroIds > 0 && unit(mix(bits)) < m_zeroIds;
    if (m_ids != IdMode::FlowCounter16)
        return isZero ? 0 : static_cast<std::uint16_t>(bits);
    while (m_counters.size() <= flow)
        m_counters.push_back(static_cast<std::uint16_t>(mix(m_idStream + 2, m_counters.size())));
    const std::uint16_t next = m_counters[flow]++;
    return isZero ? 0 : next;
}

} // namespace vnscope::simulator
