// SPDX-License-Identifier: Apache-2.0
// `vnscope topology` as a user or a script would run it, on a recorded network.

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class TopologyCommand : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        s_scratch = new support::ScratchDirectory;
        const support::SampleCase sample("bridge-vlan-migration");
        const auto run = support::runProgram("vnscope import '" + sample.trace().string() + "' -o '" + store() + "'");
        ASSERT_EQ(run.exitCode, 0) << run.output;
    }
    static void TearDownTestSuite()
    {
        delete s_scratch;
        s_scratch = nullptr;
    }
    static std::string store() { return (s_scratch->path() / "bridges.vns").string(); }
    static support::ProgramResult topology(const std::string& options)
    {
        return support::runProgram("vnscope topology '" + store() + "' " + options);
    }

    static support::ScratchDirectory* s_scratch;
};

support::ScratchDirectory* TopologyCommand::s_scratch = nullptr;

TEST_F(TopologyCommand, TextNamesBridgesPortsAndWhatIsBehindThem)
{
    const auto run = topology("--at +40s");
    EXPECT_EQ(run.exitCode, 0);
    EXPECT_THAT(run.output, HasSubstr("br0  on vnguest"));
    EXPECT_THAT(run.output, HasSubstr("up1, port of br1"));
    EXPECT_THAT(run.output, HasSubstr("vnet5b"));
}

TEST_F(TopologyCommand, JsonHasTheNodesThatItsEdgesName)
{
    const auto run = topology("--at +10s --format json");
    ASSERT_EQ(run.exitCode, 0) << run.output;
    const json map = json::parse(run.output);
    std::set<int> ids;
    for (const json& node : map["nodes"])
        ids.insert(node["node_id"].get<int>());
    ASSERT_FALSE(map["edges"].empty());
    for (const json& edge : map["edges"]) {
        EXPECT_TRUE(ids.contains(edge["from_id"]) && ids.contains(edge["to_id"]));
        EXPECT_LE(edge["valid_from_ns"].get<std::int64_t>(), map["at_ns"].get<std::int64_t>());
        EXPECT_GT(edge["valid_to_ns"].get<std::int64_t>(), map["at_ns"].get<std::int64_t>());
    }
}

TEST_F(TopologyCommand, GraphmlAndDotAreReadByOthers)
{
    const auto graphml = topology("--format graphml");
    ASSERT_EQ(graphml.exitCode, 0);
    EXPECT_THAT(graphml.output, HasSubstr("<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\""));
    const auto parsed = support::runProgram("vnscope topology '" + store() + "' --format graphml | python3 -c '" +
                                            "import sys, xml.dom.minidom as x; d = x.parse(sys.stdin); " +
                                            "print(len(d.getElementsByTagName(\"node\")))'");
    EXPECT_EQ(parsed.exitCode, 0) << parsed.output;
    EXPECT_GT(std::stoi(parsed.output), 15);
    EXPECT_THAT(topology("--format dot").output, HasSubstr("vm1-eth0"));
}

TEST_F(TopologyCommand, TheEndingOfTheOutputTellsTheFormat)
{
    const std::string svg = (s_scratch->path() / "map.svg").string();
    ASSERT_EQ(topology("-o '" + svg + "'").exitCode, 0);
    std::ifstream file(svg);
    std::string begin(4, '\0');
    file.read(begin.data(), 4);
    EXPECT_EQ(begin, "<svg");
}

TEST_F(TopologyCommand, ChangesTellBothMigrations)
{
    const auto run = topology("--changes --format json");
    ASSERT_EQ(run.exitCode, 0) << run.output;
    const json changes = json::parse(run.output);
    EXPECT_EQ(std::count_if(changes.begin(), changes.end(), [](const json& it) { return it["kind"] == "moved"; }), 2);
    EXPECT_THAT(topology("--changes --format csv").output,
                HasSubstr("ts_ns,after_begin_s,kind,subject,from,to,detail"));
}

TEST_F(TopologyCommand, ADifferenceTellsWhatCameAndWhatWent)
{
    const auto run = topology("--diff +20s +40s --format csv");
    ASSERT_EQ(run.exitCode, 0) << run.output;
    EXPECT_THAT(run.output, HasSubstr("added,bridge_port,br1,vnet2"));
    EXPECT_THAT(run.output, HasSubstr("added,bridge_port,br0,vnet5b"));
    EXPECT_THAT(run.output, HasSubstr("removed,bridge_port,br1,vnet5"));
    const auto back = topology("--diff +40s +20s --format csv");
    EXPECT_THAT(back.output, HasSubstr("removed,bridge_port,br0,vnet5b"));
    EXPECT_EQ(topology("--diff +20s +20s --format json").output, "[]\n");
}

TEST_F(TopologyCommand, WhatMakesNoSenseIsOneSentenceAndCodeTwo)
{
    for (const std::string options :
         {"--at +9h", "--at yesterday", "--changes --format svg", "--format csv", "--at +1s --changes", "--diff +1s"}) {
        const auto run = topology(options);
        EXPECT_EQ(run.exitCode, 2) << options << ": " << run.output;
        EXPECT_FALSE(run.output.empty());
        EXPECT_LE(std::count(run.output.begin(), run.output.end(), '\n'), 2) << run.output;
    }
    EXPECT_EQ(support::runProgram("vnscope topology /dev/null").exitCode, 1);
}

} // namespace
} // namespace vnscope::tests
