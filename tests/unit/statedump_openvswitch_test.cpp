// SPDX-License-Identifier: Apache-2.0
//
// Two switches on one host: found by the sample ovs-two-switches, whose two datapaths are both called "ovs-system".
#include "apps/statedump/openvswitch.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/unix_server.hpp"

namespace {

using ::testing::AllOf;
using ::testing::Field;
using ::testing::UnorderedElementsAre;
using vnscope::statedump::joined;
using vnscope::statedump::OvsPort;
using vnscope::tests::UnixServer;

/// What an ovsdb-server (3.1) answers: one port with a tag, one with trunks, a bond, and one of no bridge.
constexpr const char* kTables = R"([
  {"rows": [{"name": "br0", "ports": ["set", [["uuid", "a"], ["uuid", "b"], ["uuid", "c"]]]}]},
  {"rows": [{"_uuid": ["uuid", "a"], "tag": 10, "trunks": ["set", []], "interfaces": ["uuid", "1"]},
            {"_uuid": ["uuid", "b"], "tag": ["set", []], "trunks": ["set", [20, 30]], "interfaces": ["uuid", "2"]},
            {"_uuid": ["uuid", "c"], "tag": ["set", []], "trunks": ["set", []],
             "interfaces": ["set", [["uuid", "3"], ["uuid", "4"]]]},
            {"_uuid": ["uuid", "d"], "tag": 99, "trunks": ["set", []], "interfaces": ["uuid", "1"]}]},
  {"rows": [{"_uuid": ["uuid", "1"], "name": "p1", "type": "", "options": ["map", []], "ifindex": 7},
            {"_uuid": ["uuid", "2"], "name": "pa", "type": "patch", "options": ["map", [["peer", "pb"]]],
             "ifindex": ["set", []]},
            {"_uuid": ["uuid", "3"], "name": "e0", "type": "", "options": ["map", []], "ifindex": ["set", []]},
            {"_uuid": ["uuid", "4"], "name": "e1", "type": "", "options": ["map", []], "ifindex": ["set", []]}]}])";

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

TEST(StatedumpOpenvswitch, ReadsTheTablesOfADatabase)
{
    const auto ports = vnscope::statedump::portsOfDatabase(nlohmann::json::parse(kTables));
    ASSERT_TRUE(ports) << ports.error().text();
    EXPECT_THAT(*ports, UnorderedElementsAre(is(0, "p1", "br0", 10), is(0, "pa", "br0", 0), is(0, "e0", "br0", 0),
                                             is(0, "e1", "br0", 0)));
    EXPECT_THAT(*ports, testing::Contains(AllOf(Field(&OvsPort::kind, "patch"), Field(&OvsPort::peer, "pb"),
                                                Field(&OvsPort::trunks, "20,30"), Field(&OvsPort::ifindex, 0U))));
    EXPECT_THAT(*ports, testing::Contains(AllOf(Field(&OvsPort::name, "p1"), Field(&OvsPort::ifindex, 7U))));
}

TEST(StatedumpOpenvswitch, TablesThatAreNotAsExpectedAreAnError)
{
    for (const char* text : {"null", "[]", "[{},{},{}]", R"([{"rows":[{"name":1,"ports":["set",[]]}]},{"rows":[]}])",
                             R"([{"rows":[]},{"rows":[]},{"error":"not allowed"}])"})
        EXPECT_FALSE(vnscope::statedump::portsOfDatabase(nlohmann::json::parse(text))) << text;
}

/// Both databases have a port of the name; the devices tell which datapath is whose, against the order.
TEST(StatedumpOpenvswitch, GivesEachDatabaseItsOwnDatapathByDevice)
{
    std::vector<OvsPort> databases = {inDatabase("p", 10), inDatabase("p", 20)};
    std::vector<OvsPort> datapaths = {inDatapath(1, 1, "p"), inDatapath(2, 1, "p")};
    databases[0].ifindex = datapaths[1].ifindex = 5;
    databases[1].ifindex = datapaths[0].ifindex = 6;
    EXPECT_THAT(joined(databases, datapaths), UnorderedElementsAre(is(2, "p", "ovsbr0", 10), is(1, "p", "ovsbr0", 20)));
}

/// Containers made alike have devices of one name and one ifindex; the server's own namespace tells.
TEST(StatedumpOpenvswitch, GivesEachDatabaseItsOwnDatapathByNamespace)
{
    std::vector<OvsPort> databases = {inDatabase("br0", 10), inDatabase("br0", 20)};
    std::vector<OvsPort> datapaths = {inDatapath(1, 1, "br0"), inDatapath(2, 1, "br0")};
    for (OvsPort* port : {&databases[0], &databases[1], &datapaths[0], &datapaths[1]})
        port->ifindex = 3;
    databases[0].netns = 2;
    databases[1].netns = 1;
    EXPECT_THAT(joined(databases, datapaths),
                UnorderedElementsAre(is(2, "br0", "ovsbr0", 10), is(1, "br0", "ovsbr0", 20)));
}

TEST(StatedumpOpenvswitch, APortWithoutDatapathHasNoDevice)
{
    OvsPort port = inDatabase("p", 10);
    port.netns = 1;
    port.ifindex = 5;
    EXPECT_THAT(joined({port}, {}),
                UnorderedElementsAre(AllOf(is(0, "p", "ovsbr0", 10), Field(&OvsPort::ifindex, 0U))));
}

TEST(StatedumpOpenvswitch, AsksControlSocketsForTheOthersAndNoSocketBesides)
{
    namespace fs = std::filesystem;
    const UnixServer control(
        {R"({"id":1,"error":null,"result":"ptcp:6640\npunix:/elsewhere/one.sock\npunix:two.sock\n"})"});
    const fs::path folder = fs::path(control.path()).parent_path();
    std::error_code error;
    fs::create_symlink("socket", folder / "ovsdb-server.12.ctl", error);
    fs::create_symlink("socket", folder / "vhost-user-1.sock", error);
    std::vector<std::string> problems;
    const auto sockets = vnscope::recording::host::findOvsdbSockets({folder, folder / "absent"}, problems);
    fs::remove(folder / "ovsdb-server.12.ctl");
    fs::remove(folder / "vhost-user-1.sock");
    EXPECT_FALSE(error);
    EXPECT_THAT(problems, testing::IsEmpty());
    EXPECT_THAT(sockets.paths, testing::ElementsAre("/elsewhere/one.sock", folder / "two.sock", folder / "db.sock",
                                                    folder / "absent/db.sock"));
}

TEST(StatedumpOpenvswitch, AsksAServerOnceAndReportsOnlyWhatShouldAnswer)
{
    const UnixServer good({std::string(R"({"id":1,"error":null,"result":)") + kTables + "}"});
    std::vector<std::string> problems;
    EXPECT_EQ(vnscope::statedump::readDatabases({{good.path(), "/nonexistent", good.path()}, false}, problems).size(),
              4U);
    EXPECT_THAT(problems, testing::IsEmpty());
    EXPECT_EQ(vnscope::statedump::readDatabases({{"/nonexistent", good.path()}, true}, problems).size(), 4U);
    EXPECT_THAT(problems, testing::ElementsAre(testing::HasSubstr("/nonexistent")));
}

} // namespace
