// SPDX-License-Identifier: Apache-2.0
// An ordinary program under the preloaded library: what is recorded of it is what it says it did (preload_program.c).
#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recording.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using support::Recording;
using tracepoints::EventType;
using tracepoints::IoCall;
using tracepoints::IoCounters;
using tracepoints::IoDirection;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kDelayNs = 100 * kMillisecond;    ///< What one side makes the other wait.
constexpr std::uint64_t kToleranceNs = 15 * kMillisecond; ///< Of a wait that must be seen.
constexpr std::uint64_t kUnwaitedNs = kDelayNs / 2;       ///< A direction that nobody waited for stays below.
constexpr std::uint64_t kFloodBytes = 16 * 1024 * 1024;

struct Account {
    std::uint32_t pid = 0;
    std::uint64_t inCalls = 0;
    std::uint64_t inBytes = 0;
    std::uint64_t outCalls = 0;
    std::uint64_t outBytes = 0;
};

class Preload : public testing::Test {
protected:
    void run(const std::string& mode)
    {
        std::string output;
        m_recording = std::make_unique<Recording>(
            support::recordUst("vnscope_io:*",
                               std::string("env LD_PRELOAD=" VNSCOPE_PRELOAD " VNSCOPE_IO_NAME=tested "
                                           "VNSCOPE_IO_PERIOD_MS=20 " VNSCOPE_PROGRAM " ") +
                                   mode,
                               &output));
        std::istringstream lines(output);
        std::string who;
        for (Account it; lines >> who >> it.pid >> it.inCalls >> it.inBytes >> it.outCalls >> it.outBytes;)
            m_accounts[who] = it;
        ASSERT_EQ(m_accounts.size(), 2U) << output;
    }

    /// The counters of a process and peer ("" all), in time order.
    [[nodiscard]] std::vector<IoCounters> counters(const std::string& who, const std::string& peer) const
    {
        auto counters = m_recording->all<IoCounters>(EventType::IoCounters);
        std::erase_if(counters, [&](const IoCounters& it) {
            return it.pid != m_accounts.at(who).pid || m_recording->text(it.peer) != peer;
        });
        return counters;
    }
    [[nodiscard]] IoCounters last(const std::string& who, const std::string& peer) const
    {
        const auto all = counters(who, peer);
        if (all.empty())
            throw std::runtime_error("no counters of the " + who);
        return all.back();
    }
    void expectAsCounted(const std::string& who) const
    {
        SCOPED_TRACE(who);
        const Account& truth = m_accounts.at(who);
        const IoCounters all = last(who, "");
        EXPECT_EQ(all.in.calls, truth.inCalls);
        EXPECT_EQ(all.in.bytes, truth.inBytes);
        EXPECT_EQ(all.out.calls, truth.outCalls);
        EXPECT_EQ(all.out.bytes, truth.outBytes);
        EXPECT_EQ(m_recording->text(all.element), "tested");
    }

    std::unique_ptr<Recording> m_recording;
    std::map<std::string, Account> m_accounts;
};

TEST_F(Preload, ABlockingReadWaitsInTheCall)
{
    run("blocking");
    expectAsCounted("parent");
    expectAsCounted("child");
    const IoDirection in = last("parent", "127.0.0.1").in;
    EXPECT_EQ(in.bytes, 5000U);
    EXPECT_GE(in.timeNs, kDelayNs - kToleranceNs);
    EXPECT_EQ(in.waitNs, 0U);
    EXPECT_LT(last("child", "").out.timeNs, kUnwaitedNs);
    EXPECT_EQ(last("child", "").out.packets, 5U);
}

TEST_F(Preload, CountersGrowAndAChildBeginsAnew)
{
    run("blocking");
    ASSERT_GE(counters("parent", "").size(), 3U);
    const auto all = counters("parent", "");
    for (std::size_t i = 1; i < all.size(); ++i)
        EXPECT_GE(all[i].in.timeNs + all[i].in.bytes, all[i - 1].in.timeNs + all[i - 1].in.bytes);
    EXPECT_EQ(last("child", "").in.bytes, 0U) << "the parent's datagrams before the fork are not the child's";
    EXPECT_EQ(last("parent", "").out.packets, 10U);
}

