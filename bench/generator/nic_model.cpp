// SPDX-License-Identifier: Apache-2.0
#include "bench/generator/nic_model.hpp"

#include <algorithm>
#include <numeric>

namespace vnscope::bench::generator {

namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint16_t kTcpAck = 0x10;
constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
constexpr std::uint32_t kEthernetHeader = 14;
constexpr std::uint32_t kIpv4Header = 20;
constexpr std::uint32_t kIpv6Header = 40;
constexpr std::uint32_t kUdpHeader = 8;
constexpr std::uint8_t kTcpWords = 8;       // With the timestamp option, as usual.
constexpr std::uint32_t kTcpPayload = 1428; // Fits one frame of 1500 bytes under IPv6 too.
constexpr std::uint32_t kMostMerged = 16;
constexpr std::int32_t kBudget = 64;
constexpr std::uint64_t kSkbPool = 512; // Addresses are soon used again, as a kernel's are.
constexpr std::uint64_t kSkbSize = 256;
constexpr std::int32_t kXmitBusy = 0x10;
constexpr std::int32_t kXmitDrop = 1;

std::uint32_t headerBytes(const vnscope_ust_packet& packet)
{
    const std::uint32_t network = packet.ip_version == 4 ? kIpv4Header : kIpv6Header;
    return network + (packet.transport == kTcp ? kTcpWords * 4U : kUdpHeader);
}

/// Sets all that follows from the payload's size; `len` is without Ethernet header.
void setPayload(vnscope_ust_packet& packet, std::uint32_t payload)
{
    packet.len = headerBytes(packet) + payload;
    packet.tot_len = static_cast<std::uint16_t>(packet.ip_version == 4 ? packet.len : packet.len - kIpv6Header);
}

/// Every third flow is UDP and every fourth IPv6. Addresses: 10.<nic>.0.1 to 10.<nic>.1.<flow>, fd00::/8 likewise.
Flow makeFlow(const std::string& device, std::uint8_t nic, std::uint16_t number)
{
    Flow flow;
    vnscope_ust_packet& out = flow.out;
    out.name = device.c_str();
    out.ip_version = number % 4 == 3 ? 6 : 4;
    out.transport = number % 3 == 2 ? kUdp : kTcp;
    const auto low = static_cast<std::uint8_t>(number & 0xff);
    const auto high = static_cast<std::uint8_t>(1 + (number >> 8));
    if (out.ip_version == 4) {
        out.ihl = 5;
        std::ranges::copy(std::array<std::uint8_t, 4>{10, nic, 0, 1}, out.saddr);
        std::ranges::copy(std::array<std::uint8_t, 4>{10, nic, high, low}, out.daddr);
    } else {
        std::ranges::copy(std::array<std::uint8_t, 4>{0xfd, 0, 0, nic}, out.saddr);
        out.saddr[15] = 1;
        std::ranges::copy(std::array<std::uint8_t, 4>{0xfd, 0, 0, nic}, out.daddr);
        out.daddr[14] = high;
        out.daddr[15] = low;
    }
    out.sport = static_cast<std::uint16_t>(40000 + number);
    out.dport = out.transport == kTcp ? 443 : 4789;
    if (out.transport == kTcp) {
        out.doff = kTcpWords;
        out.tcp_flags = kTcpAck;
        out.seq = 1000;
        out.ack_seq = 2000;
    }
    flow.in = out;
    std::swap(flow.in.saddr, flow.in.daddr);
    std::swap(flow.in.sport, flow.in.dport);
    std::swap(flow.in.seq, flow.in.ack_seq);
    return flow;
}

} // namespace

std::uint64_t NicTotal::kfreed() const
{
    return std::accumulate(rxDrops.begin(), rxDrops.end(), txDrops);
}

std::uint64_t NicTotal::events() const
{
    return rxFrames + rxPackets + queued + txPackets + txBusy + txDrops + polls + consumed + kfreed() + 2 * softirqs;
}

NicModel::NicModel(std::uint32_t index, std::uint32_t flows, std::uint64_t seed)
    : m_name("nic" + std::to_string(index)),
      m_napi(0xffff888100000000 + index * 0x1000ULL),
      m_skbBase(0xffff888200000000 + index * kSkbPool * kSkbSize),
      m_random(seed * 0x9e3779b97f4a7c15 + index + 1)
{
    for (std::uint16_t number = 0; number < flows; ++number) {
        m_flows.push_back(makeFlow(m_name, static_cast<std::uint8_t>(index), number));
    }
}

std::uint64_t NicModel::random(std::uint64_t below)
{
    // xorshift64*: the same numbers with every standard library.
    m_random ^= m_random >> 12;
    m_random ^= m_random << 25;
    m_random ^= m_random >> 27;
    return (m_random * 0x2545f4914f6cdd1d >> 16) % below;
}

