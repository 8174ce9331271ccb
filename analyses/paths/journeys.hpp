// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "analyses/paths/places.hpp"
#include "analyses/trackers/trackers.hpp"
#include "storage/packed_rows.hpp"

namespace vnscope::analyses::paths {

/// How a packet was found to be the same one at its next place. The order is that of packet_hop.join in tables.sql.
enum class Join : std::uint8_t {
    Skb,     ///< The same skb, in the same life.
    Clone,   ///< A clone of the packet that was being received or sent on: flooding.
    Segment, ///< Cut from a super-packet by software GSO.
    Merge,   ///< Put together by GRO from several.
    Wire,    ///< Left by one device and came in by another with equal headers.
    Nat,     ///< The same, with one end's address or port changed on the way.
    Upcall,  ///< Came back from ovs-vswitchd.
};

/// What is left of the trust in a packet's path after one such join; see README.md.
[[nodiscard]] double confidenceOf(Join join, bool hasHeaders);

/// What became of a packet: all values of packet.outcome, in this order.
enum class Outcome : std::uint8_t { Delivered, Dropped, LeftHost, Consumed, Split, Merged, Unknown };

[[nodiscard]] std::string_view toText(Outcome outcome);

using PacketId = std::uint64_t;
inline constexpr PacketId kNoPacket = std::numeric_limits<PacketId>::max();

/// A packet under way.
struct Journey {
    PacketId packet = kNoPacket; ///< None while it is only a frame in GRO, whose headers are not known yet.
    PacketId parent = kNoPacket;
    PacketId mergedInto = kNoPacket;
    std::uint64_t skb = 0; ///< The address that it lives at now.
    base::Timestamp first;
    base::Timestamp last;
    PlaceId place; ///< Where it is now.
    base::DeviceId firstDevice;
    base::DeviceId device;       ///< The last one.
    base::DeviceId originDevice; ///< Where it, or what it was copied or cut from, was sent; none: not on a traced host.
    base::Timestamp origin;
    std::uint32_t conversation = trackers::Conversations::kNone;
    std::uint32_t laterConversation = trackers::Conversations::kNone;
    std::uint32_t l3Bytes = 0;
    std::uint32_t segments = 0;    ///< Cut from it so far.
    std::uint32_t segmentedTo = 0; ///< Payload bytes in them.
    double confidence = 1;
    bool hasHeaders = false;
    bool isFreed = false;      ///< Its skb is gone; what comes of it has another.
    std::uint64_t wireKey = 0; ///< Under which WirePool knows it; 0: not there.
    tracepoints::PacketHeaders headers;
    storage::PackedRows hops;
};

/// All packets under way, in a slab: slots and their buffers are used again.
class Journeys final {
public:
    /// A slot and the life it is in; 0 is none. A handle whose packet has ended finds nothing.
    using Handle = std::uint64_t;
    static constexpr std::size_t kMostAlive = 1U << 17U;

    /// Begins a packet. Make room first: end(oldest()) when isFull().
    [[nodiscard]] Handle begin(base::Timestamp at);
    [[nodiscard]] Journey* find(Handle handle);
    [[nodiscard]] const Journey* find(Handle handle) const;
    void touch(Handle handle, base::Timestamp at);
    void end(Handle handle);
    /// The one that nothing was seen of for longest; 0: none is under way.
    [[nodiscard]] Handle oldest() const;
    [[nodiscard]] bool isFull() const { return m_alive >= kMostAlive; }

private:
    static constexpr std::uint32_t kNil = std::numeric_limits<std::uint32_t>::max();
    struct Slot {
        Journey journey;
        std::uint32_t life = 0;
        std::uint32_t before = kNil;
        std::uint32_t after = kNil;
        bool isUsed = false;
    };
    [[nodiscard]] Handle handleOf(std::uint32_t index) const;
    void unlink(std::uint32_t index);
    void linkNewest(std::uint32_t index);

    std::vector<Slot> m_slots;
    std::vector<std::uint32_t> m_free;
    std::uint32_t m_oldest = kNil;
    std::uint32_t m_newest = kNil;
    std::size_t m_alive = 0;
};

} // namespace vnscope::analyses::paths
