// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/service_split.hpp"

#include <algorithm>
#include <limits>

#include "analyses/microscope/patterns/port_segments.hpp"

namespace vnscope::analyses::microscope::patterns {

namespace {

/// Part of a group's score from which on a port may be the end of a range, however little the group has.
constexpr double kPartOfGroup = 1.0 / 256;
constexpr std::size_t kPorts = std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1;

/// Which segment has the port; as many as there are: none.
std::size_t segmentOf(const std::vector<PortRange>& segments, std::uint16_t port)
{
    const auto segment = std::partition_point(segments.begin(), segments.end(),
                                              [&](const PortRange& range) { return range.last < port; });
    return segment != segments.end() && segment->first <= port ? static_cast<std::size_t>(segment - segments.begin())
                                                               : segments.size();
}

} // namespace

ServiceSplit::ServiceSplit(const Pool& pool, const Found& found) : m_pool(pool), m_found(found) {}

void ServiceSplit::run(const Members& members) const
{
    for (const PlaceScope scope : {PlaceScope::Instance, PlaceScope::Type, PlaceScope::Any}) {
        for (const bool hasProtocol : {true, false})
            splitAt({scope, hasProtocol}, members);
    }
}

ServiceSplit::Key ServiceSplit::keyOf(const Level& level, std::uint32_t member) const
{
    const Endpoint& endpoint = m_pool.endpoints[member];
    const std::uint32_t place = level.scope == PlaceScope::Instance ? endpoint.place
                                : level.scope == PlaceScope::Type   ? m_pool.typeOfPlace[endpoint.place]
                                                                    : 0;
    return {place, level.hasProtocol ? endpoint.protocol : std::uint8_t{0}};
}

void ServiceSplit::splitAt(const Level& level, const Members& members) const
{
    std::map<Key, Part> parts;
    for (const std::uint32_t member : members) {
        if (m_pool.weights[member] <= 0)
            continue;
        Part& part = parts[keyOf(level, member)];
        part.tally.add(m_pool.weights[member]);
        part.members.push_back(member);
    }
    std::vector<const Members*> telling; // Judged before any of them is taken away.
    for (const auto& [key, part] : parts) {
        if (part.tally.score >= m_pool.leastScore && isTelling(level, part, members))
            telling.push_back(&part.members);
    }
    for (const Members* part : telling)
        splitByPorts(*part);
}

bool ServiceSplit::isTelling(const Level& level, const Part& part, const Members& members) const
{
    if (!m_pool.joinsAlike)
        return true;
    const bool isPlaceTelling = level.scope != PlaceScope::Instance ||
                                standsOut(part.tally, around({PlaceScope::Type, level.hasProtocol}, part, members));
    return isPlaceTelling && (!level.hasProtocol || standsOut(part.tally, around({level.scope, false}, part, members)));
}

/// What a more general level has together with the part.
Tally ServiceSplit::around(const Level& level, const Part& part, const Members& members) const
{
    const Key key = keyOf(level, part.members.front());
    Tally tally;
    for (const std::uint32_t member : members) {
        if (m_pool.weights[member] > 0 && keyOf(level, member) == key)
            tally.add(m_pool.weights[member]);
    }
    return tally;
}

void ServiceSplit::splitByPorts(const Members& members) const
{
    const auto sources = segmentsOf(members, &Endpoint::sourcePort);
    const auto destinations = segmentsOf(members, &Endpoint::destinationPort);
    for (const auto& [hasSource, hasDestination] :
         {std::pair{true, true}, {false, true}, {true, false}, {false, false}}) {
        std::map<std::pair<std::size_t, std::size_t>, Part> parts;
        Tally all;
        for (const std::uint32_t member : members) {
            const Endpoint& endpoint = m_pool.endpoints[member];
            const std::size_t source = hasSource ? segmentOf(sources, endpoint.sourcePort) : 0;
            const std::size_t destination = hasDestination ? segmentOf(destinations, endpoint.destinationPort) : 0;
            if (m_pool.weights[member] <= 0)
                continue;
            all.add(m_pool.weights[member]);
            if ((hasSource && source == sources.size()) || (hasDestination && destination == destinations.size()))
                continue;
            Part& part = parts[{source, destination}];
            part.tally.add(m_pool.weights[member]);
            part.members.push_back(member);
        }
        for (const auto& [key, part] : parts) {
            const bool isTelling = !m_pool.joinsAlike || standsOut(part.tally, all);
            if (part.tally.score >= m_pool.leastScore && isTelling)
                m_found(hull(m_pool, part.members), part.members);
        }
    }
}

/// Ranges of the ports that weigh something.
std::vector<PortRange> ServiceSplit::segmentsOf(const Members& members, std::uint16_t Endpoint::*port) const
{
    std::vector<double> weights(kPorts);
    double all = 0;
    for (const std::uint32_t member : members) {
        weights[m_pool.endpoints[member].*port] += m_pool.weights[member];
        all += m_pool.weights[member];
    }
    const double least = std::min(kPartOfLeast * m_pool.leastScore, kPartOfGroup * all);
    std::vector<std::uint16_t> heavy;
    for (std::size_t number = 0; number < kPorts; ++number) {
        if (weights[number] > 0 && weights[number] >= least)
            heavy.push_back(static_cast<std::uint16_t>(number));
    }
    return portSegments(heavy);
}

} // namespace vnscope::analyses::microscope::patterns
