// SPDX-License-Identifier: Apache-2.0
//
// NetMedic as it is defined: hand-made histories whose answer follows from the method, worked out on paper beside each.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyses/netmedic/culprit_ranking.hpp"
#include "analyses/netmedic/impact.hpp"
#include "analyses/netmedic/variable_statistics.hpp"
#include "analyses/netmedic/windowed_states.hpp"

namespace vnscope::analyses::netmedic {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr base::Nanoseconds kUs = base::kNsPerUs;
constexpr base::Nanoseconds kMs = base::kNsPerMs;
constexpr base::Timestamp kBegin{1'700'000'000'123'456'789};

base::Timestamp us(std::int64_t microseconds)
{
    return kBegin + microseconds * kUs;
}

float valueOf(const History& history, std::uint32_t element, Variable variable, std::size_t window = 0)
{
    for (const Component& component : history.components) {
        if (component.element == element)
            return component.states.at(window)[static_cast<std::size_t>(variable)];
    }
    ADD_FAILURE() << "no element " << element;
    return 0;
}

tracepoints::NfQueue queueOf(std::uint32_t queue, std::uint32_t reader)
{
    tracepoints::NfQueue description;
    description.queue = queue;
    description.reader = reader;
    return description;
}

// ---- How states are measured

TEST(NetmedicStates, CountsOneWindow)
{
    // Ten packets come at 0. Four are read at 100 us and written at 150 us, six at 200 us and 300 us.
    WindowedStates states(kMs);
    states.onQueue(queueOf(20, 2));
    states.onWrite(us(0), 1, 20, 10);
    states.onRead(us(100), 2, 20, 4);
    states.onWrite(us(150), 2, 99, 4);
    states.onRead(us(200), 2, 20, 6);
    states.onWrite(us(300), 2, 99, 6);
    const History history = states.finish();

    EXPECT_EQ(history.windows, 1U);
    EXPECT_THAT(history.edges, ElementsAre(Edge{0, 1}));
    EXPECT_FLOAT_EQ(valueOf(history, 1, Variable::Sent), 10'000);
    EXPECT_FLOAT_EQ(valueOf(history, 1, Variable::Busy), 0);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::Busy), 0.15F);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::Received), 10'000);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::Sent), 10'000);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::QueueMean), 1.6F); // 10 for 100 us, 6 for 100 us, of 1000 us
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::QueueMax), 10);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::LatencyMean), 240'000); // 4 of 150 us, 6 of 300 us
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::LatencyMax), 300'000);
}

TEST(NetmedicStates, AnIntervalIsSharedOutOverItsWindows)
{
    WindowedStates states(100 * kUs);
    states.onQueue(queueOf(20, 2));
    states.onWrite(us(0), 1, 20, 8);
    states.onRead(us(250), 2, 20, 8);
    states.onWrite(us(430), 2, 99, 8);
    const History history = states.finish();

    ASSERT_EQ(history.windows, 5U);
    const std::array<float, 5> queued{8, 8, 4, 0, 0};
    const std::array<float, 5> queuedMost{8, 8, 8, 0, 0};
    const std::array<float, 5> busy{0, 0, 0.5, 1, 0.3F};
    for (std::size_t window = 0; window < 5; ++window) {
        EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::QueueMean, window), queued.at(window)) << window;
        EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::QueueMax, window), queuedMost.at(window)) << window;
        EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::Busy, window), busy.at(window)) << window;
    }
}

TEST(NetmedicStates, AWindowWithoutDeparturesHasTheMeanLatency)
{
    WindowedStates states(kMs);
    for (const std::int64_t window : {0, 2}) {
        states.onWrite(us(1000 * window), 1, 20, 1);
        states.onRead(us(1000 * window + 100 * (window + 1)), 2, 20, 1);
        states.onWrite(us(1000 * window + 100 * (window + 1)), 2, 99, 1);
    }
    const History history = states.finish();
    ASSERT_EQ(history.windows, 3U);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::LatencyMean, 0), 100'000);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::LatencyMean, 1), 200'000);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::LatencyMean, 2), 300'000);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::Sent, 1), 0);
}

TEST(NetmedicStates, ADroppedBatchWasWorkToo)
{
    WindowedStates states(kMs);
    states.onWrite(us(0), 1, 20, 4);
    states.onRead(us(100), 2, 20, 4);
    states.onDrop(us(350), 2);
    const History history = states.finish();
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::Busy), 0.25F);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::LatencyMax), 350'000);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::Sent), 0);
}

