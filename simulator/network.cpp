// SPDX-License-Identifier: Apache-2.0
#include "simulator/network.hpp"

#include <algorithm>
#include <array>

#include "simulator/random.hpp"

namespace vnscope::simulator {

namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr double kTcpShare = 0.85;

/// Servers listen at few ports, and addresses of a backbone cluster in some networks: squares of uniform numbers.
FiveTuple tupleOf(std::uint64_t stream, std::uint64_t flow)
{
    static constexpr std::array<std::uint16_t, 10> kPorts{443, 443, 443, 443, 80, 80, 53, 8080, 22, 9339};
    const auto draw = [&](std::uint64_t which) { return mix(mix(stream, flow), which); };
    const auto address = [&](std::uint64_t which) {
        const double network = unit(draw(which));
        const auto first = 1 + static_cast<std::uint32_t>(222 * network * network);
        return (first << 24U) | (static_cast<std::uint32_t>(draw(which + 1)) & 0xff'ffffU);
    };
    FiveTuple tuple;
    tuple.source = address(0);
    tuple.destination = address(2);
    tuple.sourcePort = static_cast<std::uint16_t>(uniform(draw(4), 1024, 65536));
    tuple.destinationPort = kPorts[draw(5) % kPorts.size()];
    tuple.protocol = unit(draw(6)) < kTcpShare ? kTcp : kUdp;
    return tuple;
}

std::uint64_t hashOf(const FiveTuple& flow)
{
    const std::uint64_t addresses = (std::uint64_t{flow.source} << 32U) | flow.destination;
    const std::uint64_t rest =
        (std::uint64_t{flow.protocol} << 32U) | (std::uint64_t{flow.sourcePort} << 16U) | flow.destinationPort;
    return mix(addresses, rest);
}

bool isOn(const Route& route, const FiveTuple& flow)
{
    return flow.protocol == route.first.protocol && flow.source == route.first.source &&
           flow.destination == route.first.destination && flow.sourcePort >= route.first.sourcePort &&
           flow.sourcePort <= route.lastSourcePort && flow.destinationPort >= route.first.destinationPort &&
           flow.destinationPort <= route.lastDestinationPort;
}

} // namespace

Network::Network(const Scenario& scenario)
    : m_seed(scenario.seed), m_elements(scenario.elements.size()), m_order(topologicalOrder(scenario).value())
{
    m_nodes.resize(m_elements + scenario.sources.size());
    for (std::uint32_t i = 0; i < m_elements; ++i) {
        addNode(i, scenario.elements[i].next, scenario.elements[i].matched);
        m_nodes[i].matchedShare = scenario.elements[i].matchedShare;
    }
    for (std::uint32_t i = 0; i < scenario.sources.size(); ++i) {
        addNode(sourceNode(i), scenario.sources[i].next, {});
        m_firstFlows.push_back(toIndex(m_flows.size()));
        addFlowsOf(scenario.sources[i], streamOf(m_seed, Purpose::Tuple, i));
    }
    for (const Route& route : scenario.routes)
        m_nodes[route.element].pins.push_back({route, addLink(route.element, route.to)});
}

void Network::addNode(std::uint32_t node, const std::vector<std::uint32_t>& next,
                      const std::vector<std::uint32_t>& matched)
{
    Node& made = m_nodes[node];
    made.routeSalt = streamOf(m_seed, Purpose::Route, node);
    made.matchSalt = streamOf(m_seed, Purpose::Match, node);
    for (const std::uint32_t to : next)
        made.next.push_back(addLink(node, to));
    for (const std::uint32_t to : matched)
        made.matched.push_back(addLink(node, to));
    if (next.empty())
        made.next.push_back(addLink(node, kNone));
}

std::uint32_t Network::addLink(std::uint32_t from, std::uint32_t to)
{
    const auto found = std::find_if(m_links.begin(), m_links.end(),
                                    [&](const Link& link) { return link.from == from && link.to == to; });
    if (found != m_links.end())
        return toIndex(static_cast<std::size_t>(found - m_links.begin()));
    m_links.push_back({from, to});
    return toIndex(m_links.size() - 1);
}

void Network::addFlowsOf(const Source& source, std::uint64_t stream)
{
    for (std::uint32_t k = 0; k < std::max(source.flows, 1U); ++k) {
        m_flows.push_back(source.flows == 0 ? source.flow : tupleOf(stream, k));
        m_flowHashes.push_back(hashOf(m_flows.back()));
    }
}

std::uint32_t Network::addFlow(const FiveTuple& flow)
{
    const auto [entry, isNew] = m_injected.try_emplace(flow, toIndex(m_flows.size()));
    if (isNew) {
        m_flows.push_back(flow);
        m_flowHashes.push_back(hashOf(flow));
    }
    return entry->second;
}

std::uint32_t Network::linkOf(std::uint32_t node, std::uint32_t flow) const
{
    const Node& at = m_nodes[node];
    for (const Pin& pin : at.pins)
        if (isOn(pin.route, m_flows[flow]))
            return pin.link;
    const std::uint64_t hash = m_flowHashes[flow];
    const bool isMatch = at.matchedShare > 0 && unit(mix(hash ^ at.matchSalt)) < at.matchedShare;
    const std::vector<std::uint32_t>& links = isMatch ? at.matched : at.next;
    return links.size() == 1 ? links.front() : links[((mix(hash ^ at.routeSalt) >> 32U) * links.size()) >> 32U];
}

std::vector<std::uint32_t> Network::pathOf(std::uint32_t source, std::uint32_t flow) const
{
    std::vector<std::uint32_t> path;
    for (std::uint32_t node = sourceNode(source);;) {
        node = m_links[linkOf(node, flow)].to;
        if (node == kNone)
            return path;
        path.push_back(node);
    }
}

} // namespace vnscope::simulator
