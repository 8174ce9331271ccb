// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/flow_lattice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "analyses/microscope/patterns/service_split.hpp"

namespace vnscope::analyses::microscope::patterns {

namespace {

constexpr std::uint32_t kNoNode = std::numeric_limits<std::uint32_t>::max();
/// Sums that are made in another order differ in their last bits; nothing heavy may be left out for that.
constexpr double kRounding = 1e-9;
/// How many times denser in the space of addresses than all that is left, as a power of two.
constexpr double kDenserBits = 4;
/// Of all that is left: prefixes with that much are named, even if they have as many flows.
constexpr double kMuch = 0.25;
/// How many bits wider a prefix is made to see whether it is the edge of something.
constexpr unsigned kKneeBits = 2;

std::vector<Address> addressesOf(const Pool& pool, Address Endpoint::*side)
{
    std::vector<Address> addresses;
    addresses.reserve(pool.endpoints.size());
    for (const Endpoint& endpoint : pool.endpoints)
        addresses.push_back(endpoint.*side);
    return addresses;
}

PrefixTree treeOf(const Pool& pool, Address Endpoint::*side)
{
    return {addressesOf(pool, side), pool.weights, pool.leastScore * (1 - kRounding),
            addressBits(pool.endpoints.front().ipVersion)};
}

unsigned commonLengthOf(const Pool& pool, const PrefixTree& tree, Address Endpoint::*side, unsigned bits)
{
    const Endpoint& first = pool.endpoints[tree.order().front()];
    const Endpoint& last = pool.endpoints[tree.order().back()];
    return std::min(bits, commonLength(first.*side, last.*side));
}

/// Share of a prefix that is `bits` longer than another one, above which it holds more of that one than chance gives
/// it: three quarters of the way from an even spread to all.
double kneeShare(unsigned bits)
{
    return (3 + std::ldexp(1.0, -static_cast<int>(bits))) / 4;
}

bool isOfOneFlow(Endpoint left, const Endpoint& right)
{
    left.place = right.place;
    return left == right;
}

} // namespace

FlowLattice::FlowLattice(const Pool& pool)
    : m_pool(pool),
      m_bits(addressBits(pool.endpoints.front().ipVersion)),
      m_sources(treeOf(pool, &Endpoint::source)),
      m_destinations(treeOf(pool, &Endpoint::destination)),
      m_root{commonLengthOf(pool, m_sources, &Endpoint::source, m_bits),
             commonLengthOf(pool, m_destinations, &Endpoint::destination, m_bits)},
      m_destinationNode(pool.endpoints.size())
{
}

void FlowLattice::search(const Found& found)
{
    const ServiceSplit split(m_pool, found);
    for (const Lengths& lengths : levels()) {
        const std::vector<Group> groups = heavyGroups(lengths);
        if (groups.empty())
            continue;
        const Tally left = rest();
        std::vector<const Members*> telling; // Judged before any of them is taken away.
        for (const Group& group : groups) {
            if (isTelling(lengths, group, left))
                telling.push_back(&group.members);
        }
        for (const Members* members : telling)
            split.run(*members);
    }
}

/// Most specific first: by the sum of the lengths, then by the source's.
std::vector<FlowLattice::Lengths> FlowLattice::levels() const
{
    std::vector<Lengths> all;
    for (unsigned source = 0; source <= m_bits; ++source) {
        for (unsigned destination = 0; destination <= m_bits; ++destination) {
            if (m_sources.isUseful(source) && m_destinations.isUseful(destination))
                all.push_back({source, destination});
        }
    }
    std::sort(all.begin(), all.end(), [](const Lengths& left, const Lengths& right) {
        return std::tuple(left.source + left.destination, left.source) >
               std::tuple(right.source + right.destination, right.source);
    });
    return all;
}

std::vector<FlowLattice::Group> FlowLattice::heavyGroups(const Lengths& lengths)
{
    const auto& destinations = m_destinations.nodes(lengths.destination);
    std::fill(m_destinationNode.begin(), m_destinationNode.end(), kNoNode);
    for (std::uint32_t number = 0; number < destinations.size(); ++number) {
        for (std::uint32_t rank = destinations[number].first; rank < destinations[number].end; ++rank)
            m_destinationNode[m_destinations.order()[rank]] = number;
    }
    m_scores.assign(destinations.size(), 0);
    std::vector<Group> groups;
    for (const PrefixTree::Node& source : m_sources.nodes(lengths.source))
        collect(source, groups);
    return groups;
}

/// The heavy groups of one source prefix.
void FlowLattice::collect(const PrefixTree::Node& source, std::vector<Group>& groups)
{
    const auto forEach = [&](const auto& visit) {
        for (std::uint32_t rank = source.first; rank < source.end; ++rank) {
            const std::uint32_t member = m_sources.order()[rank];
            if (m_destinationNode[member] != kNoNode && m_pool.weights[member] > 0)
                visit(member, m_destinationNode[member]);
        }
    };
    forEach([&](std::uint32_t member, std::uint32_t node) { m_scores[node] += m_pool.weights[member]; });
    std::map<std::uint32_t, Group> heavy;
    forEach([&](std::uint32_t member, std::uint32_t node) {
        if (m_scores[node] >= m_pool.leastScore)
            heavy[node].members.push_back(member);
    });
    for (auto& [node, group] : heavy) {
        group.score = m_scores[node];
        std::sort(group.members.begin(), group.members.end());
        groups.push_back(std::move(group));
    }
    forEach([&](std::uint32_t, std::uint32_t node) { m_scores[node] = 0; });
}

/// Whether the prefixes say more than wider ones would.
bool FlowLattice::isTelling(const Lengths& lengths, const Group& group, const Tally& rest) const
{
    const unsigned bits = lengths.source - m_root.source + lengths.destination - m_root.destination;
    if (!m_pool.joinsAlike || bits == 0)
        return true;
    const auto isHostOrAll = [&](unsigned length, unsigned root) { return length == m_bits || length == root; };
    const Tally part{group.score, group.members.size()};
    const bool isOfHosts =
        isHostOrAll(lengths.source, m_root.source) && isHostOrAll(lengths.destination, m_root.destination);
    if (isOfHosts && standsOut(part, rest))
        return true;
    const auto isDense = [&](double score) { return std::log2(score / rest.score) + bits >= kDenserBits; };
    const Tally many = cappedTally(group.members);
    const bool isMuch = part.score >= kMuch * rest.score && isDense(part.score);
    return (isMuch || (standsOut(many, rest) && isDense(many.score))) && isKnee(lengths, group);
}

/// A few flows just below the least score do not make a network of their neighbours: none counts for much.
Tally FlowLattice::cappedTally(const Members& members) const
{
    const double most = kPartOfLeast * m_pool.leastScore;
    Tally tally;
    double ofFlow = 0;
    for (std::size_t i = 0; i < members.size(); ++i) { // A flow's endpoints are neighbours.
        const bool isSameFlow = i > 0 && isOfOneFlow(m_pool.endpoints[members[i - 1]], m_pool.endpoints[members[i]]);
        const double before = isSameFlow ? ofFlow : 0;
        ofFlow = std::min(most, before + m_pool.weights[members[i]]);
        tally.add(ofFlow - before);
    }
    return tally;
}

/// Whether the prefixes, made a little wider, would hold little more. A part of an evenly used prefix is not one.
bool FlowLattice::isKnee(const Lengths& lengths, const Group& group) const
{
    const Endpoint& endpoint = m_pool.endpoints[group.members.front()];
    const auto holds = [&](unsigned length, unsigned root, const auto& widened) {
        const unsigned bits = std::min(kKneeBits, length - root);
        return length == m_bits || bits == 0 || group.score >= kneeShare(bits) * scoreAround(endpoint, widened(bits));
    };
    return holds(lengths.source, m_root.source,
                 [&](unsigned bits) {
                     return Lengths{lengths.source - bits, lengths.destination};
                 }) &&
           holds(lengths.destination, m_root.destination, [&](unsigned bits) {
               return Lengths{lengths.source, lengths.destination - bits};
           });
}

double FlowLattice::scoreAround(const Endpoint& endpoint, const Lengths& lengths) const
{
    double score = 0;
    for (std::size_t i = 0; i < m_pool.endpoints.size(); ++i) {
        const Endpoint& other = m_pool.endpoints[i];
        if (commonLength(endpoint.source, other.source) >= lengths.source &&
            commonLength(endpoint.destination, other.destination) >= lengths.destination)
            score += m_pool.weights[i];
    }
    return score;
}

Tally FlowLattice::rest() const
{
    Tally tally;
    for (const double weight : m_pool.weights) {
        if (weight > 0)
            tally.add(weight);
    }
    return tally;
}

} // namespace vnscope::analyses::microscope::patterns
