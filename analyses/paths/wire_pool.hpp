// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyses/paths/journeys.hpp"
#include "analyses/paths/wire_table.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::paths {

/// Bytes above TCP, UDP or ICMP as the headers say; 0 where they do not (super-packets above 64 KiB).
[[nodiscard]] std::uint32_t payloadOf(const tracepoints::PacketHeaders& headers);

/// The headers that software GSO gives the segment of `bytes` network bytes that begins `offset` payload bytes into
/// `whole`; `index` counts segments from 0 (tcp_gso_segment, inet_gso_segment).
[[nodiscard]] tracepoints::PacketHeaders segmentOf(const tracepoints::PacketHeaders& whole, std::uint32_t index,
                                                   std::uint32_t offset, std::uint32_t bytes);

/// Packets that a device took and that have not been seen again. What comes in by another device (NIC to NIC, over a
/// tap and back through a guest) has another skb; only headers tell that it is the same packet. Where two of those that
/// wait look alike, none is joined: a path may end too early, but never goes on as another packet's.
class WirePool final {
public:
    void add(Journeys::Handle handle, Journey& journey);
    void remove(Journeys::Handle handle, Journey& journey);

    struct Match {
        std::span<const Journeys::Handle> parts; ///< Empty: nothing fits. Several: GRO merged these, in this order.
        Join join = Join::Wire;
    };
    /// What waits here and is the packet, or the parts of the packet, that came in. Valid until the next call.
    [[nodiscard]] Match match(const tracepoints::PacketHeaders& arrived, const Journeys& journeys);
    /// How many arrivals fitted several packets alike.
    [[nodiscard]] std::uint64_t ambiguous() const { return m_ambiguous; }

private:
    template <typename Fits>
    [[nodiscard]] Journeys::Handle single(std::uint64_t key, const Journeys& journeys, Fits&& fits);
    [[nodiscard]] bool collectParts(const tracepoints::PacketHeaders& arrived, const Journeys& journeys);

    WireTable m_waiting;
    std::vector<Journeys::Handle> m_parts;
    std::uint64_t m_ambiguous = 0;
};

} // namespace vnscope::analyses::paths
