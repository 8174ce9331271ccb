// SPDX-License-Identifier: Apache-2.0
//
// What the agent reads in texts and messages of real kernels; the truth is what iproute2 and proc(5) say of them.
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/pkt_sched.h>

#include "recording/agent/cpu_times.hpp"
#include "recording/agent/datapath_stats.hpp"
#include "recording/agent/device.hpp"
#include "recording/agent/element.hpp"
#include "recording/agent/inventory.hpp"
#include "recording/agent/link_stats.hpp"
#include "recording/agent/ovs_rules.hpp"
#include "recording/agent/protocol_counters.hpp"
#include "recording/agent/qdisc.hpp"
#include "recording/agent/softnet.hpp"
#include "recording/agent/task_stats.hpp"
#include "recording/host/ovs_netlink.hpp"
#include "tests/unit/agent_messages.hpp"

namespace vnscope::recording::agent {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A message in memory that is aligned as netlink needs it.
class Message final {
public:
    explicit Message(std::string_view hex) : m_words(hex.size() / 8 + 1)
    {
        auto* const bytes = reinterpret_cast<unsigned char*>(m_words.data());
        for (std::size_t i = 0; i < hex.size() / 2; ++i)
            bytes[i] = static_cast<unsigned char>(std::stoul(std::string(hex.substr(2 * i, 2)), nullptr, 16));
    }
    [[nodiscard]] nlmsghdr& operator*() { return *reinterpret_cast<nlmsghdr*>(m_words.data()); }

private:
    std::vector<std::uint32_t> m_words;
};

TEST(AgentQdisc, ATbfHasItsRate)
{
    Message message(tests::kTbfMessage);
    const auto qdisc = parseQdisc(*message);
    ASSERT_TRUE(qdisc);
    EXPECT_EQ(qdisc->key, (QdiscKey{3, TC_H_ROOT, 0x70000}));
    EXPECT_EQ(qdisc->kind, "tbf");
    EXPECT_EQ(qdisc->rateBps, 100'000'000U);
    const auto stats = parseQdiscStats(*message);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->key, qdisc->key);
    EXPECT_EQ(stats->bytes, 602U);
    EXPECT_EQ(stats->packets, 7U);
    EXPECT_EQ(stats->drops, 0U);
    EXPECT_EQ(stats->queuedPackets, 0U);
}

TEST(AgentQdisc, APfifoHasItsLimit)
{
    Message message(tests::kPfifoMessage);
    const auto qdisc = parseQdisc(*message);
    ASSERT_TRUE(qdisc);
    EXPECT_EQ(qdisc->kind, "pfifo");
    EXPECT_EQ(qdisc->limitPackets, 77U);
    EXPECT_EQ(qdisc->rateBps, 0U);
}

TEST(AgentQdisc, ADamagedMessageIsNone)
{
    Message message(tests::kTbfMessage);
    (*message).nlmsg_len = 20;
    EXPECT_FALSE(parseQdisc(*message));
    EXPECT_FALSE(parseQdiscStats(*message));
    Message other(tests::kStatsMessage);
    EXPECT_FALSE(parseQdisc(*other)) << "of another type";
}

TEST(AgentLinks, CountersAsIpSaysThem)
{
    Message message(tests::kStatsMessage);
    const auto stats = parseLinkStats(*message);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->ifindex, 3U);
    EXPECT_EQ(stats->counters.rx_bytes, 762U);
    EXPECT_EQ(stats->counters.rx_packets, 9U);
    EXPECT_EQ(stats->counters.tx_bytes, 602U);
    EXPECT_EQ(stats->counters.tx_packets, 7U);
    EXPECT_EQ(stats->counters.tx_dropped, 0U);
    (*message).nlmsg_len = 24;
    EXPECT_FALSE(parseLinkStats(*message));
}

TEST(AgentLinks, DevicesAsIpSaysThem)
{
    Message vethMessage(tests::kVethMessage);
    const auto veth = parseDevice(*vethMessage);
    ASSERT_TRUE(veth);
    EXPECT_EQ(veth->ifindex, 3U);
    EXPECT_EQ(veth->name, "v0");
    EXPECT_EQ(veth->kind, "veth");
    EXPECT_EQ(veth->link, 2U);
    EXPECT_EQ(veth->linkNetns, 0);
    EXPECT_TRUE(veth->hasCarrier);
    EXPECT_FALSE(veth->isPhysical());

    Message tapMessage(tests::kTapMessage);
    const auto tap = parseDevice(*tapMessage);
    ASSERT_TRUE(tap);
    EXPECT_EQ(tap->name, "t0");
    EXPECT_TRUE(tap->isTap());
    EXPECT_EQ(tap->queueLength, 1000U);
    EXPECT_FALSE(tap->linkNetns);
    EXPECT_FALSE(tap->hasCarrier);
}

