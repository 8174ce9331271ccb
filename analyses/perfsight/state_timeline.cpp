// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/state_timeline.hpp"

#include "analyses/perfsight/window.hpp"

namespace vnscope::analyses::perfsight {

std::vector<StateInterval> stateTimeline(const Element& element, Sides sides, const std::vector<Sample>& samples,
                                         std::vector<base::DataQuality>& quality)
{
    std::vector<StateInterval> timeline;
    for (std::size_t i = 1; i < samples.size(); ++i) {
        const ElementWindow node{element, makeWindow(samples[i - 1], samples[i], element.name, quality)};
        if (node.window.range.isEmpty())
            continue;
        const BlockState state = stateOf(node, sides).state;
        if (!timeline.empty() && timeline.back().state == state && timeline.back().range.end == node.window.range.begin)
            timeline.back().range.end = node.window.range.end;
        else
            timeline.push_back({node.window.range, state});
    }
    return timeline;
}

} // namespace vnscope::analyses::perfsight
