// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/endpoints.hpp"

#include <algorithm>

namespace vnscope::analyses::paths {

namespace {

std::uint64_t hashOf(tracepoints::NetworkProtocol network, const std::array<std::uint8_t, 16>& address)
{
    tracepoints::PacketHeaders only;
    only.network = network;
    only.source = address;
    return trackers::conversationHash(only);
}

} // namespace

void Endpoints::sawSent(const tracepoints::PacketHeaders& headers, base::DeviceId device)
{
    if (headers.network == tracepoints::NetworkProtocol::Unknown || m_homes.size() >= kMostAddresses)
        return;
    const std::uint64_t hash = hashOf(headers.network, headers.source);
    const auto [begin, end] = m_homes.equal_range(hash);
    if (std::none_of(begin, end, [&](const auto& home) { return home.second == device; }))
        m_homes.emplace(hash, device);
}

bool Endpoints::isHome(const Journey& journey) const
{
    if (!journey.hasHeaders)
        return false;
    const auto [begin, end] = m_homes.equal_range(hashOf(journey.headers.network, journey.headers.destination));
    return std::any_of(begin, end, [&](const auto& home) { return home.second == journey.device; });
}

void Endpoints::sawDelivered(const Journey& journey)
{
    if (!journey.originDevice.isValid() || !journey.device.isValid())
        return;
    const Pair pair{journey.originDevice, journey.device};
    if (m_flows.size() >= kMostFlows && !m_flows.contains(pair))
        return;
    Flow& flow = m_flows[pair];
    ++flow.packets;
    flow.l3Bytes += journey.l3Bytes;
    flow.latency.add(journey.last - journey.origin);
}

void Endpoints::write(storage::StoreWriter& store, const trackers::DeviceTracker& devices) const
{
    storage::TableWriter rows = store.table("endpoint_flow", {"from_device_id", "to_device_id", "packets", "bytes",
                                                              "latency_p50_ns", "latency_p99_ns", "latency_max_ns"});
    constexpr double kMedian = 0.5;
    constexpr double kTail = 0.99;
    for (const auto& [pair, flow] : m_flows)
        rows.append(pair.first, pair.second, flow.packets,
                    flow.l3Bytes + flow.packets * devices.at(pair.second).linkHeaderBytes,
                    flow.latency.quantile(kMedian), flow.latency.quantile(kTail), flow.latency.max());
}

} // namespace vnscope::analyses::paths