TEST(AgentSoftnet, Linux618)
{
    std::vector<SoftnetLine> lines;
    parseSoftnet("009c3f39 00000054 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
                 "00000000 00000000 00000000 00000000\n"
                 "00cf0d08 00000150 00000006 00000000 00000000 00000000 00000000 00000000 00000000 00000011 00000007 "
                 "000003e8 00000003 000003e0 00000008\n",
                 lines);
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_EQ(lines[0].processed, 0x9c3f39U);
    EXPECT_EQ(lines[0].cpu, 0U);
    EXPECT_EQ(lines[1].dropped, 336U);
    EXPECT_EQ(lines[1].timeSqueeze, 6U);
    EXPECT_EQ(lines[1].receivedRps, 17U);
    EXPECT_EQ(lines[1].flowLimit, 7U);
    EXPECT_EQ(lines[1].queued, 1000U);
    EXPECT_EQ(lines[1].cpu, 3U) << "CPUs 1 and 2 are offline";
    EXPECT_TRUE(lines[1].isQueueKnown);
}

TEST(AgentSoftnet, OlderKernelsTellNoQueue)
{
    std::vector<SoftnetLine> lines(7);
    parseSoftnet("0000272d 00000000 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n"
                 "000034d9 00000005 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n"
                 "rubbish\n",
                 lines);
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_EQ(lines[1].cpu, 1U);
    EXPECT_EQ(lines[1].dropped, 5U);
    EXPECT_FALSE(lines[1].isQueueKnown);
}

