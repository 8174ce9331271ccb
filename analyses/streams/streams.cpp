// SPDX-License-Identifier: Apache-2.0
#include "analyses/streams/streams.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <list>
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

/// Conversations kept open at once. Beyond it the one idle for longest is written out; if it speaks again it gets a
/// second row, and both say so (`continued`).
constexpr std::size_t kMostOpen = 1U << 17U;

constexpr std::uint32_t kUdpHeaderBytes = 8;
constexpr std::uint32_t kIcmpHeaderBytes = 8;
constexpr std::uint32_t kIpv6HeaderBytes = 40;
constexpr std::uint8_t kIcmpv6 = 58;

struct Endpoint {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;

    auto operator<=>(const Endpoint&) const = default;
};

/// Both directions of a conversation have one key: its lower end comes first.
struct Key {
    NetworkProtocol network = NetworkProtocol::Unknown;
    std::uint8_t protocol = 0;
    std::uint16_t echoId = 0; ///< ICMP echo identifier.
    Endpoint low;
    Endpoint high;

    bool operator==(const Key&) const = default;
};

struct KeyHash {
    std::size_t operator()(const Key& key) const
    {
        // The low end as source, the high end as destination: one direction's hash serves for both.
        PacketHeaders headers;
        headers.network = key.network;
        headers.ipProtocol = key.protocol;
        headers.source = key.low.address;
        headers.destination = key.high.address;
        headers.sourcePort = static_cast<std::uint16_t>(key.low.port ^ key.echoId);
        headers.destinationPort = key.high.port;
        return static_cast<std::size_t>(trackers::conversationHash(headers));
    }
};

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
    Key key;
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
    Key key;
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

bool belongsToAConversation(const PacketHeaders& headers)
{
    if (headers.network == NetworkProtocol::Unknown)
        return false;
    // A later fragment has no transport header: what stands there is payload.
    constexpr std::uint16_t kFragmentOffsetMask = 0x1fff;
    if ((headers.fragmentOffset & kFragmentOffsetMask) != 0)
        return false;
    return headers.transport != TransportProtocol::Unknown || headers.ipProtocol == kIcmpv6;
}

Packet read(const SkbAtDevice& at, bool lengthHasLinkHeader, std::uint32_t linkHeaderBytes)
{
    const PacketHeaders& headers = at.headers;
    Endpoint source{headers.source, headers.sourcePort};
    Endpoint destination{headers.destination, headers.destinationPort};
    Packet packet;
    packet.key.network = headers.network;
    packet.key.protocol = headers.transport == TransportProtocol::Unknown
                              ? headers.ipProtocol
                              : static_cast<std::uint8_t>(headers.transport);
    constexpr std::uint8_t kEchoReply = 0;
    constexpr std::uint8_t kEchoRequest = 8;
    if (headers.transport == TransportProtocol::Icmp &&
        (headers.icmpType == kEchoReply || headers.icmpType == kEchoRequest))
        packet.key.echoId = static_cast<std::uint16_t>(headers.icmpRest >> 16U);
    packet.fromLow = source <= destination;
    packet.key.low = packet.fromLow ? source : destination;
    packet.key.high = packet.fromLow ? destination : source;
    const std::uint64_t withoutLink = lengthHasLinkHeader ? subtract(at.length, linkHeaderBytes) : at.length;
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
    using Open = std::list<Stream>; ///< Spoke last in front.
    Stream& open(const Packet& packet, base::Timestamp at, base::DeviceId device);
    void write(const Stream& stream);
    void report(RunContext& context) const;

    storage::TableWriter m_rows;
    Open m_open;
    std::unordered_map<Key, Open::iterator, KeyHash> m_byKey;
    std::uint32_t m_nextId = 0;
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

Stream& Streams::open(const Packet& packet, base::Timestamp at, base::DeviceId device)
{
    if (const auto found = m_byKey.find(packet.key); found != m_byKey.end()) {
        m_open.splice(m_open.begin(), m_open, found->second);
        return m_open.front();
    }
    bool isContinued = false;
    if (m_open.size() >= kMostOpen) {
        m_open.back().isContinued = true;
        write(m_open.back());
        m_byKey.erase(m_open.back().key);
        m_open.pop_back();
        ++m_evicted;
        isContinued = true; // It may have had a row before: nobody remembers.
    }
    Stream& stream = m_open.emplace_front();
    stream.id = m_nextId++;
    stream.key = packet.key;
    stream.lowIsA = packet.fromLow;
    stream.first = at;
    stream.firstDevice = device;
    stream.isContinued = isContinued;
    m_byKey.emplace(packet.key, m_open.begin());
    return stream;
}

void Streams::process(const Event& event, RunContext& context)
{
    const trackers::Sighting& sighting = context.trackers.sighting();
    const auto& at = event.as<SkbAtDevice>();
    if (!sighting.isNewForConversation || !belongsToAConversation(at.headers))
        return;
    const std::uint32_t linkHeader = context.trackers.devices().at(sighting.device).linkHeaderBytes;
    const Packet packet = read(at, event.record.type == EventType::NetDevQueue, linkHeader);
    Stream& stream = open(packet, event.record.time, sighting.device);
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
    if (at.headers.transport == TransportProtocol::Tcp) {
        const std::uint64_t before = direction.retransmissions;
        followTcp(direction, at.headers, packet.payload);
        m_retransmissions += direction.retransmissions - before;
        ++m_tcpPackets;
    }
}

void Streams::write(const Stream& stream)
{
    const Key& key = stream.key;
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
    for (auto stream = m_open.rbegin(); stream != m_open.rend(); ++stream)
        write(*stream);
    if (m_evicted > 0)
        context.quality.push_back(
            {base::Severity::Defect,
             "streams_evicted",
             fmt::format("More than {} conversations were open at once; those idle for longest were closed, and "
                         "may have a second row.",
                         kMostOpen),
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