TEST(NetmedicStates, LostReadsDoNotFillAQueueForEver)
{
    // The read of the first 30 packets is not recorded; a read of 5 of at most 32 says that the queue is empty.
    tracepoints::NfQueue queue = queueOf(20, 2);
    queue.batchPackets = 32;
    WindowedStates states(kMs);
    states.onQueue(queue);
    states.onWrite(us(0), 1, 20, 30);
    states.onWrite(us(900), 1, 20, 5);
    states.onRead(us(1000), 2, 20, 5);
    states.onWrite(us(2500), 1, 20, 1);
    const History history = states.finish();
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::QueueMax, 0), 35);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::QueueMax, 2), 1);

    // One that holds 16 never has more.
    queue.capacity = 16;
    WindowedStates small(kMs);
    small.onQueue(queue);
    for (int i = 0; i < 100; ++i)
        small.onWrite(us(i), 1, 20, 30);
    EXPECT_FLOAT_EQ(valueOf(small.finish(), 2, Variable::QueueMax), 16);
}

TEST(NetmedicStates, ALongBatchInSeveralEventsCountsOnce)
{
    using tracepoints::EventRecord;
    using tracepoints::EventType;
    using tracepoints::NfBatch;

    std::array<NfBatch, 3> batches{};
    for (std::size_t i = 0; i < batches.size(); ++i) {
        batches[i].element = 1;
        batches[i].queue = 20;
        batches[i].packets = 150;
        batches[i].first = static_cast<std::uint16_t>(64 * i);
    }
    std::vector<EventRecord> events(batches.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        events[i].time = us(0);
        events[i].type = EventType::NfWrite;
        events[i].payload = static_cast<std::uint32_t>(i * sizeof(NfBatch));
    }
    const tracepoints::EventBatch batch(events, reinterpret_cast<const std::byte*>(batches.data()));
    WindowedStates states(kMs);
    for (const EventRecord& event : events)
        states.process(event, batch);
    EXPECT_FLOAT_EQ(valueOf(states.finish(), 1, Variable::Sent), 150'000);
}

TEST(NetmedicStates, NothingHappened)
{
    const History nothing = WindowedStates(kMs).finish();
    EXPECT_EQ(nothing.windows, 0U);
    EXPECT_THAT(nothing.components, IsEmpty());

    WindowedStates onlyNames(kMs);
    onlyNames.onElement(7);
    CulpritRanking ranking(onlyNames.finish());
    EXPECT_THAT(ranking.rank(7, kBegin), IsEmpty());
}

// ---- Abnormality

TEST(NetmedicAbnormality, IsTheShareOfTheNormalDistribution)
{
    // The others are -1 and 1: mean 0, standard deviation 1. The shares are the 68-95-99.7 rule of any table.
    const std::map<double, double> shares{{0, 0}, {1, 0.6827}, {-1, 0.6827}, {2, 0.9545}, {-3, 0.9973}};
    for (const auto& [value, share] : shares) {
        VariableStatistics statistics;
        statistics.add(-1);
        statistics.add(value);
        statistics.add(1);
        EXPECT_THAT(statistics.abnormality(value), DoubleNear(share, 5e-5)) << value;
    }
}

TEST(NetmedicAbnormality, OfAConstantIsNone)
{
    VariableStatistics statistics;
    for (int i = 0; i < 1000; ++i)
        statistics.add(0.1F);
    EXPECT_EQ(statistics.abnormality(0.1F), 0);
    statistics.add(0.2F);
    EXPECT_EQ(statistics.abnormality(0.2F), 1); // was never seen
    VariableStatistics alone;
    alone.add(5);
    EXPECT_EQ(alone.abnormality(5), 0);
}

// ---- Impact along paths

double bestPath(std::size_t from, std::size_t to, const std::vector<WeightedEdge>& edges, double product, int hops)
{
    if (from == to)
        return hops == 0 ? 1 : std::pow(product, 1.0 / hops);
    double best = 0;
    for (const auto& [edge, weight] : edges) {
        if (edge.from == from)
            best = std::max(best, bestPath(edge.to, to, edges, product * weight, hops + 1));
    }
    return best;
}

TEST(NetmedicImpact, IsTheBestOfAllPathsInGraphsWithoutCycles)
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> uniform(0, 1);
    constexpr std::uint32_t kComponents = 8;
    for (int round = 0; round < 200; ++round) {
        std::vector<WeightedEdge> edges;
        for (std::uint32_t from = 0; from < kComponents; ++from) {
            for (std::uint32_t to = from + 1; to < kComponents; ++to) {
                if (uniform(random) < 0.4)
                    edges.push_back({{from, to}, uniform(random)});
            }
        }
        for (std::size_t to = 0; to < kComponents; ++to) {
            const std::vector<double> impacts = impactsOn(to, edges, kComponents);
            for (std::size_t from = 0; from < kComponents; ++from)
                EXPECT_NEAR(impacts[from], bestPath(from, to, edges, 1, 0), 1e-9) << from << " -> " << to;
        }
    }
}

