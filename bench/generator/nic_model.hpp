// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generator/emit.h"

namespace vnscope::bench::generator {

/// A place that loses packets. The address is made up; the names are the kernel's own, so that a report reads as usual.
struct DropSite {
    std::string_view symbol;
    std::uint64_t location = 0; ///< A little behind the symbol's first byte, as a return address is.
    std::string_view reasonName;
    std::uint32_t reason = 0; ///< enum skb_drop_reason of Linux 6.18.
};

inline constexpr std::uint64_t kSymbolOffset = 0x40;
inline constexpr std::array kReceiveDropSites{
    DropSite{"udp_queue_rcv_one_skb", 0xffffffff81001000 + kSymbolOffset, "SOCKET_RCVBUFF", 6},
    DropSite{"nft_do_chain", 0xffffffff81002000 + kSymbolOffset, "NETFILTER_DROP", 12},
    DropSite{"__udp4_lib_rcv", 0xffffffff81003000 + kSymbolOffset, "NO_SOCKET", 3},
};
inline constexpr DropSite kTransmitDropSite{"tun_net_xmit", 0xffffffff81004000 + kSymbolOffset, "FULL_RING", 80};

/// What one direction of a conversation carried; lengths are those of its events without Ethernet header.
struct FlowTotal {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
};

/// A conversation between the modelled host (a) and some peer (b).
struct Flow {
    vnscope_ust_packet out{}; ///< Headers of a to b.
    vnscope_ust_packet in{};  ///< Headers of b to a.
    FlowTotal sent;
    FlowTotal received;
    std::uint64_t retransmitted = 0; ///< Sent once more with the same sequence number.
};

/// Exactly what was emitted in a device's name.
struct NicTotal {
    std::uint64_t rxFrames = 0;       ///< napi_gro_receive_entry
    std::uint64_t rxPackets = 0;      ///< netif_receive_skb
    std::uint64_t rxBytes = 0;        ///< Their len: no Ethernet header.
    std::uint64_t txPackets = 0;      ///< net_dev_xmit with rc 0
    std::uint64_t txBytes = 0;        ///< Their len: with Ethernet header.
    std::uint64_t txSuperPackets = 0; ///< Of txPackets: larger than one wire frame.
    std::uint64_t txBusy = 0;         ///< net_dev_xmit with rc 16, tried again.
    std::uint64_t polls = 0;
    std::uint64_t consumed = 0;
    std::uint64_t softirqs = 0;
    std::uint64_t queued = 0; ///< net_dev_queue
    std::array<std::uint64_t, kReceiveDropSites.size()> rxDrops{};
    std::uint64_t txDrops = 0; ///< net_dev_xmit with rc 1

    [[nodiscard]] std::uint64_t kfreed() const;
    [[nodiscard]] std::uint64_t events() const;
};

/// One NIC of a host under load: NAPI polls whose frames GRO merges, sends, and losses. The same seed gives the same
/// packets; only the times differ. Not thread-safe: one thread per NIC.
class NicModel final {
public:
    NicModel(std::uint32_t index, std::uint32_t flows, std::uint64_t seed);
    NicModel(const NicModel&) = delete; // Flows point at the device's name.
    NicModel& operator=(const NicModel&) = delete;

    /// One poll and one burst of sends.
    void step();

    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] const NicTotal& total() const { return m_total; }
    [[nodiscard]] std::span<const Flow> flows() const { return m_flows; }

private:
    std::uint64_t random(std::uint64_t below);
    std::uint64_t nextSkb();
    std::int32_t receiveBurst(std::int32_t atMost);
    void deliver(const vnscope_ust_packet& packet);
    void poll();
    void transmit();
    void transmitPacket(Flow& flow, const vnscope_ust_packet& packet);

    std::string m_name;
    std::uint64_t m_napi;
    std::uint64_t m_skbBase;
    std::uint64_t m_skbs = 0;
    std::uint64_t m_random;
    std::vector<Flow> m_flows;
    NicTotal m_total;
};

} // namespace vnscope::bench::generator
