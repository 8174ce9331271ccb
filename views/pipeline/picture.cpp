// SPDX-License-Identifier: Apache-2.0
#include "views/pipeline/picture.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "storage/base/duration_text.hpp"
#include "views/chart/format.hpp"

namespace vnscope::views::pipeline {
namespace {

using diagram::Box;
using diagram::Diagram;
using diagram::Line;
using diagram::Shape;

/// Even the smallest loss is seen beside the largest.
constexpr double kLeastHeat = 0.15;

const Condition& conditionOf(const Conditions& conditions, ElementId element)
{
    static const Condition kUnknown;
    const auto found = conditions.find(element);
    return found == conditions.end() ? kUnknown : found->second;
}

/// What an element has to say, the more the higher.
enum Rank : int { kAlone, kLinked, kNearBad, kBesideBad, kHasState, kHasLoss, kHasVerdict };
using Ranks = std::map<ElementId, int>;

int ownRank(ElementId element, const Conditions& conditions, const Verdicts& verdicts)
{
    const auto isIts = [&](const auto& verdict) { return verdict.element == element; };
    if (std::ranges::any_of(verdicts.causes, isIts) || std::ranges::any_of(verdicts.shortages, isIts))
        return kHasVerdict;
    const Condition& condition = conditionOf(conditions, element);
    if (condition.loss() > 0)
        return kHasLoss;
    return condition.states.empty() ? kAlone : kHasState;
}

/// Lifts who has a neighbour of at least `from` to `to`.
void liftNeighbours(const Pipeline& pipeline, int from, int to, Ranks& ranks)
{
    const Ranks before = ranks;
    const auto lift = [&](ElementId id, ElementId neighbour) {
        if (before.at(neighbour) >= from)
            ranks[id] = std::max(ranks[id], to);
    };
    for (const Link& link : pipeline.links) {
        lift(link.from, link.to);
        lift(link.to, link.from);
    }
}

Ranks rankElements(const Pipeline& pipeline, const Conditions& conditions, const Verdicts& verdicts)
{
    Ranks ranks;
    for (const auto& [id, element] : pipeline.elements)
        ranks[id] = ownRank(id, conditions, verdicts);
    liftNeighbours(pipeline, kHasState, kBesideBad, ranks);
    liftNeighbours(pipeline, kBesideBad, kNearBad, ranks);
    liftNeighbours(pipeline, kAlone, kLinked, ranks);
    return ranks;
}

Shape shapeOf(const Element& element)
{
    constexpr std::array<std::string_view, 3> kQueues{"tun", "qdisc", "backlog"};
    if (element.layer == "switch")
        return Shape::Bridge;
    if (element.layer == "guest")
        return Shape::Station;
    return std::ranges::find(kQueues, element.kind) == kQueues.end() ? Shape::Device : Shape::Place;
}

std::string packets(std::int64_t count)
{
    return fmt::format("{} packet{}", chart::formatCount(count), count == 1 ? "" : "s");
}

class Painter final {
public:
    Painter(const Pipeline& pipeline, const Conditions& conditions, const Verdicts& verdicts)
        : m_pipeline(pipeline), m_conditions(conditions), m_verdicts(verdicts), m_hasHosts(pipeline.hasSeveralHosts())
    {
    }
    [[nodiscard]] PipelinePicture paint(const std::vector<ElementId>& shown);

private:
    void addBox(ElementId element);
    void addHeat();
    void addLines();
    void addRemarks();
    void addGroups();
    [[nodiscard]] std::string groupOf(ElementId element) const;
    [[nodiscard]] std::string namespaceOf(ElementId element) const;
    [[nodiscard]] std::string badgeOf(ElementId element) const;
    [[nodiscard]] std::string describe() const;