TEST_F(Preload, SingleCallsAddUpToTheCounters)
{
    run("blocking");
    std::uint64_t bytes = 0;
    std::uint64_t calls = 0;
    for (const IoCall& it : m_recording->all<IoCall>(EventType::IoCall)) {
        bytes += it.bytes > 0 ? static_cast<std::uint64_t>(it.bytes) : 0;
        ++calls;
    }
    const Account& parent = m_accounts.at("parent");
    const Account& child = m_accounts.at("child");
    EXPECT_EQ(bytes, parent.inBytes + parent.outBytes + child.inBytes + child.outBytes);
    EXPECT_EQ(calls, parent.inCalls + parent.outCalls + child.inCalls + child.outCalls);
}

TEST_F(Preload, ANonblockingReaderWaitsOutsideOfItsCalls)
{
    run("read-blocked");
    expectAsCounted("parent");
    for (const std::string peer : {"", "127.0.0.1"}) {
        const IoCounters parent = last("parent", peer);
        EXPECT_GE(parent.in.waitNs, kDelayNs - kToleranceNs) << peer;
        EXPECT_LT(parent.out.waitNs, kUnwaitedNs) << peer;
    }
    EXPECT_LT(last("parent", "127.0.0.1").in.timeNs, kUnwaitedNs);
}

TEST_F(Preload, ANonblockingWriterWaitsOutsideOfItsCalls)
{
    run("write-blocked");
    expectAsCounted("parent");
    expectAsCounted("child");
    EXPECT_EQ(last("parent", "127.0.0.1").out.bytes, kFloodBytes);
    for (const std::string peer : {"", "127.0.0.1"}) {
        const IoCounters parent = last("parent", peer);
        EXPECT_GE(parent.out.waitNs, kDelayNs - kToleranceNs) << peer;
        EXPECT_LT(parent.in.waitNs, kUnwaitedNs) << peer;
    }
}

TEST_F(Preload, ThreadsAreAddedUp)
{
    run("threads");
    expectAsCounted("parent");
    expectAsCounted("child");
    EXPECT_EQ(last("child", "").out.calls, 20U);
    EXPECT_EQ(last("child", "").out.bytes, 20'000U);
}

/// What preload_calls.c says that it did with one peer.
struct PeerTruth {
    IoDirection in;
    IoDirection out;
};

std::istream& operator>>(std::istream& from, IoDirection& to)
{
    return from >> to.calls >> to.packets >> to.bytes >> to.timeNs >> to.waitNs;
}

/// The program that uses each call, recorded once.
class PreloadCalls : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        std::string output;
        s_recording = std::make_unique<Recording>(
            support::recordUst("vnscope_io:counters",
                               "env LD_PRELOAD=" VNSCOPE_PRELOAD " VNSCOPE_IO_PERIOD_MS=10 " VNSCOPE_CALLS, &output));
        std::istringstream lines(output);
        std::string peer;
        for (PeerTruth it; lines >> peer >> it.in >> it.out;)
            s_truth[peer] = it;
    }
    static void TearDownTestSuite() { s_recording.reset(); }

    [[nodiscard]] static std::vector<IoCounters> counters(const std::string& peer)
    {
        auto counters = s_recording->all<IoCounters>(EventType::IoCounters);
        std::erase_if(counters, [&](const IoCounters& it) { return s_recording->text(it.peer) != peer; });
        return counters;
    }
    /// Of everything but datagrams of unknown origin, which only the sum over all peers has.
    [[nodiscard]] static std::map<std::string, PeerTruth> peers()
    {
        auto peers = s_truth;
        peers.erase("-");
        return peers;
    }

    inline static std::unique_ptr<Recording> s_recording;
    inline static std::map<std::string, PeerTruth> s_truth;
};

void expectSameMoved(const IoDirection& recorded, const IoDirection& truth)
{
    EXPECT_EQ(recorded.calls, truth.calls);
    EXPECT_EQ(recorded.packets, truth.packets);
    EXPECT_EQ(recorded.bytes, truth.bytes);
}

/// The program's own clock encloses the call: it measures a little more, or much if it is not run in between.
void expectWithin(std::uint64_t recorded, std::uint64_t enclosing)
{
    EXPECT_LE(recorded, enclosing);
    EXPECT_GE(recorded + kToleranceNs, enclosing);
}

