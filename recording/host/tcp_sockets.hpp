// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vnscope::recording::host {

/// A line of /proc/net/tcp or tcp6 (net/ipv4/tcp_ipv4.c: get_tcp4_sock(); net/ipv6/tcp_ipv6.c: get_tcp6_sock()).
struct TcpSocket {
    static constexpr std::uint8_t kEstablished = 1; ///< include/net/tcp_states.h
    static constexpr std::uint8_t kCloseWait = 8;
    static constexpr std::uint8_t kListen = 10;

    std::uint8_t family = 0; ///< 4 or 6; IPv4 mapped into IPv6 is 4.
    std::uint8_t state = 0;
    std::uint16_t localPort = 0;
    std::uint16_t remotePort = 0;
    std::array<std::uint8_t, 16> local{}; ///< As on the wire; IPv4 uses the first four bytes.
    std::array<std::uint8_t, 16> remote{};
    std::uint64_t inode = 0; ///< 0: no process holds it.
};

/// Nothing for what is no such line, as the heading.
[[nodiscard]] std::optional<TcpSocket> parseTcpSocket(std::string_view line);

/// A TCP connection and a process that holds it.
struct Connection {
    std::uint32_t netns = 0; ///< Of the connection.
    std::uint32_t pid = 0;
    std::int32_t fd = -1;
    bool isAccepted = false; ///< Its local port is one that somebody there listens at.
    TcpSocket socket;
    std::string process; ///< comm
};

/// Connections of the calling thread's namespace, `netns`, that can carry data; no process is known of them yet.
[[nodiscard]] std::vector<Connection> readConnections(std::uint32_t netns);

/// The same once for each process and descriptor that holds it; those that nobody holds are left out.
[[nodiscard]] std::vector<Connection> withOwners(const std::vector<Connection>& connections);

} // namespace vnscope::recording::host
