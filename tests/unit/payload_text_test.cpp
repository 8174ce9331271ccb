// SPDX-License-Identifier: Apache-2.0
#include "tracepoints/payload_text.hpp"

#include <cstring>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace vnscope::tracepoints {
namespace {

class PayloadTextTest : public ::testing::Test {
protected:
    template <typename Payload> std::string text(EventType type, const Payload& payload)
    {
        std::string out;
        m_text.append(out, type, reinterpret_cast<const std::byte*>(&payload), m_strings);
        return out;
    }

    StringTable m_strings;
    PayloadText m_text;
};

SkbAtDevice packet(StringTable& strings)
{
    SkbAtDevice at;
    at.skb = 0xff3d'a02d'83dd'0ae8;
    at.length = 98;
    at.device = strings.intern("eth0");
    return at;
}

TEST_F(PayloadTextTest, WithoutHeadersNothingIsSaidOfThem)
{
    EXPECT_EQ(text(EventType::NetDevQueue, packet(m_strings)), "skbaddr=0xff3da02d83dd0ae8 len=98 name=eth0");
}

/// A header that is there is told whole: an echo reply has type 0.
TEST_F(PayloadTextTest, ZeroesOfAHeaderThatIsThereAreTold)
{
    SkbAtDevice at = packet(m_strings);
    at.headers.network = NetworkProtocol::Ipv4;
    at.headers.transport = TransportProtocol::Icmp;
    at.headers.ipProtocol = 1;
    at.headers.headerWords = 5;
    at.headers.totalLength = 84;
    at.headers.ttl = 64;
    at.headers.source = {10, 0, 0, 1};
    at.headers.destination = {10, 0, 0, 2};
    at.headers.icmpRest = 65537;
    EXPECT_EQ(text(EventType::NetIfReceiveSkb, at),
              "skbaddr=0xff3da02d83dd0ae8 len=98 name=eth0 ip_version=4 transport=1 protocol=1 ihl=5 tot_len=84 id=0 "
              "frag_off=0 ttl=64 saddr=10.0.0.1 daddr=10.0.0.2 type=0 code=0 gateway=65537");
}

TEST_F(PayloadTextTest, FieldsOfOneNameAreToldApart)
{
    SkbAtDevice at = packet(m_strings);
    at.headers.network = NetworkProtocol::Ipv6;
    at.headers.transport = TransportProtocol::Udp;
    at.headers.source = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    at.headers.udpLength = 8;
    const std::string told = text(EventType::NetIfRx, at);
    EXPECT_NE(told.find(" udp/len=8"), std::string::npos) << told;
    EXPECT_NE(told.find(" saddr=fe80::1 "), std::string::npos) << told;
    for (const Schema& schema : schemas()) {
        std::set<std::string> names;
        for (const PayloadText::Member& member : m_text.members(schema.type))
            EXPECT_TRUE(names.insert(member.name).second) << schema.name << ' ' << member.name;
    }
}

TEST_F(PayloadTextTest, NumbersKeepTheirSign)
{
    const NetDevXmit refused{0x10, 60, -12, m_strings.intern("eth0")};
    EXPECT_EQ(text(EventType::NetDevXmit, refused), "skbaddr=16 len=60 rc=-12 name=eth0");
    EXPECT_EQ(text(EventType::EventsLost, EventsLost{-5, 7, 0}), "since=-5 events=7");
}

TEST_F(PayloadTextTest, AddressesAndListsAreSpelled)
{
    BridgeFdb fdb;
    fdb.device = m_strings.intern("vnet1");
    fdb.mac = {0x52, 0x54, 0, 0, 6, 1};
    EXPECT_NE(text(EventType::BrFdbUpdate, fdb).find("addr=52:54:00:00:06:01"), std::string::npos);
    NfBatch batch;
    batch.ids.count = 3;
    batch.ids.numbers = {7, 8, 9};
    EXPECT_TRUE(text(EventType::NfRead, batch).ends_with("=7,8,9")) << text(EventType::NfRead, batch);
    batch.ids.count = 65;
    EXPECT_TRUE(text(EventType::NfRead, batch).ends_with(",0,…"));
}

/// A name cannot pass for a field.
TEST_F(PayloadTextTest, NamesWithBlanksAndQuotesAreQuoted)
{
    IrqHandler irq;
    irq.irq = 3;
    irq.name = m_strings.intern("a \"b\" ret=1\\");
    EXPECT_EQ(text(EventType::IrqHandlerEntry, irq), R"(irq=3 name="a \"b\" ret=1\\")");
    irq.name = m_strings.intern("");
    EXPECT_EQ(text(EventType::IrqHandlerEntry, irq), R"(irq=3 name="")");
}

} // namespace
} // namespace vnscope::tracepoints
