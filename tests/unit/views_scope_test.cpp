// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/made_store.hpp"
#include "views/scope/flow_set.hpp"
#include "views/scope/scope.hpp"

namespace vnscope::views::scope {
namespace {

using storage::StoreWriter;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using Kind = Subject::Kind;

void addDevice(storage::TableWriter& table, int id, const char* name)
{
    table.append(id, "h", nullptr, nullptr, name, name, nullptr, "veth", nullptr, nullptr, nullptr, 0, "", 0, 100);
}

/// Devices 1 to 3 with a place each: stream 10 goes from 1 to 2, stream 11 from 2 to 3. VLAN 100 is at device 3. A
/// firewall (0) reads queue 0, a NAT (1) queue 1; three victims: of the firewall, of the NAT because of the firewall,
/// of nobody who is known.
void fill(StoreWriter& writer)
{
    auto devices =
        writer.table("device", {"device_id", "host", "netns", "ifindex", "name", "label", "mac", "kind", "peer_id",
                                "lower_id", "bridge_id", "ambiguous", "evidence", "first_seen_ns", "last_seen_ns"});
    auto places = writer.table("place", {"place_id", "kind", "device_id", "name"});
    for (int id = 1; id <= 3; ++id) {
        addDevice(devices, id, ("eth" + std::to_string(id)).c_str());
        places.append(id * 10, "rx", id, "");
    }
    places.append(99, "upcall", nullptr, "");
    auto edges = writer.table("stream_edge", {"stream_id", "part", "from_id", "to_id", "packets", "bytes",
                                              "latency_p50_ns", "latency_p99_ns", "latency_max_ns"});
    edges.append(10, 0, 10, 20, 1, 1, 1, 1, 1);
    edges.append(11, 0, 20, 99, 1, 1, 1, 1, 1);
    edges.append(11, 0, 99, 30, 1, 1, 1, 1, 1);
    auto streams = writer.table("stream", {"stream_id", "protocol", "addr_a", "port_a", "addr_b", "port_b",
                                           "packets_ab", "bytes_ab", "payload_bytes_ab", "packets_ba", "bytes_ba",
                                           "payload_bytes_ba", "first_ns", "last_ns", "origin", "continued"});
    streams.append(10, "udp", "10.0.0.1", 1000, "10.0.0.2", 53, 1, 1, 1, 1, 1, 1, 0, 1, "", 0);
    streams.append(11, "tcp", "10.0.0.1", 1000, "10.0.0.3", 80, 1, 1, 1, 1, 1, 1, 0, 1, "", 0);
    writer.table("port_vlan", {"port_vlan_id", "device_id", "vlan", "mode", "valid_from_ns", "valid_to_ns", "method"})
        .append(0, 3, 100, "access", 0, 100, "statedump");
    writer.table("element", {"element_id", "host", "name", "kind", "layer", "tenant", "vm"})
        .append(5, "h", "eth2", "veth", "driver", "", "");

    auto functions = writer.table("nf_element", {"element_id", "host", "name", "kind", "is_source", "function_key"});
    functions.append(0, "h", "fw1", "firewall", 0, 40);
    functions.append(1, "h", "nat1", "nat", 0, 41);
    auto queues = writer.table("nf_queue", {"queue_id", "host", "name", "element_id", "packets", "peak_batches"});
    queues.append(0, "h", "q0", 0, 1, 0);
    queues.append(1, "h", "q1", 1, 1, 0);
    auto flows = writer.table(
        "nf_flow", {"flow_id", "ip_version", "protocol", "source", "source_port", "destination", "destination_port"});
    flows.append(0, 4, 17, "10.0.0.2", 53, "10.0.0.1", 1000); // Stream 10, the other way.
    flows.append(1, 4, 17, "10.9.0.1", 7, "10.0.0.1", 8);
    auto victims =
        writer.table("victim", {"victim_id", "kind", "begin_ns", "end_ns", "latency_ns", "flow_id", "is_persistent"});
    victims.append(1, "latency", 1, 2, 1, 0, 0);
    victims.append(2, "latency", 3, 4, 1, 1, 0);
    victims.append(3, "latency", 5, 6, 1, nullptr, 0);
    auto hops = writer.table("victim_hop", {"victim_id", "queue_id", "element_id", "arrival_ns", "read_ns", "left_ns",
                                            "period_begin_ns", "packets_arrived", "packets_read", "input_score",
                                            "processing_score", "seconds"});
    hops.append(1, 0, 0, 1, 1, 1, 1, 1, 1, 0.0, 0.0, 0.0);
    hops.append(2, 1, 1, 1, 1, 1, 1, 1, 1, 0.0, 0.0, 0.0);
    auto relations =
        writer.table("causal_relation",
                     {"victim_id", "victim_element_id", "culprit_kind", "culprit_element_id", "score", "share", "depth",
                      "culprit_begin_ns", "culprit_end_ns", "gap_ns", "culprit_packets", "culprit_flow_id"});
    relations.append(1, 0, "element", 0, 1.0, 1.0, 0, 0, 1, 0, 1, nullptr);
    relations.append(2, 1, "element", 0, 1.0, 1.0, 0, 0, 1, 0, 1, 1);
    auto patterns = writer.table(
        "causal_pattern",
        {"rank", "score", "share", "relations", "culprit_place", "culprit_scope", "culprit_protocol", "culprit_source",
         "culprit_source_ports", "culprit_destination", "culprit_destination_ports", "victim_place", "victim_scope",
         "victim_protocol", "victim_source", "victim_source_ports", "victim_destination", "victim_destination_ports"});
    patterns.append(1, 1.0, 0.5, 1, "firewall", "type", 17, "10.9.0.0/16", "1-100", "0.0.0.0/0", "8", "nat1",
                    "instance", 17, "10.0.0.0/8", "7", "10.0.0.1", "8");
    patterns.append(2, 1.0, 0.5, 1, "any", "any", nullptr, "", "0", "", "0", "any", "any", nullptr, "", "0", "", "0");
}

class ScopeTest : public ::testing::Test {
protected:
    Scope of(std::vector<Subject> subjects)
    {
        auto scope = resolve(m_store, subjects);
        EXPECT_TRUE(scope) << scope.error().text();
        return scope.value_or(Scope());
    }

