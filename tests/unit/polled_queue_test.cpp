// SPDX-License-Identifier: Apache-2.0
// Queues of which only polls are known: polls written down by hand, whose queuing periods are known.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyses/microscope/polled_queue.hpp"
#include "tests/support/scripted_source.hpp"

namespace vnscope::tests {
namespace {

using analyses::microscope::Poll;
using analyses::microscope::PolledQueue;
using analyses::microscope::PollTime;
using support::AnalysedScript;
using support::ScriptedSource;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tracepoints::EthdevBurst;
using tracepoints::EventType;
using tracepoints::NapiPoll;

constexpr std::int64_t kUs = 1'000;
constexpr std::int64_t kMs = 1'000 * kUs;
constexpr std::int64_t kBegin = 1'000 * base::kNsPerSecond;

/// A period as one expects it, times from kBegin.
struct Expected {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::uint64_t packets = 0;
    std::uint64_t fullPolls = 0;

    bool operator==(const Expected&) const = default;
};

void PrintTo(const Expected& period, std::ostream* out)
{
    *out << period.begin << ".." << period.end << ": " << period.packets << " packets, " << period.fullPolls
         << " full polls";
}

/// One queue, with all that was found of it since its batch was known.
class Polled final {
public:
    explicit Polled(PollTime time) : m_queue(time) {}

    Polled& poll(std::int64_t at, std::uint32_t packets, std::uint32_t most = 0)
    {
        const std::uint32_t guess = m_queue.guess();
        const PolledQueue::Found found = m_queue.poll({{kBegin + at}, packets, most});
        if (m_queue.guess() != guess) {
            m_periods.clear();
            m_stalls.clear();
        }
        keep(found.period);
        if (found.stall)
            m_stalls.push_back(
                {found.stall->when.begin.ns - kBegin, found.stall->when.end.ns - kBegin, found.stall->packets, 0});
        return *this;
    }
    Polled& breakOff()
    {
        keep(m_queue.breakOff());
        return *this;
    }
    [[nodiscard]] const std::vector<Expected>& periods() const { return m_periods; }
    [[nodiscard]] const std::vector<Expected>& stalls() const { return m_stalls; }
    [[nodiscard]] const PolledQueue& queue() const { return m_queue; }

private:
    void keep(const std::optional<PolledQueue::Period>& period)
    {
        if (period)
            m_periods.push_back(
                {period->when.begin.ns - kBegin, period->when.end.ns - kBegin, period->packets, period->fullPolls});
    }

