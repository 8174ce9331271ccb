// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/assessment.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "analyses/perfsight/full_link.hpp"
#include "analyses/perfsight/host_evidence.hpp"
#include "analyses/perfsight/window.hpp"

namespace vnscope::analyses::perfsight {

namespace {

bool isOf(const Subject& subject, std::string_view tenant)
{
    return tenant.empty() || subject.element.tenant.empty() || subject.element.tenant == tenant;
}

/// The scene without other tenants' elements.
Scene ofTenant(const Scene& scene, std::string_view tenant)
{
    Scene part;
    std::map<SubjectIndex, SubjectIndex> kept;
    for (SubjectIndex index = 0; index < scene.subjects.size(); ++index) {
        if (!isOf(scene.subjects[index], tenant))
            continue;
        kept[index] = part.subjects.size();
        part.subjects.push_back(scene.subjects[index]);
    }
    for (const Neighbour& neighbour : scene.neighbours) {
        if (kept.contains(neighbour.from) && kept.contains(neighbour.to))
            part.neighbours.push_back({kept[neighbour.from], kept[neighbour.to], neighbour.coupling});
    }
    return part;
}

/// A queueing discipline within another: the outer one counts its losses, too.
bool isInner(const Scene& scene, const Element& element)
{
    return element.kind == kQdisc && std::ranges::any_of(scene.subjects, [&](const Subject& it) {
               return it.element.id == element.parentId && it.element.kind == kQdisc;
           });
}

/// The buffer's size is an attribute, because it may be changed.
Element withBuffer(const Subject& subject)
{
    Element element = subject.element;
    const auto buffer = subject.attributes.find(kBufferPackets);
    if (buffer != subject.attributes.end() && !buffer->second.empty() && buffer->second.back().value >= 0)
        element.bufferPackets = static_cast<std::uint64_t>(buffer->second.back().value);
    return element;
}

/// Algorithm 1, host by host.
void addShortages(const Scene& scene, const RuleBook& book, Assessment& assessment)
{
    std::map<std::string, std::vector<ElementWindow>> byHost;
    for (const Subject& subject : scene.subjects) {
        if (!subject.element.isVirtualizationStack() || isInner(scene, subject.element))
            continue;
        if (auto window = windowOver(subject.samples, assessment.range, subject.element.name, assessment.quality))
            byHost[subject.element.host].push_back({withBuffer(subject), std::move(*window)});
    }
    for (const auto& [host, elements] : byHost) {
        const Evidence evidence = hostEvidence(scene, host, assessment.range);
        std::ranges::move(rankByLoss(elements), std::back_inserter(assessment.losses));
        std::ranges::move(findShortages(elements, evidence, book), std::back_inserter(assessment.shortages));
    }
    std::ranges::stable_sort(assessment.losses, std::greater<>{},
                             [](const ElementLoss& loss) { return loss.loss.packets; });
}

} // namespace

Assessment assess(const Scene& scene, base::TimeRange range, const RuleBook& book, std::string_view tenant)
{
    if (!tenant.empty())
        return assess(ofTenant(scene, tenant), range, book);
    Assessment assessment;
    assessment.range = range;
    addShortages(scene, book, assessment);
    for (Chain& chain : chainsOf(scene, range, assessment.quality)) {
        Diagnosis diagnosis = findRootCauses(chain.graph);
        assessment.chains.push_back({std::move(chain), std::move(diagnosis)});
    }
    std::ranges::move(findFullLinks(scene, range, assessment.chains), std::back_inserter(assessment.shortages));
    return assessment;
}

} // namespace vnscope::analyses::perfsight
