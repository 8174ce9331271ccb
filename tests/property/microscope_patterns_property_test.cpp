// SPDX-License-Identifier: Apache-2.0
//
// Random relations of few flows. The oracle writes the definition down as it is: all lengths of prefixes, all levels,
// all endpoints, nothing left out for speed. It shares only the data types with the module.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <tuple>

#include "analyses/microscope/patterns/aggregation.hpp"

namespace {

using namespace vnscope::analyses::microscope;
using patterns::Aggregate;
using patterns::Pattern;
using patterns::Patterns;
using patterns::PlaceScope;
using patterns::Relation;

const std::vector<patterns::Place> kPlaces = {{"fw1", "fw"}, {"fw2", "fw"}, {"vpn1", "vpn"}, {"source", "source"}};
constexpr std::uint32_t kTypeOf[] = {0, 0, 2, 3};

/// What one end of a relation is made of; few different values, so that aggregates happen.
using Seed = std::array<std::uint8_t, 6>;
using Seeds = std::vector<std::tuple<Seed, Seed, std::uint8_t>>;

constexpr std::uint32_t kAddresses[] = {0x0a000000, 0x0a000001, 0x0a000002, 0x0a000007, 0x0a800000, 0xc0a80001};
constexpr std::uint16_t kPorts[] = {53, 443, 5000, 50000}; // Too far apart to be one range.

Flow flowOf(const Seed& seed)
{
    Flow flow{.sourcePort = kPorts[seed[2] % 4],
              .destinationPort = kPorts[seed[3] % 4],
              .protocol = static_cast<std::uint8_t>(seed[4] % 2 == 0 ? 6 : 17),
              .ipVersion = 4};
    for (unsigned i = 0; i < 4; ++i) {
        flow.source[i] = static_cast<std::uint8_t>(kAddresses[seed[0] % 6] >> (24 - 8 * i));
        flow.destination[i] = static_cast<std::uint8_t>(kAddresses[seed[1] % 6] >> (24 - 8 * i));
    }
    return flow;
}

std::vector<Relation> relationsOf(const Seeds& seeds)
{
    std::vector<Relation> relations;
    for (const auto& [culprit, victim, score] : seeds) // Sums of whole numbers are exact.
        relations.push_back({flowOf(culprit), culprit[5] % 4U, flowOf(victim), victim[5] % 4U, 1.0 + score % 32});
    return relations;
}

std::uint32_t numberOf(const std::array<std::uint8_t, 16>& address)
{
    return std::uint32_t{address[0]} << 24U | std::uint32_t{address[1]} << 16U | std::uint32_t{address[2]} << 8U |
           address[3];
}

std::uint64_t cut(std::uint64_t address, unsigned length)
{
    return address >> (32 - length);
}

/// One end of relation number `index`.
struct End {
    const Flow* flow = nullptr;
    std::uint32_t place = 0;
    std::size_t index = 0;
};

/// The smallest aggregate of some ends, dimension by dimension.
Aggregate hullOf(const std::vector<End>& ends)
{
    const auto shared = [&](const auto& property) {
        return std::all_of(ends.begin(), ends.end(),
                           [&](const End& end) { return property(end) == property(ends[0]); });
    };
    const auto prefix = [&](auto member) {
        std::uint8_t length = 32;
        while (!shared([&](const End& end) { return cut(numberOf(end.flow->*member), length); }))
            --length;
        const std::uint64_t bits = cut(numberOf(ends[0].flow->*member), length);
        return patterns::Prefix{{length == 0 ? 0 : bits << (64U - length), 0}, length};
    };
    const auto ports = [&](auto member) {
        const auto [least, most] = std::minmax_element(
            ends.begin(), ends.end(), [&](const End& a, const End& b) { return a.flow->*member < b.flow->*member; });
        return patterns::PortRange{least->flow->*member, most->flow->*member};
    };
    Aggregate hull{4,
                   prefix(&Flow::source),
                   prefix(&Flow::destination),
                   std::nullopt,
                   ports(&Flow::sourcePort),
                   ports(&Flow::destinationPort),
                   {}};
    if (shared([](const End& end) { return end.flow->protocol; }))
        hull.protocol = ends[0].flow->protocol;
    if (shared([](const End& end) { return end.place; }))
        hull.place = {PlaceScope::Instance, ends[0].place};
    else if (shared([](const End& end) { return kTypeOf[end.place]; }))
        hull.place = {PlaceScope::Type, kTypeOf[ends[0].place]};
    return hull;
}

class Oracle {
public:
    Oracle(const std::vector<Relation>& relations, double leastScore)
        : m_relations(relations), m_isTaken(relations.size()), m_leastScore(leastScore)
    {
    }

