// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/skb_tracker.hpp"

#include <bit>
#include <cstring>

namespace vnscope::analyses::trackers {

using tracepoints::NetworkProtocol;
using tracepoints::PacketHeaders;
using tracepoints::TransportProtocol;

namespace {

/// An skb that no event touched for this long is taken for one that was freed silently, when room is needed.
constexpr base::Nanoseconds kIdle = 2 * base::kNsPerSecond;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value)
{
    hash ^= value + 0x9e37'79b9'7f4a'7c15U + (hash << 6U) + (hash >> 2U);
    return hash * 0xff51'afd7'ed55'8ccdU;
}

std::uint64_t word(const std::array<std::uint8_t, 16>& address, std::size_t offset)
{
    std::uint64_t value = 0;
    std::memcpy(&value, address.data() + offset, sizeof value);
    return value;
}

} // namespace

void SkbState::pushTransmit(base::DeviceId at)
{
    if (stackedCount < kMostStackedDevices)
        stacked[stackedCount++] = at;
}

SkbState* SkbTracker::find(std::uint32_t host, std::uint64_t skb)
{
    const auto found = m_alive.find(key(host, skb));
    return found == m_alive.end() ? nullptr : &found->second;
}

const SkbState* SkbTracker::find(std::uint32_t host, std::uint64_t skb) const
{
    const auto found = m_alive.find(key(host, skb));
    return found == m_alive.end() ? nullptr : &found->second;
}

SkbState& SkbTracker::begin(std::uint32_t host, std::uint64_t skb, base::Timestamp at)
{
    if (m_alive.size() >= kMostAlive)
        forgetIdle(at);
    const auto [entry, isNew] = m_alive.try_emplace(key(host, skb));
    ++m_lifecycle.born;
    if (!isNew) {
        ++m_lifecycle.reusedWithoutFree;
        entry->second = SkbState();
    }
    entry->second.born = at;
    entry->second.lastSeen = at;
    return entry->second;
}

void SkbTracker::end(std::uint32_t host, std::uint64_t skb)
{
    if (m_alive.erase(key(host, skb)) > 0)
        ++m_lifecycle.freed;
}

void SkbTracker::forgetIdle(base::Timestamp now)
{
    const std::size_t before = m_alive.size();
    std::erase_if(m_alive, [now](const auto& entry) { return now - entry.second.lastSeen > kIdle; });
    // All of them busy: no host has this many skbs in flight, so addresses are not what they seem. Start afresh rather
    // than grow without bound.
    if (m_alive.size() > kMostAlive - kMostAlive / 8)
        m_alive.clear();
    m_lifecycle.evicted += before - m_alive.size();
}

bool isSamePacket(const PacketHeaders& earlier, const PacketHeaders& later)
{
    const bool isSameNetwork = earlier.network == later.network && earlier.ipProtocol == later.ipProtocol &&
                               earlier.ipId == later.ipId && earlier.fragmentOffset == later.fragmentOffset &&
                               later.ttl <= earlier.ttl && earlier.totalLength == later.totalLength;
    if (!isSameNetwork)
        return false;
    // IPv6 without a transport header (lttng-modules shows none for ICMPv6) has nothing that tells a question from its
    // answer but who sends it.
    const bool isAnonymous = earlier.transport == TransportProtocol::Unknown &&
                             later.transport == TransportProtocol::Unknown && earlier.ipId == 0;
    if (isAnonymous)
        return earlier.source == later.source && earlier.destination == later.destination;
    if (earlier.transport != later.transport)
        // One of them does not show it (see TransportProtocol::Unknown); then at least one address must have stayed.
        return (earlier.transport == TransportProtocol::Unknown || later.transport == TransportProtocol::Unknown) &&
               (earlier.source == later.source || earlier.destination == later.destination);
    return earlier.tcpSequence == later.tcpSequence && earlier.tcpAcknowledgement == later.tcpAcknowledgement &&
           earlier.tcpFlags == later.tcpFlags && earlier.udpLength == later.udpLength &&
           earlier.icmpType == later.icmpType && earlier.icmpRest == later.icmpRest;
}

std::uint64_t conversationHash(const PacketHeaders& headers)
{
    if (headers.network == NetworkProtocol::Unknown)
        return 0;
    std::uint64_t hash = mix(static_cast<std::uint64_t>(headers.network), headers.ipProtocol);
    hash = mix(hash, word(headers.source, 0));
    hash = mix(hash, word(headers.source, 8));
    hash = mix(hash, word(headers.destination, 0));
    hash = mix(hash, word(headers.destination, 8));
    hash = mix(hash, (static_cast<std::uint64_t>(headers.sourcePort) << 16U) | headers.destinationPort);
    return hash == 0 ? 1 : hash;
}

} // namespace vnscope::analyses::trackers
