// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/packed_rows.hpp"
#include "tests/support/made_store.hpp"
#include "views/diagram/svg.hpp"
#include "views/flow/picture.hpp"

namespace vnscope::views::flow {
namespace {

using diagram::Diagram;
using testing::ElementsAre;
using testing::HasSubstr;

/// A chain of devices: step i leads from device i to device i + 1 and has 1000 - i packets.
FlowGraph chain(std::int64_t steps)
{
    FlowGraph graph;
    for (std::int64_t id = 0; id <= steps; ++id)
        graph.places[id] = {"queue", "eth" + std::to_string(id), id};
    for (std::int64_t id = 0; id < steps; ++id)
        graph.steps.push_back({id, id + 1, 1000 - id, 1'500});
    return graph;
}

TEST(FlowPicture, KeepsTheHeaviestStepsAndSaysWhatIsMissing)
{
    const Diagram picture = pictureOf(chain(40), kReadableSteps);
    ASSERT_EQ(picture.lines.size(), kReadableSteps);
    EXPECT_EQ(picture.boxes.size(), kReadableSteps + 1) << "places that no line leads to are left out, too";
    EXPECT_EQ(picture.lines.front().label, "1,000 · p99 1.50 µs");
    EXPECT_DOUBLE_EQ(picture.lines.front().weight, 1);
    EXPECT_DOUBLE_EQ(picture.lines.back().weight, 0.976);
    ASSERT_EQ(picture.remarks.size(), 2U);
    EXPECT_EQ(picture.remarks[1], "Not drawn: the 15 lightest of 40 steps, of at most 975 packets each.");
    EXPECT_EQ(pictureOf(chain(25), kReadableSteps).remarks.size(), 1U) << "nothing is missing";
}

TEST(FlowPicture, APlaceStandsInTheFrameOfItsDeviceAndDirection)
{
    const FlowGraph graph{{{0, {"source", "vnet1", 7}},
                           {1, {"queue", "vnet1", 7}},
                           {2, {"rx", "vnet1", 7}},
                           {3, {"upcall", "ovs-system", {}}},
                           {4, {"drop", "vnet1", 7}}},
                          {{0, 1, 9, {}}, {2, 3, 5, 2'000'000}, {2, 4, 1, 700}}};
    const Diagram picture = pictureOf(graph, kReadableSteps);
    ASSERT_EQ(picture.boxes.size(), 5U);
    EXPECT_EQ(picture.boxes[0].group, "vnet1 tx");
    EXPECT_EQ(picture.boxes[1].group, "vnet1 tx");
    EXPECT_EQ(picture.boxes[2].group, "vnet1 rx");
    EXPECT_EQ(picture.boxes[4].group, "vnet1 rx");
    EXPECT_EQ(picture.boxes[3].group, "") << "alone";
    EXPECT_THAT(picture.boxes[3].lines, ElementsAre("ovs-system", "ovs-vswitchd"));
    EXPECT_EQ(picture.lines[0].label, "9") << "the way begins here: no wait";
    EXPECT_EQ(picture.lines[2].label, "1 · 700 ns") << "one packet has no percentile";
    ASSERT_TRUE(picture.lines[1].style && picture.lines[2].style);
    EXPECT_EQ(picture.styles[*picture.lines[1].style], "to ovs-vswitchd");
    EXPECT_EQ(picture.styles[*picture.lines[2].style], "dropped");
    EXPECT_THAT(diagram::toSvg(picture), HasSubstr("1 · 700 ns"));
}

TEST(FlowPicture, NothingIsAPictureToo)
{
    const Diagram picture = pictureOf({}, kReadableSteps);
    EXPECT_TRUE(picture.boxes.empty());
    EXPECT_EQ(picture.description, "No step was seen.");
}

/// Offset from the packet's begin, place, CPU, length, join. The first step is taken twice, as in a loop.
std::string packedHops()
{
    storage::PackedRows hops;
    for (const auto& hop : std::vector<std::array<std::int64_t, 5>>{
             {0, 0, 0, 84, 0}, {700, 1, 0, 84, 0}, {900, 0, 0, 84, 0}, {1'700, 1, 1, 84, 4}})
        hops.append(hop);
    return hops.text();
}

storage::Store makeFlowStore(const tests::TemporaryDirectory& directory)
{
    return tests::makeStore(directory.path() / "flow.vns", [](storage::StoreWriter& writer) {
        auto device = writer.table("device", {"device_id", "host", "name", "label", "kind", "ambiguous", "evidence",
                                              "first_seen_ns", "last_seen_ns"});
        device.append(0, "alpha", "eth0", "eth0", "nic", 0, "", tests::kSampleBegin, tests::kSampleEnd);
        device.append(1, "beta", "eth0", "eth0", "nic", 0, "", tests::kSampleBegin, tests::kSampleEnd);
        auto place = writer.table("place", {"place_id", "kind", "device_id", "name"});
        place.append(0, "queue", 0, "eth0 queue");
        place.append(1, "rx", 1, "eth0 rx");
        place.append(2, "drop", nullptr, "no device drop");
        auto part = writer.table("stream_edge", {"stream_id", "part", "from_id", "to_id", "packets", "bytes",
                                                 "latency_p50_ns", "latency_p99_ns", "latency_max_ns"});
        part.append(4, 0, 0, 1, 30, 3'000, 100, 900, 950);
        part.append(4, 1, 0, 1, 12, 1'200, 100, 400, 450);
        part.append(5, 0, 0, 1, 999, 1'200, 100, 1'000, 1'100);
        auto edge = writer.table("flow_edge", {"from_id", "to_id", "packets", "bytes", "latency_p50_ns",
                                               "latency_p99_ns", "latency_max_ns"});
        edge.append(1, 2, 3, 300, nullptr, nullptr, nullptr);
        edge.append(0, 1, 1'041, 5'400, 100, 1'000, 1'100);
        edge.append(0, 77, 1, 1, nullptr, nullptr, nullptr);
        auto packet = writer.table(
            "packet", {"packet_id", "first_ns", "last_ns", "hop_count", "outcome", "confidence", "l3_bytes", "hops"});
        packet.append(8, tests::kSampleBegin, tests::kSampleBegin + 1'700, 4, "dropped", 1.0, 84, packedHops());
    });
}

TEST(FlowGraphReader, ReadsAllTrafficTheHeaviestFirst)
{
    const tests::TemporaryDirectory directory;
    const auto graph = readFlow(makeFlowStore(directory));
    ASSERT_TRUE(graph) << graph.error().text();
    ASSERT_EQ(graph->steps.size(), 2U) << "place 77 does not exist";
    EXPECT_EQ(graph->steps[0].packets, 1'041);
    EXPECT_EQ(graph->steps[0].wait, 1'000);
    EXPECT_EQ(graph->steps[1].wait, std::nullopt);
    EXPECT_EQ(graph->places.at(0).where, "alpha: eth0") << "two hosts have an eth0";
    EXPECT_EQ(graph->places.at(1).where, "beta: eth0");
    EXPECT_EQ(graph->places.at(2).where, "no device");
}

TEST(FlowGraphReader, PartsOfAConversationAreAddedUp)
{
    const tests::TemporaryDirectory directory;
    const auto graph = readStreamFlow(makeFlowStore(directory), 4);
    ASSERT_TRUE(graph) << graph.error().text();
    ASSERT_EQ(graph->steps.size(), 1U);
    EXPECT_EQ(graph->steps[0].packets, 42);
    EXPECT_EQ(graph->steps[0].wait, 900);
}

TEST(FlowGraphReader, APacketIsFollowedHopByHop)
{
    const tests::TemporaryDirectory directory;
    const storage::Store store = makeFlowStore(directory);
    const auto graph = readPacketFlow(store, 8);
    ASSERT_TRUE(graph) << graph.error().text();
    ASSERT_EQ(graph->steps.size(), 2U);
    EXPECT_EQ(graph->steps[0].to, 1);
    EXPECT_EQ(graph->steps[0].packets, 2);
    EXPECT_EQ(graph->steps[0].wait, 800) << "the longer one of 700 and 800";
    EXPECT_EQ(graph->steps[1].to, 0);
    EXPECT_EQ(graph->steps[1].wait, 200);
    EXPECT_TRUE(readPacketFlow(store, 9)->steps.empty());
}

} // namespace
} // namespace vnscope::views::flow
