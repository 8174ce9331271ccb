// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/made_store.hpp"
#include "views/pipeline/picture.hpp"

namespace vnscope::views::pipeline {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr base::Nanoseconds kSecond = base::kNsPerSecond;

/// A bridge (0) with `taps` taps (1, 3, …), each with a queue behind it (2, 4, …).
Pipeline switchOf(ElementId taps)
{
    Pipeline pipeline;
    pipeline.elements[0] = {"h", "br0", "bridge", "switch", {}, {}, {}};
    for (ElementId tap = 1; tap < 2 * taps; tap += 2) {
        const std::string name = "vnet" + std::to_string(tap / 2);
        pipeline.elements[tap] = {"h", name, "tap", "hypervisor", "vm-" + name, {}, {}};
        pipeline.elements[tap + 1] = {"h", name + " queue", "tun", "hypervisor", "vm-" + name, {}, tap};
        pipeline.links.push_back({0, tap, "call", false, true});
        pipeline.links.push_back({tap, tap + 1, "packet"});
    }
    return pipeline;
}

TEST(ChooseElements, DrawsAllThatHangTogetherWhereTheyAreFew)
{
    Pipeline pipeline = switchOf(5);
    pipeline.elements[99] = {"h", "h", "host", "hypervisor", {}, {}, {}};
    EXPECT_EQ(chooseElements(pipeline, {}, {}).size(), 11U) << "all but the one that stands alone";
    pipeline.links.clear();
    EXPECT_EQ(chooseElements(pipeline, {}, {}).size(), 12U) << "all stand alone";
}

TEST(ChooseElements, OfHundredsThoseThatFaredBadlyAndTheirNeighbours)
{
    const Pipeline pipeline = switchOf(200);
    Conditions conditions;
    conditions[40].lostPackets = 5;
    conditions[80].droppedPackets = 1;
    conditions[120].droppedPackets = 0;
    Verdicts verdicts;
    verdicts.shortages.push_back({});
    verdicts.shortages[0].element = 300;
    EXPECT_THAT(chooseElements(pipeline, conditions, verdicts), ::testing::ElementsAre(0, 39, 40, 79, 80, 299, 300))
        << "the queues, their taps, and the bridge";
    for (ElementId queue = 2; queue <= 400; queue += 2)
        conditions[queue].lostPackets = queue;
    const auto chosen = chooseElements(pipeline, conditions, verdicts, 10);
    ASSERT_EQ(chosen.size(), 10U);
    EXPECT_THAT(chosen, Contains(300)) << "the verdict first";
    EXPECT_THAT(chosen, Contains(400)) << "then the largest losses";
    EXPECT_EQ(chosen[0], 300);
    EXPECT_EQ(pictureOf(pipeline, chosen, conditions, verdicts).diagram.boxes.size(), 10U);
    EXPECT_THAT(pictureOf(pipeline, chosen, conditions, verdicts).diagram.remarks,
                Contains(HasSubstr("Not drawn: 391 of 401 elements")));
}

TEST(ChooseElements, OfHundredsThatFaredWellSomeAreDrawn)
{
    EXPECT_EQ(chooseElements(switchOf(200), {}, {}).size(), kReadableElements);
}

TEST(PipelinePicture, ColourIsNeverAlone)
{
    Conditions conditions;
    conditions[2].lostPackets = 2000;
    conditions[4].droppedPackets = 1;
    conditions[1].states["read_blocked"] = 2 * kSecond;
    conditions[1].states["running"] = 9 * kSecond;
    const Pipeline pipeline = switchOf(3);
    const auto [picture, elements] =
        pictureOf(pipeline, chooseElements(pipeline, conditions, {}), conditions, Verdicts{});
    for (std::size_t box = 0; box < picture.boxes.size(); ++box) {
        const auto loss = std::ranges::count_if(picture.boxes[box].lines, [](const std::string& line) {
            return line.starts_with("lost") || line.starts_with("dropped");
        });
        EXPECT_EQ(picture.boxes[box].heat > 0, loss == 1) << picture.boxes[box].lines[0];
    }
    EXPECT_THAT(picture.boxes[2].lines, Contains("lost 2,000 packets"));
    EXPECT_THAT(picture.boxes[4].lines, Contains("dropped 1 packet"));
    EXPECT_THAT(picture.boxes[1].lines, Contains("read-blocked for 2.00 s")) << "the gravest state, not the longest";
    EXPECT_EQ(picture.heatName, "lost most: 2,000 packets");
    EXPECT_THAT(picture.description, HasSubstr("vnet0 queue lost most, 2,000 packets."));
    EXPECT_FALSE(picture.lines[0].isDirected) << "both ways";
    EXPECT_TRUE(picture.lines[1].isDirected);
}

TEST(PipelinePicture, FramesAreVmsNamespacesAndHosts)
{
    Pipeline pipeline = switchOf(2);
    pipeline.elements[50] = {"h", "blue", "netns", "guest", {}, {}, {}};
    pipeline.elements[51] = {"h", "v0", "veth", "driver", {}, {}, 50};
    pipeline.elements[52] = {"h", "v0 tbf", "qdisc", "driver", {}, {}, 51};
    std::vector<ElementId> all;
    for (const auto& [id, element] : pipeline.elements)
        all.push_back(id);
    const auto groupsOf = [&](const std::vector<ElementId>& shown) {
        std::vector<std::string> groups;
        for (const diagram::Box& box : pictureOf(pipeline, shown, {}, {}).diagram.boxes)
            groups.push_back(box.group);
        return groups;
    };
    EXPECT_THAT(groupsOf(all),
                ::testing::ElementsAre("h", "vm-vnet0", "vm-vnet0", "vm-vnet1", "vm-vnet1", "blue", "blue", "blue"));
    EXPECT_THAT(groupsOf({50, 51, 52}), ::testing::Each("blue"));
    EXPECT_THAT(groupsOf({0}), ::testing::Each("")) << "a frame around everything says nothing";
    pipeline.elements[51].parent = 52; // A circle.
    EXPECT_THAT(groupsOf({0, 51}), ::testing::Each(""));
    pipeline.elements[99] = {"other", "eth0", "pnic", "nic", {}, {}, {}};
    EXPECT_THAT(groupsOf({0, 1, 50, 99}), ::testing::ElementsAre("h", "h: vm-vnet0", "h: blue", "other"));
}

TEST(PipelinePicture, DropsThatAreNoLossAreOnlyJustWarm)
{
    const Pipeline pipeline = switchOf(2);
    Conditions conditions;
    conditions[2].lostPackets = 100;
    conditions[4].droppedPackets = 100'000;
    const auto warm = pictureOf(pipeline, {2, 4}, conditions, {}).diagram;
    EXPECT_DOUBLE_EQ(warm.boxes[0].heat, 1);
    EXPECT_GT(warm.boxes[1].heat, 0);
    EXPECT_LT(warm.boxes[1].heat, 0.2);
    EXPECT_EQ(warm.heatName, "lost most: 100 packets");
    conditions.erase(2);
    EXPECT_EQ(pictureOf(pipeline, {2, 4}, conditions, {}).diagram.heatName, "dropped most: 100,000 packets");
}

class StoredPipelineTest : public ::testing::Test {
protected:
    storage::Store make(const std::function<void(storage::StoreWriter&)>& fill)
    {
        return tests::makeStore(m_folder.path() / "pipeline.vns", fill);
    }
    tests::TemporaryDirectory m_folder;
};

TEST_F(StoredPipelineTest, OneLinkForEachPair)
{
    const storage::Store store = make([](storage::StoreWriter& writer) {
        auto element = writer.table(
            "element", {"element_id", "host", "name", "kind", "layer", "tenant", "vm", "capacity_bps", "parent_id"});
        for (std::int64_t id = 1; id <= 4; ++id)
            element.append(id, id < 4 ? "h" : "other", std::to_string(id), "", "middlebox", "", "", 1000, nullptr);
        auto neighbour = writer.table("element_neighbour", {"from_id", "to_id", "coupling"});
        neighbour.append(1, 2, "call");
        neighbour.append(2, 1, "call");
        neighbour.append(3, 4, "packet");
        neighbour.append(3, 77, "packet"); // Of which the store has no element.
        auto chain = writer.table("chain_link", {"from_id", "to_id", "coupling", "windows"});
        chain.append(2, 3, "tcp", 2);
        chain.append(3, 2, "tcp", 20);
        chain.append(4, 3, "tcp", 1);
    });
    const auto pipeline = readPipeline(store);
    ASSERT_TRUE(pipeline) << pipeline.error().text();
    EXPECT_TRUE(pipeline->hasSeveralHosts());
    ASSERT_EQ(pipeline->links.size(), 3U);
    EXPECT_TRUE(pipeline->links[0].isBothWays);
    EXPECT_EQ(pipeline->links[1].from, 4) << "data was seen to go the other way than its author said";
    EXPECT_TRUE(pipeline->links[1].isChain);
    EXPECT_EQ(pipeline->links[2].from, 3) << "the way of more windows";
    EXPECT_EQ(pipeline->links[2].to, 2);
    EXPECT_EQ(pipeline->elements.at(1).capacityBps, 1000);
    EXPECT_FALSE(pipeline->elements.at(1).parent);
}

TEST_F(StoredPipelineTest, LossesAreOfWindowsThatTouchTheTime)
{
    const storage::Store store = make([](storage::StoreWriter& writer) {
        auto loss =
            writer.table("element_loss", {"element_id", "begin_ns", "bin_ns", "packets", "share", "is_counted"});
        for (std::int64_t second = 0; second < 10; ++second)
            loss.append(1, second * kSecond, kSecond, std::int64_t{1} << second, nullptr, 0);
        auto count =
            writer.table("element_count", {"ts_ns", "element_id", "in_packets", "out_packets", "in_bytes", "out_bytes",
                                           "drop_packets", "in_time_ns", "out_time_ns", "queued_packets"});
        for (std::int64_t second = 0; second < 10; ++second) {
            count.append(second * kSecond, 2, 0, 0, 0, 0, 7 * second, nullptr, nullptr, nullptr);
            count.append(second * kSecond, 3, 0, 0, 0, 0, second == 5 ? 0 : 9, nullptr, nullptr, nullptr);
            count.append(second * kSecond, 4, 0, 0, 0, 0, nullptr, nullptr, nullptr, nullptr);
        }
    });
    const auto part = readConditions(store, {{2 * kSecond + 1}, {4 * kSecond}});
    ASSERT_TRUE(part) << part.error().text();
    EXPECT_EQ(part->at(1).lostPackets, 4 + 8) << "the window that it begins in, not the one after its end";
    EXPECT_FALSE(part->at(1).droppedPackets);
    EXPECT_EQ(part->at(2).droppedPackets, 7) << "from the sample at 3 s to that at 4 s";
    EXPECT_EQ(part->at(2).loss(), 7);
    EXPECT_FALSE(part->contains(4)) << "it counts no drops";
    const auto whole = readConditions(store, {{0}, {10 * kSecond}});
    ASSERT_TRUE(whole) << whole.error().text();
    EXPECT_FALSE(whole->contains(3)) << "it began anew: what it dropped is not known";
}

TEST_F(StoredPipelineTest, AVerdictKnowsItsRule)
{
    const storage::Store store = make([](storage::StoreWriter& writer) {
        auto shortage = writer.table("resource_shortage", {"host", "resource", "scope", "drop_place", "element_id",
                                                           "vm", "valid_from_ns", "valid_to_ns", "windows",
                                                           "lost_packets", "confidence", "evidence", "not_measured"});
        const auto add = [&](const char* resource, const char* place, std::int64_t lost, const char* evidence,
                             const char* notMeasured) {
            shortage.append("h", resource, "contention", place, 1, "", 0, kSecond, 1, lost, "likely", evidence,
                            notMeasured);
        };
        add("pCPU backlog", "backlog", 50, "lost_packets = 50; nic_tx_utilisation = 0.1 (nic_tx_utilisation <= 0.95)",
            "");
        add("Outgoing bandwidth of a device", "qdisc", 40, "lost_packets = 40", "");
        add("CPU", "tun", 30, "lost_packets = 30", "cpu_utilisation >= 0.9");
        add("Patience", "tun", 20, "lost_packets = 20", "");
        add("Bandwidth of link eth0", "veth", 0,
            "link_utilisation = 0.97 (link_utilisation >= 0.95); carried_bps = 1e6",
            "whether the packets of this chain pass eth0");
    });
    const auto verdicts = readVerdicts(store, {{0}, {kSecond}});
    ASSERT_TRUE(verdicts) << verdicts.error().text();
    ASSERT_EQ(verdicts->shortages.size(), 5U);
    const Shortage& backlog = verdicts->shortages[0];
    ASSERT_TRUE(backlog.rule);
    EXPECT_EQ(backlog.rule->number, 6U) << "row 6 of rules/table1.txt";
    EXPECT_TRUE(backlog.rule->isOfPaper);
    ASSERT_EQ(backlog.checks.size(), 1U);
    EXPECT_EQ(backlog.checks[0].demand, "nic_tx_utilisation <= 0.95");
    EXPECT_EQ(backlog.checks[0].measured, "0.1");
    EXPECT_THAT(backlog.others, ::testing::ElementsAre("lost_packets = 50"));
    ASSERT_TRUE(verdicts->shortages[1].rule);
    EXPECT_FALSE(verdicts->shortages[1].rule->isOfPaper);
    EXPECT_FALSE(verdicts->shortages[1].rule->hasConditions);
    ASSERT_EQ(verdicts->shortages[2].checks.size(), 1U);
    EXPECT_TRUE(verdicts->shortages[2].checks[0].measured.empty()) << "nobody measured it";
    EXPECT_FALSE(verdicts->shortages[3].rule);
    EXPECT_FALSE(verdicts->shortages[3].isFullLink());
    EXPECT_TRUE(verdicts->shortages[4].isFullLink());
    EXPECT_EQ(verdicts->shortages[4].checks.size(), 2U);
    EXPECT_TRUE(readVerdicts(store, {{kSecond}, {2 * kSecond}})->shortages.empty()) << "over by then";
}

} // namespace
} // namespace vnscope::views::pipeline
