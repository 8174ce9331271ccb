// SPDX-License-Identifier: Apache-2.0
#include "topology/tree.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>

namespace vnscope::topology {

namespace {

constexpr std::size_t kWordBits = 64;
/// A longer list of alternatives helps nobody; nothing is said instead.
constexpr std::size_t kMaxAlternatives = 32;

} // namespace

Tree::Tree(const Directions& directions) : m_directions(directions)
{
    findJoints();
    findOpenPorts();
}

/// Calls function with each bridge that may be behind port `a` (and behind port `b`, if given) until it returns true.
template <typename Function> bool Tree::anyCandidate(Place a, const Place* b, Function function) const
{
    const auto elsewhereA = m_directions.elsewhere(a.bridge, a.port);
    const auto elsewhereB = b != nullptr ? m_directions.elsewhere(b->bridge, b->port) : elsewhereA;
    for (std::size_t word = 0; word < elsewhereA.size(); ++word) {
        Directions::Word left = ~(elsewhereA[word] | elsewhereB[word]);
        for (; left != 0; left &= left - 1) {
            const auto bridge =
                static_cast<BridgeIndex>(word * kWordBits + static_cast<std::size_t>(std::countr_zero(left)));
            if (bridge >= m_directions.bridges())
                return false;
            if (bridge != a.bridge && (b == nullptr || bridge != b->bridge) && function(bridge))
                return true;
        }
    }
    return false;
}

/// Neighbours have no third bridge between, that is none that sees them on different ports.
Tree::Verdict Tree::areNeighbours(BridgeIndex a, BridgeIndex b) const
{
    const Place atA{a, m_directions.port(a, b)};
    const Place atB{b, m_directions.port(b, a)};
    if (atA.port == kUnknownPort || atB.port == kUnknownPort)
        return Verdict::Perhaps;
    bool isSure = true;
    const bool isApart = anyCandidate(atA, &atB, [&](BridgeIndex c) {
        const PortIndex toA = m_directions.port(c, a);
        const PortIndex toB = m_directions.port(c, b);
        const bool isKnown = toA != kUnknownPort && toB != kUnknownPort;
        isSure = isSure && isKnown;
        return isKnown && toA != toB;
    });
    if (isApart)
        return Verdict::No;
    return isSure ? Verdict::Yes : Verdict::Perhaps;
}

void Tree::findJoints()
{
    std::vector<std::pair<Place, Place>> links;
    for (BridgeIndex a = 1; a < m_directions.bridges(); ++a) {
        for (BridgeIndex b = 0; b < a; ++b) {
            const Place atA{a, m_directions.port(a, b)};
            const Place atB{b, m_directions.port(b, a)};
            if (areNeighbours(a, b) == Verdict::Yes)
                links.emplace_back(atA, atB);
        }
    }
    join(links);
}

/// Ports that face each other pairwise are one segment: a clique becomes a star.
void Tree::join(std::span<const std::pair<Place, Place>> links)
{
    std::map<Place, std::size_t> numbers;
    for (const auto& [a, b] : links) {
        numbers.try_emplace(a, numbers.size());
        numbers.try_emplace(b, numbers.size());
    }
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> graph(numbers.size());
    for (const auto& [a, b] : links)
        boost::add_edge(numbers[a], numbers[b], graph);
    std::vector<std::size_t> component(numbers.size());
    m_joints.resize(component.empty() ? 0 : boost::connected_components(graph, component.data()));
    for (const auto& [place, number] : numbers) {
        m_joints[component[number]].ports.push_back(place);
        m_jointOf.emplace_back(place.port, component[number]);
    }
    for (const auto& [a, b] : links)
        m_joints[component[numbers[a]]].evidence += m_directions.evidence(a.bridge, b.bridge);
    std::sort(m_jointOf.begin(), m_jointOf.end());
}

std::optional<std::size_t> Tree::jointOf(PortIndex port) const
{
    const auto found = std::lower_bound(m_jointOf.begin(), m_jointOf.end(), std::pair{port, std::uint32_t{0}});
    if (found == m_jointOf.end() || found->first != port)
        return std::nullopt;
    return found->second;
}

std::vector<Place> Tree::neighboursOf(Place port) const
{
    std::vector<Place> found;
    anyCandidate(port, nullptr, [&](BridgeIndex b) {
        // Whoever separates the two sees them on different ports, whatever else is unknown.
        bool isApart = false;
        for (BridgeIndex c = 0; c < m_directions.bridges() && !isApart; ++c) {
            const PortIndex toA = m_directions.port(c, port.bridge);
            const PortIndex toB = m_directions.port(c, b);
            isApart = c != port.bridge && c != b && toA != kUnknownPort && toB != kUnknownPort && toA != toB;
        }
        if (!isApart)
            found.push_back({b, m_directions.port(b, port.bridge)});
        return found.size() > kMaxAlternatives;
    });
    return found;
}

void Tree::findOpenPorts()
{
    std::vector<std::pair<Place, Place>> links;
    for (BridgeIndex a = 0; a < m_directions.bridges(); ++a) {
        std::vector<PortIndex> ways;
        for (BridgeIndex b = 0; b < m_directions.bridges(); ++b) {
            const PortIndex way = a == b ? kUnknownPort : m_directions.port(a, b);
            if (way != kUnknownPort && !jointOf(way))
                ways.push_back(way);
        }
        std::sort(ways.begin(), ways.end());
        ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
        for (const PortIndex way : ways) {
            auto neighbours = neighboursOf({a, way});
            if (!neighbours.empty() && neighbours.size() <= kMaxAlternatives)
                m_openPorts.push_back({{a, way}, std::move(neighbours)});
        }
    }
}

/// A bridge between the port and the address would see the two on different ports.
Tree::Verdict Tree::isNextTo(const Sighting& at, std::span<const PortIndex> seen) const
{
    bool isSure = true;
    const bool isApart = anyCandidate({at.bridge, at.port}, nullptr, [&](BridgeIndex c) {
        const PortIndex toPort = m_directions.port(c, at.bridge);
        const bool isKnown = toPort != kUnknownPort && seen[c] != kUnknownPort;
        isSure = isSure && isKnown;
        return isKnown && toPort != seen[c];
    });
    if (isApart)
        return Verdict::No;
    return isSure ? Verdict::Yes : Verdict::Perhaps;
}

/// Every other bridge that met the address met it toward this one.
bool Tree::fits(BridgeIndex at, std::span<const Sighting> sightings) const
{
    return std::all_of(sightings.begin(), sightings.end(), [&](const Sighting& sighting) {
        const PortIndex way = sighting.bridge == at ? kUnknownPort : m_directions.port(sighting.bridge, at);
        return way == kUnknownPort || way == sighting.port;
    });
}

bool Tree::areContradictory(std::span<const Sighting> sightings) const
{
    return std::any_of(sightings.begin(), sightings.end(),
                       [&](const Sighting& sighting) { return contradicts(sighting, sightings); });
}

bool Tree::contradicts(const Sighting& one, std::span<const Sighting> others) const
{
    return std::any_of(others.begin(), others.end(), [&](const Sighting& other) {
        if (other.bridge == one.bridge)
            return other.port != one.port;
        const PortIndex toOther = m_directions.port(one.bridge, other.bridge);
        const PortIndex toOne = m_directions.port(other.bridge, one.bridge);
        return toOther != kUnknownPort && toOne != kUnknownPort && toOther != one.port && toOne != other.port;
    });
}

bool Tree::isOneSegment(std::span<const Place> places) const
{
    const Place& first = places.front();
    return std::all_of(places.begin() + 1, places.end(), [&](const Place& other) {
        return m_directions.port(first.bridge, other.bridge) == first.port &&
               m_directions.port(other.bridge, first.bridge) == other.port;
    });
}

Placement Tree::place(std::span<const Sighting> sightings) const
{
    std::vector<PortIndex> seen(m_directions.bridges(), kUnknownPort);
    for (const Sighting& sighting : sightings)
        seen[sighting.bridge] = sighting.port;
    std::vector<Place> proven;
    for (const Sighting& sighting : sightings) {
        if (isNextTo(sighting, seen) == Verdict::Yes && fits(sighting.bridge, sightings))
            proven.push_back({sighting.bridge, sighting.port});
    }
    if (!proven.empty() && isOneSegment(proven))
        return {proven.front(), {}};
    return {std::nullopt, possiblePlaces(sightings, seen)};
}

std::vector<Place> Tree::possiblePlaces(std::span<const Sighting> sightings, std::span<const PortIndex> seen) const
{
    std::vector<Place> places;
    for (BridgeIndex bridge = 0; bridge < m_directions.bridges(); ++bridge) {
        const Sighting here{bridge, seen[bridge], {}};
        const bool isPassed = here.port != kUnknownPort && isNextTo(here, seen) == Verdict::No;
        if (!isPassed && fits(bridge, sightings))
            places.push_back({bridge, here.port});
    }
    if (places.empty() || areContradictory(sightings)) { // The address may be wherever it was met.
        places.clear();
        for (const Sighting& sighting : sightings)
            places.push_back({sighting.bridge, sighting.port});
    }
    if (places.size() > kMaxAlternatives)
        places.clear();
    return places;
}

} // namespace vnscope::topology
