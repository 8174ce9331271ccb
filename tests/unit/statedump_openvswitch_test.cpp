// SPDX-License-Identifier: Apache-2.0
//
// Two switches on one host: found by the sample ovs-two-switches, whose two datapaths are both called "ovs-system".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/statedump/openvswitch.hpp"

namespace {

using ::testing::AllOf;
using ::testing::Field;
using ::testing::UnorderedElementsAre;
using vnscope::statedump::joined;
using vnscope::statedump::OvsPort;

OvsPort inDatabase(const char* name, std::uint16_t tag)
{
    OvsPort port;
    port.name = name;
    port.bridge = "ovsbr0";
    port.tag = tag;
    return port;
}

OvsPort inDatapath(std::uint32_t netns, std::uint32_t number, const char* name)
{
    OvsPort port;
    port.netns = netns;
    port.number = number;
    port.name = name;
    port.bridge = "ovs-system";
    return port;
}

auto is(std::uint32_t netns, const char* name, const char* bridge, std::uint16_t tag)
{
    return AllOf(Field(&OvsPort::netns, netns), Field(&OvsPort::name, name), Field(&OvsPort::bridge, bridge),
                 Field(&OvsPort::tag, tag));
}

TEST(StatedumpOpenvswitch, KeepsPortsOfOneNameInTwoDatapathsApart)
{
    const std::vector<OvsPort> ports =
        joined({inDatabase("ovsp1", 10)}, {inDatapath(1, 0, "ovs-system"), inDatapath(1, 3, "ovsp1"),
                                           inDatapath(2, 0, "ovs-system"), inDatapath(2, 7, "ovsp1")});
    EXPECT_THAT(ports, UnorderedElementsAre(is(1, "ovsp1", "ovsbr0", 10), is(1, "ovs-system", "ovs-system", 0),
                                            is(2, "ovs-system", "ovs-system", 0), is(2, "ovsp1", "ovs-system", 0)));
}

} // namespace
