// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vnscope::recording::agent {

/// One line of /proc/net/softnet_stat: softnet_seq_show() of net/core/net-procfs.c. The kernel's counters have 32 bits.
struct SoftnetLine {
    std::uint32_t processed = 0;   ///< Packets that the CPU's receive path took (__netif_receive_skb_core()).
    std::uint32_t dropped = 0;     ///< Refused by enqueue_to_backlog(): the backlog was full.
    std::uint32_t timeSqueeze = 0; ///< Times that net_rx_action() ended with work left.
    std::uint32_t receivedRps = 0; ///< Times that another CPU woke this one up for packets.
    std::uint32_t flowLimit = 0;   ///< Packets refused by the flow limit.
    std::uint32_t queued = 0;      ///< In the backlog now; kernels before 5.10 do not tell.
    std::uint32_t cpu = 0;         ///< Lines are of online CPUs only; before 5.10 their order stands for the number.
    bool isQueueKnown = false;
};

/// Replaces what is in `lines`; lines that are not as they should be are left out.
void parseSoftnet(std::string_view text, std::vector<SoftnetLine>& lines);

} // namespace vnscope::recording::agent
