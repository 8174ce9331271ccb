// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/relation_set.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <tuple>

namespace vnscope::analyses::microscope::patterns {

namespace {

/// Sums of any number of these stay finite.
constexpr double kLargestScore = 1e200;

} // namespace

std::size_t RelationSet::EndsHash::operator()(const Ends& ends) const
{
    return std::hash<std::uint64_t>{}((std::uint64_t{ends.culprit} << 32U | ends.victim) * 0x9e3779b97f4a7c15);
}

bool RelationSet::add(const Relation& relation, std::size_t places)
{
    const bool isNumber = relation.score > 0 && relation.score <= kLargestScore;
    if (!isNumber || relation.culpritPlace >= places || relation.victimPlace >= places)
        return false;
    const Ends ends{indexOf(endpointOf(relation.culpritFlow, relation.culpritPlace)),
                    indexOf(endpointOf(relation.victimFlow, relation.victimPlace))};
    const auto [place, isNew] = m_linkOf.try_emplace(ends, m_links.size());
    if (isNew)
        m_links.push_back({ends.culprit, ends.victim, 0, 0});
    m_links[place->second].score += relation.score;
    ++m_links[place->second].relations;
    return true;
}

std::uint32_t RelationSet::indexOf(const Endpoint& endpoint)
{
    const auto [place, isNew] = m_indices.try_emplace(endpoint, static_cast<std::uint32_t>(m_endpoints.size()));
    if (isNew)
        m_endpoints.push_back(endpoint);
    return place->second;
}

void RelationSet::finish()
{
    std::sort(m_endpoints.begin(), m_endpoints.end());
    std::vector<std::uint32_t> sorted(m_endpoints.size()); // By index of before.
    for (std::uint32_t i = 0; i < m_endpoints.size(); ++i)
        sorted[m_indices.at(m_endpoints[i])] = i;
    for (Link& link : m_links) {
        link.culprit = sorted[link.culprit];
        link.victim = sorted[link.victim];
    }
    m_indices = {};
    m_linkOf = {};
    std::sort(m_links.begin(), m_links.end(), [](const Link& left, const Link& right) {
        return std::tie(left.culprit, left.victim) < std::tie(right.culprit, right.victim);
    });
    m_total = std::accumulate(m_links.begin(), m_links.end(), 0.0,
                              [](double sum, const Link& link) { return sum + link.score; });
}

std::vector<std::vector<Link>> RelationSet::linksByVersions() const
{
    std::map<std::pair<std::uint8_t, std::uint8_t>, std::vector<Link>> byVersions;
    for (const Link& link : m_links)
        byVersions[{m_endpoints[link.culprit].ipVersion, m_endpoints[link.victim].ipVersion}].push_back(link);
    std::vector<std::vector<Link>> lists;
    for (auto& [versions, links] : byVersions)
        lists.push_back(std::move(links));
    return lists;
}

} // namespace vnscope::analyses::microscope::patterns