TEST(NetmedicImpact, EndsInCycles)
{
    const std::vector<WeightedEdge> ring{{{0, 1}, 0.5}, {{1, 2}, 0.5}, {{2, 0}, 0.5}, {{1, 1}, 1}, {{3, 3}, 1}};
    const std::vector<double> impacts = impactsOn(2, ring, 4);
    EXPECT_EQ(impacts[2], 1);
    EXPECT_EQ(impacts[3], 0);
    for (const double impact : impacts)
        EXPECT_LE(impact, 1);
}

// ---- Histories made by hand

constexpr std::size_t kWindows = 100;

/// All components are constant; what happens in some windows is added.
class Past {
public:
    Past(std::uint32_t components, std::vector<Edge> edges)
    {
        m_history.axis = {kBegin, kMs};
        m_history.windows = kWindows;
        m_history.edges = std::move(edges);
        State usual{};
        usual.fill(100);
        for (std::uint32_t i = 0; i < components; ++i)
            m_history.components.push_back({10 * i, std::vector<State>(kWindows, usual)});
    }

    /// `component` has another `variable` in these windows.
    Past& differs(std::size_t component, Variable variable, float value, const std::vector<std::size_t>& windows)
    {
        for (const std::size_t window : windows)
            m_history.components[component].states[window][static_cast<std::size_t>(variable)] = value;
        return *this;
    }

    [[nodiscard]] std::vector<Culprit> rank(std::size_t victim, std::size_t window) const
    {
        CulpritRanking ranking(m_history);
        return ranking.rank(m_history.components[victim].element, m_history.axis.beginOf(window) + kMs / 2);
    }

    [[nodiscard]] const History& history() const { return m_history; }

private:
    History m_history;
};

/// Of the component at this place of Past.
Culprit culprit(const std::vector<Culprit>& culprits, std::uint32_t component)
{
    const auto found = std::find_if(culprits.begin(), culprits.end(),
                                    [&](const Culprit& culprit) { return culprit.element == 10 * component; });
    return found == culprits.end() ? Culprit{} : *found;
}

TEST(NetmedicRanking, AnUpstreamThatWasAbnormalWithTheVictimBefore)
{
    // 0 and 1 feed 2. Whenever 0 sends less, 2 receives less: the edge weighs 1, so that 0 has impact 1 on both and
    // score 2. The victim has its own impact only; 1 is normal: 0.1 * (0 + 0.1).
    const std::vector<std::size_t> episodes{15, 40, 65, 90};
    const auto culprits = Past(3, {{0, 2}, {1, 2}})
                              .differs(0, Variable::Sent, 10, episodes)
                              .differs(2, Variable::Received, 55, episodes)
                              .rank(2, 90);
    ASSERT_THAT(culprits, SizeIs(3));
    EXPECT_EQ(culprits[0].element, 0U);
    EXPECT_NEAR(culprits[0].score, 2, 1e-3);
    EXPECT_EQ(culprits[1].element, 20U);
    EXPECT_NEAR(culprits[1].score, 1, 1e-3);
    EXPECT_EQ(culprits[2].element, 10U);
    EXPECT_NEAR(culprits[2].score, 0.01, 1e-3);
    for (std::size_t i = 0; i < culprits.size(); ++i)
        EXPECT_EQ(culprits[i].worstRank, i + 1);
}