TEST_F(PreloadCalls, EachCallCountsWhatItMoved)
{
    ASSERT_GE(s_truth.size(), 50U);
    for (const auto& [peer, truth] : peers()) {
        SCOPED_TRACE(peer);
        const auto recorded = counters(peer);
        ASSERT_FALSE(recorded.empty());
        expectSameMoved(recorded.back().in, truth.in);
        expectSameMoved(recorded.back().out, truth.out);
    }
}

TEST_F(PreloadCalls, EachCallAndEachWaitTakesTheTimeThatItTook)
{
    for (const auto& [peer, truth] : peers()) {
        SCOPED_TRACE(peer);
        const auto recorded = counters(peer);
        ASSERT_FALSE(recorded.empty());
        expectWithin(recorded.back().in.timeNs, truth.in.timeNs);
        expectWithin(recorded.back().out.timeNs, truth.out.timeNs);
        expectWithin(recorded.back().in.waitNs, truth.in.waitNs);
        expectWithin(recorded.back().out.waitNs, truth.out.waitNs);
    }
}

TEST_F(PreloadCalls, AllPeersAreTheSumOfThem)
{
    PeerTruth sum;
    for (const auto& [peer, truth] : s_truth) {
        for (auto [to, from] : {std::pair{&sum.in, &truth.in}, std::pair{&sum.out, &truth.out}}) {
            to->calls += from->calls;
            to->packets += from->packets;
            to->bytes += from->bytes;
            to->waitNs += from->waitNs;
        }
    }
    const auto recorded = counters("");
    ASSERT_FALSE(recorded.empty());
    expectSameMoved(recorded.back().in, sum.in);
    expectSameMoved(recorded.back().out, sum.out);
    EXPECT_LE(recorded.back().in.waitNs, sum.in.waitNs);
    EXPECT_GE(recorded.back().in.waitNs + 3 * kToleranceNs, sum.in.waitNs);
    EXPECT_EQ(s_recording->text(recorded.back().element), "vnscope_preload_calls");
}

TEST_F(PreloadCalls, NobodyElseIsAPeer)
{
    for (const IoCounters& it : s_recording->all<IoCounters>(EventType::IoCounters)) {
        const std::string peer = s_recording->text(it.peer);
        EXPECT_TRUE(peer.empty() || s_truth.count(peer) == 1) << peer;
    }
}

TEST_F(PreloadCalls, CountersNeverFall)
{
    for (const auto& [peer, truth] : s_truth) {
        const auto recorded = counters(peer == "-" ? "" : peer);
        for (std::size_t i = 1; i < recorded.size(); ++i) {
            EXPECT_GE(recorded[i].in.timeNs, recorded[i - 1].in.timeNs) << peer;
            EXPECT_GE(recorded[i].in.waitNs, recorded[i - 1].in.waitNs) << peer;
            EXPECT_GE(recorded[i].in.bytes, recorded[i - 1].in.bytes) << peer;
            EXPECT_GE(recorded[i].idleNs, recorded[i - 1].idleNs) << peer;
        }
    }
}

TEST_F(PreloadCalls, ACallThatHasNotReturnedHasTimeAlready)
{
    std::uint64_t before = 0;
    for (const IoCounters& it : counters("127.2.0.99"))
        if (it.in.calls == 0)
            before = std::max(before, it.in.timeNs);
    EXPECT_GE(before, 20 * kMillisecond) << "of 60 ms, told every 10 ms";
}

TEST_F(PreloadCalls, AWaitThatHasNotEndedHasTimeAlready)
{
    std::uint64_t before = 0;
    for (const IoCounters& it : counters("127.2.0.50"))
        if (it.in.calls == 1) // The one that would have blocked.
            before = std::max(before, it.in.waitNs);
    EXPECT_GE(before, 20 * kMillisecond) << "of 60 ms, told every 10 ms";
}

TEST(PreloadWithoutLttng, TheProgramRunsAsEver)
{
    const auto run = support::runProgram("d=$(mktemp -d) && cp " VNSCOPE_PRELOAD
                                         " $d && LD_PRELOAD=$d/libvnscope_preload.so " VNSCOPE_PROGRAM
                                         " threads; s=$?; rm -r $d; exit $s");
    EXPECT_EQ(run.exitCode, 0) << run.output;
    EXPECT_THAT(run.output, testing::HasSubstr("parent "));
}

} // namespace
} // namespace vnscope::tests