    tests::TemporaryDirectory m_folder;
    storage::Store m_store = tests::makeStore(m_folder.path() / "s.vns", fill);
};

TEST_F(ScopeTest, NothingChosenLeavesEverything)
{
    EXPECT_EQ(of({}), Scope());
    EXPECT_TRUE(holds({}, 7));
}

TEST_F(ScopeTest, DeviceLeavesItsStreamsAndElement)
{
    const Scope scope = of({{Kind::Device, 2}});
    EXPECT_THAT(scope.devices, Optional(ElementsAre(2)));
    EXPECT_THAT(scope.streams, Optional(ElementsAre(10, 11)));
    EXPECT_THAT(scope.elements, Optional(ElementsAre(5)));
    EXPECT_FALSE(scope.victims) << "nothing says which victims passed a device";
    EXPECT_THAT(of({{Kind::Device, 1}}).streams, Optional(ElementsAre(10)));
    EXPECT_FALSE(of({{Kind::Device, 1}}).elements) << "PerfSight has none of its name";
}

TEST_F(ScopeTest, StreamLeavesItsDevicesAndVictimsEitherWay)
{
    const Scope scope = of({{Kind::Stream, 10}});
    EXPECT_THAT(scope.streams, Optional(ElementsAre(10)));
    EXPECT_THAT(scope.devices, Optional(ElementsAre(1, 2)));
    EXPECT_THAT(scope.victims, Optional(ElementsAre(1)));
    EXPECT_FALSE(of({{Kind::Stream, 11}}).victims) << "no flow of that trace has its addresses";
}

TEST_F(ScopeTest, VlanLeavesItsPortsAndTheirStreams)
{
    const Scope scope = of({{Kind::Vlan, 100}});
    EXPECT_THAT(scope.vlans, Optional(ElementsAre(100)));
    EXPECT_THAT(scope.devices, Optional(ElementsAre(3)));
    EXPECT_THAT(scope.streams, Optional(ElementsAre(11)));
    EXPECT_THAT(of({{Kind::Vlan, 4000}}).devices, Optional(IsEmpty()));
}

TEST_F(ScopeTest, FunctionLeavesItsQueuesAndAllThatItMadeWait)
{
    const Scope scope = of({{Kind::Function, 0}});
    EXPECT_THAT(scope.queues, Optional(ElementsAre(0)));
    EXPECT_THAT(scope.victims, Optional(ElementsAre(1, 2)));
    EXPECT_THAT(of({{Kind::Function, 1}}).victims, Optional(ElementsAre(2)));
    EXPECT_FALSE(scope.devices);
}

TEST_F(ScopeTest, ElementLeavesTheDeviceOfItsName)
{
    const Scope scope = of({{Kind::Element, 5}});
    EXPECT_THAT(scope.elements, Optional(ElementsAre(5)));
    EXPECT_THAT(scope.devices, Optional(ElementsAre(2)));
    EXPECT_THAT(scope.streams, Optional(ElementsAre(10, 11)));
}

TEST_F(ScopeTest, PatternLeavesItsVictims)
{
    const Scope scope = of({{Kind::Pattern, 1}});
    EXPECT_THAT(scope.victims, Optional(ElementsAre(2))) << "victim 1 waited at the firewall itself";
    EXPECT_THAT(scope.functions, Optional(ElementsAre(1)));
    EXPECT_THAT(scope.queues, Optional(ElementsAre(1)));
    EXPECT_THAT(of({{Kind::Pattern, 2}}).victims, Optional(ElementsAre(1, 2)));
    EXPECT_THAT(of({{Kind::Pattern, 77}}).victims, Optional(IsEmpty()));
}

TEST_F(ScopeTest, EventsAreNarrowedByWhatWasChosenAndNotByWhatThatLeavesElsewhere)
{
    const Scope device = of({{Kind::Device, 2}});
    EXPECT_THAT(device.eventDevices, Optional(ElementsAre(2)));
    EXPECT_FALSE(device.eventStreams) << "a device has events that are of no stream";
    const Scope stream = of({{Kind::Stream, 10}});
    EXPECT_THAT(stream.eventStreams, Optional(ElementsAre(10)));
    EXPECT_FALSE(stream.eventDevices) << "others' packets pass its devices too";
    const Scope both = of({{Kind::Device, 2}, {Kind::Stream, 10}});
    EXPECT_THAT(both.eventStreams, Optional(ElementsAre(10)));
    EXPECT_THAT(both.eventDevices, Optional(ElementsAre(2)));
    EXPECT_THAT(of({{Kind::Vlan, 100}}).eventDevices, Optional(ElementsAre(3)));
    EXPECT_THAT(of({{Kind::Element, 5}}).eventDevices, Optional(ElementsAre(2)));
    EXPECT_THAT(of({{Kind::Function, 1}}).eventFunctions, Optional(ElementsAre(41)));
    EXPECT_THAT(of({{Kind::Pattern, 1}}).eventFunctions, Optional(ElementsAre(41))) << "its victims waited at the NAT";
    EXPECT_THAT(of({{Kind::Stream, 404}}).eventStreams, Optional(IsEmpty()));
}

TEST_F(ScopeTest, SubjectsTogetherLeaveWhatBelongsToAll)
{
    EXPECT_THAT(of({{Kind::Device, 2}, {Kind::Stream, 10}}).streams, Optional(ElementsAre(10)));
    EXPECT_THAT(of({{Kind::Device, 3}, {Kind::Stream, 10}}).devices, Optional(IsEmpty()));
    EXPECT_THAT(of({{Kind::Vlan, 100}, {Kind::Function, 1}}).victims, Optional(ElementsAre(2)));
}

TEST_F(ScopeTest, WhatIsNotInTheStoreLeavesNothing)
{
    EXPECT_THAT(of({{Kind::Device, 404}}).devices, Optional(IsEmpty()));
    EXPECT_THAT(of({{Kind::Stream, 404}}).streams, Optional(IsEmpty()));
    EXPECT_THAT(of({{Kind::Function, 404}}).victims, Optional(IsEmpty()));
}

TEST(Prefixes, HoldAddressesThatBeginSo)
{
    const auto isIn = [](const char* prefix, const char* address) {
        const auto parsed = Prefix::parse(prefix);
        EXPECT_TRUE(parsed) << prefix;
        return parsed && parsed->contains(address);
    };
    EXPECT_TRUE(isIn("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(isIn("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(isIn("0.0.0.0/0", "1.2.3.4"));
    EXPECT_FALSE(isIn("0.0.0.0/0", "fd00::1")) << "of the other IP version";
    EXPECT_TRUE(isIn("64.0.0.0/2", "127.0.0.1"));
    EXPECT_FALSE(isIn("64.0.0.0/2", "128.0.0.1"));
    EXPECT_TRUE(isIn("fd00::/13", "fd07::1"));
    EXPECT_FALSE(isIn("fd00::/13", "fd08::1"));
    EXPECT_TRUE(isIn("10.0.0.1", "10.0.0.1"));
    EXPECT_FALSE(isIn("10.0.0.1", "10.0.0.2"));
    for (const char* text : {"", "10.0.0", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/x", "any"})
        EXPECT_FALSE(Prefix::parse(text)) << text;
}

TEST(PortRanges, AreOnePortOrFromTo)
{
    EXPECT_TRUE(PortRange::parse("2000-2008")->contains(2008));
    EXPECT_FALSE(PortRange::parse("2000-2008")->contains(2009));
    EXPECT_TRUE(PortRange::parse("80")->contains(80));
    EXPECT_FALSE(PortRange::parse("80-"));
    EXPECT_FALSE(PortRange::parse(""));
}

TEST(SubjectKinds, HaveNames)
{
    for (const Kind kind : {Kind::Device, Kind::Stream, Kind::Vlan, Kind::Function, Kind::Element, Kind::Pattern})
        EXPECT_EQ(kindOf(nameOf(kind)), kind);
    EXPECT_FALSE(kindOf("nonsense"));
}

} // namespace
} // namespace vnscope::views::scope
