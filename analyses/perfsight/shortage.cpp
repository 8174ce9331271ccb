// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/shortage.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace vnscope::analyses::perfsight {

namespace {

/// All losses at one kind of place.
struct DropPlace {
    std::string kind;
    std::vector<ElementLoss> losses; ///< The most first.
    std::uint64_t packets = 0;
    std::map<std::string, std::uint64_t> packetsOfVm; ///< Elements that no VM owns are not in here.

    /// The VM that lost most; nothing when the place is shared.
    [[nodiscard]] const std::string* topVm() const
    {
        const auto top = std::max_element(packetsOfVm.begin(), packetsOfVm.end(),
                                          [](const auto& a, const auto& b) { return a.second < b.second; });
        return top == packetsOfVm.end() ? nullptr : &top->first;
    }
    [[nodiscard]] std::optional<double> topVmShare() const
    {
        const std::string* vm = topVm();
        if (vm == nullptr)
            return std::nullopt;
        return static_cast<double>(packetsOfVm.at(*vm)) / static_cast<double>(packets);
    }
    [[nodiscard]] bool isAggregated() const
    {
        return packetsOfVm.size() >= 2 && topVmShare().value_or(1.0) < kAggregatedTopShare;
    }
    [[nodiscard]] bool isIndividual() const { return !packetsOfVm.empty() && !isAggregated(); }
};

std::vector<DropPlace> dropPlaces(const std::vector<ElementLoss>& ranked)
{
    std::vector<DropPlace> places;
    for (const ElementLoss& loss : ranked) {
        auto place = std::find_if(places.begin(), places.end(),
                                  [&](const DropPlace& known) { return known.kind == loss.element.kind; });
        if (place == places.end())
            place = places.insert(places.end(), DropPlace{loss.element.kind, {}, 0, {}});
        place->losses.push_back(loss);
        place->packets += loss.loss.packets;
        if (!loss.element.vm.empty())
            place->packetsOfVm[loss.element.vm] += loss.loss.packets;
    }
    std::stable_sort(places.begin(), places.end(),
                     [](const DropPlace& a, const DropPlace& b) { return a.packets > b.packets; });
    return places;
}

bool isAbout(const Rule& rule, const DropPlace& place)
{
    if (rule.dropPlace != place.kind)
        return false;
    switch (rule.scope) {
    case LossScope::Any: return true;
    case LossScope::Aggregated: return place.isAggregated();
    case LossScope::Individual: return place.isIndividual();
    }
    return false;
}

std::size_t countVms(const std::vector<ElementWindow>& elements)
{
    std::set<std::string_view> vms;
    for (const ElementWindow& each : elements) {
        if (!each.element.vm.empty())
            vms.insert(each.element.vm);
    }
    return vms.size();
}

/// Loss on one VM's own elements concerns that VM; loss at a shared element concerns all VMs of the host.
ShortageKind kindOf(const DropPlace& place, std::size_t vmsOfHost)
{
    const std::size_t concerned = place.packetsOfVm.empty() ? vmsOfHost : place.isAggregated() ? 2 : 1;
    return concerned > 1 ? ShortageKind::Contention : ShortageKind::Bottleneck;
}

void addLossEvidence(const DropPlace& place, ShortageVerdict& verdict)
{
    verdict.evidence.push_back({"lost_packets", static_cast<double>(place.packets), ""});
    if (const auto& share = place.losses.front().loss.share)
        verdict.evidence.push_back({"lost_share", *share, ""});
    if (const auto share = place.topVmShare()) {
        verdict.evidence.push_back({"vms_with_loss", static_cast<double>(place.packetsOfVm.size()), ""});
        verdict.evidence.push_back({"top_vm_share", *share, ""});
    }
}

/// False when a condition is contradicted.
bool weighConditions(const Rule& rule, const Evidence& evidence, ShortageVerdict& verdict)
{
    for (const Condition& condition : rule.conditions) {
        const auto holds = condition.holds(evidence);
        if (!holds)
            verdict.notMeasured.push_back(condition.text());
        else if (!*holds)
            return false;
        else
            verdict.evidence.push_back(
                {condition.evidence, evidence.find(condition.evidence)->second, condition.text()});
    }
    return true;
}

Confidence confidenceOf(const ShortageVerdict& verdict, const DropPlace& place)
{
    if (!verdict.notMeasured.empty())
        return Confidence::Possible;
    const bool allCounted = std::all_of(place.losses.begin(), place.losses.end(),
                                        [](const ElementLoss& each) { return each.loss.isCounted; });
    return allCounted ? Confidence::Certain : Confidence::Likely;
}

std::optional<ShortageVerdict> judge(const Rule& rule, const DropPlace& place, const Evidence& evidence,
                                     std::size_t vmsOfHost)
{
    ShortageVerdict verdict;
    verdict.host = place.losses.front().element.host;
    verdict.resource = rule.resource;
    verdict.kind = kindOf(place, vmsOfHost);
    verdict.lostPackets = place.packets;
    addLossEvidence(place, verdict);
    if (!isAbout(rule, place) || !weighConditions(rule, evidence, verdict))
        return std::nullopt;
    for (const ElementLoss& each : place.losses) {
        if (!place.isIndividual() || each.element.vm == *place.topVm())
            verdict.elements.push_back(each.element);
    }
    verdict.confidence = confidenceOf(verdict, place);
    return verdict;
}

} // namespace

std::vector<ElementLoss> rankByLoss(const std::vector<ElementWindow>& elements)
{
    std::vector<ElementLoss> ranked;
    for (const auto& [element, window] : elements) {
        const auto loss = packetLoss(element, window);
        if (element.isVirtualizationStack() && loss && loss->packets > 0)
            ranked.push_back({element, *loss});
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const ElementLoss& a, const ElementLoss& b) { return a.loss.packets > b.loss.packets; });
    return ranked;
}

std::vector<ShortageVerdict> findShortages(const std::vector<ElementWindow>& hostElements, const Evidence& hostEvidence,
                                           const RuleBook& book)
{
    Evidence evidence = hostEvidence;
    addNicUtilisation(hostElements, evidence);
    const std::size_t vms = countVms(hostElements);

    std::vector<ShortageVerdict> verdicts;
    for (const DropPlace& place : dropPlaces(rankByLoss(hostElements))) {
        std::vector<ShortageVerdict> here;
        for (const Rule& rule : book.rules()) {
            if (auto verdict = judge(rule, place, evidence, vms))
                here.push_back(std::move(*verdict));
        }
        std::stable_sort(here.begin(), here.end(), [](const ShortageVerdict& a, const ShortageVerdict& b) {
            return a.confidence > b.confidence;
        });
        std::move(here.begin(), here.end(), std::back_inserter(verdicts));
    }
    return verdicts;
}

} // namespace vnscope::analyses::perfsight