TEST(NetmedicRanking, HistoryTellsTwoAbnormalUpstreamsApart)
{
    // Both are abnormal now. When 0 was, the victim was; when 1 was, the victim was not.
    const auto culprits = Past(3, {{0, 2}, {1, 2}})
                              .differs(0, Variable::Sent, 10, {15, 40, 90})
                              .differs(1, Variable::Sent, 10, {25, 55, 75, 90})
                              .differs(2, Variable::LatencyMean, 900, {15, 40, 90})
                              .rank(2, 90);
    EXPECT_EQ(culprit(culprits, 0).worstRank, 1U);
    EXPECT_NEAR(culprit(culprits, 1).score, 0, 1e-3);
    EXPECT_EQ(culprit(culprits, 1).worstRank, 3U);
}

TEST(NetmedicRanking, WhatWasNeverSeenHasTheDefaultWeight)
{
    // 0.8 * (1 + 0.8) against the victim's own 1.
    const auto culprits =
        Past(2, {{0, 1}}).differs(0, Variable::Sent, 500, {90}).differs(1, Variable::LatencyMax, 900, {90}).rank(1, 90);
    EXPECT_NEAR(culprit(culprits, 0).score, 1.44, 1e-6);
    EXPECT_NEAR(culprit(culprits, 1).score, 1, 1e-6);
}

TEST(NetmedicRanking, ANormalComponentBetweenPassesLittle)
{
    // Both edges weigh 0.1, and so does their geometric mean: 0.1 * (1 + 0.1).
    const auto culprits = Past(3, {{0, 1}, {1, 2}})
                              .differs(0, Variable::Sent, 500, {90})
                              .differs(2, Variable::LatencyMax, 900, {90})
                              .rank(2, 90);
    EXPECT_NEAR(culprit(culprits, 0).score, 0.11, 1e-6);
    EXPECT_EQ(culprit(culprits, 2).worstRank, 1U);
}

TEST(NetmedicRanking, OfAQuietHistoryIsNothing)
{
    const auto culprits = Past(3, {{0, 1}, {1, 2}}).rank(2, 50);
    EXPECT_THAT(culprits, SizeIs(3));
    EXPECT_THAT(culprits, Each(Field(&Culprit::score, DoubleNear(0, 1e-9))));
    EXPECT_THAT(culprits, Each(Field(&Culprit::worstRank, 3U)));
}

TEST(NetmedicRanking, EqualUpstreamsShareTheWorstRank)
{
    Past past(4, {{0, 3}, {1, 3}, {2, 3}});
    for (const std::size_t upstream : {0, 2})
        past.differs(upstream, Variable::Sent, 10, {30, 60, 90});
    const auto culprits = past.differs(3, Variable::Received, 10, {30, 60, 90}).rank(3, 90);
    EXPECT_EQ(culprit(culprits, 0).worstRank, 2U);
    EXPECT_EQ(culprit(culprits, 2).worstRank, 2U);
    EXPECT_EQ(culprit(culprits, 3).worstRank, 3U);
    EXPECT_EQ(culprit(culprits, 1).worstRank, 4U);
}

TEST(NetmedicRanking, KnowsOnlyItsElementsAndTimes)
{
    const Past past(2, {{0, 1}});
    CulpritRanking ranking(past.history());
    EXPECT_THAT(ranking.rank(10, kBegin), SizeIs(2));
    EXPECT_THAT(ranking.rank(11, kBegin), IsEmpty());
    EXPECT_THAT(ranking.rank(10, kBegin - 1), IsEmpty());
    EXPECT_THAT(ranking.rank(10, kBegin + kWindows * kMs), IsEmpty());
    EXPECT_THAT(ranking.rank(10, {std::numeric_limits<std::int64_t>::max()}), IsEmpty());
    EXPECT_THAT(ranking.rank(10, {std::numeric_limits<std::int64_t>::min()}), IsEmpty());
}

/// Which components reach `victim`, by its own search.
std::vector<bool> reaching(std::size_t victim, const History& history)
{
    std::vector<bool> reaches(history.components.size(), false);
    reaches[victim] = true;
    for (std::size_t i = 0; i < history.components.size(); ++i) {
        for (const Edge& edge : history.edges) {
            if (reaches[edge.to])
                reaches[edge.from] = true;
        }
    }
    return reaches;
}

