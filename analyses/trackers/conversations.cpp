// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/conversations.hpp"

#include "analyses/trackers/skb_tracker.hpp"

namespace vnscope::analyses::trackers {

using tracepoints::PacketHeaders;
using tracepoints::TransportProtocol;

ConversationKey ConversationKey::of(const PacketHeaders& headers)
{
    constexpr std::uint8_t kEchoReply = 0;
    constexpr std::uint8_t kEchoRequest = 8;
    const Endpoint source{headers.source, headers.sourcePort};
    const Endpoint destination{headers.destination, headers.destinationPort};
    ConversationKey key;
    key.network = headers.network;
    key.protocol = headers.transport == TransportProtocol::Unknown ? headers.ipProtocol
                                                                   : static_cast<std::uint8_t>(headers.transport);
    if (headers.transport == TransportProtocol::Icmp &&
        (headers.icmpType == kEchoReply || headers.icmpType == kEchoRequest))
        key.echoId = static_cast<std::uint16_t>(headers.icmpRest >> 16U);
    const bool fromLow = source <= destination;
    key.low = fromLow ? source : destination;
    key.high = fromLow ? destination : source;
    return key;
}

bool belongsToAConversation(const PacketHeaders& headers)
{
    constexpr std::uint8_t kIcmpv6 = 58;
    if (headers.network == tracepoints::NetworkProtocol::Unknown)
        return false;
    // A later fragment has no transport header: what stands there is payload.
    constexpr std::uint16_t kFragmentOffsetMask = 0x1fff;
    if ((headers.fragmentOffset & kFragmentOffsetMask) != 0)
        return false;
    return headers.transport != TransportProtocol::Unknown || headers.ipProtocol == kIcmpv6;
}

std::size_t Conversations::Hash::operator()(const ConversationKey& key) const
{
    // The low end as source, the high end as destination: one direction's hash serves for both.
    PacketHeaders headers;
    headers.network = key.network;
    headers.ipProtocol = key.protocol;
    headers.source = key.low.address;
    headers.destination = key.high.address;
    headers.sourcePort = static_cast<std::uint16_t>(key.low.port ^ key.echoId);
    headers.destinationPort = key.high.port;
    return static_cast<std::size_t>(conversationHash(headers));
}

Conversations::Opened Conversations::open(const ConversationKey& key)
{
    Opened opened;
    if (const auto found = m_byKey.find(key); found != m_byKey.end()) {
        m_open.splice(m_open.begin(), m_open, found->second);
        opened.id = found->second->id;
        return opened;
    }
    if (m_open.size() >= kMostOpen) {
        opened.closed = m_open.back().id;
        m_byKey.erase(m_open.back().key);
        m_open.pop_back();
    }
    opened.id = m_nextId++;
    m_open.push_front({key, opened.id});
    m_byKey.emplace(key, m_open.begin());
    return opened;
}

std::uint32_t Conversations::find(const ConversationKey& key) const
{
    const auto found = m_byKey.find(key);
    return found == m_byKey.end() ? kNone : found->second->id;
}

} // namespace vnscope::analyses::trackers
