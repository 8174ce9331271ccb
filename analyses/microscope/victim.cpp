// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/victim.hpp"

#include <algorithm>
#include <map>

namespace vnscope::analyses::microscope {

namespace {

Victim::Hop hopOf(const HopDiagnosis& diagnosed)
{
    const Hop& hop = diagnosed.hop;
    const Explanation& why = *diagnosed.why;
    return {hop.queue, hop.element,      hop.arrival,         hop.read,
            hop.left,  why.period.begin, why.period.arrived,  why.period.read,
            why.rate,  why.inputScore,   why.processingScore, why.seconds};
}

Victim::Relation relationOf(const HopDiagnosis& diagnosed, const Blame& blame, double shareOfHop)
{
    Victim::Relation relation;
    relation.element = diagnosed.hop.element;
    relation.culprit = blame.culprit;
    relation.seconds = blame.share * diagnosed.why->seconds;
    relation.share = blame.share * shareOfHop;
    relation.when = blame.when;
    relation.gap = std::max<base::Nanoseconds>(diagnosed.hop.arrival - blame.when.begin, 0);
    relation.packets = blame.packets;
    relation.flows = blame.flows;
    relation.depth = blame.depth;
    return relation;
}

} // namespace

Culprit Victim::worstCulprit() const
{
    std::map<Culprit, double> shares;
    for (const Relation& relation : relations)
        shares[relation.culprit] += relation.share;
    return std::ranges::max_element(shares, {}, [](const auto& each) { return each.second; })->first;
}

double shareOf(const HopDiagnosis& hop, const Diagnosis& diagnosis)
{
    double seconds = 0;
    for (const HopDiagnosis& each : diagnosis.hops)
        seconds += each.why->seconds;
    // Where no rate is known no wait is: then the hops count alike.
    return seconds > 0 ? hop.why->seconds / seconds : 1.0 / static_cast<double>(diagnosis.hops.size());
}

Victim makeVictim(const Diagnosis& diagnosis)
{
    Victim victim;
    victim.kind = diagnosis.kind;
    victim.number = diagnosis.number;
    victim.packet = diagnosis.journey.packet;
    victim.begin = diagnosis.journey.begin;
    victim.end = diagnosis.journey.end;
    victim.flow = diagnosis.journey.flow;
    victim.lostQueue = diagnosis.journey.lostQueue;
    victim.isPersistent = diagnosis.isPersistent;
    for (const HopDiagnosis& hop : diagnosis.hops) {
        victim.hops.push_back(hopOf(hop));
        for (const Blame& blame : hop.why->blames)
            victim.relations.push_back(relationOf(hop, blame, shareOf(hop, diagnosis)));
    }
    return victim;
}

} // namespace vnscope::analyses::microscope
