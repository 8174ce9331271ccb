// SPDX-License-Identifier: Apache-2.0
// Connections of this very process, as /proc tells them, against what the socket calls say.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "recording/host/tcp_sockets.hpp"
#include "storage/base/file_descriptor.hpp"

namespace vnscope::recording::host {
namespace {

using base::FileDescriptor;

template <typename Address> Address loopback();

template <> sockaddr_in loopback()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

template <> sockaddr_in6 loopback()
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    return address;
}

std::uint16_t portOf(const sockaddr_in& address)
{
    return ntohs(address.sin_port);
}

std::uint16_t portOf(const sockaddr_in6& address)
{
    return ntohs(address.sin6_port);
}

/// A listener, and both ends of a connection to it.
template <typename Address> struct Pair {
    FileDescriptor listener;
    FileDescriptor made;
    FileDescriptor accepted;
    std::uint16_t service = 0;
    std::uint16_t client = 0;

    Pair()
    {
        Address address = loopback<Address>();
        const int family = reinterpret_cast<const sockaddr&>(address).sa_family;
        socklen_t size = sizeof address;
        listener = FileDescriptor(::socket(family, SOCK_STREAM, 0));
        made = FileDescriptor(::socket(family, SOCK_STREAM, 0));
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener.get(), generic, size) != 0 || ::listen(listener.get(), 1) != 0 ||
            ::getsockname(listener.get(), generic, &size) != 0 || ::connect(made.get(), generic, size) != 0)
            return;
        service = portOf(address);
        accepted = FileDescriptor(::accept(listener.get(), generic, &size));
        client = portOf(address);
    }
};

const Connection* find(const std::vector<Connection>& all, int fd)
{
    const auto found = std::ranges::find_if(
        all, [&](const Connection& it) { return it.pid == static_cast<std::uint32_t>(::getpid()) && it.fd == fd; });
    return found == all.end() ? nullptr : &*found;
}

template <typename Address> void expectBothEnds(std::uint8_t family, const std::array<std::uint8_t, 16>& address)
{
    const Pair<Address> pair;
    if (pair.accepted.get() < 0)
        GTEST_SKIP() << "no such address family here";
    const std::vector<Connection> all = withOwners(readConnections(7));
    const Connection* const accepted = find(all, pair.accepted.get());
    const Connection* const made = find(all, pair.made.get());
    ASSERT_NE(accepted, nullptr);
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(find(all, pair.listener.get()), nullptr) << "it is no connection";
    EXPECT_TRUE(accepted->isAccepted);
    EXPECT_FALSE(made->isAccepted);
    EXPECT_EQ(accepted->socket.localPort, pair.service);
    EXPECT_EQ(accepted->socket.remotePort, pair.client);
    EXPECT_EQ(made->socket.localPort, pair.client);
    EXPECT_EQ(made->socket.remotePort, pair.service);
    EXPECT_EQ(made->socket.family, family);
    EXPECT_EQ(made->socket.local, address);
    EXPECT_EQ(made->socket.remote, address);
    EXPECT_EQ(made->netns, 7U);
    EXPECT_EQ(made->process, std::string(program_invocation_short_name).substr(0, 15));
}

TEST(TcpSockets, BothEndsOfAnIpv4Connection)
{
    expectBothEnds<sockaddr_in>(4, {127, 0, 0, 1});
}

TEST(TcpSockets, BothEndsOfAnIpv6Connection)
{
    expectBothEnds<sockaddr_in6>(6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
}

/// As a dual-stack server's connections are listed.
TEST(TcpSockets, Ipv4MappedIntoIpv6IsIpv4)
{
    const auto socket =
        parseTcpSocket("   1: 0000000000000000FFFF00000302470A:1F90 0000000000000000FFFF00000202470A:9C41 01 "
                       "00000000:00000000 00:00000000 00000000     0        0 4711 1");
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->family, 4);
    EXPECT_EQ(socket->local, (std::array<std::uint8_t, 16>{10, 71, 2, 3}));
    EXPECT_EQ(socket->remote, (std::array<std::uint8_t, 16>{10, 71, 2, 2}));
    EXPECT_EQ(socket->localPort, 8080);
    EXPECT_EQ(socket->inode, 4711U);
}

TEST(TcpSockets, WhatIsNoSocketIsNone)
{
    EXPECT_FALSE(parseTcpSocket(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"));
    EXPECT_FALSE(parseTcpSocket(""));
    EXPECT_FALSE(parseTcpSocket("   0: 0100047F:A523"));
    EXPECT_FALSE(parseTcpSocket("   0: 0100047F:A523 00000000000000000000000000000000:0000 01 0:0 0:0 0 0 0 1"));
    EXPECT_FALSE(parseTcpSocket("   0: 0100047G:A523 00000000:0000 01 0:0 00:0 0 0 0 1 1"));
    EXPECT_FALSE(parseTcpSocket("   0: 0100047F:FFFFF 00000000:0000 01 0:0 00:0 0 0 0 1 1"));
}

} // namespace
} // namespace vnscope::recording::host
