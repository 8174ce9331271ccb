// SPDX-License-Identifier: Apache-2.0
#include "analyses/streams/streams.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include <arpa/inet.h>

#include <fmt/format.h>

#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_streams_kTables.hpp"

namespace vnscope::analyses::streams {

namespace {

using tracepoints::EventType;
using tracepoints::NetworkProtocol;
using tracepoints::PacketHeaders;
using tracepoints::SkbAtDevice;
using tracepoints::TransportProtocol;
using trackers::Appearance;
using trackers::ConversationKey;
using trackers::Conversations;
using trackers::Endpoint;

constexpr std::uint32_t kUdpHeaderBytes = 8;
constexpr std::uint32_t kIcmpHeaderBytes = 8;
constexpr std::uint32_t kIpv6HeaderBytes = 40;

struct Direction {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t payload = 0;
    std::uint64_t retransmissions = 0;
    std::uint64_t uniqueBytes = 0;
    std::optional<std::uint32_t> nextSequence; ///< One past the highest TCP sequence number sent.
    bool hasLocal = false;                     ///< A packet of it was sent on a traced host.
};

struct Stream {
    std::uint32_t id = 0;
    ConversationKey key;
    bool lowIsA = true; ///< A is the side that spoke first.
    Direction fromA;
    Direction fromB;
    base::Timestamp first;
    base::Timestamp last;
    base::DeviceId firstDevice;
    bool isContinued = false;
};

/// One packet's view of its conversation.
struct Packet {
    ConversationKey key;
    bool fromLow = true;
    std::uint64_t bytes = 0;
    std::uint64_t payload = 0;
};

std::string_view protocolName(std::uint8_t protocol)
{
    switch (protocol) {
    case static_cast<std::uint8_t>(TransportProtocol::Tcp): return "tcp";
    case static_cast<std::uint8_t>(TransportProtocol::Udp): return "udp";
    case static_cast<std::uint8_t>(TransportProtocol::Icmp): return "icmp";
    default: return "icmpv6";
    }
}

std::string addressText(NetworkProtocol network, const Endpoint& end)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(network == NetworkProtocol::Ipv6 ? AF_INET6 : AF_INET, end.address.data(), text.data(), text.size());
    return text.data();
}

std::uint64_t subtract(std::uint64_t from, std::uint64_t amount)
{
    return from > amount ? from - amount : 0;
}

/// Bytes of the network packet: as its own header says, or from the skb where that is 0 (super-packets above 64 KiB).
std::uint64_t networkBytes(const PacketHeaders& headers, std::uint64_t withoutLinkHeader)
{
    if (headers.totalLength == 0)
        return withoutLinkHeader;
    return headers.network == NetworkProtocol::Ipv6 ? headers.totalLength + kIpv6HeaderBytes : headers.totalLength;
}

std::uint64_t payloadBytes(const PacketHeaders& headers, std::uint64_t network)
{
    const std::uint64_t above =
        subtract(network, headers.network == NetworkProtocol::Ipv6 ? kIpv6HeaderBytes : headers.headerWords * 4U);
    switch (headers.transport) {
    case TransportProtocol::Tcp: return subtract(above, headers.tcpHeaderWords * 4U);
    case TransportProtocol::Udp: return subtract(above, kUdpHeaderBytes);
    default: return subtract(above, kIcmpHeaderBytes);
    }
}

Packet read(std::uint32_t length, const PacketHeaders& headers, bool lengthHasLinkHeader, std::uint32_t linkHeaderBytes)
{
    Packet packet;
    packet.key = ConversationKey::of(headers);
    packet.fromLow = packet.key.low == Endpoint{headers.source, headers.sourcePort};
    const std::uint64_t withoutLink = lengthHasLinkHeader ? subtract(length, linkHeaderBytes) : length;
    packet.bytes = withoutLink + linkHeaderBytes;
    packet.payload = payloadBytes(headers, networkBytes(headers, withoutLink));
    return packet;
}

/// Follows one direction's TCP sequence numbers. Comparison is modulo 2^32 (RFC 9293, 3.4).
void followTcp(Direction& direction, const PacketHeaders& headers, std::uint64_t payload)
{
    const bool takesNumber = (headers.tcpFlags & (tracepoints::kTcpSyn | tracepoints::kTcpFin)) != 0;
    const auto end = static_cast<std::uint32_t>(headers.tcpSequence + payload + (takesNumber ? 1U : 0U));
    if (!direction.nextSequence || (headers.tcpFlags & tracepoints::kTcpSyn) != 0) {
        direction.uniqueBytes += payload;
        direction.nextSequence = end;
        return;
    }
    const auto behind =
        static_cast<std::int32_t>(*direction.nextSequence - headers.tcpSequence);  // > 0: begins in old data
    const auto advance = static_cast<std::int32_t>(end - *direction.nextSequence); // > 0: brings new data
    // A keep-alive repeats the last byte on purpose; it is no retransmission.
    const bool isKeepAlive = behind == 1 && payload <= 1;
    if (payload > 0 && behind > 0 && !isKeepAlive)
        ++direction.retransmissions;
    if (advance > 0) {
        direction.uniqueBytes += std::min<std::uint64_t>(payload, static_cast<std::uint64_t>(advance));
        direction.nextSequence = end;
    }
}

class Streams final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    Stream& open(const Packet& packet, const Event& event, const trackers::Sighting& sighting);
    void write(const Stream& stream);
    void report(RunContext& context) const;