    const Pipeline& m_pipeline;
    const Conditions& m_conditions;
    const Verdicts& m_verdicts;
    bool m_hasHosts;
    std::map<ElementId, std::size_t> m_boxOf;
    PipelinePicture m_picture;
};

/// The network namespace that it is, or is a part of; empty: none is known.
std::string Painter::namespaceOf(ElementId element) const
{
    constexpr int kMostSteps = 16; // Parents of a damaged store might run in a circle.
    std::optional<ElementId> at = element;
    for (int step = 0; at && step < kMostSteps; ++step) {
        const auto found = m_pipeline.elements.find(*at);
        if (found == m_pipeline.elements.end())
            break;
        if (found->second.kind == "netns")
            return found->second.name;
        at = found->second.parent;
    }
    return {};
}

/// The VM, else the network namespace, else the host. VMs of several namespaces may be called alike.
std::string Painter::groupOf(ElementId id) const
{
    const Element& element = m_pipeline.elements.at(id);
    const std::string netns = namespaceOf(id);
    std::string inHost = netns;
    if (!element.vm.empty()) {
        const bool isAmbiguous = std::ranges::any_of(m_picture.elements, [&](ElementId other) {
            return m_pipeline.elements.at(other).vm == element.vm && namespaceOf(other) != netns;
        });
        inHost = isAmbiguous ? fmt::format("{} in {}", element.vm, netns) : element.vm;
    }
    if (inHost.empty())
        return element.host;
    return m_hasHosts ? fmt::format("{}: {}", element.host, inHost) : inHost;
}

void Painter::addGroups()
{
    auto& boxes = m_picture.diagram.boxes;
    for (std::size_t box = 0; box < boxes.size(); ++box)
        boxes[box].group = groupOf(m_picture.elements[box]);
    const auto isHost = [&](ElementId element) { return groupOf(element) == m_pipeline.elements.at(element).host; };
    if (!m_hasHosts && std::ranges::all_of(m_picture.elements, isHost)) // A frame around everything says nothing.
        for (Box& box : boxes)
            box.group.clear();
}

/// Several possible shortages of one place exclude each other.
std::string Painter::badgeOf(ElementId element) const
{
    std::vector<std::string> said;
    std::vector<std::string> possible;
    const auto add = [](std::vector<std::string>& list, const std::string& text) {
        if (std::ranges::find(list, text) == list.end())
            list.push_back(text);
    };
    for (const Cause& cause : m_verdicts.causes)
        if (cause.element == element)
            add(said, "root cause: " + cause.label);
    for (const Shortage& shortage : m_verdicts.shortages) {
        if (shortage.element != element)
            continue;
        if (shortage.confidence == "possible")
            add(possible, shortage.resource);
        else
            add(said, "short: " + shortage.resource);
    }
    if (!possible.empty())
        said.push_back(fmt::format("perhaps short: {}", fmt::join(possible, " or ")));
    return fmt::format("{}", fmt::join(said, "; "));
}

void Painter::addBox(ElementId id)
{
    const Element& element = m_pipeline.elements.at(id);
    const Condition& condition = conditionOf(m_conditions, id);
    Box box;
    box.id = fmt::format("element{}", id);
    box.shape = shapeOf(element);
    box.badge = badgeOf(id);
    box.lines = {element.name, element.kind.empty() ? element.layer : element.kind};
    if (condition.lostPackets > 0)
        box.lines.push_back("lost " + packets(condition.lostPackets));
    else if (condition.loss() > 0)
        box.lines.push_back("dropped " + packets(condition.loss()));
    if (const std::string state = condition.gravestState(); !state.empty())
        box.lines.push_back(
            fmt::format("{} for {}", stateName(state), base::formatDuration(condition.states.at(state))));
    m_boxOf[id] = m_picture.elements.size();
    m_picture.elements.push_back(id);
    m_picture.diagram.boxes.push_back(std::move(box));
}

/// Of what the analysis calls lost. What else was dropped (within guests, or too little to matter) is only just warm:
/// such counters may tell one packet several times.
void Painter::addHeat()
{
    std::int64_t most = 0;
    std::int64_t dropped = 0;
    for (const ElementId element : m_picture.elements) {
        most = std::max(most, conditionOf(m_conditions, element).lostPackets);
        dropped = std::max(dropped, conditionOf(m_conditions, element).loss());
    }
    if (dropped > 0)
        m_picture.diagram.heatName = most > 0 ? "lost most: " + packets(most) : "dropped most: " + packets(dropped);
    for (std::size_t box = 0; box < m_picture.elements.size(); ++box) {
        const Condition& condition = conditionOf(m_conditions, m_picture.elements[box]);
        if (condition.loss() > 0)
            m_picture.diagram.boxes[box].heat =
                condition.lostPackets == 0
                    ? kLeastHeat
                    : std::max(kLeastHeat, static_cast<double>(condition.lostPackets) / static_cast<double>(most));
    }
}

void Painter::addLines()
{
    for (const Link& link : m_pipeline.links) {
        const auto from = m_boxOf.find(link.from);
        const auto to = m_boxOf.find(link.to);
        if (from == m_boxOf.end() || to == m_boxOf.end())
            continue;
        Line line;
        line.from = from->second;
        line.to = to->second;
        line.isDirected = !link.isBothWays;
        line.tooltip = link.isChain ? fmt::format("Data was seen to go this way ({}).", link.coupling)
                                    : fmt::format("Its author said so ({}).", link.coupling);
        m_picture.diagram.lines.push_back(std::move(line));
    }
}

void Painter::addRemarks()
{
    auto& remarks = m_picture.diagram.remarks;
    remarks.emplace_back(
        "Losses, states and verdicts are those of what is selected, or else visible; losses are of the "
        "whole seconds that it touches.");
    const std::size_t all = m_pipeline.elements.size();
    if (m_picture.elements.size() < all)
        remarks.push_back(fmt::format("Not drawn: {} of {} elements, which fared well or stand alone. Table element of "
                                      "the store has all.",
                                      all - m_picture.elements.size(), all));
}

std::string Painter::describe() const
{
    std::string text = fmt::format("{} elements, {} links.", m_picture.elements.size(), m_picture.diagram.lines.size());
    const auto lost = [&](ElementId element) { return conditionOf(m_conditions, element).lostPackets; };
    const auto most = std::ranges::max_element(m_picture.elements, {}, lost);
    if (most != m_picture.elements.end() && lost(*most) > 0)
        text += fmt::format(" {} lost most, {}.", m_pipeline.elements.at(*most).name, packets(lost(*most)));
    for (std::size_t box = 0; box < m_picture.elements.size(); ++box)
        if (!m_picture.diagram.boxes[box].badge.empty())
            text += fmt::format(" {}: {}.", m_pipeline.elements.at(m_picture.elements[box]).name,
                                m_picture.diagram.boxes[box].badge);
    return text;
}

PipelinePicture Painter::paint(const std::vector<ElementId>& shown)
{
    for (const ElementId element : shown)
        addBox(element);
    addGroups();
    addHeat();
    addLines();
    addRemarks();
    m_picture.diagram.title = "Elements of the data plane";
    m_picture.diagram.deviceName = "element";
    m_picture.diagram.description = describe();
    return std::move(m_picture);
}

} // namespace

std::vector<ElementId> chooseElements(const Pipeline& pipeline, const Conditions& conditions, const Verdicts& verdicts,
                                      std::size_t most)
{
    const Ranks ranks = rankElements(pipeline, conditions, verdicts);
    const auto only = [&](int least) {
        std::vector<ElementId> some;
        for (const auto& [id, rank] : ranks)
            if (rank >= least)
                some.push_back(id);
        return some;
    };
    std::vector<ElementId> chosen = only(kLinked);
    if (chosen.empty())
        chosen = only(kAlone);
    if (chosen.size() <= most)
        return chosen;
    if (std::vector<ElementId> near = only(kNearBad); !near.empty())
        chosen = std::move(near);
    std::ranges::stable_sort(chosen, std::greater<>{},
                             [&](ElementId id) { return std::pair(ranks.at(id), conditionOf(conditions, id).loss()); });
    chosen.resize(std::min(chosen.size(), most));
    std::ranges::sort(chosen);
    return chosen;
}

PipelinePicture pictureOf(const Pipeline& pipeline, const std::vector<ElementId>& shown, const Conditions& conditions,
                          const Verdicts& verdicts)
{
    return Painter(pipeline, conditions, verdicts).paint(shown);
}

} // namespace vnscope::views::pipeline
