// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/untold_flows.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

namespace {

/// How many packets without a flow, and flows without a packet, an element may have.
constexpr std::size_t kMostUntold = 4096;
/// How far a flow is looked for from where it should be.
constexpr std::uint64_t kFlowLookahead = 256;

template <typename Item> void pushBounded(History<Item>& items, const Item& item)
{
    items.push(item);
    if (items.size() > kMostUntold)
        items.popFront();
}

/// Those before it have been passed over.
template <typename Item> std::optional<Item> takeFirst(History<Item>& items, std::uint64_t packet, std::uint64_t mask)
{
    const auto masked = [&](std::uint64_t id) { return id == kUnnamed ? id : id & mask; };
    const std::uint64_t end = std::min(items.end(), items.begin() + kFlowLookahead);
    for (std::uint64_t number = items.begin(); number < end; ++number) {
        if (masked(items[number].packet) != masked(packet))
            continue;
        const Item found = items[number];
        items.forgetUntil(number + 1);
        return found;
    }
    return std::nullopt;
}

} // namespace

void UntoldFlows::addPacket(std::uint64_t packet, std::uint32_t journey)
{
    pushBounded(m_written, {packet, journey});
}

std::optional<std::uint32_t> UntoldFlows::takePacket(std::uint64_t packet, std::uint64_t mask)
{
    const auto found = takeFirst(m_written, packet, mask);
    return found ? std::optional(found->journey) : std::nullopt;
}

void UntoldFlows::announce(std::uint64_t packet, FlowId flow)
{
    pushBounded(m_announced, {packet, flow});
}

std::optional<UntoldFlows::Announced> UntoldFlows::takeAnnounced(std::uint64_t packet, std::uint64_t mask)
{
    return takeFirst(m_announced, packet, mask);
}

} // namespace vnscope::analyses::microscope
