// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "simulator/packet.hpp"

namespace vnscope::simulator {

/// A packet's stay at an element.
struct Hop {
    std::uint32_t element = kNone;
    base::Nanoseconds arrivalNs = 0; ///< Put into the queue.
    base::Nanoseconds readNs = 0;
    base::Nanoseconds leaveNs = 0; ///< Put into the next queue, or out.
};

/// What truly happened to a packet; times from the begin of the run, right whatever the events tell.
struct Journey {
    std::uint64_t packet = 0;
    std::uint32_t id = 0; ///< As the events tell it last.
    FiveTuple flow;
    std::uint32_t injection = kNone; ///< That made it.
    base::Nanoseconds sourceNs = 0;
    std::vector<Hop> hops;
    std::uint32_t lostAt = kNone; ///< The element whose queue had no room; kNone: it left the network.

    [[nodiscard]] base::Nanoseconds latencyNs() const { return hops.empty() ? 0 : hops.back().leaveNs - sourceNs; }
};

/// Hears of each packet when its way ends. Packets that are still inside when the run ends are not told.
class PacketObserver {
public:
    PacketObserver() = default;
    PacketObserver(const PacketObserver&) = delete;
    PacketObserver& operator=(const PacketObserver&) = delete;
    virtual ~PacketObserver() = default;

    /// `journey` is valid during the call.
    virtual void onEnd(const Journey& journey) = 0;
};

/// Hears of batches, as an element's own instrumentation would. Calls about one element's reads are in time order, and
/// so are those about one link; others are not, but all belong to the slice of time that is being run.
class BatchListener {
public:
    BatchListener() = default;
    BatchListener(const BatchListener&) = delete;
    BatchListener& operator=(const BatchListener&) = delete;
    virtual ~BatchListener() = default;

    virtual void onRead(std::uint32_t element, base::Nanoseconds timeNs, std::span<const Packet> batch) = 0;
    /// All have the same Packet::timeNs.
    virtual void onWrite(std::uint32_t link, std::span<const Packet> batch) = 0;
    /// The queue at the end of `link` had no room.
    virtual void onDrop(std::uint32_t link, std::span<const Packet> batch) = 0;
};

} // namespace vnscope::simulator