TEST(NetmedicRanking, WhoHasNoWayToTheVictimIsNeverAboveWhoHas)
{
    std::mt19937 random(11);
    std::uniform_real_distribution<float> uniform(0, 100);
    for (int round = 0; round < 50; ++round) {
        constexpr std::uint32_t kComponents = 7;
        std::vector<Edge> edges;
        for (std::uint32_t i = 0; i < 8; ++i) // any, cycles and loops too
            edges.push_back({static_cast<std::uint32_t>(random() % kComponents),
                             static_cast<std::uint32_t>(random() % kComponents)});
        Past past(kComponents, edges);
        for (std::size_t component = 0; component < kComponents; ++component) {
            for (std::size_t window = 0; window < kWindows; ++window)
                past.differs(component, static_cast<Variable>(random() % kVariables), uniform(random), {window});
        }
        const std::size_t victim = random() % kComponents;
        const std::vector<bool> reaches = reaching(victim, past.history());
        for (const Culprit& one : past.rank(victim, random() % kWindows)) {
            EXPECT_TRUE(std::isfinite(one.score));
            EXPECT_GE(one.score, 0);
            EXPECT_TRUE(reaches[one.element / 10] || one.score == 0) << one.element;
        }
    }
}

// ---- From events to culprits

/// The source sends ten packets every 100 us; 2 takes them to 3, which takes them out. In `slow` milliseconds, 2 works
/// at a third of its pace and does the rest in the next. 4 works on its own queue, and stumbles at the same time.
History chainWithSlowMiddle(const std::vector<std::int64_t>& slow, base::Nanoseconds window)
{
    struct Action {
        std::int64_t at;
        std::function<void(WindowedStates&, base::Timestamp)> what;
    };
    std::vector<Action> actions;
    const auto hop = [&](std::int64_t at, std::uint32_t element, std::uint32_t in, std::uint32_t out,
                         std::uint32_t packets) {
        actions.push_back({at, [=](auto& states, auto time) { states.onRead(time, element, in, packets); }});
        actions.push_back({at + 20, [=](auto& states, auto time) { states.onWrite(time, element, out, packets); }});
    };
    for (std::int64_t tick = 0; tick < 1000; ++tick) {
        const std::int64_t at = 100 * tick;
        const bool isSlow = std::find(slow.begin(), slow.end(), tick / 10) != slow.end();
        const bool isAfter = std::find(slow.begin(), slow.end(), tick / 10 - 1) != slow.end();
        const std::uint32_t done = isSlow ? 3 : isAfter ? 17 : 10;
        actions.push_back({at, [](auto& states, auto time) { states.onWrite(time, 1, 20, 10); }});
        actions.push_back({at, [](auto& states, auto time) { states.onWrite(time, 1, 40, 10); }});
        hop(at + 10, 2, 20, 30, done);
        hop(at + 40, 3, 30, 99, done);
        hop(at + 10, 4, 40, 98, done);
    }
    std::stable_sort(actions.begin(), actions.end(), [](const Action& a, const Action& b) { return a.at < b.at; });
    WindowedStates states(window);
    for (const auto& [queue, reader] : {std::pair(20U, 2U), std::pair(30U, 3U), std::pair(40U, 4U)})
        states.onQueue(queueOf(queue, reader));
    for (const Action& action : actions)
        action.what(states, us(action.at));
    return states.finish();
}

TEST(NetmedicChain, TheSlowUpstreamOfAStarvedFunctionIsFirst)
{
    CulpritRanking ranking(chainWithSlowMiddle({12, 37, 58, 83}, kMs));
    for (const std::int64_t window : {37, 58, 83}) {
        const auto culprits = ranking.rank(3, us(1000 * window + 500));
        ASSERT_THAT(culprits, SizeIs(4));
        EXPECT_EQ(culprits[0].element, 2U) << window;
        EXPECT_EQ(culprits[0].worstRank, 1U) << window;
        EXPECT_EQ(culprits[3].element, 4U) << "has no way to the victim";
        EXPECT_EQ(culprits[3].score, 0);
    }
}

