// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/aggregation.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <numeric>
#include <tuple>

#include "analyses/microscope/patterns/flow_lattice.hpp"
#include "analyses/microscope/patterns/relation_set.hpp"

namespace vnscope::analyses::microscope::patterns {

namespace {

/// Of a culprit's score; victims with less are not told apart.
constexpr double kPartOfCulprit = 0.1;

/// By place: the first place of its type.
std::vector<std::uint32_t> typesOf(std::span<const Place> places)
{
    std::map<std::string_view, std::uint32_t> firstOfType;
    std::vector<std::uint32_t> types;
    for (std::uint32_t i = 0; i < places.size(); ++i)
        types.push_back(firstOfType.try_emplace(places[i].type, i).first->second);
    return types;
}

/// Some endpoints of a side, in the order of their values, and the links of each.
struct Side {
    std::vector<Endpoint> endpoints;
    std::vector<double> weights;
    std::vector<std::vector<Link>::iterator>
        links; ///< Where each endpoint's begin; at the end where the last one's end.
};

/// Patterns of links whose culprits have one IP version, and whose victims have one.
class Search {
public:
    Search(const RelationSet& relations, std::span<const std::uint32_t> typeOfPlace, double leastScore, bool joinsAlike,
           std::vector<Pattern>& patterns)
        : m_relations(relations),
          m_typeOfPlace(typeOfPlace),
          m_leastScore(leastScore),
          m_joinsAlike(joinsAlike),
          m_patterns(patterns)
    {
    }

    void run(std::vector<Link> links)
    {
        Side culprits = sideOf(links, &Link::culprit);
        FlowLattice(poolOf(culprits, m_leastScore)).search([&](const Aggregate& culprit, const Members& members) {
            findVictims(culprit, culprits, members);
        });
    }

private:
    /// Sorts the links by that side.
    Side sideOf(std::vector<Link>& links, std::uint32_t Link::*end) const
    {
        std::sort(links.begin(), links.end(), [&](const Link& left, const Link& right) {
            return std::tie(left.*end, left.culprit, left.victim) < std::tie(right.*end, right.culprit, right.victim);
        });
        Side side;
        for (auto link = links.begin(); link != links.end(); ++link) {
            if (link == links.begin() || (*std::prev(link)).*end != (*link).*end) {
                side.endpoints.push_back(m_relations.endpoints()[(*link).*end]);
                side.weights.push_back(0);
                side.links.push_back(link);
            }
            side.weights.back() += link->score;
        }
        side.links.push_back(links.end());
        return side;
    }

    Pool poolOf(Side& side, double leastScore) const
    {
        return {side.endpoints, side.weights, m_typeOfPlace, leastScore, m_joinsAlike};
    }

    /// Reports the victims of a culprit; what is not reported stays with the culprit for more general ones.
    void findVictims(const Aggregate& culprit, Side& culprits, const Members& members)
    {
        std::vector<Link> links;
        for (const std::uint32_t member : members)
            std::copy_if(culprits.links[member], culprits.links[member + 1], std::back_inserter(links),
                         [](const Link& link) { return link.score > 0; });
        Side victims = sideOf(links, &Link::victim);
        const Pool pool = poolOf(victims, leastScoreOfVictims(victims));
        FlowLattice(pool).search(
            [&](const Aggregate& victim, const Members& taken) { report(culprit, victim, victims, taken); });
        reportRest(culprit, victims, pool);
        keepRest(culprits, members, links);
    }

    /// What victims need to be told apart from the culprit's others.
    double leastScoreOfVictims(const Side& victims) const
    {
        const double all = std::accumulate(victims.weights.begin(), victims.weights.end(), 0.0);
        return m_joinsAlike ? std::max(m_leastScore, kPartOfCulprit * all) : m_leastScore;
    }

    /// Victims that are too few to be told apart, together.
    void reportRest(const Aggregate& culprit, Side& victims, const Pool& pool)
    {
        Members rest;
        double score = 0;
        for (std::uint32_t i = 0; i < victims.endpoints.size(); ++i) {
            if (victims.weights[i] > 0)
                rest.push_back(i);
            score += victims.weights[i];
        }
        if (score >= m_leastScore)
            report(culprit, hull(pool, rest), victims, rest);
    }

    void report(const Aggregate& culprit, const Aggregate& victim, Side& victims, const Members& taken)
    {
        Pattern pattern{culprit, victim, 0, 0};
        for (const std::uint32_t member : taken) {
            victims.weights[member] = 0;
            for (auto link = victims.links[member]; link != victims.links[member + 1]; ++link) {
                pattern.score += link->score;
                pattern.relations += link->relations;
                link->score = 0;
            }
        }
        m_patterns.push_back(pattern);
    }

    /// Brings what `links` have left back to the culprits' own ones.
    static void keepRest(Side& culprits, const Members& members, std::vector<Link>& links)
    {
        std::sort(links.begin(), links.end(), isBefore);
        auto now = links.begin();
        for (const std::uint32_t member : members) {
            culprits.weights[member] = 0;
            for (auto link = culprits.links[member]; link != culprits.links[member + 1]; ++link) {
                if (link->score <= 0)
                    continue;
                link->score = (now++)->score;
                culprits.weights[member] += link->score;
            }
        }
    }

    static bool isBefore(const Link& left, const Link& right)
    {
        return std::tie(left.culprit, left.victim) < std::tie(right.culprit, right.victim);
    }

    const RelationSet& m_relations;
    std::span<const std::uint32_t> m_typeOfPlace;
    double m_leastScore;
    bool m_joinsAlike;
    std::vector<Pattern>& m_patterns;
};

void countLeftOver(Patterns& patterns)
{
    double found = 0;
    patterns.leftOverRelations = patterns.relations;
    for (const Pattern& pattern : patterns.ranked) {
        found += pattern.score;
        patterns.leftOverRelations -= pattern.relations;
    }
    patterns.leftOver = patterns.leftOverRelations == 0 ? 0 : std::max(0.0, patterns.total - found);
}

} // namespace

Patterns aggregate(std::span<const Relation> relations, std::span<const Place> places, const Options& options)
{
    assert(options.threshold > 0 && options.threshold <= 1);
    RelationSet set;
    Patterns patterns;
    for (const Relation& relation : relations)
        patterns.ignored += set.add(relation, places.size()) ? 0U : 1U;
    set.finish();
    patterns.relations = relations.size() - patterns.ignored;
    patterns.total = set.total();

    const auto types = typesOf(places);
    Search search(set, types, options.threshold * patterns.total, options.joinsAlike, patterns.ranked);
    for (auto& links : set.linksByVersions())
        search.run(std::move(links));
    std::sort(patterns.ranked.begin(), patterns.ranked.end(), [](const Pattern& left, const Pattern& right) {
        return std::tie(right.score, left.culprit, left.victim) < std::tie(left.score, right.culprit, right.victim);
    });
    countLeftOver(patterns);
    return patterns;
}

} // namespace vnscope::analyses::microscope::patterns
