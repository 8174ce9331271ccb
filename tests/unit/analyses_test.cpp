// SPDX-License-Identifier: Apache-2.0
// Cases of the analyses that no recorded trace shows: written down event by event.

#include <array>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "analyses/trackers/drop_reasons.hpp"
#include "analyses/trackers/symbols.hpp"
#include "analyses/trackers/time_bins.hpp"
#include "analyses/trackers/verdict.hpp"
#include "tests/support/scripted_source.hpp"

namespace vnscope::tests {
namespace {

using support::AnalysedScript;
using support::ScriptedSource;
using support::tcp;
using support::udp;
using tracepoints::EventType;
using tracepoints::NetDevXmit;
using tracepoints::SkbKfree;
using tracepoints::SkbOnly;
using tracepoints::Softirq;
using tracepoints::VirtioNotify;
using tracepoints::VirtqueueElement;
using tracepoints::VirtqueueFill;
using tracepoints::VirtqueueFlush;

constexpr std::uint32_t kSoftirqRx = Softirq::kNetRx;

storage::Table totalOf(const AnalysedScript& script, const std::string& device)
{
    return script.read({.table = "device_total", .where = {{"name", "=", device}}});
}

TEST(Devices, OfOneNameInTwoNamespacesAreToldApartByTheirPeers)
{
    ScriptedSource source;
    for (int i = 0; i < 3; ++i)
        source.crossVeth(1000 + i * 10, 0, 0x10, "vethA", "eth0", 100);
    for (int i = 0; i < 5; ++i)
        source.crossVeth(2000 + i * 10, 0, 0x20, "vethB", "eth0", 100);
    source.crossVeth(3000, 0, 0x30, "eth0", "vethA", 200);
    source.crossVeth(3100, 0, 0x40, "eth0", "vethB", 300);
    const AnalysedScript script(source);

    EXPECT_TRUE(totalOf(script, "eth0").rows.empty()) << "a sum of two devices was shown as one";
    EXPECT_EQ(totalOf(script, "eth0@vethA").at(0, "rx_packets").integer(), 3);
    EXPECT_EQ(totalOf(script, "eth0@vethB").at(0, "rx_packets").integer(), 5);
    EXPECT_EQ(totalOf(script, "eth0@vethA").at(0, "tx_bytes").integer(), 200);
    EXPECT_EQ(totalOf(script, "eth0@vethB").at(0, "tx_bytes").integer(), 300);
    EXPECT_EQ(totalOf(script, "vethA").at(0, "rx_packets").integer(), 1);
}

TEST(Devices, FindingsSayOfWhichHostTheyAreWhereThereAreSeveral)
{
    const auto titles = [](bool isSeveral) {
        ScriptedSource source;
        tracepoints::TraceInfo other = source.session().traces[0];
        other.host = "guest";
        if (isSeveral) {
            source.editSession().traces.push_back(other);
            source.editSession().streams.push_back({{1}, "ch_0"});
        }
        source.crossVeth(1000, 0, 0x10, "vethA", "eth0", 100)
            .add(2000, 0, EventType::NetDevQueue, source.at(0x20, "eth0", 500));
        source.moveLastTo(isSeveral ? 1 : 0);
        source.add(2001, 0, EventType::NetDevXmit, NetDevXmit{0x20, 500, 0, source.name("eth0")});
        source.moveLastTo(isSeveral ? 1 : 0);
        const AnalysedScript script(source);
        return script.read({.table = "finding", .where = {{"analysis", "=", "bandwidth"}}}).at(0, "title").text();
    };
    EXPECT_EQ(titles(true), "eth0 of guest is the busiest device");
    EXPECT_EQ(titles(false), "eth0 is the busiest device");
}

TEST(Devices, VethWhoseEndsShareTheirName)
{
    ScriptedSource source;
    source.crossVeth(1000, 0, 0x10, "eth0", "eth0", 100);
    const AnalysedScript script(source);
    const auto devices = script.read({.table = "device", .where = {{"name", "=", "eth0"}}});
    ASSERT_EQ(devices.rows.size(), 2U);
    EXPECT_EQ(devices.at(0, "peer_id").integer(), devices.at(1, "device_id").integer());
    EXPECT_EQ(devices.at(1, "peer_id").integer(), devices.at(0, "device_id").integer());
}

TEST(Bandwidth, PacketsAreThoseOfTheCpuThatWorkedOnThem)
{
    ScriptedSource source;
    for (int i = 0; i < 3; ++i)
        source.crossVeth(1000 + i * 10, 0, 0x10, "vethA", "vethB", 100);
    source.crossVeth(2000, 2, 0x20, "vethA", "vethB", 100);
    // The backlog of CPU 2 has no room; that of CPU 1 still holds a packet when the trace ends.
    source.add(3000, 2, EventType::NetIfRx, source.at(0x30, "vethB", 86))
        .add(3001, 2, EventType::SkbKfree, SkbKfree{.skb = 0x30})
        .add(3100, 1, EventType::NetIfRx, source.at(0x40, "vethB", 86));
    const AnalysedScript script(source);
    const auto rows = script.read({.table = "device_cpu_summary", .orderBy = {"device", "cpu"}});
    ASSERT_EQ(rows.rows.size(), 5U);
    struct Expected {
        const char* device;
        std::int64_t cpu, rx, tx;
        double percent;
    };
    const std::array<Expected, 5> all{{{"vethA", 0, 0, 3, 75},
                                       {"vethA", 2, 0, 1, 25},
                                       {"vethB", 0, 3, 0, 60},
                                       {"vethB", 1, 1, 0, 20},
                                       {"vethB", 2, 1, 0, 20}}};
    for (std::size_t row = 0; row < all.size(); ++row) {
        SCOPED_TRACE(row);
        EXPECT_EQ(rows.at(row, "device").text(), all[row].device);
        EXPECT_EQ(rows.at(row, "host").text(), "host");
        EXPECT_EQ(rows.at(row, "cpu").integer(), all[row].cpu);
        EXPECT_EQ(rows.at(row, "rx_packets").integer(), all[row].rx);
        EXPECT_EQ(rows.at(row, "tx_packets").integer(), all[row].tx);
        EXPECT_DOUBLE_EQ(rows.at(row, "percent").real(), all[row].percent);
    }
}

TEST(Bandwidth, DeviceWithoutLinkHeaderIsRecognisedAndCountsNone)
{
    ScriptedSource source;
    const auto headers = udp(1, 1000, 2, 2000, 72, 1);
    source.add(1000, 0, EventType::NetDevQueue, source.at(0x10, "wg0", 100, headers));
    source.add(1001, 0, EventType::NetDevXmit, NetDevXmit{0x10, 100, 0, source.name("wg0")});
    const AnalysedScript script(source);
    EXPECT_EQ(totalOf(script, "wg0").at(0, "tx_bytes").integer(), 100);
    EXPECT_EQ(totalOf(script, "wg0").at(0, "tx_l3_bytes").integer(), 100);
}

TEST(Bandwidth, RefusedTransmissionsAreNotTraffic)
{
    constexpr std::int32_t kTxBusy = 0x10;
    ScriptedSource source;
    source.add(1000, 0, EventType::NetDevQueue, source.at(0x10, "eth0", 100));
    source.add(1001, 0, EventType::NetDevXmit, NetDevXmit{0x10, 100, kTxBusy, source.name("eth0")});
    source.add(1002, 0, EventType::NetDevXmit, NetDevXmit{0x10, 100, 0, source.name("eth0")});
    const AnalysedScript script(source);
    EXPECT_EQ(totalOf(script, "eth0").at(0, "tx_packets").integer(), 1);
    EXPECT_EQ(totalOf(script, "eth0").at(0, "drops").integer(), 0) << "a busy driver loses nothing";
    EXPECT_EQ(script.read({.table = "tx_retry"}).at(0, "retries").integer(), 1);
}

TEST(Bandwidth, DpdkTellsPacketsAndNoBytes)
{
    ScriptedSource source;
    source.add(1000, 0, EventType::EthdevRxBurst, tracepoints::EthdevBurst{3, 0, 32});
    source.add(2000, 0, EventType::EthdevTxBurst, tracepoints::EthdevBurst{3, 0, 8});
    const AnalysedScript script(source);
    const auto port = totalOf(script, "dpdk:3");
    EXPECT_EQ(port.at(0, "rx_packets").integer(), 32);
    EXPECT_EQ(port.at(0, "tx_packets").integer(), 8);
    EXPECT_TRUE(port.at(0, "rx_bytes").isNull());
}

TEST(Drops, DriverErrorThatNoKfreeExplainedIsOneDropAndAnExplainedOneIsNotCountedTwice)
{
    ScriptedSource source;
    source.add(1000, 0, EventType::NetDevQueue, source.at(0x10, "eth0", 100));
    source.add(1001, 0, EventType::NetDevXmit, NetDevXmit{0x10, 100, -12, source.name("eth0")});
    source.add(2000, 0, EventType::NetDevQueue, source.at(0x20, "eth0", 100));
    source.add(2001, 0, EventType::SkbKfree, SkbKfree{0x20, 0x1234, 45, 0x0800});
    source.add(2002, 0, EventType::NetDevXmit, NetDevXmit{0x20, 100, 1, source.name("eth0")});
    const AnalysedScript script(source);
    const auto drops = script.read({.table = "packet_drop", .orderBy = {"ts_ns"}});
    ASSERT_EQ(drops.rows.size(), 2U);
    EXPECT_EQ(drops.at(0, "place").text(), "tx_driver");
    EXPECT_EQ(drops.at(1, "place").text(), "qdisc"); // Linux 6.1: reason 45 is QDISC_DROP.
}

/// Output to an internal port is netif_rx in the midst of the action (net/openvswitch/vport-internal_dev.c): what is
/// freed after that was received by the host. What the host sends there, and no rule takes, is a loss.
TEST(Drops, OfAnInternalPortAreWhatTheHostSendsAndNoRuleTakes)
{
    ScriptedSource source;
    const auto action = [&](std::uint64_t skb, std::string_view from) {
        tracepoints::OvsPacket packet;
        packet.skb = skb;
        packet.datapath = source.name("ovs-system");
        packet.device = source.name(from);
        packet.actionType = tracepoints::OvsPacket::kOutput;
        packet.isLastAction = 1;
        return packet;
    };
    // To the host, and taken by it.
    source.add(1000, 0, EventType::NetIfReceiveSkb, source.at(0x10, "eth0", 84));
    source.add(1001, 0, EventType::OvsExecuteAction, action(0x10, "eth0"));
    source.add(1002, 0, EventType::NetIfRx, source.at(0x10, "mgmt0", 84));
    source.add(1003, 0, EventType::NetIfReceiveSkb, source.at(0x10, "mgmt0", 84));
    source.add(1004, 0, EventType::SkbConsume, SkbOnly{0x10, {}});
    // From the host: one that is sent on, one that no rule takes.
    source.add(2000, 0, EventType::NetDevQueue, source.at(0x20, "mgmt0", 98));
    source.add(2001, 0, EventType::OvsExecuteAction, action(0x20, "mgmt0"));
    source.add(2002, 0, EventType::NetDevQueue, source.at(0x20, "eth0", 98));
    source.add(2003, 0, EventType::SkbConsume, SkbOnly{0x20, {}});
    source.add(3000, 0, EventType::NetDevQueue, source.at(0x30, "mgmt0", 98));
    source.add(3001, 0, EventType::SkbConsume, SkbOnly{0x30, {}});
    // Through a plain port, and no rule takes it.
    source.add(4000, 0, EventType::NetIfReceiveSkb, source.at(0x40, "eth0", 84));
    source.add(4001, 0, EventType::SkbConsume, SkbOnly{0x40, {}});
    const AnalysedScript script(source);
    const auto drops = script.read({.table = "packet_drop", .orderBy = {"ts_ns"}});
    ASSERT_EQ(drops.rows.size(), 2U);
    EXPECT_EQ(drops.at(0, "skb").text(), "0x30");
    EXPECT_EQ(drops.at(1, "skb").text(), "0x40");
    const auto packets = script.read({.table = "packet", .where = {{"outcome", "=", "dropped"}}});
    EXPECT_EQ(packets.rows.size(), 2U) << "the paths agree";
}

TEST(Drops, JudgesByReasonAndSymbol)
{
    using analyses::trackers::FreeFacts;
    using analyses::trackers::judge;
    const auto verdict = [](std::string_view function, std::string_view reason) {
        FreeFacts facts;
        facts.function = function;
        facts.reason = reason;
        facts.hasReason = !reason.empty();
        return judge(facts);
    };
    EXPECT_FALSE(verdict("icmp_rcv", "NOT_SPECIFIED").isDrop);
    EXPECT_TRUE(verdict("icmp_rcv", "ICMP_CSUM").isDrop) << "a broken ping is a loss";
    EXPECT_FALSE(verdict("ip_rcv_core", "OTHERHOST").isDrop);
    EXPECT_FALSE(verdict("br_pass_frame_up", "NOT_SPECIFIED").isDrop);
    EXPECT_EQ(verdict("nft_do_chain", "NETFILTER_DROP").place, "netfilter");
    EXPECT_EQ(verdict("nft_do_chain", "NOT_SPECIFIED").place, "netfilter");
    EXPECT_EQ(verdict("br_handle_frame_finish", "NOT_SPECIFIED").place, "bridge");
    EXPECT_EQ(verdict("__udp_queue_rcv_skb", "SOCKET_RCVBUFF").place, "socket_buffer");
    EXPECT_EQ(verdict("enqueue_to_backlog", "CPU_BACKLOG").place, "backlog");
    EXPECT_EQ(verdict("tun_net_xmit", "FULL_RING").place, "tun_ring");
    EXPECT_EQ(verdict("", "NO_SOCKET").place, "no_socket");
    EXPECT_EQ(verdict("some_driver_function", "NOT_SPECIFIED").place, "other");
    EXPECT_FALSE(verdict("", "").isCertain) << "without symbol and reason we cannot be sure";
    FreeFacts netlink;
    netlink.isPacket = false;
    EXPECT_FALSE(judge(netlink).isDrop);
}

TEST(DropReasons, NumbersMeanWhatTheTracedKernelSays)
{
    using analyses::trackers::DropReasons;
    EXPECT_EQ(DropReasons::forKernel("6.1.0-56-amd64").name(7), "NETFILTER_DROP");
    EXPECT_EQ(DropReasons::forKernel("6.18.44").name(12), "NETFILTER_DROP");
    EXPECT_EQ(DropReasons::forKernel("6.10.3").name(7), "") << "6.10 is not 6.1";
    std::istringstream format(
        R"(print fmt: "%s", __print_symbolic(REC->reason, { 1, "NOT_SPECIFIED" }, { 9, "OF_A_NEW_KIND" }, { 10, "MAX" }))");
    const auto given = DropReasons::readFormat(format);
    ASSERT_TRUE(given.has_value());
    EXPECT_EQ(given->name(9), "OF_A_NEW_KIND");
    EXPECT_EQ(given->name(10), "");
    std::istringstream nonsense("hello");
    EXPECT_FALSE(DropReasons::readFormat(nonsense).has_value());
}

TEST(Symbols, ResolveToTheFunctionBelow)
{
    std::istringstream kallsyms(
        "ffffffff81000000 T first\nffffffff81000100 t second\t[mod]\n0000000000000000 D data\njunk\n");
    const auto table = analyses::trackers::SymbolTable::read(kallsyms);
    ASSERT_TRUE(table.has_value());
    EXPECT_EQ(table->size(), 2U);
    EXPECT_EQ(table->find(0xffffffff810000ffU).text(), "first+0xff");
    EXPECT_EQ(table->find(0xffffffff81000110U).text(), "second+0x10 [mod]");
    EXPECT_FALSE(table->find(0xffffffff80ffffffU).isKnown());
    std::istringstream hidden("0000000000000000 T first\n");
    EXPECT_FALSE(analyses::trackers::SymbolTable::read(hidden).has_value()) << "kptr_restrict hides addresses";
}

TEST(Streams, APacketCountsOnceHoweverManyDevicesItCrosses)
{
    ScriptedSource source;
    const auto headers = udp(1, 1000, 2, 2000, 58, 7);
    source.crossVeth(1000, 0, 0x10, "eth0", "vnet1", 100, headers);
    source.crossVeth(1010, 0, 0x10, "vnet2", "eth1", 100, headers); // Forwarded by a bridge: the same skb.
    source.add(1020, 0, EventType::SkbConsume, SkbOnly{0x10, {}});
    const AnalysedScript script(source);
    const auto streams = script.read({.table = "stream"});
    ASSERT_EQ(streams.rows.size(), 1U);
    EXPECT_EQ(streams.at(0, "packets_ab").integer(), 1);
    EXPECT_EQ(streams.at(0, "bytes_ab").integer(), 100);
    EXPECT_EQ(streams.at(0, "payload_bytes_ab").integer(), 58);
}

TEST(Streams, FloodedClonesAreNotNewPackets)
{
    ScriptedSource source;
    const auto headers = udp(1, 1000, 2, 2000, 58, 7);
    source.crossVeth(1000, 0, 0x10, "eth0", "vnet1", 100, headers);
    source.crossVeth(1010, 0, 0x20, "vnet2", "eth1", 100, headers); // A clone, while the original is being received.
    source.add(1013, 0, EventType::SoftirqExit, Softirq{kSoftirqRx});
    const AnalysedScript script(source);
    EXPECT_EQ(script.read({.table = "stream"}).at(0, "packets_ab").integer(), 1);
}

TEST(Streams, AReusedAddressIsANewPacketEvenWithoutAFree)
{
    ScriptedSource source;
    for (std::uint16_t i = 0; i < 4; ++i)
        source.crossVeth(1000 + i * 100, 0, 0x10, "eth0", "vnet1", 100, udp(1, 1000, 2, 2000, 58, i));
    const AnalysedScript script(source);
    EXPECT_EQ(script.read({.table = "stream"}).at(0, "packets_ab").integer(), 4);
}

TEST(Streams, IdenticalDatagramsAtOneAddressAreSeveralPackets)
{
    ScriptedSource source;
    for (int i = 0; i < 4; ++i) // IP id 0, as unconnected UDP with DF has; the same length; the same skb address.
        source.crossVeth(1000 + i * 100, 0, 0x10, "eth0", "vnet1", 100, udp(1, 1000, 2, 2000, 58, 0))
            .add(1050 + i * 100, 0, EventType::SoftirqExit, Softirq{kSoftirqRx});
    const AnalysedScript script(source);
    EXPECT_EQ(script.read({.table = "stream"}).at(0, "packets_ab").integer(), 4);
}

TEST(Streams, TcpRetransmissionsAndUniqueBytesAcrossTheWrapOfSequenceNumbers)
{
    ScriptedSource source;
    std::int64_t time = 1000;
    std::uint16_t id = 0;
    for (const std::uint32_t sequence : {0xffff'ff00U, 0xffff'ff64U, 0xffff'ff64U, 0xffff'ffc8U, 0x0000'002cU})
        source.crossVeth(time += 100, 0, 0x10, "eth0", "vnet1", 154, tcp(1, 1000, 2, 2000, 100, ++id, sequence));
    const AnalysedScript script(source);
    const auto streams = script.read({.table = "stream"});
    EXPECT_EQ(streams.at(0, "packets_ab").integer(), 5);
    EXPECT_EQ(streams.at(0, "retransmissions_ab").integer(), 1);
    EXPECT_EQ(streams.at(0, "unique_bytes_ab").integer(), 400);
    EXPECT_EQ(streams.at(0, "payload_bytes_ab").integer(), 500);
}

TEST(Softirq, TimeIsSplitOverBinsAndAGapForgetsWhatWasRunning)
{
    ScriptedSource source;
    constexpr std::int64_t kMs = 1'000'000;
    source.add(5 * kMs, 1, EventType::SoftirqEntry, Softirq{kSoftirqRx});
    source.add(25 * kMs, 1, EventType::SoftirqExit, Softirq{kSoftirqRx});
    source.add(30 * kMs, 1, EventType::SoftirqEntry, Softirq{kSoftirqRx});
    source.add(31 * kMs, 1, EventType::EventsLost, tracepoints::EventsLost{30 * kMs, 10, 0});
    source.add(90 * kMs, 1, EventType::SoftirqExit, Softirq{kSoftirqRx});
    const AnalysedScript script(source);
    const auto time = script.read({.table = "softirq_time"});
    ASSERT_EQ(time.rows.size(), 1U);
    EXPECT_EQ(time.at(0, "entries").integer(), 1);
    EXPECT_EQ(time.at(0, "total_ns").integer(), 20 * kMs);
    const auto bins =
        script.read({.table = "softirq_bin", .where = {{"bin_ns", "=", 10 * kMs}}, .orderBy = {"begin_ns"}});
    ASSERT_EQ(bins.rows.size(), 3U);
    EXPECT_EQ(bins.at(0, "busy_ns").integer(), 5 * kMs);
    EXPECT_EQ(bins.at(1, "busy_ns").integer(), 10 * kMs);
    EXPECT_EQ(bins.at(2, "busy_ns").integer(), 5 * kMs);
}

/// A queue at 0x100 of the device 0x1: requests are elements 1, 2, …
class VirtqueueScript {
public:
    VirtqueueScript& kick(std::int64_t at) { return add(at, EventType::VirtioQueueNotify, VirtioNotify{0x1, kVq, 2}); }
    VirtqueueScript& pop(std::int64_t at, std::uint64_t element)
    {
        return add(at, EventType::VirtqueuePop, VirtqueueElement{kVq, element, 0, 1, 1});
    }
    VirtqueueScript& fill(std::int64_t at, std::uint64_t element, std::uint32_t bytes)
    {
        return add(at, EventType::VirtqueueFill, VirtqueueFill{kVq, element, bytes, 0});
    }
    VirtqueueScript& flush(std::int64_t at, std::uint32_t count)
    {
        return add(at, EventType::VirtqueueFlush, VirtqueueFlush{kVq, count});
    }
    template <typename Payload> VirtqueueScript& add(std::int64_t at, EventType type, const Payload& payload)
    {
        m_source.add(at, 0, type, payload);
        return *this;
    }
    [[nodiscard]] storage::Table queues() { return AnalysedScript(m_source).read({.table = "virtqueue"}); }

    static constexpr std::uint64_t kVq = 0x100;

private:
    ScriptedSource m_source;
};

TEST(Virtqueue, RequestsHeldAndTheTimesOfTheirAnswers)
{
    VirtqueueScript script;
    script.kick(100).kick(1000).pop(1010, 1).pop(1020, 2).pop(1030, 3);
    script.fill(1100, 2, 10).fill(1110, 1, 20).flush(1120, 2);
    script.add(1130, EventType::VirtioNotifyIrqfd, VirtioNotify{0x1, VirtqueueScript::kVq, -1});
    script.kick(2000).pop(2005, 1).fill(2100, 3, 30).flush(2130, 1).fill(2200, 1, 40).flush(2205, 1);
    const storage::Table queues = script.queues();
    ASSERT_EQ(queues.rows.size(), 1U);
    const auto number = [&](const char* column) { return queues.at(0, column).integer(); };
    EXPECT_EQ(queues.at(0, "vq").text(), "0x100");
    EXPECT_EQ(queues.at(0, "device").text(), "0x1");
    EXPECT_EQ(number("queue"), 2);
    EXPECT_EQ(number("pops"), 4);
    EXPECT_EQ(number("flushed"), 4);
    EXPECT_EQ(number("bytes"), 100);
    EXPECT_EQ(number("guest_notifies"), 3);
    EXPECT_EQ(number("host_notifies"), 1);
    EXPECT_EQ(number("max_depth"), 3);
    EXPECT_EQ(number("pop_waits"), 2) << "the first notification found nothing";
    EXPECT_EQ(number("pop_wait_mean_ns"), (10 + 5) / 2);
    EXPECT_EQ(number("pop_wait_max_ns"), 10);
    EXPECT_EQ(number("services"), 4);
    EXPECT_EQ(number("service_mean_ns"), (110 + 100 + 1100 + 200) / 4);
    EXPECT_EQ(number("service_max_ns"), 1100);
}

TEST(Virtqueue, WhatBeganBeforeAGapHasNoTimes)
{
    VirtqueueScript script;
    script.fill(10, 9, 5).flush(20, 1); // Popped before the trace began.
    script.kick(100).pop(110, 1).kick(120).add(130, EventType::EventsLost, tracepoints::EventsLost{125, 3, 0});
    script.fill(200, 1, 5).flush(210, 1).pop(220, 2);
    const storage::Table queues = script.queues();
    ASSERT_EQ(queues.rows.size(), 1U);
    EXPECT_EQ(queues.at(0, "pops").integer(), 2);
    EXPECT_EQ(queues.at(0, "flushed").integer(), 2);
    EXPECT_EQ(queues.at(0, "services").integer(), 0);
    EXPECT_TRUE(queues.at(0, "service_mean_ns").isNull());
    EXPECT_EQ(queues.at(0, "pop_waits").integer(), 1);
    EXPECT_EQ(queues.at(0, "max_depth").integer(), 1);
}

TEST(Offload, FramesThatNoPollNamesAreUnattributedAndSaidSo)
{
    ScriptedSource source;
    source.add(1000, 0, EventType::NapiGroReceiveEntry, SkbOnly{0x10, {}});
    source.add(1001, 0, EventType::NapiGroReceiveEntry, SkbOnly{0x20, {}});
    source.add(1002, 0, EventType::NapiPoll, tracepoints::NapiPoll{1, source.name("(no_device)"), 2, 64});
    const AnalysedScript script(source);
    const auto rows = script.read({.table = "device_offload", .where = {{"device_id", "is null", {}}}});
    ASSERT_EQ(rows.rows.size(), 1U);
    EXPECT_EQ(rows.at(0, "gro_frames").integer(), 2);
    EXPECT_EQ(
        script.read({.table = "data_quality", .where = {{"kind", "=", "unattributed_gro"}}}).at(0, "count").integer(),
        2);
}

TEST(Coverage, AnAnalysisWithoutItsEventsSaysWhatToRecord)
{
    ScriptedSource source;
    source.editSession().eventClasses.clear();
    const AnalysedScript script(source);
    const auto softirq = script.read({.table = "analysis", .where = {{"analysis", "=", "softirq"}}});
    EXPECT_EQ(softirq.at(0, "state").text(), "missing_events");
    EXPECT_NE(softirq.at(0, "advice").text().find("irq_softirq_entry"), std::string::npos);
}

/// A state dump of one namespace: a bridge "br0" with the ifindex 1, and a port of it with the ifindex 2 if `port` is a
/// name.
void dumpBridge(ScriptedSource& source, std::int64_t at, std::string_view port, const std::array<std::uint8_t, 6>& mac)
{
    constexpr std::uint32_t kNetns = 7;
    source.add(at, 0, EventType::StatedumpBegin, tracepoints::StatedumpMark{1, 0});
    source.add(at, 0, EventType::StatedumpNetns, tracepoints::StatedumpNetns{kNetns, 1, source.name("")});
    source.add(at, 0, EventType::StatedumpLink,
               tracepoints::StatedumpLink{kNetns, 1, 0, 0, 0, 0, 0, 0, {}, source.name("br0"), source.name("bridge")});
    if (!port.empty()) {
        source.add(
            at, 0, EventType::StatedumpLink,
            tracepoints::StatedumpLink{kNetns, 2, 1, 0, 0, 0, 0, 0, mac, source.name(port), source.name("veth")});
        source.add(at, 0, EventType::StatedumpFdb,
                   tracepoints::StatedumpFdb{kNetns, 2, 1, 0, tracepoints::StatedumpFdb::kPermanent, 0, mac});
    }
    source.add(at, 0, EventType::StatedumpEnd, tracepoints::StatedumpMark{1, 0});
}

constexpr std::array<std::uint8_t, 6> kPortMac{2, 0, 0, 0, 0, 1};

storage::Table nodesNamed(const AnalysedScript& script, const std::string& name)
{
    return script.read({.table = "topology_node", .where = {{"name", "=", name}}});
}

/// net/bridge/br_fdb.c, fdb_delete_local(): the bridge keeps the entry when it has the same address, and drops it
/// when it takes another one.
TEST(Map, RemovedPortStaysRemovedWhenItsAddressIsDroppedLater)
{
    ScriptedSource source;
    dumpBridge(source, 1000, "p0", kPortMac);
    source.add(2000, 0, EventType::FdbDelete,
               tracepoints::BridgeFdb{source.name("br0"), source.name("p0"), 0, 0, 0, {2, 0, 0, 0, 0, 9}, 0, 0});
    source.add(2100, 0, EventType::FdbDelete,
               tracepoints::BridgeFdb{source.name("br0"), source.name("null"), 0, 0, 0, kPortMac, 0, 0});
    dumpBridge(source, 3000, "", {});
    const AnalysedScript script(source);
    const auto port = nodesNamed(script, "p0");
    ASSERT_EQ(port.rows.size(), 1U);
    EXPECT_GT(port.at(0, "valid_to_ns").integer(), 2000);
    EXPECT_LE(port.at(0, "valid_to_ns").integer(), 2101);
}

TEST(Map, DeviceIsGoneWhenAnotherHasItsIndex)
{
    ScriptedSource source;
    dumpBridge(source, 1000, "p0", kPortMac);
    dumpBridge(source, 3000, "p1", kPortMac);
    const AnalysedScript script(source);
    const auto former = nodesNamed(script, "p0");
    ASSERT_EQ(former.rows.size(), 1U);
    EXPECT_LT(former.at(0, "valid_to_ns").integer(), 3000);
    const auto later = nodesNamed(script, "p1");
    ASSERT_EQ(later.rows.size(), 1U);
    EXPECT_EQ(later.at(0, "valid_from_ns").integer(), 3000);
}

TEST(Map, DeviceThatOneDumpMissesIsNotInTheNext)
{
    ScriptedSource source;
    dumpBridge(source, 1000, "p0", kPortMac);
    dumpBridge(source, 3000, "", {});
    dumpBridge(source, 5000, "", {});
    const AnalysedScript script(source);
    const auto former = nodesNamed(script, "p0");
    ASSERT_EQ(former.rows.size(), 1U);
    EXPECT_LT(former.at(0, "valid_to_ns").integer(), 3000);
}

TEST(TimeBins, EveryResolutionHoldsEverythingOnce)
{
    using Bins = analyses::trackers::TimeBins<1>;
    Bins bins;
    std::map<base::Nanoseconds, std::uint64_t> sums;
    const auto flush = [&](base::Nanoseconds width, base::Timestamp begin, const Bins::Sums& values) {
        EXPECT_EQ(begin.ns % width, 0);
        sums[width] += values[0];
    };
    for (std::int64_t at = -3'000'000; at < 40'000'000'000; at += 777'777)
        bins.add({at}, {1}, flush);
    bins.finish(flush);
    EXPECT_EQ(sums.size(), 5U);
    for (const auto& [width, sum] : sums)
        EXPECT_EQ(sum, sums.begin()->second) << width;
}

} // namespace
} // namespace vnscope::tests
