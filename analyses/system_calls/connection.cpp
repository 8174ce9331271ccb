// SPDX-License-Identifier: Apache-2.0
#include "analyses/system_calls/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::analyses::system_calls {

namespace {

// AF_INET and AF_INET6 of Linux, wherever this program runs.
constexpr std::uint16_t kIpv4 = 2;
constexpr std::uint16_t kIpv6 = 10;
constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kIpv6Bytes = 16;

std::string ipv4Text(const std::uint8_t* bytes)
{
    return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/// Undoes what perf writes for unprintable bytes. A backslash of its own is not told apart.
std::vector<std::uint8_t> bytesOf(std::string_view text, std::size_t most)
{
    std::vector<std::uint8_t> bytes;
    while (!text.empty() && bytes.size() < most) {
        std::uint8_t value = static_cast<std::uint8_t>(text.front());
        std::size_t used = 1;
        if (text.size() >= 4 && text.starts_with("\\x") &&
            std::from_chars(text.data() + 2, text.data() + 4, value, 16).ptr == text.data() + 4)
            used = 4;
        bytes.push_back(value);
        text.remove_prefix(used);
    }
    return bytes;
}

} // namespace

std::string addressText(const std::array<std::uint8_t, 16>& address)
{
    in6_addr ip{};
    std::copy(address.begin(), address.end(), std::begin(ip.s6_addr));
    if (IN6_IS_ADDR_V4MAPPED(&ip))
        return ipv4Text(&address[kIpv6Bytes - kIpv4Bytes]);
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET6, &ip, text.data(), text.size());
}

std::string addressText(tracepoints::NetworkProtocol network, const std::array<std::uint8_t, 16>& bytes)
{
    return network == tracepoints::NetworkProtocol::Ipv4 ? ipv4Text(bytes.data()) : addressText(bytes);
}

std::string addressOfPerf(std::string_view ipv4, std::string_view ipv6)
{
    const std::vector<std::uint8_t> sixteen = bytesOf(ipv6, kIpv6Bytes);
    if (sixteen.size() == kIpv6Bytes) {
        std::array<std::uint8_t, kIpv6Bytes> whole{};
        std::ranges::copy(sixteen, whole.begin());
        return addressText(whole);
    }
    if (!sixteen.empty())
        return fmt::format("{:02x}*", fmt::join(sixteen, ""));
    const std::vector<std::uint8_t> four = bytesOf(ipv4, kIpv4Bytes);
    return four.size() == kIpv4Bytes ? ipv4Text(four.data()) : fmt::format("{}.*", fmt::join(four, "."));
}

std::string withPort(const std::string& address, std::uint16_t port)
{
    if (port == 0)
        return address;
    const bool isIpv6 = address.find(':') != std::string::npos;
    return isIpv6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

Ends endsOf(const Addresses& addresses, const tracepoints::SocketState& ports, Role role)
{
    if (role == Role::Connected)
        return {withPort(addresses.remote, ports.remotePort), addresses.local, role};
    return {addresses.remote, withPort(addresses.local, ports.localPort), role};
}

Ends endsOf(const tracepoints::StatedumpConnection& connection)
{
    using tracepoints::NetworkProtocol;
    const NetworkProtocol network = connection.family == 4 ? NetworkProtocol::Ipv4 : NetworkProtocol::Ipv6;
    tracepoints::SocketState ports;
    ports.localPort = connection.localPort;
    ports.remotePort = connection.remotePort;
    return endsOf(Addresses{addressText(network, connection.local), addressText(network, connection.remote)}, ports,
                  connection.isAccepted != 0 ? Role::Accepted : Role::Connected);
}

Ends endsOf(const tracepoints::SocketAddress& peer, Role role)
{
    if (peer.family != kIpv4 && peer.family != kIpv6) // Unix sockets among them.
        return {};
    const std::string address = peer.family == kIpv4 ? ipv4Text(peer.address.data()) : addressText(peer.address);
    return {role == Role::Connected ? withPort(address, peer.port) : address, {}, role};
}

} // namespace vnscope::analyses::system_calls
