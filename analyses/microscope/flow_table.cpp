// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/flow_table.hpp"

#include <cstring>

namespace vnscope::analyses::microscope {

std::size_t FlowHash::operator()(const Flow& flow) const
{
    // Multiplied by an odd constant and folded for each word, so that addresses that differ in one bit spread.
    constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
    std::array<std::uint64_t, 5> words{};
    std::memcpy(words.data(), flow.source.data(), flow.source.size());
    std::memcpy(words.data() + 2, flow.destination.data(), flow.destination.size());
    words[4] = std::uint64_t{flow.sourcePort} << 48 | std::uint64_t{flow.destinationPort} << 32 |
               std::uint64_t{flow.protocol} << 8 | flow.ipVersion;
    std::uint64_t hash = 0;
    for (const std::uint64_t word : words) {
        hash = (hash ^ word) * kOdd;
        hash ^= hash >> 29;
    }
    return static_cast<std::size_t>(hash);
}

FlowId FlowTable::count(const Flow& flow)
{
    ++m_packets;
    if (const auto found = m_ids.find(flow); found != m_ids.end()) {
        ++m_flows[found->second.value].packets;
        return found->second;
    }
    if (m_flows.size() == kMost) {
        ++m_refused;
        return {};
    }
    const FlowId id{static_cast<std::uint32_t>(m_flows.size())};
    m_ids.emplace(flow, id);
    m_flows.push_back({flow, 1});
    return id;
}

double FlowTable::share(FlowId id) const
{
    if (!id.isValid() || m_packets == 0)
        return 0;
    return static_cast<double>(m_flows[id.value].packets) / static_cast<double>(m_packets);
}

} // namespace vnscope::analyses::microscope
