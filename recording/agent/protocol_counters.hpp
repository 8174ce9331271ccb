// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace vnscope::recording::agent {

/// What the IPv4 stack of a namespace counted: /proc/net/snmp, snmp_seq_show() of net/ipv4/proc.c; the names are those
/// of RFC 1213. UDP over IPv6 is counted elsewhere; TCP is not told apart.
struct ProtocolCounters {
    std::uint64_t ipInDelivers = 0;
    std::uint64_t ipOutRequests = 0;
    std::uint64_t ipForwarded = 0;
    std::uint64_t ipInDiscards = 0;
    std::uint64_t ipOutDiscards = 0;
    std::uint64_t tcpInSegments = 0;
    std::uint64_t tcpOutSegments = 0;
    std::uint64_t tcpRetransmitted = 0;
    std::uint64_t udpReceiveBufferErrors = 0; ///< The socket's buffer was full.
    std::uint64_t udpSendBufferErrors = 0;
};

/// What is not there stays 0.
[[nodiscard]] ProtocolCounters parseProtocolCounters(std::string_view text);

} // namespace vnscope::recording::agent
