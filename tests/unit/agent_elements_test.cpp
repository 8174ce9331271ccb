// SPDX-License-Identifier: Apache-2.0
//
// Which elements the agent makes of devices and queueing disciplines, and how they hang together.
#include <algorithm>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_arp.h>
#include <linux/pkt_sched.h>

#include "recording/agent/network_elements.hpp"

namespace vnscope::recording::agent {
namespace {

using testing::Contains;
using testing::Not;
using testing::SizeIs;
using testing::StrEq;

constexpr std::uint32_t kNetns = 4026532000;
constexpr std::uint32_t kOtherNetns = 4026532111;

Device device(std::uint32_t ifindex, const char* name, const char* kind)
{
    Device device;
    device.ifindex = ifindex;
    device.name = name;
    device.kind = kind;
    device.type = ARPHRD_ETHER;
    return device;
}

NetworkFacts facts()
{
    NetworkFacts facts;
    facts.netns = {kNetns, 1, "blue"};
    facts.netnsOfNumber = [](std::int32_t number) { return number == 5 ? kOtherNetns : 0; };
    return facts;
}

bool isConnected(const NetworkElements& all, std::uint64_t from, std::uint64_t to)
{
    return std::ranges::any_of(all.neighbours, [&](const Neighbour& it) { return it.from == from && it.to == to; });
}

TEST(AgentElements, ANicHasADriver)
{
    NetworkFacts all = facts();
    all.devices.push_back(device(2, "eth0", ""));
    all.devices.back().speedBps = 10'000'000'000;
    const NetworkElements elements = makeNetworkElements(all);
    const LinkElements* const nic = elements.link(2);
    ASSERT_NE(nic, nullptr);
    EXPECT_EQ(nic->device.kind, "pnic");
    EXPECT_EQ(nic->device.layer, "nic");
    EXPECT_EQ(nic->device.capacityBps, 10'000'000'000U);
    EXPECT_EQ(nic->device.parent, elements.netns.id);
    ASSERT_TRUE(nic->part);
    EXPECT_EQ(nic->part->kind, "pnic_driver");
    EXPECT_EQ(nic->part->layer, "driver");
    EXPECT_EQ(nic->part->parent, nic->device.id);
    EXPECT_EQ(elements.netns.name, "blue");
    EXPECT_EQ(elements.netns.parent, hostId());
    EXPECT_EQ(elements.link(3), nullptr);
}

TEST(AgentElements, ATapHasAQueueTowardsItsVm)
{
    NetworkFacts all = facts();
    all.devices = {device(2, "tap0", "tun"), device(3, "tap1", "tun")};
    all.devices[0].queueLength = 500;
    all.vmOfTap["tap0"] = "web";
    const NetworkElements elements = makeNetworkElements(all);
    const LinkElements* const tap = elements.link(2);
    ASSERT_TRUE(tap != nullptr && tap->part);
    EXPECT_EQ(tap->part->kind, "tun");
    EXPECT_EQ(tap->part->vm, "web");
    ASSERT_THAT(tap->part->limits, SizeIs(1));
    EXPECT_THAT(tap->part->limits[0].name, StrEq("buffer_packets"));
    EXPECT_EQ(tap->part->limits[0].value, 500);
    EXPECT_TRUE(isConnected(elements, tap->device.id, tap->part->id));
    EXPECT_EQ(elements.link(3)->part->vm, "tap1") << "a tap that nobody holds is some other VM's";
}

TEST(AgentElements, ATbfAtTheRootLimitsItsDevice)
{
    NetworkFacts all = facts();
    all.devices = {device(2, "eth0", ""), device(3, "v0", "veth")};
    all.devices[0].speedBps = 1'000'000;
    all.qdiscs = {{{2, TC_H_ROOT, 0x10000}, "tbf", 5'000'000, 0},
                  {{3, TC_H_ROOT, 0x10000}, "tbf", 100'000'000, 0},
                  {{3, 0x10001, 0x20000}, "pfifo", 0, 20}};
    const NetworkElements elements = makeNetworkElements(all);
    EXPECT_EQ(elements.link(2)->device.capacityBps, 1'000'000U) << "the link is slower";
    EXPECT_EQ(elements.link(3)->device.capacityBps, 100'000'000U);
    const QdiscElement* const root = elements.qdisc({3, TC_H_ROOT, 0x10000});
    const QdiscElement* const leaf = elements.qdisc({3, 0x10001, 0x20000});
    ASSERT_TRUE(root != nullptr && leaf != nullptr);
    EXPECT_EQ(root->element.name, "v0 tbf 1:");
    EXPECT_EQ(root->element.parent, elements.link(3)->device.id);
    EXPECT_EQ(leaf->element.parent, root->element.id);
    EXPECT_TRUE(isConnected(elements, leaf->element.id, root->element.id));
    EXPECT_TRUE(isConnected(elements, root->element.id, elements.link(3)->device.id));
    EXPECT_EQ(leaf->element.limits.at(0).value, 20);
}

TEST(AgentElements, QueuesOfAMultiqueueDeviceArePartsOfItsRoot)
{
    NetworkFacts all = facts();
    all.devices = {device(2, "eth0", "")};
    all.qdiscs = {{{2, TC_H_ROOT, 0}, "mq", 0, 0},
                  {{2, 1, 0}, "pfifo_fast", 0, 0},
                  {{2, 2, 0}, "pfifo_fast", 0, 0},
                  {{2, TC_H_INGRESS, 0xffff0000}, "clsact", 0, 0}};
    const NetworkElements elements = makeNetworkElements(all);
    ASSERT_THAT(elements.qdiscs, SizeIs(4));
    const std::uint64_t root = elements.qdisc({2, TC_H_ROOT, 0})->element.id;
    EXPECT_EQ(elements.qdisc({2, 1, 0})->element.parent, root);
    EXPECT_EQ(elements.qdisc({2, 2, 0})->element.parent, root);
    const Element& ingress = elements.qdisc({2, TC_H_INGRESS, 0xffff0000})->element;
    EXPECT_EQ(ingress.parent, elements.link(2)->device.id);
    EXPECT_TRUE(isConnected(elements, elements.link(2)->device.id, ingress.id));
}

TEST(AgentElements, QdiscsWithoutQueueOrDeviceAreNone)
{
    NetworkFacts all = facts();
    all.devices = {device(2, "v0", "veth")};
    all.qdiscs = {{{2, TC_H_ROOT, 0}, "noqueue", 0, 0}, {{9, TC_H_ROOT, 0}, "tbf", 1, 0}};
    EXPECT_THAT(makeNetworkElements(all).qdiscs, SizeIs(0));
}

TEST(AgentElements, PeersAndPortsAreNeighboursWhereTheyAreCertain)
{
    NetworkFacts all = facts();
    all.devices = {device(2, "br0", "bridge"), device(3, "v0", "veth"), device(4, "v1", "veth"),
                   device(5, "v2", "veth")};
    all.devices[1].master = 2;
    all.devices[1].link = 7;
    all.devices[1].linkNetns = 5;
    all.devices[2].link = 5;
    all.devices[3].link = 7;
    all.devices[3].linkNetns = 6; // A namespace that nobody here knows.
    const NetworkElements elements = makeNetworkElements(all);
    const auto id = [](std::uint32_t ifindex) { return deviceId(kNetns, ifindex); };
    EXPECT_TRUE(isConnected(elements, id(3), id(2)));
    EXPECT_TRUE(isConnected(elements, id(2), id(3)));
    EXPECT_TRUE(isConnected(elements, id(3), deviceId(kOtherNetns, 7)));
    EXPECT_TRUE(isConnected(elements, id(4), id(5)));
    EXPECT_THAT(elements.neighbours, SizeIs(4));
    EXPECT_EQ(elements.link(2)->device.layer, "switch");
}

} // namespace
} // namespace vnscope::recording::agent