TEST(NetmedicChain, SteadyTrafficHasNoCulprits)
{
    for (const base::Nanoseconds window : {kMs, 2 * kMs, 5 * kMs, 10 * kMs, 20 * kMs}) {
        CulpritRanking ranking(chainWithSlowMiddle({}, window));
        EXPECT_THAT(ranking.rank(3, us(50'500)), Each(Field(&Culprit::score, DoubleNear(0, 1e-6)))) << window;
    }
}

TEST(NetmedicChain, TheSameEventsGiveTheSameAnswer)
{
    CulpritRanking one(chainWithSlowMiddle({12, 37, 58}, kMs));
    CulpritRanking other(chainWithSlowMiddle({12, 37, 58}, kMs));
    EXPECT_THAT(other.rank(4, us(1)), SizeIs(4)); // What was asked before makes no difference.
    for (std::int64_t window = 99; window >= 0; --window) {
        for (const std::uint32_t victim : {1, 2, 3, 4}) {
            const auto first = one.rank(victim, us(1000 * window));
            const auto second = other.rank(victim, us(1000 * window + 999));
            ASSERT_EQ(first.size(), second.size());
            for (std::size_t i = 0; i < first.size(); ++i) {
                EXPECT_EQ(first[i].element, second[i].element);
                EXPECT_EQ(first[i].score, second[i].score);
                EXPECT_EQ(first[i].worstRank, second[i].worstRank);
            }
        }
    }
}

// ---- Hostile records

TEST(NetmedicHostile, ATimeFarAwayIsLeftOut)
{
    WindowedStates states(kMs);
    states.onWrite(us(0), 1, 20, 1);
    states.onWrite(us(0) + 86'400 * base::kNsPerSecond * 365, 1, 20, 1);
    states.onWrite({std::numeric_limits<std::int64_t>::max()}, 1, 20, 1);
    states.onWrite({std::numeric_limits<std::int64_t>::min()}, 1, 20, 1);
    states.onWrite(us(5000), 1, 20, 1);
    const History history = states.finish();
    EXPECT_EQ(history.windows, 6U);
    ASSERT_THAT(history.quality, SizeIs(1));
    EXPECT_EQ(history.quality[0].kind, "netmedic_too_large");
    EXPECT_EQ(history.quality[0].count, 3U);
}

TEST(NetmedicHostile, TimesGoingBackCountAsOfNow)
{
    WindowedStates states(kMs);
    states.onWrite(us(2000), 1, 20, 1);
    states.onRead(us(1000), 2, 20, 1);
    const History history = states.finish();
    EXPECT_EQ(history.windows, 1U);
    EXPECT_FLOAT_EQ(valueOf(history, 2, Variable::LatencyMax), 0);
    ASSERT_THAT(history.quality, SizeIs(1));
    EXPECT_EQ(history.quality[0].kind, "netmedic_time_back");
}

TEST(NetmedicHostile, TooManyElementsAreSaid)
{
    WindowedStates states(kMs);
    for (std::uint32_t i = 0; i < 100'000; ++i)
        states.onWrite(us(i), i, i, 1);
    const History history = states.finish();
    EXPECT_LE(history.components.size(), 1000U);
    ASSERT_THAT(history.quality, SizeIs(1));
    EXPECT_EQ(history.quality[0].kind, "netmedic_too_large");
}

TEST(NetmedicHostile, AnyEventsEndInARanking)
{
    std::mt19937_64 random(3);
    for (int round = 0; round < 12; ++round) {
        WindowedStates states(std::array<base::Nanoseconds, 4>{-5, 1, kUs, kMs}.at(random() % 4));
        const std::int64_t spread = std::int64_t{1} << (random() % 63);
        for (int i = 0; i < 2000; ++i) {
            const base::Timestamp at{static_cast<std::int64_t>(random()) % spread};
            const auto element = static_cast<std::uint32_t>(random() % 12);
            const auto id = static_cast<std::uint32_t>(random() % 8);
            const auto packets = static_cast<std::uint32_t>(random() % 65'536);
            tracepoints::NfQueue queue = queueOf(id, element);
            queue.capacity = static_cast<std::uint32_t>(random() % 3 * packets);
            queue.batchPackets = static_cast<std::uint16_t>(packets / 2);
            switch (random() % 8) {
            case 0: states.onElement(element); break;
            case 1: states.onQueue(queue); break;
            case 2: states.onDrop(at, element); break;
            case 3:
            case 4: states.onRead(at, element, id, packets); break;
            default: states.onWrite(at, element, id, packets); break;
            }
        }
        const History history = states.finish();
        CulpritRanking ranking(history);
        for (const std::size_t window : {std::size_t{0}, history.windows / 2, history.windows - 1}) {
            for (const Component& component : history.components) {
                const auto culprits = ranking.rank(component.element, history.axis.beginOf(window));
                EXPECT_EQ(culprits.size(), history.components.size());
                for (const Culprit& one : culprits)
                    EXPECT_TRUE(std::isfinite(one.score) && one.score >= 0) << one.score;
            }
        }
    }
}

} // namespace
} // namespace vnscope::analyses::netmedic
