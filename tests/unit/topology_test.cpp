// SPDX-License-Identifier: Apache-2.0
//
// One small network per rule; what is true of it stands in the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topology/discovery.hpp"

namespace vnscope::topology {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr base::Timestamp kBegin{1'000'000'000'000};

base::Timestamp after(double seconds)
{
    return kBegin + static_cast<base::Nanoseconds>(seconds * 1e9);
}

MacAddress mac(std::uint64_t number)
{
    return {0x525400000000 + number};
}

/// Two bridges, left and right, joined by their ports "up"; ports a and b on the left, c and d on the right.
class TwoBridges : public ::testing::Test {
protected:
    TwoBridges()
    {
        for (const NodeId bridge : {left, right})
            discovery.bridgeFiltersVlans(bridge, false);
    }

    NodeId device(const char* host, const char* name) { return discovery.deviceSeen(kBegin, {host, "", name}); }

    void learn(double at, NodeId bridge, NodeId port, std::uint64_t number)
    {
        discovery.fdbSeen(after(at), bridge, port, mac(number), 0);
    }
    void hearAll()
    {
        const NodeId leaves[] = {a, b, c, d};
        for (std::uint64_t number = 1; number <= 4; ++number) {
            const double at = static_cast<double>(number);
            learn(at, left, number <= 2 ? leaves[number - 1] : leftUp, number);
            learn(at + 0.1, right, number > 2 ? leaves[number - 1] : rightUp, number);
        }
    }
    /// Where a station is, with the certainty; "" when nowhere.
    static std::string placeOf(const TopologyTimeline& timeline, std::uint64_t number, double at)
    {
        std::string places;
        for (const Edge& edge : timeline.at(after(at)).edges) {
            if (edge.kind == EdgeKind::AttachedHost && timeline.node(edge.to).mac == mac(number))
                places += (places.empty() ? "" : " ") + timeline.node(edge.from).name + ":" +
                          std::string(toText(edge.certainty));
        }
        return places;
    }
    static std::vector<Change> changesOf(const TopologyTimeline& timeline, ChangeKind kind)
    {
        std::vector<Change> found;
        for (const Change& change : timeline.changes()) {
            if (change.kind == kind)
                found.push_back(change);
        }
        return found;
    }
    static std::vector<Edge> edgesOf(const TopologyTimeline& timeline, EdgeKind kind, double at)
    {
        std::vector<Edge> found;
        for (const Edge& edge : timeline.at(after(at)).edges) {
            if (edge.kind == kind)
                found.push_back(edge);
        }
        return found;
    }

