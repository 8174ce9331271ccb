// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <list>
#include <unordered_map>

#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::trackers {

/// One side of a conversation.
struct Endpoint {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;

    auto operator<=>(const Endpoint&) const = default;
};

/// Both directions of a conversation have one key: its lower end comes first.
struct ConversationKey {
    tracepoints::NetworkProtocol network = tracepoints::NetworkProtocol::Unknown;
    std::uint8_t protocol = 0;
    std::uint16_t echoId = 0; ///< ICMP echo identifier.
    Endpoint low;
    Endpoint high;

    bool operator==(const ConversationKey&) const = default;
    [[nodiscard]] static ConversationKey of(const tracepoints::PacketHeaders& headers);
};

/// Whether headers tell a conversation: not those of later fragments, nor of what is neither IPv4 nor IPv6.
[[nodiscard]] bool belongsToAConversation(const tracepoints::PacketHeaders& headers);

/// Numbers conversations as they are met; the numbers are `stream.stream_id`.
class Conversations final {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    /// Conversations kept open at once. Beyond it the one idle for longest is closed; if it speaks again it gets
    /// another number.
    static constexpr std::size_t kMostOpen = 1U << 17U;

    struct Opened {
        std::uint32_t id = kNone;
        std::uint32_t closed = kNone; ///< The one that had to make room.
    };
    Opened open(const ConversationKey& key);
    /// The number of one that is open; kNone: it is not. Does not count as speaking.
    [[nodiscard]] std::uint32_t find(const ConversationKey& key) const;

private:
    struct Entry {
        ConversationKey key;
        std::uint32_t id = kNone;
    };
    struct Hash {
        std::size_t operator()(const ConversationKey& key) const;
    };
    std::list<Entry> m_open; ///< Spoke last in front.
    std::unordered_map<ConversationKey, std::list<Entry>::iterator, Hash> m_byKey;
    std::uint32_t m_nextId = 0;
};

} // namespace vnscope::analyses::trackers
