// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "analyses/trackers/conversations.hpp"
#include "storage/base/ids.hpp"
#include "storage/base/time.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::trackers {

/// What is known of the packet that lives at one kernel address now.
struct SkbState {
    static constexpr std::size_t kMostStackedDevices = 4;
    static constexpr std::size_t kMostConversations = 3;
    static constexpr std::uint64_t kNoJourney = 0;

    base::Timestamp born;
    base::Timestamp lastSeen;
    base::DeviceId device;        ///< Where it was seen last.
    base::DeviceId receivedBy;    ///< The device it entered the stack by last.
    std::uint8_t receivedTtl = 0; ///< TTL then; 0: unknown.
    base::DeviceId firstDevice;   ///< Where this life began; it cannot be queued there twice.
    tracepoints::EventType lastEvent = tracepoints::EventType::Count;
    std::uint32_t cpu = 0;    ///< Index into the CPU table, where it was seen last.
    std::uint32_t length = 0; ///< Bytes, as the last event at a device gave them.
    bool hasHeaders = false;
    bool cameByGro = false;
    bool isFrameOfPeer = false; ///< Came by GRO from the veth peer that sent it: its own length is known.
    bool cameByBacklog = false; ///< Counted as received when it was put on the backlog.
    bool wasReceived = false;   ///< Entered the stack since it was last queued.
    bool hadAction = false;     ///< Open vSwitch did something with it since it was received or queued.
    std::uint8_t stackedCount = 0;
    std::array<base::DeviceId, kMostStackedDevices> stacked{}; ///< Queued at, not yet transmitted: outermost first.
    std::array<std::uint64_t, kMostConversations>
        conversations{}; ///< Conversations this life was counted for (hashes).
    std::uint8_t conversationCount = 0;
    std::uint64_t conversationNow = 0;           ///< Hash of the one that its headers belong to now; 0: not known.
    std::uint32_t stream = Conversations::kNone; ///< `stream.stream_id` of that.
    std::uint64_t journey = kNoJourney; ///< What `paths` calls the packet of this life; the trackers only carry it.
    tracepoints::PacketHeaders headers;

    void pushTransmit(base::DeviceId at);
};

/// How many skb lives began and ended how: the trust one can have in identities.
struct SkbLifecycle {
    std::uint64_t born = 0;
    std::uint64_t freed = 0;             ///< skb_kfree or skb_consume of an skb we knew.
    std::uint64_t reusedWithoutFree = 0; ///< The address began a new life and no event had ended the old one.
    std::uint64_t freedUnseen = 0;       ///< Freed, but never seen at a device.
    std::uint64_t evicted = 0;           ///< Forgotten because too many were alive.
};

/// Which packet an skb address means. An address is reused within microseconds, often without an event that ends the
/// old life (GRO, TCP and clones free silently), so a key is the address and the life it is in.
class SkbTracker final {
public:
    /// More open skbs than any healthy host has; beyond it the tracker forgets the idle ones.
    static constexpr std::size_t kMostAlive = 1U << 18U;

    [[nodiscard]] SkbState* find(std::uint32_t host, std::uint64_t skb);
    [[nodiscard]] const SkbState* find(std::uint32_t host, std::uint64_t skb) const;
    /// Begins a new life at this address.
    SkbState& begin(std::uint32_t host, std::uint64_t skb, base::Timestamp at);
    void end(std::uint32_t host, std::uint64_t skb);

    [[nodiscard]] const SkbLifecycle& lifecycle() const { return m_lifecycle; }
    [[nodiscard]] std::size_t alive() const { return m_alive.size(); }
    void countFreedUnseen() { ++m_lifecycle.freedUnseen; }

private:
    void forgetIdle(base::Timestamp now);

    // Kernel addresses of different hosts may coincide, so the host is part of the key; it is mixed into the address's
    // top bits, which are constant for kernel pointers.
    static std::uint64_t key(std::uint32_t host, std::uint64_t skb)
    {
        return skb ^ (static_cast<std::uint64_t>(host) << 56U);
    }

    std::unordered_map<std::uint64_t, SkbState> m_alive;
    SkbLifecycle m_lifecycle;
};

/// Whether two sightings can be of one packet: everything that a switch or a router leaves alone is equal.
/// Addresses, ports (NAT) and a falling TTL (routing) may differ. Where one sighting shows no transport header,
/// one of the
/// addresses must be equal.
[[nodiscard]] bool isSamePacket(const tracepoints::PacketHeaders& earlier, const tracepoints::PacketHeaders& later);

/// A hash of the conversation and direction that headers belong to; 0 when they carry no addresses.
[[nodiscard]] std::uint64_t conversationHash(const tracepoints::PacketHeaders& headers);

} // namespace vnscope::analyses::trackers
