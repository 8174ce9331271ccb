// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "analyses/perfsight/window.hpp"
#include "views/diagnosis/victim_json.hpp"
#include "views/diagnosis/writers.hpp"

namespace vnscope::views::diagnosis {

namespace {

using namespace analyses::perfsight;
using nlohmann::ordered_json;

template <typename Number> ordered_json orNull(const std::optional<Number>& value)
{
    return value ? ordered_json(*value) : ordered_json();
}

ordered_json causeJson(const Chain& chain, const RootCause& cause)
{
    const Element& element = chain.graph.nodes[cause.node].element;
    ordered_json waiting = ordered_json::array();
    for (const NodeIndex node : cause.waiting)
        waiting.push_back(chain.graph.nodes[node].element.name);
    return {{"element_id", element.id},
            {"element", element.name},
            {"host", element.host},
            {"label", toText(cause.label)},
            {"confidence", toText(cause.confidence)},
            {"waiting", std::move(waiting)}};
}

ordered_json shortageJson(const ShortageVerdict& verdict)
{
    ordered_json elements = ordered_json::array();
    for (const Element& element : verdict.elements)
        elements.push_back({{"element_id", element.id}, {"element", element.name}, {"vm", element.vm}});
    ordered_json evidence = ordered_json::array();
    for (const EvidenceItem& item : verdict.evidence)
        evidence.push_back({{"name", item.name}, {"value", item.value}, {"demand", item.demand}});
    return {{"host", verdict.host},
            {"resource", verdict.resource},
            {"scope", toText(verdict.kind)},
            {"lost_packets", verdict.lostPackets},
            {"confidence", toText(verdict.confidence)},
            {"elements", std::move(elements)},
            {"evidence", std::move(evidence)},
            {"not_measured", verdict.notMeasured}};
}

ordered_json lossJson(const ElementLoss& loss)
{
    return {{"element_id", loss.element.id},    {"element", loss.element.name}, {"kind", loss.element.kind},
            {"host", loss.element.host},        {"packets", loss.loss.packets}, {"share", orNull(loss.loss.share)},
            {"is_counted", loss.loss.isCounted}};
}

ordered_json nodeJson(const ElementWindow& node, const NodeState& state)
{
    return {{"element_id", node.element.id},
            {"element", node.element.name},
            {"host", node.element.host},
            {"state", toText(state.state)},
            {"read_share", state.readShare},
            {"write_share", state.writeShare},
            {"in_bps", orNull(inputBps(node.window))},
            {"out_bps", orNull(outputBps(node.window))}};
}

void addAssessment(const Assessment& assessment, ordered_json& all)
{
    ordered_json causes = ordered_json::array();
    ordered_json middleboxes = ordered_json::array();
    ordered_json links = ordered_json::array();
    ordered_json reasoning = ordered_json::array();
    for (const auto& [chain, diagnosis] : assessment.chains) {
        for (const RootCause& cause : diagnosis.rootCauses)
            causes.push_back(causeJson(chain, cause));
        for (NodeIndex node = 0; node < chain.members.size(); ++node)
            middleboxes.push_back(nodeJson(chain.graph.nodes[node], diagnosis.states[node]));
        for (const Link& link : chain.graph.links)
            links.push_back({{"from_id", chain.graph.nodes[link.from].element.id},
                             {"to_id", chain.graph.nodes[link.to].element.id},
                             {"coupling", toText(link.coupling)},
                             {"out_bytes", orNull(link.outBytes)},
                             {"out_time_ns", orNull(link.outTimeNs)}});
        for (const std::string& line : explain(chain.graph, diagnosis))
            reasoning.push_back(line);
    }
    ordered_json shortages = ordered_json::array();
    for (const ShortageVerdict& verdict : assessment.shortages)
        shortages.push_back(shortageJson(verdict));
    ordered_json losses = ordered_json::array();
    for (const ElementLoss& loss : assessment.losses)
        losses.push_back(lossJson(loss));
    ordered_json quality = ordered_json::array();
    for (const base::DataQuality& each : assessment.quality)
        quality.push_back(
            {{"kind", each.kind}, {"message", each.message}, {"advice", each.advice}, {"count", each.count}});
    all.update({{"root_causes", std::move(causes)},
                {"shortages", std::move(shortages)},
                {"losses", std::move(losses)},
                {"middleboxes", std::move(middleboxes)},
                {"links", std::move(links)},
                {"reasoning", std::move(reasoning)},
                {"quality", std::move(quality)}});
}

} // namespace

void writeJson(const base::TimeRange& window, const Assessment* assessment, const VictimSummary* victims,
               std::ostream& out)
{
    ordered_json all = {{"begin_ns", window.begin.ns}, {"end_ns", window.end.ns}};
    if (assessment != nullptr)
        addAssessment(*assessment, all);
    if (victims != nullptr)
        all["microscope"] = toJson(*victims);
    out << all.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

} // namespace vnscope::views::diagnosis
