// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/block_state.hpp"

#include <cstdint>

namespace vnscope::analyses::perfsight {

namespace {

/// Time and bytes of one direction of calls.
struct Calls {
    Counters::Counter bytes;
    Counters::Counter timeNs;

    [[nodiscard]] bool isKnown() const { return bytes && timeNs; }
    [[nodiscard]] bool isIdle() const { return bytes.value_or(0) == 0 && timeNs.value_or(0) == 0; }
};

double shareOf(const Calls& calls, const base::TimeRange& range)
{
    return range.isEmpty() ? 0.0 : static_cast<double>(calls.timeNs.value_or(0)) / static_cast<double>(range.length());
}

bool isBlocked(const Calls& calls, const ElementWindow& node)
{
    if (!calls.isKnown() || shareOf(calls, node.window.range) <= kBlockedShare)
        return false;
    const auto capacityBps = static_cast<double>(node.element.capacityBps.value_or(0));
    const double explainedNs = capacityBps > 0 ? static_cast<double>(*calls.bytes) * 8.0 *
                                                     static_cast<double>(base::kNsPerSecond) / capacityBps
                                               : 0.0;
    return static_cast<double>(*calls.timeNs) > kBlockedFactor * explainedNs;
}

} // namespace

std::vector<Sides> sidesOf(const MiddleboxGraph& graph)
{
    std::vector<Sides> sides(graph.nodes.size());
    for (NodeIndex node = 0; node < sides.size(); ++node) {
        if (graph.nodes[node].element.isEndPoint())
            sides[node] = {false, false};
    }
    for (const Link& link : graph.links) {
        sides[link.from].hasOutput = true;
        sides[link.to].hasInput = true;
    }
    return sides;
}

NodeState stateOf(const ElementWindow& node, Sides sides)
{
    const Counters& delta = node.window.delta;
    const Calls input = sides.hasInput ? Calls{delta.inBytes, delta.inTimeNs} : Calls{0, 0};
    const Calls output = sides.hasOutput ? Calls{delta.outBytes, delta.outTimeNs} : Calls{0, 0};

    NodeState state;
    state.readShare = shareOf(input, node.window.range);
    state.writeShare = shareOf(output, node.window.range);
    state.isCapacityKnown = node.element.capacityBps.value_or(0) > 0;
    const bool waitsToRead = isBlocked(input, node);
    const bool waitsToWrite = isBlocked(output, node);
    // One that waited for both within one window is what it waited for longer: a window may begin before the trouble
    // does.
    if (waitsToRead && (!waitsToWrite || state.readShare >= state.writeShare))
        state.state = BlockState::ReadBlocked;
    else if (waitsToWrite)
        state.state = BlockState::WriteBlocked;
    else if (!input.isKnown() || !output.isKnown() || node.window.range.isEmpty())
        state.state = BlockState::Unknown;
    else if (input.isIdle() && output.isIdle())
        state.state = BlockState::Idle;
    else
        state.state = BlockState::Running;
    return state;
}

std::optional<bool> isWriteBlocked(const Link& link, const ElementWindow& sender)
{
    const Calls calls{link.outBytes, link.outTimeNs};
    if (!calls.isKnown())
        return std::nullopt;
    return isBlocked(calls, sender);
}

} // namespace vnscope::analyses::perfsight