    std::vector<Pattern> run()
    {
        std::vector<End> culprits;
        for (std::size_t i = 0; i < m_relations.size(); ++i)
            culprits.push_back({&m_relations[i].culpritFlow, m_relations[i].culpritPlace, i});
        search(culprits, [&](const std::vector<End>& ends) { findVictims(ends); });
        return m_patterns;
    }

private:
    using Found = std::function<void(const std::vector<End>&)>;

    void findVictims(const std::vector<End>& culprits)
    {
        std::vector<End> victims;
        for (const End& end : culprits)
            victims.push_back({&m_relations[end.index].victimFlow, m_relations[end.index].victimPlace, end.index});
        search(victims, [&](const std::vector<End>& ends) {
            m_patterns.push_back({hullOf(culprits), hullOf(ends), scoreOf(ends), ends.size()});
            for (const End& end : ends)
                m_isTaken[end.index] = true;
        });
    }

    void search(const std::vector<End>& ends, const Found& found)
    {
        for (unsigned sum = 64 + 1; sum-- > 0;) {
            for (unsigned source = std::min(32U, sum) + 1; source-- > 0 && sum - source <= 32;) {
                if (scoreLeft(ends) < m_leastScore)
                    return;
                for (unsigned level = 0; level < 3 * 2 * 4; ++level)
                    searchLevel(ends, source, sum - source, level, found);
            }
        }
    }

    double scoreLeft(const std::vector<End>& ends) const
    {
        double score = 0;
        for (const End& end : ends)
            score += m_isTaken[end.index] ? 0 : m_relations[end.index].score;
        return score;
    }

    void searchLevel(const std::vector<End>& ends, unsigned source, unsigned destination, unsigned level,
                     const Found& found)
    {
        const unsigned scope = level / 8;
        const bool hasProtocol = level / 4 % 2 == 0;
        const bool hasSourcePort = level % 2 == 0;
        const bool hasDestinationPort = level % 4 < 2;
        std::map<std::array<std::uint64_t, 6>, std::vector<End>> parts;
        for (const End& end : ends) {
            if (m_isTaken[end.index])
                continue;
            const Flow& flow = *end.flow;
            parts[{cut(numberOf(flow.source), source), cut(numberOf(flow.destination), destination),
                   scope == 0   ? end.place
                   : scope == 1 ? kTypeOf[end.place]
                                : 0,
                   hasProtocol ? flow.protocol : 0U, hasSourcePort ? flow.sourcePort : 0U,
                   hasDestinationPort ? flow.destinationPort : 0U}]
                .push_back(end);
        }
        for (const auto& [key, part] : parts) {
            if (scoreOf(part) >= m_leastScore)
                found(part);
        }
    }

    double scoreOf(const std::vector<End>& ends) const
    {
        double score = 0;
        for (const End& end : ends)
            score += m_relations[end.index].score;
        return score;
    }

