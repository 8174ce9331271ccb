// SPDX-License-Identifier: Apache-2.0
// What vnscope_dpdk reads from packets, which are anybody's bytes, and from the environment.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tracepoints/dpdk_nf/packets.h"
#include "tracepoints/dpdk_nf/settings.h"

namespace vnscope::tests {
namespace {

using testing::ElementsAre;
using testing::StrEq;

using Frame = std::vector<std::uint8_t>;

void append(Frame& frame, const Frame& more)
{
    frame.insert(frame.end(), more.begin(), more.end());
}

Frame ethernet(const Frame& tagsAndType, const Frame& packet)
{
    Frame frame(12, 0xee);
    append(frame, tagsAndType);
    append(frame, packet);
    return frame;
}

const Frame kPorts{0x30, 0x39, 0x00, 0x50}; // 12345 → 80
const Frame kTcpRest{0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0, 0x50, 0x10, 0, 0, 0, 0, 0, 0};

/// 10.1.2.3 → 10.4.5.6 with identification 0xabcd.
Frame ipv4(std::uint8_t protocol, const Frame& payload)
{
    Frame packet{0x45, 0,        0,    static_cast<std::uint8_t>(20 + payload.size()),
                 0xab, 0xcd,     0x40, 0,
                 64,   protocol, 0,    0,
                 10,   1,        2,    3,
                 10,   4,        5,    6};
    append(packet, payload);
    return packet;
}

Frame tcpSegment()
{
    Frame payload = kPorts;
    append(payload, kTcpRest);
    return payload;
}

Frame ipv6(std::uint8_t nextHeader, const Frame& payload)
{
    Frame packet{0x60, 0, 0, 0, 0, static_cast<std::uint8_t>(payload.size()), nextHeader, 64};
    packet.resize(24, 0x11);
    packet.resize(40, 0x22);
    append(packet, payload);
    return packet;
}

const Frame kIpv4Type{0x08, 0x00};
const Frame kIpv6Type{0x86, 0xdd};

std::uint16_t idOf(const Frame& frame)
{
    return vnscope_dpdk_ipv4_id(frame.data(), frame.size());
}

std::uint64_t hashOf(const Frame& frame)
{
    return vnscope_dpdk_hash(frame.data(), frame.size());
}

TEST(DpdkPackets, TheIdentificationIsFoundBehindVlanTags)
{
    const Frame packet = ipv4(6, tcpSegment());
    EXPECT_EQ(idOf(ethernet(kIpv4Type, packet)), 0xabcd);
    EXPECT_EQ(idOf(ethernet({0x81, 0x00, 0x00, 0x05, 0x08, 0x00}, packet)), 0xabcd);
    EXPECT_EQ(idOf(ethernet({0x88, 0xa8, 0x00, 0x05, 0x81, 0x00, 0x00, 0x06, 0x08, 0x00}, packet)), 0xabcd);
    EXPECT_EQ(idOf(ethernet(kIpv6Type, ipv6(6, tcpSegment()))), 0) << "IPv6 has none";
    EXPECT_EQ(idOf(ethernet(kIpv6Type, packet)), 0) << "the version contradicts the type";
    EXPECT_EQ(idOf(ethernet({0x08, 0x06}, packet)), 0) << "ARP";
}

TEST(DpdkPackets, FiveTuples)
{
    vnscope_nf_flow flow{};
    const Frame frame = ethernet(kIpv4Type, ipv4(6, tcpSegment()));
    ASSERT_EQ(vnscope_dpdk_flow(frame.data(), frame.size(), &flow), 1);
    EXPECT_EQ(flow.ip_version, 4);
    EXPECT_EQ(flow.protocol, 6);
    EXPECT_EQ(flow.length, 40U);
    EXPECT_EQ(flow.sport, 12345);
    EXPECT_EQ(flow.dport, 80);
    EXPECT_THAT(flow.saddr, ElementsAre(10, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    EXPECT_THAT(flow.daddr, ElementsAre(10, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    const Frame six = ethernet(kIpv6Type, ipv6(17, {0x00, 0x35, 0x9c, 0x40, 0, 8, 0, 0}));
    ASSERT_EQ(vnscope_dpdk_flow(six.data(), six.size(), &flow), 1);
    EXPECT_EQ(flow.ip_version, 6);
    EXPECT_EQ(flow.length, 48U);
    EXPECT_EQ(flow.sport, 53);
    EXPECT_EQ(flow.dport, 40'000);
    EXPECT_THAT(flow.saddr, testing::Each(0x11));
    EXPECT_THAT(flow.daddr, testing::Each(0x22));
}

TEST(DpdkPackets, PortsAreThereOnlyWhereTheHeaderIs)
{
    vnscope_nf_flow flow{};
    const auto portsOf = [&](const Frame& packet) {
        const Frame frame = ethernet(kIpv4Type, packet);
        EXPECT_EQ(vnscope_dpdk_flow(frame.data(), frame.size(), &flow), 1);
        return flow.sport;
    };
    EXPECT_EQ(portsOf(ipv4(1, kPorts)), 0) << "ICMP";
    Frame fragment = ipv4(17, kPorts);
    fragment[7] = 1;
    EXPECT_EQ(portsOf(fragment), 0) << "a later fragment";
    Frame optioned = ipv4(17, {1, 1, 1, 1});
    append(optioned, kPorts);
    optioned[0] = 0x46;
    EXPECT_EQ(portsOf(optioned), 12345) << "behind an option";
    Frame shortHeader = ipv4(17, kPorts);
    shortHeader[0] = 0x41;
    EXPECT_EQ(portsOf(shortHeader), 0) << "a header that claims to be shorter than any";
}

/// Each prefix lies in memory of its own size, where a sanitizer sees a byte too far.
TEST(DpdkPackets, NothingIsReadBehindTheEnd)
{
    for (const Frame& frame : {ethernet(kIpv4Type, ipv4(6, tcpSegment())), ethernet(kIpv6Type, ipv6(6, tcpSegment())),
                               ethernet({0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0}, ipv4(6, tcpSegment()))}) {
        for (std::size_t bytes = 0; bytes <= frame.size(); ++bytes) {
            const std::unique_ptr<std::uint8_t[]> prefix(new std::uint8_t[bytes]);
            std::copy_n(frame.begin(), bytes, prefix.get());
            vnscope_nf_flow flow{};
            const int isIp = vnscope_dpdk_flow(prefix.get(), bytes, &flow);
            EXPECT_EQ(isIp != 0, vnscope_dpdk_hash(prefix.get(), bytes) != 0) << bytes;
            EXPECT_TRUE(isIp != 0 || vnscope_dpdk_ipv4_id(prefix.get(), bytes) == 0) << bytes;
        }
    }
}

TEST(DpdkPackets, TheHashIsOfWhatRoutersLeaveAlone)
{
    const Frame packet = ipv4(6, tcpSegment());
    const std::uint64_t hash = hashOf(ethernet(kIpv4Type, packet));
    EXPECT_NE(hash, 0U);
    Frame routed = packet;
    routed[8] = 63;    // TTL
    routed[10] = 0x77; // Checksum
    EXPECT_EQ(hashOf(ethernet({0x81, 0x00, 0x00, 0x05, 0x08, 0x00}, routed)), hash);
    std::set<std::uint64_t> others{hash};
    for (const std::size_t byte :
         {3U, 5U, 9U, 15U, 19U, 21U, 23U, 27U}) { // length, id, protocol, addresses, ports, seq
        Frame other = packet;
        other[byte] = static_cast<std::uint8_t>(other[byte] ^ 1U);
        others.insert(hashOf(ethernet(kIpv4Type, other)));
    }
    EXPECT_EQ(others.size(), 9U);
}

class DpdkEnvironment : public testing::Test {
protected:
    ~DpdkEnvironment() override
    {
        for (const char* name : {"NAME", "KIND", "IDS", "EDGE", "LINKS"})
            unsetenv((std::string("VNSCOPE_DPDK_") + name).c_str());
    }
    static void set(const std::string& name, const char* value) { setenv(("VNSCOPE_DPDK_" + name).c_str(), value, 1); }
    const char* read(std::uint16_t port, const char* device)
    {
        return vnscope_dpdk_read_environment(port, device, &m_result);
    }
    [[nodiscard]] const vnscope_dpdk_settings& settings() const { return m_result.settings; }

private:
    vnscope_dpdk_environment m_result{};
};

TEST_F(DpdkEnvironment, NothingSetIsTheDefault)
{
    set("NAME", "");
    ASSERT_EQ(read(0, "net_ring0"), nullptr);
    EXPECT_EQ(settings().element, nullptr);
    EXPECT_EQ(settings().kind, nullptr);
    EXPECT_EQ(settings().rx_link, nullptr);
    EXPECT_EQ(settings().tx_link, nullptr);
    EXPECT_EQ(settings().ids, VNSCOPE_DPDK_IDS_IPV4);
    EXPECT_EQ(settings().is_edge, 0);
}

TEST_F(DpdkEnvironment, PortsAreNamedByNumberOrDevice)
{
    set("NAME", "fw0");
    set("KIND", "firewall");
    set("IDS", "hash");
    set("EDGE", "12,0000:01:00.0");
    set("LINKS", "0/rx=from-nat,0000:01:00.0/tx=to-vpn,1/tx=other");
    ASSERT_EQ(read(0, "0000:01:00.0"), nullptr);
    EXPECT_THAT(settings().element, StrEq("fw0"));
    EXPECT_THAT(settings().kind, StrEq("firewall"));
    EXPECT_THAT(settings().rx_link, StrEq("from-nat"));
    EXPECT_THAT(settings().tx_link, StrEq("to-vpn"));
    EXPECT_EQ(settings().ids, VNSCOPE_DPDK_IDS_HASH);
    EXPECT_EQ(settings().is_edge, 1);
    ASSERT_EQ(read(1, "net_ring0"), nullptr);
    EXPECT_EQ(settings().rx_link, nullptr);
    EXPECT_THAT(settings().tx_link, StrEq("other"));
    EXPECT_EQ(settings().is_edge, 0) << "1 is not 12";
}

TEST_F(DpdkEnvironment, WhatCannotBeUnderstoodIsSaid)
{
    set("IDS", "ipv5");
    EXPECT_THAT(read(0, "net_ring0"), testing::HasSubstr("VNSCOPE_DPDK_IDS"));
    set("IDS", "none");
    const std::string tooLong = "0/rx=" + std::string(VNSCOPE_DPDK_LINK_BYTES, 'x');
    for (const char* links : {"0=a", "0/rx", "0/up=a", "0/rx=", "rx=a/b", tooLong.c_str()}) {
        set("LINKS", links);
        EXPECT_THAT(read(0, "net_ring0"), testing::HasSubstr("VNSCOPE_DPDK_LINKS")) << links;
    }
}

} // namespace
} // namespace vnscope::tests
