// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/pattern_search.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "analyses/microscope/patterns/flow_lattice.hpp"

namespace vnscope::analyses::microscope::patterns {

namespace {

/// Of a culprit's score; victims with less are not told apart.
constexpr double kPartOfCulprit = 0.1;

/// Copies what is left of the links in `from` back to those of the culprits they were taken from.
void keepRest(std::vector<Link>& from, std::vector<Link>::iterator first, std::vector<Link>::iterator end,
              std::vector<Link>::iterator& next)
{
    for (auto link = first; link != end && next != from.end(); ++link) {
        if (link->score > 0)
            link->score = (next++)->score;
    }
}

void sortByCulprit(std::vector<Link>& links)
{
    std::sort(links.begin(), links.end(), [](const Link& left, const Link& right) {
        return std::tie(left.culprit, left.victim) < std::tie(right.culprit, right.victim);
    });
}

} // namespace

std::vector<Pattern> PatternSearch::run(std::vector<Link> links)
{
    m_patterns.clear();
    Side culprits = sideOf(links, &Link::culprit);
    FlowLattice lattice(poolOf(culprits, m_rules.leastScore));
    lattice.search([&](const Aggregate& culprit, const Members& members) { findVictims(culprit, culprits, members); });
    return std::move(m_patterns);
}

/// Sorts the links by that side.
PatternSearch::Side PatternSearch::sideOf(std::vector<Link>& links, std::uint32_t Link::*end) const
{
    std::sort(links.begin(), links.end(), [&](const Link& left, const Link& right) {
        return std::tie(left.*end, left.culprit, left.victim) < std::tie(right.*end, right.culprit, right.victim);
    });
    Side side;
    for (auto link = links.begin(); link != links.end(); ++link) {
        if (link == links.begin() || (*std::prev(link)).*end != (*link).*end) {
            side.endpoints.push_back(m_rules.endpoints[(*link).*end]);
            side.weights.push_back(0);
            side.links.push_back(link);
        }
        side.weights.back() += link->score;
    }
    side.links.push_back(links.end());
    return side;
}

Pool PatternSearch::poolOf(Side& side, double leastScore) const
{
    return {side.endpoints, side.weights, m_rules.typeOfPlace, leastScore, m_rules.joinsAlike};
}

/// Reports the victims of a culprit; what is not reported stays with the culprit for more general ones.
void PatternSearch::findVictims(const Aggregate& culprit, Side& culprits, const Members& members)
{
    std::vector<Link> links;
    for (const std::uint32_t member : members)
        std::copy_if(culprits.links[member], culprits.links[member + 1], std::back_inserter(links),
                     [](const Link& link) { return link.score > 0; });
    Side victims = sideOf(links, &Link::victim);
    for (const Members& part : partsOf(victims))
        report(culprit, victims, part);

    sortByCulprit(links);
    auto next = links.begin();
    for (const std::uint32_t member : members) {
        const auto first = culprits.links[member];
        const auto end = culprits.links[member + 1];
        keepRest(links, first, end, next);
        culprits.weights[member] =
            std::accumulate(first, end, 0.0, [](double sum, const Link& link) { return sum + link.score; });
    }
}

/// The victims that belong together; some may be in no part.
std::vector<Members> PatternSearch::partsOf(Side& victims) const
{
    const double all = std::accumulate(victims.weights.begin(), victims.weights.end(), 0.0);
    const double few = m_rules.joinsAlike ? kPartOfCulprit * all : 0;
    std::vector<Members> parts;
    FlowLattice lattice(poolOf(victims, std::max(m_rules.leastScore, few)));
    lattice.search([&](const Aggregate&, const Members& taken) {
        parts.push_back(taken);
        for (const std::uint32_t member : taken)
            victims.weights[member] = 0;
    });
    if (!m_rules.joinsAlike)
        return parts;

    Members rest;
    double score = 0;
    for (std::uint32_t i = 0; i < victims.endpoints.size(); ++i) {
        if (victims.weights[i] > 0)
            rest.push_back(i);
        score += victims.weights[i];
    }
    if (score >= m_rules.leastScore)
        parts.push_back(std::move(rest));
    else if (score >= few && !parts.empty()) // Too much to lose: the most general part takes it.
        parts.back().insert(parts.back().end(), rest.begin(), rest.end());
    return parts;
}

void PatternSearch::report(const Aggregate& culprit, Side& victims, const Members& part)
{
    Pattern pattern{culprit, hull(poolOf(victims, m_rules.leastScore), part), 0, 0};
    for (const std::uint32_t member : part) {
        for (auto link = victims.links[member]; link != victims.links[member + 1]; ++link) {
            pattern.score += link->score;
            pattern.relations += link->relations;
            link->score = 0;
        }
    }
    m_patterns.push_back(pattern);
}

} // namespace vnscope::analyses::microscope::patterns
