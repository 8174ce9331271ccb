// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/perfsight/element_table.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::views::widgets::perfsight {
namespace {

using report::Unit;
using report::Value;

std::string verdictOf(pipeline::ElementId element, const pipeline::Verdicts& verdicts)
{
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    for (const pipeline::Cause& cause : verdicts.causes)
        if (cause.element == element)
            add("root cause: " + cause.label);
    for (const pipeline::Shortage& shortage : verdicts.shortages)
        if (shortage.element == element)
            add("lost most for want of: " + shortage.resource);
    return text;
}

} // namespace

report::Table elementTable(const PipelineWhole& whole, const PipelineScene& scene)
{
    report::Table table{"elements",
                        "Elements, and how they fared in what is selected or visible",
                        {{"element", "Element"},
                         {"kind", "Kind"},
                         {"layer", "Layer"},
                         {"host", "Host"},
                         {"vm", "VM"},
                         {"lost_packets", "Lost", Unit::Packets, "above noise, in the whole seconds touched"},
                         {"drop_packets", "Dropped", Unit::Packets, "as its own counter says"},
                         {"state", "State", Unit::None, "the gravest"},
                         {"verdict", "Verdict"}},
                        {},
                        static_cast<std::int64_t>(whole.pipeline.elements.size()),
                        {}};
    for (const auto& [id, element] : whole.pipeline.elements) {
        const auto found = scene.conditions.find(id);
        const pipeline::Condition condition = found == scene.conditions.end() ? pipeline::Condition() : found->second;
        const std::string state = condition.gravestState();
        table.rows.push_back(
            {{element.name, element.kind, element.layer, element.host, element.vm, condition.lostPackets,
              condition.droppedPackets ? Value(*condition.droppedPackets) : Value(),
              state.empty() ? state : pipeline::stateName(state), verdictOf(id, scene.verdicts)}});
    }
    return table;
}

} // namespace vnscope::views::widgets::perfsight
