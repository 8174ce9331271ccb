// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::system_calls {

/// How a program came to a connection.
enum class Role { Connected, Accepted };

/// Both ends of a connection as one of its programs names them: of one that it made, the peer with its port and its
/// own address alone; of one that it accepted, the other way round. So the two programs have the same two texts,
/// exchanged (tracepoints/io/README.md).
struct Ends {
    std::string peer;
    std::string local; ///< Empty: not known.
    Role role = Role::Connected;

    auto operator<=>(const Ends&) const = default;
    [[nodiscard]] bool isKnown() const { return !peer.empty(); }
};

/// Addresses without ports of both ends.
struct Addresses {
    std::string local;
    std::string remote;
};

/// "10.0.0.1" or "2001:db8::1" from 16 bytes, IPv4 mapped into IPv6 as IPv4.
[[nodiscard]] std::string addressText(const std::array<std::uint8_t, 16>& address);

/// The same of an address as packets have it.
[[nodiscard]] std::string addressText(tracepoints::NetworkProtocol network, const std::array<std::uint8_t, 16>& bytes);

/// An address that perf's converter took for a text: unprintable bytes as "\x0a", nothing from the first zero byte on.
/// What is left of "10.0.0.1" is "10.*". `ipv6` is the same address as IPv6; of IPv4, mapped into it, nothing is left.
[[nodiscard]] std::string addressOfPerf(std::string_view ipv4, std::string_view ipv6);

/// "10.0.0.1:80", "[2001:db8::1]:80"; `port` 0: the address alone.
[[nodiscard]] std::string withPort(const std::string& address, std::uint16_t port);

[[nodiscard]] Ends endsOf(const Addresses& addresses, const tracepoints::SocketState& ports, Role role);

[[nodiscard]] Ends endsOf(const tracepoints::StatedumpConnection& connection);

/// The other end of connect() and accept(), as lttng-modules decodes it; this end is not known.
[[nodiscard]] Ends endsOf(const tracepoints::SocketAddress& peer, Role role);

} // namespace vnscope::analyses::system_calls