    const std::vector<Relation>& m_relations;
    std::vector<bool> m_isTaken;
    double m_leastScore;
    std::vector<Pattern> m_patterns;
};

bool isIn(const Flow& flow, std::uint32_t place, const Aggregate& aggregate)
{
    const auto isUnder = [](const std::array<std::uint8_t, 16>& address, const patterns::Prefix& prefix) {
        return cut(numberOf(address), prefix.length) == cut(prefix.address.high >> 32U, prefix.length);
    };
    const auto isOf = [](std::uint16_t port, const patterns::PortRange& range) {
        return range.first <= port && port <= range.last;
    };
    const auto& [scope, where] = aggregate.place;
    return isUnder(flow.source, aggregate.source) && isUnder(flow.destination, aggregate.destination) &&
           aggregate.protocol.value_or(flow.protocol) == flow.protocol &&
           isOf(flow.sourcePort, aggregate.sourcePorts) && isOf(flow.destinationPort, aggregate.destinationPorts) &&
           (scope == PlaceScope::Any || (scope == PlaceScope::Type ? kTypeOf[place] : place) == where);
}

bool isIn(const Relation& relation, const Pattern& pattern)
{
    return isIn(relation.culpritFlow, relation.culpritPlace, pattern.culprit) &&
           isIn(relation.victimFlow, relation.victimPlace, pattern.victim);
}

/// What holds however alike aggregates are joined.
void checkAccounts(const std::vector<Relation>& relations, const Patterns& found, double threshold)
{
    double total = 0;
    double uncovered = 0;
    for (const Relation& relation : relations) {
        total += relation.score;
        const bool isCovered = std::any_of(found.ranked.begin(), found.ranked.end(),
                                           [&](const Pattern& pattern) { return isIn(relation, pattern); });
        uncovered += isCovered ? 0 : relation.score;
    }
    double sum = found.leftOver;
    std::uint64_t count = found.leftOverRelations;
    for (const Pattern& pattern : found.ranked) {
        double inside = 0;
        for (const Relation& relation : relations)
            inside += isIn(relation, pattern) ? relation.score : 0;
        RC_ASSERT(pattern.score >= threshold * total);
        RC_ASSERT(pattern.score <= inside);
        sum += pattern.score;
        count += pattern.relations;
    }
    RC_ASSERT(found.total == total);
    RC_ASSERT(sum == total);
    RC_ASSERT(count == relations.size());
    RC_ASSERT(uncovered <= found.leftOver);
    RC_ASSERT(relations.empty() || found.leftOver < threshold * total);
}

constexpr double kThresholds[] = {0.02, 0.05, 0.1, 0.3};

RC_GTEST_PROP(PatternProperty, PlainPatternsAreThoseOfTheDefinition, (const Seeds& seeds, std::uint8_t choice))
{
    const auto relations = relationsOf(seeds);
    const double threshold = kThresholds[choice % 4];
    const Patterns found = patterns::aggregate(relations, kPlaces, {.threshold = threshold, .joinsAlike = false});
    auto expected = Oracle(relations, threshold * found.total).run();
    std::sort(expected.begin(), expected.end(), [](const Pattern& left, const Pattern& right) {
        return std::tie(right.score, left.culprit, left.victim) < std::tie(left.score, right.culprit, right.victim);
    });
    RC_ASSERT(found.ranked.size() == expected.size());
    RC_ASSERT(found.ranked == expected);
    checkAccounts(relations, found, threshold);
}

RC_GTEST_PROP(PatternProperty, JoinedPatternsAccountForEverything, (const Seeds& seeds, std::uint8_t choice))
{
    const auto relations = relationsOf(seeds);
    const double threshold = kThresholds[choice % 4];
    const Patterns found = patterns::aggregate(relations, kPlaces, {.threshold = threshold});
    checkAccounts(relations, found, threshold);
    const Patterns plain = patterns::aggregate(relations, kPlaces, {.threshold = threshold, .joinsAlike = false});
    RC_ASSERT(static_cast<double>(found.ranked.size()) * threshold <= 1);
    RC_CLASSIFY(found.ranked.size() < plain.ranked.size());
}

} // namespace
