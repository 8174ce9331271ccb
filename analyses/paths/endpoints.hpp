// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

#include "analyses/paths/journeys.hpp"
#include "analyses/paths/latency_sketch.hpp"
#include "analyses/trackers/trackers.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::analyses::paths {

/// Devices where packets begin and end (a guest's or a container's own), and the traffic between them.
class Endpoints final {
public:
    struct Flow {
        std::uint64_t packets = 0;
        std::uint64_t l3Bytes = 0;
        LatencySketch latency; ///< From the sender's queue to the last sighting.
    };
    using Pair = std::pair<base::DeviceId, base::DeviceId>;

    /// A packet with this source address was sent at `device`: the address is its own.
    void sawSent(const tracepoints::PacketHeaders& headers, base::DeviceId device);
    /// Whether the packet is at the device that its destination address belongs to.
    [[nodiscard]] bool isHome(const Journey& journey) const;
    void sawDelivered(const Journey& journey);
    void write(storage::StoreWriter& store, const trackers::DeviceTracker& devices) const;
    [[nodiscard]] const std::map<Pair, Flow>& flows() const { return m_flows; }

private:
    /// Beyond these, further addresses and pairs are left out: such a trace shows a scan, or spoofed addresses.
    static constexpr std::size_t kMostAddresses = 1U << 16U;
    static constexpr std::size_t kMostFlows = 1U << 14U;

    std::unordered_multimap<std::uint64_t, base::DeviceId> m_homes; ///< By a hash of the address.
    std::map<Pair, Flow> m_flows;
};

} // namespace vnscope::analyses::paths
