// SPDX-License-Identifier: Apache-2.0
#include "analyses/netmedic/culprit_ranking.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "analyses/netmedic/impact.hpp"

namespace vnscope::analyses::netmedic {

namespace {

/// Answers kept, in culprits: about 100 MB. 5 s of 17 components in windows of 1 ms need 1.4 million.
constexpr std::size_t kMostKept = std::size_t{1} << 22;
/// Scores that differ by less are equal: they were summed in different orders.
constexpr double kPrecision = 1e-9;

void sortByScore(std::vector<Culprit>& culprits)
{
    std::sort(culprits.begin(), culprits.end(), [](const Culprit& a, const Culprit& b) {
        return std::tie(b.score, a.element) < std::tie(a.score, b.element);
    });
    std::size_t worst = culprits.size();
    for (std::size_t i = culprits.size(); i-- > 0;) {
        if (i + 1 < culprits.size() && culprits[i].score > culprits[i + 1].score * (1 + kPrecision))
            worst = i + 1;
        culprits[i].worstRank = worst;
    }
}

} // namespace

CulpritRanking::CulpritRanking(History history)
    : m_axis(history.axis), m_windows(history.windows), m_edges(std::move(history.edges))
{
    for (Component& component : history.components) {
        m_elements.push_back(component.element);
        m_profiles.emplace_back(std::move(component.states));
    }
}

const std::vector<Culprit>& CulpritRanking::rank(std::uint32_t victim, base::Timestamp when)
{
    static const std::vector<Culprit> kNone;
    const std::optional<std::size_t> component = componentOf(victim);
    if (!component || when < m_axis.begin || m_axis.indexOf(when) >= m_windows)
        return kNone;
    const std::size_t window = m_axis.indexOf(when);
    auto known = m_known.find(window);
    if (known == m_known.end()) {
        if ((m_known.size() + 1) * m_elements.size() * m_elements.size() > kMostKept)
            m_known.clear();
        known = m_known.emplace(window, rankingsAt(window)).first;
    }
    return known->second[*component];
}

std::optional<std::size_t> CulpritRanking::componentOf(std::uint32_t element) const
{
    const auto found = std::lower_bound(m_elements.begin(), m_elements.end(), element);
    if (found == m_elements.end() || *found != element)
        return std::nullopt;
    return static_cast<std::size_t>(found - m_elements.begin());
}

CulpritRanking::Rankings CulpritRanking::rankingsAt(std::size_t window) const
{
    const std::size_t components = m_elements.size();
    const std::vector<WeightedEdge> edges = weighEdges(m_edges, m_profiles, window);
    std::vector<std::vector<double>> impacts; // By who is affected.
    std::vector<double> global(components, 0.0);
    for (std::size_t affected = 0; affected < components; ++affected) {
        impacts.push_back(impactsOn(affected, edges, components));
        const double abnormality = m_profiles[affected].abnormality(window);
        for (std::size_t i = 0; i < components; ++i)
            global[i] += impacts[affected][i] * abnormality;
    }
    Rankings rankings(components);
    for (std::size_t victim = 0; victim < components; ++victim) {
        for (std::size_t i = 0; i < components; ++i)
            rankings[victim].push_back({m_elements[i], impacts[victim][i] * global[i], 0});
        sortByScore(rankings[victim]);
    }
    return rankings;
}

} // namespace vnscope::analyses::netmedic
