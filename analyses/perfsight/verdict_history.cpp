// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/verdict_history.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "storage/base/duration_text.hpp"

namespace vnscope::analyses::perfsight {

namespace {

/// A state's spelling in the store.
std::string_view stateText(BlockState state)
{
    switch (state) {
    case BlockState::Idle: return "idle";
    case BlockState::Running: return "running";
    case BlockState::ReadBlocked: return "read_blocked";
    case BlockState::WriteBlocked: return "write_blocked";
    case BlockState::Unknown: break;
    }
    return "unknown";
}

std::string evidenceText(const ShortageVerdict& verdict)
{
    std::vector<std::string> parts;
    for (const EvidenceItem& item : verdict.evidence)
        parts.push_back(item.demand.empty() ? fmt::format("{} = {:.4g}", item.name, item.value)
                                            : fmt::format("{} = {:.4g} ({})", item.name, item.value, item.demand));
    return fmt::format("{}", fmt::join(parts, "; "));
}

std::string namesOf(const MiddleboxGraph& graph, const std::vector<NodeIndex>& nodes)
{
    std::vector<std::string> names;
    for (const NodeIndex node : nodes)
        names.push_back(graph.nodes[node].element.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

double scoreOf(Confidence confidence, double shareOfTime)
{
    constexpr double kLeast = 0.3;
    constexpr double kForConfidence = 0.25;
    constexpr double kForTime = 0.15;
    return kLeast + kForConfidence * static_cast<double>(static_cast<int>(confidence)) + kForTime * shareOfTime;
}

} // namespace

void VerdictHistory::begin(storage::StoreWriter& store)
{
    m_losses = store.table("element_loss", {"element_id", "begin_ns", "bin_ns", "packets", "share", "is_counted"});
    m_states = store.table("element_state", {"element_id", "state", "valid_from_ns", "valid_to_ns"});
    m_links = store.table("chain_link", {"from_id", "to_id", "coupling", "windows"});
    m_causes = store.table("root_cause", {"element_id", "label", "valid_from_ns", "valid_to_ns", "windows",
                                          "confidence", "waiting", "reasoning"});
    m_shortages = store.table("resource_shortage",
                              {"host", "resource", "scope", "drop_place", "element_id", "vm", "valid_from_ns",
                               "valid_to_ns", "windows", "lost_packets", "confidence", "evidence", "not_measured"});
}

template <typename Key> void VerdictHistory::extend(std::map<Key, Spell>& spells, const Key& key, Spell spell)
{
    const auto [position, isNew] = spells.try_emplace(key, spell);
    if (isNew)
        return;
    Spell& known = position->second;
    spell.range.begin = known.range.begin;
    spell.windows += known.windows;
    spell.lostPackets += known.lostPackets;
    if (spell.confidence >= known.confidence) {
        known = std::move(spell);
        return;
    }
    known.range.end = spell.range.end;
    known.windows = spell.windows;
    known.lostPackets = spell.lostPackets;
}

template <typename Key> void VerdictHistory::sumUp(std::map<Key, Total>& totals, const Key& key, const Spell& spell)
{
    Total& total = totals[key];
    total.when = total.windows == 0 ? spell.range : base::TimeRange{total.when.begin, spell.range.end};
    total.windows += spell.windows;
    total.lostPackets += spell.lostPackets;
    if (total.surest.windows == 0 || spell.confidence > total.surest.confidence)
        total.surest = spell;
}

void VerdictHistory::addLosses(const Assessment& assessment)
{
    for (const ElementLoss& loss : assessment.losses)
        m_losses.append(loss.element.id, assessment.range.begin, assessment.range.length(), loss.loss.packets,
                        loss.loss.share, loss.loss.isCounted);
}

void VerdictHistory::addShortages(const Assessment& assessment)
{
    for (const ShortageVerdict& verdict : assessment.shortages) {
        const Element& most = verdict.elements.front();
        Spell spell{assessment.range,
                    1,
                    verdict.lostPackets,
                    verdict.confidence,
                    evidenceText(verdict),
                    {},
                    most.id,
                    most.name,
                    verdict.kind == ShortageKind::Bottleneck ? most.vm : std::string()};
        spell.remark = fmt::format("{}", fmt::join(verdict.notMeasured, "; "));
        extend(m_shortageSpells, ShortageKey{verdict.host, verdict.resource, verdict.kind, most.kind},
               std::move(spell));
    }
}

void VerdictHistory::addState(std::int64_t element, std::string_view state, base::TimeRange range)
{
    auto& [name, when] = m_stateOf[element];
    if (name == state && when.end == range.begin) {
        when.end = range.end;
        return;
    }
    if (!name.empty())
        m_states.append(element, name, when.begin, when.end);
    name = state;
    when = range;
}

void VerdictHistory::addChain(const DiagnosedChain& diagnosed, base::TimeRange range)
{
    const MiddleboxGraph& graph = diagnosed.chain.graph;
    std::vector<std::string_view> states;
    for (const NodeState& state : diagnosed.diagnosis.states)
        states.push_back(stateText(state.state));
    std::string reasoning;
    for (const std::string& line : explain(graph, diagnosed.diagnosis))
        reasoning += line + '\n';
    for (const RootCause& cause : diagnosed.diagnosis.rootCauses) {
        states[cause.node] = toText(cause.label);
        const Element& element = graph.nodes[cause.node].element;
        extend(m_causeSpells, CauseKey{element.id, cause.label},
               Spell{range, 1, 0, cause.confidence, reasoning, namesOf(graph, cause.waiting), element.id, element.name,
                     element.vm});
    }
    for (const Link& link : graph.links) {
        auto& [coupling, windows] = m_linkWindows[{graph.nodes[link.from].element.id, graph.nodes[link.to].element.id}];
        coupling = link.coupling;
        ++windows;
    }
    for (NodeIndex node = 0; node < states.size(); ++node)
        addState(graph.nodes[node].element.id, states[node], range);
}

void VerdictHistory::write(const CauseKey& key, const Spell& spell)
{
    m_causes.append(key.first, toText(key.second), spell.range.begin, spell.range.end, spell.windows,
                    toText(spell.confidence), spell.remark, spell.evidence);
    sumUp(m_causeTotals, key, spell);
}

void VerdictHistory::write(const ShortageKey& key, const Spell& spell)
{
    const auto& [host, resource, kind, place] = key;
    m_shortages.append(host, resource, toText(kind), place, spell.element, spell.vm, spell.range.begin, spell.range.end,
                       spell.windows, spell.lostPackets, toText(spell.confidence), spell.evidence, spell.remark);
    sumUp(m_shortageTotals, key, spell);
}

void VerdictHistory::endSpellsBefore(base::Timestamp time)
{
    const auto endAll = [&](auto& spells) {
        std::erase_if(spells, [&](const auto& entry) {
            const bool isOver = entry.second.range.end < time;
            if (isOver)
                write(entry.first, entry.second);
            return isOver;
        });
    };
    endAll(m_causeSpells);
    endAll(m_shortageSpells);
}

void VerdictHistory::add(const Assessment& assessment)
{
    ++m_windows;
    addLosses(assessment);
    addShortages(assessment);
    for (const DiagnosedChain& chain : assessment.chains)
        addChain(chain, assessment.range);
    endSpellsBefore(assessment.range.end);
}

void VerdictHistory::finish(base::TimeRange range, std::vector<Finding>& findings)
{
    for (const auto& [element, state] : m_stateOf)
        m_states.append(element, state.first, state.second.begin, state.second.end);
    m_stateOf.clear();
    for (const auto& [ends, link] : m_linkWindows)
        m_links.append(ends.first, ends.second, toText(link.first), link.second);
    m_linkWindows.clear();
    endSpellsBefore(range.end + base::kNsPerSecond);

    const auto shareOf = [&](const Total& total) {
        return static_cast<double>(total.windows) / static_cast<double>(std::max<std::uint64_t>(m_windows, 1));
    };
    for (const auto& [key, total] : m_causeTotals)
        findings.push_back(
            {scoreOf(total.surest.confidence, shareOf(total)), "element", key.first,
             fmt::format("{} is {}: the others of its chain wait for it", total.surest.elementName, toText(key.second)),
             fmt::format("In {} of {} windows; {}. Waiting: {}. See root_cause.", total.windows, m_windows,
                         toText(total.surest.confidence), total.surest.remark),
             total.when, ""});
    for (const auto& [key, total] : m_shortageTotals)
        findings.push_back({scoreOf(total.surest.confidence, shareOf(total)), "element", total.surest.element,
                            fmt::format("{} is short on {}: {}", std::get<1>(key), std::get<0>(key),
                                        total.lostPackets > 0 ? fmt::format("{} lost {} packets",
                                                                            total.surest.elementName, total.lostPackets)
                                                              : fmt::format("{} is full", total.surest.elementName)),
                            fmt::format("{} {} {}; {}. {}. See resource_shortage.", toText(std::get<2>(key)),
                                        total.lostPackets > 0 ? "by loss at" : "at", std::get<3>(key),
                                        toText(total.surest.confidence), total.surest.evidence),
                            total.when, ""});
}

} // namespace vnscope::analyses::perfsight
