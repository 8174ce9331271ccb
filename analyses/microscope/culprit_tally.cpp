// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/culprit_tally.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace vnscope::analyses::microscope {

namespace {

struct Counted {
    CulpritTally tally;
    std::map<FlowId, std::uint64_t> flows; ///< Victims by the flow that stands out.
};

void addFirst(CulpritTally& tally, const Victim& victim)
{
    const bool isLate = victim.kind != VictimKind::Loss;
    const bool isFirst = tally.late + tally.lost == 0;
    ++(isLate ? tally.late : tally.lost);
    tally.persistent += victim.isPersistent ? 1 : 0;
    if (isLate)
        tally.worstLatency = std::max(tally.worstLatency, victim.length());
    tally.when.begin = isFirst ? victim.begin : std::min(tally.when.begin, victim.begin);
    tally.when.end = isFirst ? victim.end : std::max(tally.when.end, victim.end);
}

void add(std::map<Culprit, Counted>& all, const Victim& victim, double weight)
{
    for (const Victim::Relation& relation : victim.relations) {
        Counted& counted = all[relation.culprit];
        counted.tally.share += relation.share * weight;
        if (relation.flow().isValid())
            ++counted.flows[relation.flow()];
    }
    if (!victim.relations.empty())
        addFirst(all[victim.worstCulprit()].tally, victim);
}

} // namespace

std::vector<CulpritTally> tallyCulprits(std::span<const Victim> victims)
{
    std::map<Culprit, Counted> all;
    for (const Victim& victim : victims)
        add(all, victim, 1.0 / static_cast<double>(victims.size()));
    std::vector<CulpritTally> ranked;
    for (auto& [culprit, counted] : all) {
        counted.tally.culprit = culprit;
        const auto most = std::ranges::max_element(counted.flows, {}, [](const auto& flow) { return flow.second; });
        if (most != counted.flows.end())
            std::tie(counted.tally.flow, counted.tally.flowVictims) = *most;
        ranked.push_back(counted.tally);
    }
    std::ranges::stable_sort(ranked, std::greater<>{}, &CulpritTally::share);
    return ranked;
}

} // namespace vnscope::analyses::microscope