    PolledQueue m_queue;
    std::vector<Expected> m_periods;
    std::vector<Expected> m_stalls;
};

TEST(PolledQueue, APeriodIsFromTheFirstFullPollUntilOneThatEmptiedTheQueue)
{
    Polled napi(PollTime::Done);
    napi.poll(100, 12, 64).poll(200, 64, 64).poll(300, 64, 64).poll(400, 64, 64).poll(500, 7, 64);
    napi.poll(600, 0, 64).poll(700, 64, 64).poll(800, 1, 64);
    EXPECT_THAT(napi.periods(), ElementsAre(Expected{200, 500, 199, 3}, Expected{700, 800, 65, 1}));
    EXPECT_EQ(napi.queue().totals().longestRun, 3U);
    EXPECT_EQ(napi.queue().totals().fullPolls, 4U);
    EXPECT_EQ(napi.queue().totals().queuing, 400);
    EXPECT_EQ(napi.queue().totals().packets, 276U);
    EXPECT_TRUE(napi.queue().isSure());
}

TEST(PolledQueue, OneBatchAndNothingBehindItIsNoQueue)
{
    Polled napi(PollTime::Done);
    napi.poll(100, 64, 64).poll(200, 0, 64).poll(300, 63, 64).poll(400, 63, 64);
    EXPECT_THAT(napi.periods(), IsEmpty());
    EXPECT_EQ(napi.queue().totals().fullPolls, 1U);
}

TEST(PolledQueue, APeriodEndsWhereNothingMoreIsKnown)
{
    Polled napi(PollTime::Done);
    napi.poll(100, 64, 64).poll(200, 64, 64).breakOff();
    napi.poll(5'000, 64, 64).poll(5'100, 3, 64).breakOff();
    EXPECT_THAT(napi.periods(), ElementsAre(Expected{100, 200, 128, 2}, Expected{5'000, 5'100, 67, 1}));
}

/// Full batches of 32 that take 10 us each, then empty.
std::int64_t keepBusy(Polled& queue, std::int64_t at, int batches)
{
    for (int batch = 0; batch < batches; ++batch, at += 10 * kUs)
        queue.poll(at, 32);
    queue.poll(at, 5);
    queue.poll(at + 2 * kUs, 0);
    return at + 3 * kUs;
}

TEST(PolledQueue, LearnsTheBatchThatADpdkApplicationAsksFor)
{
    Polled port(PollTime::Taken);
    // While the load is low nothing is cut off: what seemed to be a full batch was none.
    for (std::int64_t at = 0; at < 200; ++at)
        port.poll(at, static_cast<std::uint32_t>(at % 9));
    const std::int64_t busy = 1'000;
    const std::int64_t end = keepBusy(port, busy, 15);
    EXPECT_FALSE(port.queue().isBatchKnown()) << "15 times may be chance";
    keepBusy(port, end, 15);
    EXPECT_TRUE(port.queue().isSure());
    EXPECT_EQ(port.queue().fullBatch(), 32U);
    EXPECT_THAT(port.periods(), ElementsAre(Expected{busy, busy + 150 * kUs, 15 * 32 + 5, 15},
                                            Expected{end, end + 150 * kUs, 15 * 32 + 5, 15}));
    EXPECT_NEAR(port.queue().rate().estimate().perSecond, 3.2e6, 0.02 * 3.2e6);
}

TEST(PolledQueue, SizesThatNothingCutsOffAreNoFullBatch)
{
    Polled port(PollTime::Taken);
    // Each size half as often as the one below it, so that the largest comes 16 times and the one below 32 times.
    for (std::uint32_t size = 0; size <= 8; ++size)
        for (int times = 0; times < 16 << (8 - size); ++times)
            port.poll(times, size);
    EXPECT_FALSE(port.queue().isBatchKnown());
}

TEST(PolledQueue, SilenceOfAQueueThatWasNeverSeenEmptyIsNotBelieved)
{
    Polled port(PollTime::Taken);
    for (int train = 0; train < 100; ++train)
        port.poll(train * kMs, 8);
    EXPECT_TRUE(port.queue().isBatchKnown());
    EXPECT_FALSE(port.queue().isSure());
    port.poll(101 * kMs, 0);
    EXPECT_TRUE(port.queue().isSure());
}

TEST(PolledQueue, APollerThatStayedAwayStalled)
{
    Polled port(PollTime::Taken);
    const std::int64_t calm = keepBusy(port, 0, 40);
    port.poll(calm, 0).poll(calm + 200 * kUs, 32).poll(calm + 210 * kUs, 32).poll(calm + 220 * kUs, 1);
    // Nothing was waiting after the next silence, and who works on a batch is not away.
    port.poll(calm + 900 * kUs, 3).poll(calm + 901 * kUs, 32).poll(calm + 930 * kUs, 32).poll(calm + 940 * kUs, 0);
    EXPECT_THAT(port.stalls(), ElementsAre(Expected{calm, calm + 200 * kUs, 32, 0}));
    EXPECT_EQ(port.queue().totals().longestStall, 200 * kUs);
}

TEST(PolledQueue, NapiSleepsWhenTheQueueIsEmpty)
{
    Polled napi(PollTime::Done);
    for (int batch = 0; batch < 40; ++batch)
        napi.poll(batch * 10 * kUs, 64, 64);
    napi.poll(400 * kUs, 0, 64).poll(5 * kMs, 64, 64);
    EXPECT_THAT(napi.stalls(), IsEmpty());
    napi.poll(6 * kMs, 64, 64).poll(6 * kMs + 10 * kUs, 2, 64);
    EXPECT_THAT(napi.stalls(), ElementsAre(Expected{5 * kMs, 6 * kMs, 64, 0}));
}

TEST(PolledQueue, HoldsAgainstTimesThatGoBack)
{
    Polled napi(PollTime::Done);
    napi.poll(1'000, 64, 64)
        .poll(500, 64, 64)
        .poll(std::numeric_limits<std::int32_t>::min(), 64, 64)
        .poll(1'100, 1, 64);
    EXPECT_THAT(napi.periods(), ElementsAre(Expected{1'000, 1'100, 193, 3}));
    EXPECT_EQ(napi.queue().rate().estimate().perSecond, 0) << "no time passed between them";
}

std::int64_t qualityOf(const AnalysedScript& script, const std::string& kind)
{
    const storage::Table rows = script.read({"data_quality", {"count"}, {{"kind", "=", kind}}});
    return rows.rows.empty() ? 0 : rows.rows[0][0].integer();
}

TEST(PolledQueueStore, TellsQueuesOfNicsBacklogsAndPorts)
{
    ScriptedSource source;
    const base::StringId nic = source.name("eth0");
    const base::StringId backlog = source.name("(no_device)");
    const auto poll = [&](std::int64_t at, base::StringId device, std::uint64_t napi, std::int32_t work) {
        source.add(kBegin + at, 0, EventType::NapiPoll, NapiPoll{napi, device, work, 64});
    };
    poll(100, nic, 0x1000, 64);
    poll(150, nic, 0x2000, 64);
    poll(200, nic, 0x1000, 10);
    poll(250, nic, 0x2000, 0); // not more than a batch
    poll(300, backlog, 0x3000, 64);
    poll(400, backlog, 0x3000, 64);
    poll(500, backlog, 0x3000, 0);
    for (int batch = 0; batch < 20; ++batch)
        source.add(kBegin + 1'000 + batch * 100, 0, EventType::EthdevRxBurst, EthdevBurst{0, 1, 32});
    source.add(kBegin + 3'000, 0, EventType::EthdevRxBurst, EthdevBurst{0, 1, 0});
    const AnalysedScript script(source);

    const storage::Table queues = script.read(
        {"polled_queue_summary", {"name", "kind", "periods", "longest_run", "packets", "stalls"}, {}, {"queue_id"}});
    ASSERT_EQ(queues.rows.size(), 3U);
    EXPECT_EQ(queues.rows[0][0].text(), "eth0 (NAPI)");
    EXPECT_EQ(queues.rows[0][4].integer(), 74);
    EXPECT_EQ(queues.rows[1][0].text(), "backlog of CPU 0");
    EXPECT_EQ(queues.rows[1][1].text(), "backlog");
    EXPECT_EQ(queues.rows[2][0].text(), "port 0 queue 1");
    EXPECT_EQ(queues.rows[2][3].integer(), 20);
    EXPECT_TRUE(queues.rows[0][5].isNull()) << "how long a batch takes is not known";
    EXPECT_EQ(queues.rows[2][5].integer(), 0);
    const storage::Table periods =
        script.read({"queuing_period",
                     {"queue_id", "begin_ns", "end_ns", "packets_in", "packets_out", "max_length", "is_persistent"},
                     {},
                     {"begin_ns"}});
    ASSERT_EQ(periods.rows.size(), 3U);
    EXPECT_EQ(periods.rows[0][1].integer(), kBegin + 100);
    EXPECT_EQ(periods.rows[0][2].integer(), kBegin + 200);
    EXPECT_TRUE(periods.rows[0][3].isNull());
    EXPECT_EQ(periods.rows[0][4].integer(), 74);
    EXPECT_TRUE(periods.rows[0][5].isNull());
    EXPECT_EQ(periods.rows[0][6].integer(), 0);
    EXPECT_EQ(periods.rows[1][4].integer(), 128);
    EXPECT_EQ(periods.rows[2][2].integer(), kBegin + 3'000);
    EXPECT_THAT(script.read({"victim", {"victim_id"}}).rows, IsEmpty());
    EXPECT_THAT(script.read({"microscope_summary", {"packets_arrived"}}).rows, IsEmpty()) << "nobody was followed";
}

TEST(PolledQueueStore, ShowsNothingOfQueuesThatDidNotBuildUp)
{
    ScriptedSource source;
    const base::StringId nic = source.name("eth0");
    for (int number = 0; number < 1'000; ++number)
        source.add(kBegin + number * 100, 0, EventType::NapiPoll, NapiPoll{0x1000, nic, number % 64, 64});
    const AnalysedScript script(source);
    EXPECT_THAT(script.read({"nf_queue", {"queue_id"}}).rows, IsEmpty());
    EXPECT_THAT(script.read({"polled_queue", {"queue_id"}}).rows, IsEmpty());
    EXPECT_THAT(script.read({"queuing_period", {"queue_id"}}).rows, IsEmpty());
}

TEST(PolledQueueStore, APeriodDoesNotReachOverLostEvents)
{
    ScriptedSource source;
    const base::StringId nic = source.name("eth0");
    for (const std::int64_t at : {100, 200})
        source.add(kBegin + at, 0, EventType::NapiPoll, NapiPoll{0x1000, nic, 64, 64});
    source.add(kBegin + 300, 0, EventType::EventsLost, tracepoints::EventsLost{kBegin + 250, 10, 0});
    for (const std::int32_t work : {64, 5})
        source.add(kBegin + 9 * kMs + work, 0, EventType::NapiPoll, NapiPoll{0x1000, nic, work, 64});
    const AnalysedScript script(source);
    const storage::Table periods = script.read({"queuing_period", {"begin_ns", "end_ns"}, {}, {"begin_ns"}});
    ASSERT_EQ(periods.rows.size(), 2U);
    EXPECT_EQ(periods.rows[0][1].integer(), kBegin + 200);
    EXPECT_EQ(periods.rows[1][0].integer(), kBegin + 9 * kMs + 64);
}

TEST(PolledQueueStore, WhatIsNeverEmptyIsNotTold)
{
    ScriptedSource source;
    for (int train = 0; train < 100; ++train)
        source.add(kBegin + train * kMs, 0, EventType::EthdevRxBurst, EthdevBurst{0, 0, 8});
    const AnalysedScript script(source);
    EXPECT_THAT(script.read({"queuing_period", {"queue_id"}}).rows, IsEmpty());
    EXPECT_EQ(qualityOf(script, "polled_never_empty"), 1);
}

TEST(PolledQueueStore, HoldsAgainstHostileValues)
{
    constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
    ScriptedSource source;
    const base::StringId nic = source.name("eth0");
    std::int64_t at = kBegin;
    const auto poll = [&](std::uint64_t napi, std::int32_t work, std::int32_t budget) {
        source.add(++at, 0, EventType::NapiPoll, NapiPoll{napi, nic, work, budget});
    };
    // Nobody can say what these mean; the last three are a period of more than was asked for.
    for (const std::int32_t work : {kLeast, -1, 0, 1, kMost})
        for (const std::int32_t budget : {kLeast, -1, 0})
            poll(1, work, budget);
    poll(1, kMost, 64);
    poll(1, 65, 64);
    poll(1, 1, kMost);
    for (std::uint64_t napi = 2; napi < 100'002; ++napi)
        poll(napi, 64, 64);
    const AnalysedScript script(source);
    const storage::Table periods = script.read({"queuing_period", {"packets_out"}});
    ASSERT_THAT(periods.rows, SizeIs(1));
    EXPECT_EQ(periods.rows[0][0].integer(), std::int64_t{kMost} + 66);
    EXPECT_EQ(qualityOf(script, "polled_too_many"), 100'001 - 4'096);
}

} // namespace
} // namespace vnscope::tests
