// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/wire_pool.hpp"

namespace vnscope::analyses::paths {

namespace {

using tracepoints::NetworkProtocol;
using tracepoints::PacketHeaders;
using tracepoints::TransportProtocol;

constexpr std::uint32_t kUdpHeaderBytes = 8;
constexpr std::uint32_t kIcmpHeaderBytes = 8;
/// MAX_SKB_FRAGS and frag_list bound what GRO merges; 64 KiB hold 45 segments of an Ethernet MTU.
constexpr std::size_t kMostParts = 64;
constexpr std::uint16_t kTcpPush = 0x08;
constexpr std::uint16_t kTcpCwr = 0x80;

std::uint32_t subtract(std::uint32_t from, std::uint32_t amount)
{
    return from > amount ? from - amount : 0;
}

/// What routers and NAT leave alone, and what tells packets of one conversation apart. 0: nothing tells them apart.
std::uint64_t keyOf(const PacketHeaders& headers)
{
    constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15U;
    std::uint64_t evidence = 0;
    if (headers.network == NetworkProtocol::Unknown || headers.totalLength == 0)
        return 0;
    if (headers.transport == TransportProtocol::Tcp)
        evidence = headers.tcpSequence;
    else if (headers.ipId != 0) // Not the transport header: what a driver receives may not show it.
        evidence = headers.totalLength;
    else
        return 0;
    const std::uint64_t mixed =
        ((evidence << 24U) ^ (std::uint64_t{headers.ipId} << 8U) ^ headers.ipProtocol) * kMultiplier;
    return mixed | 1U;
}

bool showsTransport(const PacketHeaders& headers)
{
    return headers.transport != TransportProtocol::Unknown;
}

bool isSameConversation(const PacketHeaders& a, const PacketHeaders& b)
{
    const bool isSamePorts = a.sourcePort == b.sourcePort && a.destinationPort == b.destinationPort;
    return a.source == b.source && a.destination == b.destination &&
           (isSamePorts || !showsTransport(a) || !showsTransport(b));
}

/// All but addresses, ports, TTL, length and the flags that segmentation changes.
bool isSameBegin(const PacketHeaders& a, const PacketHeaders& b)
{
    const bool isSameNetwork = a.network == b.network && a.ipProtocol == b.ipProtocol && a.ipId == b.ipId &&
                               a.fragmentOffset == b.fragmentOffset;
    if (!isSameNetwork || !showsTransport(a) || !showsTransport(b))
        return isSameNetwork;
    return a.transport == b.transport && a.tcpSequence == b.tcpSequence &&
           a.tcpAcknowledgement == b.tcpAcknowledgement && a.icmpType == b.icmpType && a.icmpRest == b.icmpRest;
}

bool isNated(const PacketHeaders& sent, const PacketHeaders& arrived)
{
    const bool isSourceKept = sent.source == arrived.source && sent.sourcePort == arrived.sourcePort;
    const bool isDestinationKept =
        sent.destination == arrived.destination && sent.destinationPort == arrived.destinationPort;
    // A router took part, so the TTL fell.
    return isSourceKept != isDestinationKept && arrived.ttl < sent.ttl;
}

} // namespace

std::uint32_t payloadOf(const PacketHeaders& headers)
{
    const std::uint32_t above = headers.network == NetworkProtocol::Ipv6
                                    ? headers.totalLength
                                    : subtract(headers.totalLength, headers.headerWords * 4U);
    switch (headers.transport) {
    case TransportProtocol::Tcp: return subtract(above, headers.tcpHeaderWords * 4U);
    case TransportProtocol::Udp: return subtract(above, kUdpHeaderBytes);
    default: return subtract(above, kIcmpHeaderBytes);
    }
}

PacketHeaders segmentOf(const PacketHeaders& whole, std::uint32_t index, std::uint32_t offset, std::uint32_t bytes)
{
    constexpr std::uint32_t kIpv6Header = 40;
    PacketHeaders segment = whole;
    const bool isIpv6 = whole.network == NetworkProtocol::Ipv6;
    segment.totalLength = static_cast<std::uint16_t>(isIpv6 ? subtract(bytes, kIpv6Header) : bytes);
    segment.ipId = static_cast<std::uint16_t>(isIpv6 ? 0 : whole.ipId + index);
    if (whole.transport == TransportProtocol::Tcp) {
        segment.tcpSequence = whole.tcpSequence + offset;
        const bool isLast = offset + payloadOf(segment) >= payloadOf(whole);
        if (!isLast)
            segment.tcpFlags = static_cast<std::uint16_t>(segment.tcpFlags & ~(kTcpPush | tracepoints::kTcpFin));
        if (index > 0)
            segment.tcpFlags = static_cast<std::uint16_t>(segment.tcpFlags & ~kTcpCwr);
    } else if (whole.transport == TransportProtocol::Udp) {
        segment.udpLength = static_cast<std::uint16_t>(payloadOf(segment) + kUdpHeaderBytes);
    }
    return segment;
}

void WirePool::add(Journeys::Handle handle, Journey& journey)
{
    journey.wireKey = journey.hasHeaders ? keyOf(journey.headers) : 0;
    if (journey.wireKey != 0)
        m_waiting.add(journey.wireKey, handle);
}

void WirePool::remove(Journeys::Handle handle, Journey& journey)
{
    if (journey.wireKey == 0)
        return;
    m_waiting.remove(journey.wireKey, handle);
    journey.wireKey = 0;
}

/// The only waiting packet that fits; 0 when there is none, or more than one.
template <typename Fits> Journeys::Handle WirePool::single(std::uint64_t key, const Journeys& journeys, Fits&& fits)
{
    Journeys::Handle found = 0;
    bool isAmbiguous = false;
    m_waiting.forEach(key, [&](Journeys::Handle handle) {
        const Journey* journey = isAmbiguous ? nullptr : journeys.find(handle);
        if (journey == nullptr || !fits(journey->headers))
            return;
        isAmbiguous = found != 0;
        found = handle;
    });
    m_ambiguous += isAmbiguous ? 1U : 0U;
    return isAmbiguous ? 0 : found;
}

/// The segments that tile the arrived packet's bytes exactly, each the only one that fits.
bool WirePool::collectParts(const PacketHeaders& arrived, const Journeys& journeys)
{
    const std::uint32_t wanted = payloadOf(arrived);
    PacketHeaders next = arrived;
    std::uint32_t covered = 0;
    while (covered < wanted && m_parts.size() < kMostParts) {
        const Journeys::Handle part = single(keyOf(next), journeys, [&](const PacketHeaders& sent) {
            return isSameConversation(sent, next) && isSameBegin(sent, next) && payloadOf(sent) > 0 &&
                   covered + payloadOf(sent) <= wanted;
        });
        if (part == 0)
            return false;
        m_parts.push_back(part);
        const std::uint32_t payload = payloadOf(journeys.find(part)->headers);
        covered += payload;
        next.tcpSequence += payload;
        next.ipId = static_cast<std::uint16_t>(arrived.network == NetworkProtocol::Ipv6 ? 0 : next.ipId + 1U);
    }
    return covered == wanted && m_parts.size() > 1;
}

WirePool::Match WirePool::match(const PacketHeaders& arrived, const Journeys& journeys)
{
    m_parts.clear();
    const std::uint64_t key = keyOf(arrived);
    if (key == 0 || m_waiting.isEmpty())
        return {};
    const auto isWhole = [&](const PacketHeaders& sent) {
        return isSameBegin(sent, arrived) && sent.totalLength == arrived.totalLength && sent.ttl >= arrived.ttl;
    };
    const std::uint64_t ambiguousBefore = m_ambiguous;
    const Journeys::Handle same = single(
        key, journeys, [&](const PacketHeaders& sent) { return isWhole(sent) && isSameConversation(sent, arrived); });
    if (same != 0) {
        m_parts.push_back(same);
        return {m_parts, Join::Wire};
    }
    if (m_ambiguous != ambiguousBefore)
        return {};
    if (arrived.transport == TransportProtocol::Tcp && collectParts(arrived, journeys))
        return {m_parts, Join::Merge};
    m_parts.clear();
    const Journeys::Handle nated =
        single(key, journeys, [&](const PacketHeaders& sent) { return isWhole(sent) && isNated(sent, arrived); });
    if (nated == 0)
        return {};
    m_parts.push_back(nated);
    return {m_parts, Join::Nat};
}

} // namespace vnscope::analyses::paths
