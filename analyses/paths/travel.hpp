// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyses/analysis.hpp"
#include "analyses/paths/edges.hpp"
#include "analyses/paths/endpoints.hpp"
#include "analyses/paths/journeys.hpp"
#include "analyses/paths/places.hpp"
#include "analyses/paths/wire_pool.hpp"
#include "analyses/trackers/trackers.hpp"

namespace vnscope::analyses::paths {

/// A packet at a place, as one event shows it.
struct Arrival {
    base::Timestamp at;
    PlaceKind kind = PlaceKind::Queue;
    base::DeviceId device;
    std::uint64_t skb = 0; ///< Kernel address.
    std::uint16_t cpu = 0;
    std::uint32_t l3Bytes = 0;                           ///< Without Ethernet header.
    const tracepoints::PacketHeaders* headers = nullptr; ///< Borrowed; null: the event shows none.
    std::uint32_t conversation = trackers::Conversations::kNone;
};

/// Takes packets from place to place, and writes what became of them. Events are understood elsewhere (paths.cpp).
class Travel final {
public:
    using Handle = Journeys::Handle;

    void begin(RunContext& context);
    /// A packet that was sent here, or came in from beyond the traced hosts.
    Handle start(const Arrival& arrival, PlaceKind from);
    /// A frame in GRO: what packet it belongs to, and whether to any, shows when GRO delivers it.
    Handle startUnknown(base::Timestamp at);
    /// A clone or a segment of `parent`, at a place of its own.
    Handle branch(Handle parent, const Arrival& arrival, Join join);
    /// The segment of `parent` that a driver took; waits for its arrival somewhere.
    void branchOnWire(Handle parent, const Arrival& arrival);
    /// The same packet, one place on.
    void step(Handle handle, const Arrival& arrival, Join join = Join::Skb);
    void stepToUpcall(Handle handle, const Arrival& arrival, base::DeviceId datapath);
    /// What came in without a sender: a packet that left a device before, if headers show which. `unknown`: its frame
    /// from startUnknown(), or 0. Returns the packet's handle from now on.
    Handle arrive(Handle unknown, const Arrival& arrival);
    /// A driver took the packet and what comes of it will have another skb.
    void leave(Handle handle);
    /// It did not: its skb is seen again, at the other end of a veth.
    void back(Handle handle);

    void end(Handle handle, Outcome outcome);
    /// No event told what became of the packet; where it was last tells what can be said.
    void endSilently(Handle handle);
    /// Its skb is gone or belongs to another packet now; the packet ends unless it may go on under another.
    void loseSkb(Handle handle, std::uint64_t skb);
    void endIdle(base::Timestamp now);
    void finish(RunContext& context);

    [[nodiscard]] Journey* find(Handle handle) { return m_journeys.find(handle); }
    [[nodiscard]] PlaceKind kindOf(const Journey& journey) const { return m_places[journey.place].kind; }
    [[nodiscard]] Endpoints& endpoints() { return m_endpoints; }

private:
    [[nodiscard]] Handle make(base::Timestamp at);
    void goTo(Handle handle, PlaceId to, const Arrival& arrival, Join join);
    void note(Journey& journey, PlaceId place, const Arrival& arrival, Join join);
    void count(const Journey& journey, PlaceId from, PlaceId to, std::optional<base::Nanoseconds> latency = {});
    void learn(Journey& journey, const Arrival& arrival) const;
    void enter(Handle handle, PlaceId from, const Arrival& arrival);
    void merge(Handle merged, std::span<const Handle> parts, const Arrival& arrival);
    [[nodiscard]] Outcome outcomeOf(const Journey& journey) const;
    void write(const Journey& journey, Outcome outcome);
    void report(RunContext& context) const;

    Journeys m_journeys;
    Places m_places;
    Edges m_edges;
    Endpoints m_endpoints;
    WirePool m_wire;
    storage::TableWriter m_rows;
    const trackers::DeviceTracker* m_devices = nullptr; ///< Of the run, from begin() on.
    PacketId m_nextPacket = 0;
    std::uint64_t m_evicted = 0;
};

} // namespace vnscope::analyses::paths