    Discovery discovery;
    NodeId left = device("one", "left");
    NodeId right = device("two", "right");
    NodeId leftUp = device("one", "up");
    NodeId rightUp = device("two", "up");
    NodeId a = device("one", "a");
    NodeId b = device("one", "b");
    NodeId c = device("two", "c");
    NodeId d = device("two", "d");
};

TEST_F(TwoBridges, EliminationFindsTheLinkAndThePlaces)
{
    hearAll();
    const auto timeline = discovery.finish(after(10));
    const auto links = edgesOf(timeline, EdgeKind::Uplink, 9);
    ASSERT_THAT(links, SizeIs(1));
    EXPECT_EQ(links[0].from, leftUp);
    EXPECT_EQ(links[0].to, rightUp);
    EXPECT_EQ(links[0].certainty, Certainty::Inferred);
    EXPECT_EQ(placeOf(timeline, 1, 9), "a:inferred");
    EXPECT_EQ(placeOf(timeline, 4, 9), "d:inferred");
    EXPECT_EQ(timeline.at(after(9)).path(a, c), std::vector<NodeId>({a, left, leftUp, rightUp, right, c}));
}

TEST_F(TwoBridges, OneSharedAddressProvesNothing)
{
    learn(1, left, a, 1);
    learn(1.1, right, rightUp, 1);
    const auto timeline = discovery.finish(after(10));
    EXPECT_THAT(placeOf(timeline, 1, 9), ::testing::HasSubstr("a:ambiguous"));
    for (const Edge& edge : edgesOf(timeline, EdgeKind::Uplink, 9))
        EXPECT_EQ(edge.certainty, Certainty::Ambiguous);
}

TEST_F(TwoBridges, KnownVethIsNoSecondLink)
{
    discovery.portJoined(kBegin, left, leftUp);
    discovery.portJoined(kBegin, right, rightUp);
    discovery.cableSeen(kBegin, {EdgeKind::VethPair, leftUp, rightUp, kNoVlan});
    learn(1, left, a, 1);
    learn(1.1, right, rightUp, 1);
    const auto timeline = discovery.finish(after(10));
    EXPECT_THAT(edgesOf(timeline, EdgeKind::Uplink, 9), IsEmpty());
    EXPECT_THAT(edgesOf(timeline, EdgeKind::VethPair, 9), SizeIs(1));
    EXPECT_EQ(placeOf(timeline, 1, 9), "a:inferred");
}

TEST_F(TwoBridges, PeerWithTheAddressMakesThePlaceCertain)
{
    const NodeId guest = discovery.deviceSeen(kBegin, {"one", "vm", "eth0"}, {"veth", 2, mac(1)});
    discovery.cableSeen(kBegin, {EdgeKind::VethPair, a, guest, kNoVlan});
    hearAll();
    EXPECT_EQ(placeOf(discovery.finish(after(10)), 1, 9), "a:certain");
}

TEST_F(TwoBridges, DeleteThenLearnIsOneMove)
{
    hearAll();
    discovery.fdbDeleted(after(20), left, a, mac(1), 0);
    learn(20.5, right, d, 1);
    learn(20.6, left, leftUp, 1);
    const auto timeline = discovery.finish(after(30));
    const auto moves = changesOf(timeline, ChangeKind::Moved);
    ASSERT_THAT(moves, SizeIs(1));
    EXPECT_EQ(moves[0].at, after(20.5));
    EXPECT_EQ(moves[0].from, a);
    EXPECT_EQ(moves[0].to, d);
    EXPECT_THAT(changesOf(timeline, ChangeKind::Aged), IsEmpty());
    EXPECT_EQ(placeOf(timeline, 1, 19), "a:inferred");
    EXPECT_EQ(placeOf(timeline, 1, 20.2), "");
}

TEST_F(TwoBridges, MakeBeforeBreakIsOneMove)
{
    hearAll();
    learn(20, right, d, 1);
    learn(20.1, left, leftUp, 1);
    const auto timeline = discovery.finish(after(30));
    const auto moves = changesOf(timeline, ChangeKind::Moved);
    ASSERT_THAT(moves, SizeIs(1));
    EXPECT_EQ(moves[0].at, after(20));
    EXPECT_EQ(moves[0].from, a);
    EXPECT_EQ(moves[0].to, d);
    EXPECT_EQ(placeOf(timeline, 1, 19), "a:inferred");
}

TEST_F(TwoBridges, StaleBridgeIsNoEvidence)
{
    hearAll();
    learn(20, right, c, 1); // The left bridge never hears of it.
    const auto timeline = discovery.finish(after(30));
    EXPECT_EQ(placeOf(timeline, 1, 29).find("a:inferred"), std::string::npos);
    EXPECT_EQ(edgesOf(timeline, EdgeKind::Uplink, 29).front().from, leftUp);
    EXPECT_EQ(edgesOf(timeline, EdgeKind::Uplink, 29).front().to, rightUp);
}

TEST_F(TwoBridges, ToAndFroIsFlappingNotMigration)
{
    hearAll();
    for (int round = 0; round < 4; ++round) {
        learn(20 + round, left, round % 2 == 0 ? leftUp : a, 1);
        learn(20.01 + round, right, round % 2 == 0 ? d : rightUp, 1);
    }
    const auto timeline = discovery.finish(after(60));
    EXPECT_THAT(changesOf(timeline, ChangeKind::Flapping), SizeIs(1));
    EXPECT_THAT(changesOf(timeline, ChangeKind::Moved), IsEmpty());
}

TEST_F(TwoBridges, FlappingNamesThePlaceWhereOthersMetItFirst)
{
    hearAll();
    learn(20, right, d, 1);
    learn(20.3, left, leftUp, 1);
    learn(24, left, a, 1);
    learn(24.2, right, rightUp, 1);
    learn(28, right, c, 1);
    learn(28.2, left, leftUp, 1); // The third move of the left bridge.
    const auto timeline = discovery.finish(after(60));
    EXPECT_THAT(placeOf(timeline, 1, 22), ::testing::HasSubstr("d:ambiguous"));
    const auto flaps = changesOf(timeline, ChangeKind::Flapping);
    ASSERT_THAT(flaps, SizeIs(1));
    EXPECT_EQ(flaps[0].at, after(20.3));
}

/// Two stations move, and the left bridge notices late: no two addresses say that the right one is behind port a.
TEST_F(TwoBridges, WhatIsMetShortlyBeforeAMoveIsNoEvidenceOfTheOldPlace)
{
    learn(1, left, a, 5);
    learn(1.1, right, rightUp, 5);
    for (const std::uint64_t number : {1, 2})
        learn(2, left, a, number);
    for (const std::uint64_t number : {1, 2})
        learn(20, right, d, number);
    for (const std::uint64_t number : {1, 2})
        learn(20.5, left, leftUp, number);
    learn(30, left, leftUp, 9); // It is behind the right bridge, which does not know it.
    EXPECT_THAT(placeOf(discovery.finish(after(60)), 9, 59), ::testing::HasSubstr("right:ambiguous"));
}

TEST_F(TwoBridges, AgeingEndsTheEntryAndThenTheStation)
{
    discovery.bridgeAgeing(left, 8 * base::kNsPerSecond);
    discovery.bridgeAgeing(right, 8 * base::kNsPerSecond);
    hearAll();
    discovery.fdbDeleted(after(12), left, a, mac(1), 0);
    discovery.fdbDeleted(after(15), right, rightUp, mac(1), 0);
    const auto timeline = discovery.finish(after(30));
    const auto aged = changesOf(timeline, ChangeKind::Aged);
    ASSERT_THAT(aged, SizeIs(1));
    EXPECT_EQ(aged[0].at, after(15));
    EXPECT_THAT(changesOf(timeline, ChangeKind::Moved), IsEmpty());
    EXPECT_EQ(placeOf(timeline, 1, 14), "a:inferred");
    EXPECT_EQ(placeOf(timeline, 1, 16), "");
    EXPECT_EQ(timeline.fdb()[0].end, FdbEnd::Aged);
}

TEST_F(TwoBridges, RemovedPortTakesItsStationAlong)
{
    hearAll();
    discovery.deviceRemoved(after(20), a);
    const auto timeline = discovery.finish(after(30));
    EXPECT_EQ(placeOf(timeline, 1, 19), "a:inferred");
    EXPECT_EQ(placeOf(timeline, 1, 21), "");
    const auto diff = timeline.diff(after(19), after(21));
    EXPECT_THAT(diff.vanished, ::testing::Contains(a));
    EXPECT_THAT(diff.added, IsEmpty());
}

TEST_F(TwoBridges, LostEventsMakeWhatWasOpenDoubtful)
{
    hearAll();
    discovery.eventsLost("one", {after(20), after(21)});
    const auto timeline = discovery.finish(after(30));
    EXPECT_EQ(placeOf(timeline, 2, 19), "b:inferred");
    EXPECT_EQ(placeOf(timeline, 2, 29), "b:ambiguous");
    EXPECT_EQ(timeline.fdb()[0].doubtfulFrom, after(20));
}

TEST_F(TwoBridges, SeveralStationsOnOnePortShareASegment)
{
    hearAll();
    learn(5, left, a, 5);
    learn(5.1, right, rightUp, 5);
    const auto timeline = discovery.finish(after(10));
    EXPECT_EQ(placeOf(timeline, 1, 4.5), "a:inferred");
    EXPECT_EQ(placeOf(timeline, 1, 9), ":inferred");
    const auto way = timeline.at(after(9)).path(a, left);
    EXPECT_EQ(way, std::vector<NodeId>({a, left}));
}

TEST(MacAddressText, ReadsWhatItWritesAndNothingElse)
{
    EXPECT_EQ(MacAddress::parse("52:54:00:AB:00:01")->text(), "52:54:00:ab:00:01");
    for (const char* bad : {"", "52:54:00:00:00", "52-54-00-00-00-01", "52:54:00:00:00:0g", "52:54:00:00:00:001"})
        EXPECT_FALSE(MacAddress::parse(bad).has_value()) << bad;
    EXPECT_TRUE(MacAddress::parse("33:33:00:00:00:01")->isGroup());
}

TEST(TimelineOfTables, LeavesOutWhatNamesNoNode)
{
    TopologyTimeline::Parts parts;
    parts.range = {kBegin, after(1)};
    parts.nodes.resize(1);
    parts.nodes[0].valid = parts.range;
    parts.edges.push_back(
        {NodeId{0}, NodeId{7}, EdgeKind::Uplink, kNoVlan, parts.range, "statedump", 1, Certainty::Certain, 0});
    const TopologyTimeline timeline(parts);
    EXPECT_THAT(timeline.edges(), IsEmpty());
    EXPECT_THAT(timeline.at(kBegin).nodes, SizeIs(1));
}

} // namespace
} // namespace vnscope::topology