TEST(AgentElement, A32BitCounterGoesOn)
{
    WideCounter counter;
    EXPECT_EQ(counter.update(0xffff'fff0U), 0xffff'fff0U);
    EXPECT_EQ(counter.update(0x10U), 0x1'0000'0010U);
    EXPECT_EQ(counter.update(0x10U), 0x1'0000'0010U);
}

TEST(AgentElement, IdsTellThingsApartAndStay)
{
    EXPECT_EQ(elementId("qdisc", {1, 2}), elementId("qdisc", {1, 2}));
    EXPECT_NE(elementId("qdisc", {1, 2}), elementId("qdisc", {2, 1}));
    EXPECT_NE(elementId("qdisc", {1}), elementId("device", {1}));
    EXPECT_NE(elementId("rule", {1}, "a"), elementId("rule", {1}, "b"));
    EXPECT_NE(elementId("host", {}), 0U);
}

TEST(AgentCpu, TimesOfAllAndEach)
{
    HostCpuTimes times;
    ASSERT_TRUE(parseCpuTimes("cpu  4655709 1216881 417050 1400991 14818 0 10083 37494 0 0\n"
                              "cpu0 2289758 613254 204224 740885 5263 0 3823 19242 0 0\n"
                              "cpu2 2365951 603627 212825 660106 9554 7 6260 18251 0 0\n"
                              "intr 27505503 0 0\ncpu3 1 1 1 1\n",
                              10'000'000, times));
    constexpr std::uint64_t kTick = 10'000'000;
    EXPECT_EQ(times.all.busyNs, (4655709U + 1216881U + 417050U + 10083U) * kTick);
    EXPECT_EQ(times.all.idleNs, (1400991U + 14818U) * kTick);
    EXPECT_EQ(times.all.stealNs, 37494U * kTick);
    ASSERT_THAT(times.cpus, SizeIs(3));
    EXPECT_EQ(times.cpus[1].busyNs, 0U) << "offline";
    EXPECT_EQ(times.cpus[2].softirqNs, 6260U * kTick);
    EXPECT_EQ(times.cpus[2].busyNs, (2365951U + 603627U + 212825U + 7U + 6260U) * kTick);
    EXPECT_FALSE(parseCpuTimes("", 1, times));
    EXPECT_TRUE(parseCpuTimes("cpu 1\ncpu99999999 1\n", 1, times)) << "no memory for a number that cannot be";
}

TEST(AgentCpu, Pressure)
{
    const Pressure pressure = parsePressure("some avg10=0.22 avg60=0.60 avg300=12.58 total=16585799879\n"
                                            "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
    EXPECT_EQ(pressure.someNs, 16'585'799'879'000U);
    EXPECT_EQ(pressure.fullNs, 7'000U);
}

TEST(AgentProtocols, ColumnsByTheirNames)
{
    const ProtocolCounters it = parseProtocolCounters(
        "Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards "
        "InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails "
        "FragCreates OutTransmits\n"
        "Ip: 2 64 22976401 0 0 4 0 5 22976391 21807263 6 0 0 0 0 0 0 0 0 21807263\n"
        "Icmp: InMsgs InErrors\nIcmp: 5108 0\n"
        "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs "
        "OutSegs RetransSegs InErrs OutRsts InCsumErrors\n"
        "Tcp: 1 200 120000 -1 3399 3262 81 3567 0 22967751 22958717 483 0 1924 0\n"
        "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors\n"
        "Udp: 3520 12 0 3536 31 32 0 0 0\n"
        "UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors\n"
        "UdpLite: 0 0 0 0 9 9 0\n");
    EXPECT_EQ(it.ipInDelivers, 22976391U);
    EXPECT_EQ(it.ipOutRequests, 21807263U);
    EXPECT_EQ(it.ipForwarded, 4U);
    EXPECT_EQ(it.ipInDiscards, 5U);
    EXPECT_EQ(it.ipOutDiscards, 6U);
    EXPECT_EQ(it.tcpInSegments, 22967751U);
    EXPECT_EQ(it.tcpOutSegments, 22958717U);
    EXPECT_EQ(it.tcpRetransmitted, 483U);
    EXPECT_EQ(it.udpReceiveBufferErrors, 31U);
    EXPECT_EQ(it.udpSendBufferErrors, 32U);
}

TEST(AgentProcesses, TimesBehindANameWithParentheses)
{
    const auto times = parseProcessTimes("4711 (a) b (c) S 1 4711 4711 0 -1 4194560 5340 30000 28 44 123 45 6 7 20 0 1 "
                                         "0 61 22548480 2311 18446744073709551615\n");
    ASSERT_TRUE(times);
    EXPECT_EQ(times->userTicks, 123U);
    EXPECT_EQ(times->systemTicks, 45U);
    EXPECT_FALSE(parseProcessTimes("4711 (a"));
    const auto thread = parseThreadTimes("35986234 1172941 53\n");
    ASSERT_TRUE(thread);
    EXPECT_EQ(thread->cpuNs, 35986234U);
    EXPECT_EQ(thread->waitNs, 1172941U);
    EXPECT_FALSE(parseThreadTimes(""));
}

TEST(AgentProcesses, ThrottlingOfBothVersions)
{
    const auto first =
        parseThrottling("nr_periods 12\nnr_throttled 3\nthrottled_time 5000000\nnr_bursts 0\nburst_time 0\n");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->periods, 12U);
    EXPECT_EQ(first->throttled, 3U);
    EXPECT_EQ(first->throttledNs, 5'000'000U);
    const auto second = parseThrottling("usage_usec 9\nuser_usec 4\nsystem_usec 5\nnr_periods 1\nnr_throttled 1\n"
                                        "throttled_usec 77\n");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->throttledNs, 77'000U);
    EXPECT_FALSE(parseThrottling("usage_usec 9\nuser_usec 4\nsystem_usec 5\n")) << "a group without the controller";
}

TEST(AgentProcesses, CgroupsOfBothVersions)
{
    const char* const mixed = "31 22 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
                              "32 22 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
                              "33 22 0:29 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw\n";
    EXPECT_EQ(cpuStatPath("9:name=systemd:/\n3:cpuset:/x\n1:cpu,cpuacct:/web\n0::/web\n", mixed),
              "/sys/fs/cgroup/cpu/web/cpu.stat");
    EXPECT_EQ(cpuStatPath("1:cpu:/\n0::/\n", mixed), "/sys/fs/cgroup/cpu/cpu.stat");
    EXPECT_EQ(cpuStatPath("0::/system.slice/web.service\n", "33 22 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
              "/sys/fs/cgroup/system.slice/web.service/cpu.stat");
    EXPECT_EQ(cpuStatPath("0::/x\n", ""), "");
}

TEST(AgentInventory, NamesOfGuests)
{
    using namespace std::string_view_literals;
    EXPECT_EQ(qemuGuestName("qemu-system-x86_64\0-m\0002048\0-name\0guest=web,debug-threads=on\0-S\0"sv), "web");
    EXPECT_EQ(qemuGuestName("qemu\0-name\0db\0"sv), "db");
    EXPECT_EQ(qemuGuestName("qemu\0-name"sv), "");
    EXPECT_EQ(qemuGuestName(""), "");
}

/// Built as net/openvswitch/datapath.c builds it: this kernel has no Open vSwitch to record one of.
class OvsMessage final {
public:
    explicit OvsMessage(int datapath) : m_buffer(512)
    {
        mnl_nlmsg_put_header(m_buffer.data());
        mnl_nlmsg_put_extra_header(&message(), sizeof(genlmsghdr));
        static_cast<ovs_header*>(mnl_nlmsg_put_extra_header(&message(), sizeof(ovs_header)))->dp_ifindex = datapath;
    }
    [[nodiscard]] nlmsghdr& message() { return *reinterpret_cast<nlmsghdr*>(m_buffer.data()); }

private:
    std::vector<char> m_buffer;
};

TEST(AgentOpenvswitch, Datapaths)
{
    OvsMessage built(12);
    mnl_attr_put_strz(&built.message(), OVS_DP_ATTR_NAME, "ovs-system");
    const ovs_dp_stats counters{100, 7, 2, 5};
    mnl_attr_put(&built.message(), OVS_DP_ATTR_STATS, sizeof counters, &counters);
    const auto stats = parseDatapathStats(built.message());
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->datapath, 12);
    EXPECT_EQ(stats->name, "ovs-system");
    EXPECT_EQ(stats->counters.n_hit, 100U);
    EXPECT_EQ(stats->counters.n_lost, 2U);
    OvsMessage empty(12);
    EXPECT_FALSE(parseDatapathStats(empty.message()));
    empty.message().nlmsg_len = NLMSG_HDRLEN;
    EXPECT_FALSE(parseDatapathStats(empty.message()));
}

TEST(AgentOpenvswitch, Ports)
{
    OvsMessage built(12);
    mnl_attr_put_u32(&built.message(), OVS_VPORT_ATTR_PORT_NO, 3);
    mnl_attr_put_strz(&built.message(), OVS_VPORT_ATTR_NAME, "vnet0");
    mnl_attr_put_u32(&built.message(), OVS_VPORT_ATTR_IFINDEX, 44);
    const ovs_vport_stats counters{1, 2, 3, 4, 5, 6, 7, 8};
    mnl_attr_put(&built.message(), OVS_VPORT_ATTR_STATS, sizeof counters, &counters);
    const auto stats = parseVportStats(built.message());
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->datapath, 12);
    EXPECT_EQ(stats->port, 3U);
    EXPECT_EQ(stats->ifindex, 44U);
    EXPECT_EQ(stats->name, "vnet0");
    EXPECT_EQ(stats->counters.tx_bytes, 4U);
    EXPECT_EQ(stats->counters.tx_dropped, 8U);
}

TEST(AgentOpenvswitch, RulesAsVersion3Prints)
{
    const std::string text = "duration=1s, n_packets=5, n_bytes=300, priority=10,ip,in_port=1,actions=drop\n"
                             "duration=1s, n_packets=2, n_bytes=176, actions=NORMAL\n"
                             "table_id=3, cookie=0x12, duration=1s, n_packets=9, n_bytes=90, priority=7,udp,tp_dst=53,"
                             "actions=resubmit(,4),output:1\n"
                             "no rule at all\n";
    std::vector<OvsRule> rules;
    EXPECT_TRUE(parseOvsRules(text, 10, rules));
    ASSERT_THAT(rules, SizeIs(3));
    EXPECT_EQ(rules[0].table, "0");
    EXPECT_EQ(rules[0].match, "priority=10,ip,in_port=1");
    EXPECT_EQ(rules[0].actions, "drop");
    EXPECT_EQ(rules[0].packets, 5U);
    EXPECT_EQ(rules[0].bytes, 300U);
    EXPECT_EQ(rules[1].match, "");
    EXPECT_EQ(rules[1].actions, "NORMAL");
    EXPECT_EQ(rules[2].table, "3");
    EXPECT_EQ(rules[2].match, "priority=7,udp,tp_dst=53");
    EXPECT_EQ(rules[2].actions, "resubmit(,4),output:1");
    EXPECT_FALSE(parseOvsRules(text, 2, rules));
    EXPECT_THAT(rules, SizeIs(2));
    EXPECT_TRUE(parseOvsRules("", 2, rules));
    EXPECT_THAT(rules, IsEmpty());
}

} // namespace
} // namespace vnscope::recording::agent