    storage::TableWriter m_rows;
    std::unordered_map<std::uint32_t, Stream> m_open; ///< By number.
    std::uint64_t m_evicted = 0;
    std::uint64_t m_retransmissions = 0;
    std::uint64_t m_tcpPackets = 0;
};

const AnalysisInfo& Streams::info() const
{
    static const AnalysisInfo kInfo{
        "streams",
        1,
        "Conversations",
        "Who talks to whom, how much, how fast, and how often must TCP send again?",
        {{{EventType::NetDevQueue}, false, "conversations that begin on the traced hosts"},
         {{EventType::NetIfReceiveSkb, EventType::NetIfRx}, false, "conversations that come in from elsewhere"},
         {{EventType::NetDevQueue, EventType::NetIfReceiveSkb, EventType::NetIfRx}, true, "packet headers"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Streams::subscriptions() const
{
    return {EventType::NetDevQueue, EventType::NetIfReceiveSkb, EventType::NetIfRx};
}

void Streams::begin(RunContext& context)
{
    m_rows = context.store.table("stream", {"stream_id",
                                            "protocol",
                                            "addr_a",
                                            "port_a",
                                            "addr_b",
                                            "port_b",
                                            "packets_ab",
                                            "bytes_ab",
                                            "payload_bytes_ab",
                                            "unique_bytes_ab",
                                            "retransmissions_ab",
                                            "packets_ba",
                                            "bytes_ba",
                                            "payload_bytes_ba",
                                            "unique_bytes_ba",
                                            "retransmissions_ba",
                                            "first_ns",
                                            "last_ns",
                                            "rate_ab_bps",
                                            "rate_ba_bps",
                                            "first_device_id",
                                            "origin",
                                            "continued"});
}

Stream& Streams::open(const Packet& packet, const Event& event, const trackers::Sighting& sighting)
{
    const auto [entry, isNew] = m_open.try_emplace(sighting.conversation);
    Stream& stream = entry->second;
    if (!isNew)
        return stream;
    stream.id = sighting.conversation;
    stream.key = packet.key;
    stream.lowIsA = packet.fromLow;
    stream.first = event.record.time;
    stream.firstDevice = sighting.device;
    if (const auto closed = m_open.find(sighting.closedConversation); closed != m_open.end()) {
        closed->second.isContinued = true;
        write(closed->second);
        m_open.erase(closed);
    }
    m_evicted += sighting.closedConversation == Conversations::kNone ? 0 : 1;
    stream.isContinued = m_evicted > 0; // It may have had a row before: nobody remembers.
    return stream;
}

void Streams::process(const Event& event, RunContext& context)
{
    const trackers::Sighting& sighting = context.trackers.sighting();
    const auto& at = event.as<SkbAtDevice>();
    if (sighting.conversation == Conversations::kNone)
        return;
    const PacketHeaders& headers = *sighting.headers;
    const std::uint32_t linkHeader = context.trackers.devices().at(sighting.device).linkHeaderBytes;
    const Packet packet = read(at.length, headers, event.record.type == EventType::NetDevQueue, linkHeader);
    Stream& stream = open(packet, event, sighting);
    Direction& direction = packet.fromLow == stream.lowIsA ? stream.fromA : stream.fromB;
    const bool isExternal = sighting.appearance == Appearance::External;
    // What a traced host sent may come back over a wire (two NICs of one host, two traced hosts): the same packets.
    if (isExternal && direction.hasLocal)
        return;
    direction.hasLocal |= !isExternal;
    ++direction.packets;
    direction.bytes += packet.bytes;
    direction.payload += packet.payload;
    stream.last = event.record.time;
    if (headers.transport == TransportProtocol::Tcp) {
        const std::uint64_t before = direction.retransmissions;
        followTcp(direction, headers, packet.payload);
        m_retransmissions += direction.retransmissions - before;
        ++m_tcpPackets;
    }
}

void Streams::write(const Stream& stream)
{
    const ConversationKey& key = stream.key;
    const Endpoint& a = stream.lowIsA ? key.low : key.high;
    const Endpoint& b = stream.lowIsA ? key.high : key.low;
    const bool isTcp = key.protocol == static_cast<std::uint8_t>(TransportProtocol::Tcp);
    const bool hasPorts = isTcp || key.protocol == static_cast<std::uint8_t>(TransportProtocol::Udp);
    const auto tcpOnly = [isTcp](std::uint64_t value) { return isTcp ? storage::Value(value) : storage::Value(); };
    const auto portOf = [hasPorts](const Endpoint& end) {
        return hasPorts ? storage::Value(end.port) : storage::Value();
    };
    const double seconds = static_cast<double>(stream.last - stream.first) / static_cast<double>(base::kNsPerSecond);
    const auto rate = [seconds](std::uint64_t bytes) {
        return seconds > 0 ? storage::Value(static_cast<double>(bytes) * 8.0 / seconds) : storage::Value();
    };
    const bool isLocal = stream.fromA.hasLocal || stream.fromB.hasLocal;
    m_rows.append(stream.id, protocolName(key.protocol), addressText(key.network, a), portOf(a),
                  addressText(key.network, b), portOf(b), stream.fromA.packets, stream.fromA.bytes,
                  stream.fromA.payload, tcpOnly(stream.fromA.uniqueBytes), tcpOnly(stream.fromA.retransmissions),
                  stream.fromB.packets, stream.fromB.bytes, stream.fromB.payload, tcpOnly(stream.fromB.uniqueBytes),
                  tcpOnly(stream.fromB.retransmissions), stream.first, stream.last, rate(stream.fromA.bytes),
                  rate(stream.fromB.bytes), stream.firstDevice, isLocal ? "local" : "external", stream.isContinued);
}

void Streams::finish(RunContext& context)
{
    for (const auto& [id, stream] : m_open)
        write(stream);
    if (m_evicted > 0)
        context.quality.push_back(
            {base::Severity::Defect,
             "streams_evicted",
             fmt::format("More than {} conversations were open at once; those idle for longest were closed, and "
                         "may have a second row.",
                         Conversations::kMostOpen),
             "Sum the rows of one 5-tuple where continued = 1, or trace for a shorter time.",
             m_evicted,
             {},
             {},
             "streams"});
    report(context);
}

void Streams::report(RunContext& context) const
{
    constexpr double kNotableShare = 0.01;
    if (m_retransmissions == 0 || m_tcpPackets == 0)
        return;
    const double share = static_cast<double>(m_retransmissions) / static_cast<double>(m_tcpPackets);
    context.findings.push_back(
        {share >= kNotableShare ? 0.6 : 0.3, "trace", -1,
         fmt::format("TCP sent {} packet{} again", m_retransmissions, m_retransmissions == 1 ? "" : "s"),
         fmt::format("{:.2g} % of {} TCP packets; see stream.retransmissions_ab and _ba.", 100.0 * share, m_tcpPackets),
         context.range, ""});
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Streams>();
}

} // namespace vnscope::analyses::streams