std::uint64_t NicModel::nextSkb()
{
    return m_skbBase + (m_skbs++ % kSkbPool) * kSkbSize;
}

void NicModel::deliver(const vnscope_ust_packet& packet)
{
    const std::uint64_t fate = random(200);
    if (fate < kReceiveDropSites.size()) {
        const DropSite& site = kReceiveDropSites[fate];
        emit_kfree_skb(packet.skbaddr, site.location, packet.ip_version == 4 ? kEtherTypeIpv4 : kEtherTypeIpv6,
                       site.reason);
        ++m_total.rxDrops[fate];
        return;
    }
    emit_consume_skb(packet.skbaddr);
    ++m_total.consumed;
}

std::int32_t NicModel::receiveBurst(std::int32_t atMost)
{
    Flow& flow = m_flows[random(m_flows.size())];
    vnscope_ust_packet& packet = flow.in;
    const bool isTcp = packet.transport == kTcp;
    const auto most = std::min<std::uint64_t>(isTcp ? kMostMerged : 1, static_cast<std::uint64_t>(atMost));
    const auto frames = static_cast<std::uint32_t>(1 + random(most));
    const std::uint32_t payload = isTcp ? kTcpPayload : static_cast<std::uint32_t>(64 + random(1200));

    setPayload(packet, payload);
    packet.skbaddr = nextSkb();
    emit_napi_gro_receive_entry(packet.skbaddr, packet.len, m_name.c_str());
    for (std::uint32_t frame = 1; frame < frames; ++frame) {
        emit_napi_gro_receive_entry(nextSkb(), packet.len, m_name.c_str());
    }
    setPayload(packet, payload * frames);
    emit_netif_receive_skb(&packet);
    packet.seq += isTcp ? payload * frames : 0;

    m_total.rxFrames += frames;
    ++m_total.rxPackets;
    m_total.rxBytes += packet.len;
    ++flow.received.packets;
    flow.received.bytes += packet.len;
    deliver(packet);
    return static_cast<std::int32_t>(frames);
}

void NicModel::poll()
{
    constexpr std::uint32_t kNetRx = 3;
    emit_softirq_entry(kNetRx);
    const auto frames = static_cast<std::int32_t>(1 + random(kBudget));
    for (std::int32_t done = 0; done < frames;) {
        done += receiveBurst(frames - done);
    }
    emit_napi_poll(m_napi, m_name.c_str(), frames, kBudget);
    emit_softirq_exit(kNetRx);
    ++m_total.polls;
    ++m_total.softirqs;
}

void NicModel::transmitPacket(Flow& flow, const vnscope_ust_packet& packet)
{
    emit_net_dev_queue(&packet);
    ++m_total.queued;
    ++flow.sent.packets;
    flow.sent.bytes += packet.len - kEthernetHeader;
    if (random(500) == 0) {
        emit_net_dev_xmit(&packet, kXmitBusy);
        ++m_total.txBusy;
    }
    if (random(1000) == 0) {
        emit_kfree_skb(packet.skbaddr, kTransmitDropSite.location,
                       packet.ip_version == 4 ? kEtherTypeIpv4 : kEtherTypeIpv6, kTransmitDropSite.reason);
        emit_net_dev_xmit(&packet, kXmitDrop);
        ++m_total.txDrops;
        return;
    }
    emit_net_dev_xmit(&packet, 0);
    ++m_total.txPackets;
    m_total.txBytes += packet.len;
    if (packet.len > kEthernetHeader + headerBytes(packet) + kTcpPayload) {
        ++m_total.txSuperPackets;
    }
    emit_consume_skb(packet.skbaddr);
    ++m_total.consumed;
}

void NicModel::transmit()
{
    for (std::uint64_t left = 1 + random(16); left > 0; --left) {
        Flow& flow = m_flows[random(m_flows.size())];
        const bool isTcp = flow.out.transport == kTcp;
        const std::uint32_t payload = isTcp ? kTcpPayload * static_cast<std::uint32_t>(1 + random(kMostMerged))
                                            : static_cast<std::uint32_t>(64 + random(1200));
        vnscope_ust_packet packet = flow.out;
        setPayload(packet, payload);
        packet.len += kEthernetHeader;
        packet.skbaddr = nextSkb();
        transmitPacket(flow, packet);
        if (isTcp && random(400) == 0) {
            packet.skbaddr = nextSkb();
            transmitPacket(flow, packet);
            ++flow.retransmitted;
        }
        flow.out.seq += isTcp ? payload : 0;
    }
}

void NicModel::step()
{
    poll();
    transmit();
}

} // namespace vnscope::bench::generator
