// SPDX-License-Identifier: Apache-2.0
// From events of network functions to who made which packet late: chains whose causes are written down by hand.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyses/microscope/victim_keeper.hpp"
#include "simulator/examples.hpp"
#include "simulator/simulated_trace.hpp"
#include "tests/support/scripted_source.hpp"

namespace vnscope::tests {
namespace {

using support::AnalysedScript;
using support::ScriptedSource;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using tracepoints::EventType;
using tracepoints::NfBatch;
using tracepoints::NfElement;
using tracepoints::NfFlow;
using tracepoints::NfQueue;

constexpr std::int64_t kUs = 1'000;
constexpr std::int64_t kMs = 1'000 * kUs;
constexpr std::int64_t kBegin = 1'000 * base::kNsPerSecond;

struct Packet {
    std::int64_t written = 0;
    std::uint64_t id = 0;
    std::uint8_t flow = 0; ///< Last byte of its source's address.
};

/// What happens in a chain of a source, a NAT and a firewall, each with a queue of 32-packet batches in front.
class Chain final {
public:
    static constexpr std::uint32_t kSource = 1;
    static constexpr std::uint32_t kNat = 2;
    static constexpr std::uint32_t kFirewall = 3;
    static constexpr std::uint32_t kExit = 9;     ///< Queue.
    static constexpr std::int64_t kService = kUs; ///< A packet, of each element.

    Chain()
    {
        const std::array<std::string, 3> names{"source", "nat 1", "fw 1"};
        const std::array<std::string, 3> kinds{"source", "nat", "firewall"};
        for (std::uint32_t element = 0; element < 3; ++element)
            add(kBegin, EventType::NfElement,
                NfElement{1, element + 1, m_source.name(names[element]), m_source.name(kinds[element])});
        for (const std::uint32_t reader : {kNat, kFirewall})
            add(kBegin, EventType::NfQueue, NfQueue{1, reader, reader, 1024, 32, m_source.name("in")});
        add(kBegin, EventType::NfQueue, NfQueue{1, kExit, NfQueue::kNone, 0, 32, m_source.name("out")});
    }

    /// The source writes `count` packets of one flow, one every `spacing`.
    void send(std::int64_t from, std::size_t count, std::int64_t spacing, std::uint8_t flow)
    {
        for (std::size_t packet = 0; packet < count; ++packet)
            m_sent.push_back({kBegin + from + static_cast<std::int64_t>(packet) * spacing, 0, flow});
    }
    /// An element reads nothing for a while.
    void stall(std::uint32_t element, std::int64_t from, std::int64_t length)
    {
        m_stalls[element].push_back({{kBegin + from}, {kBegin + from + length}});
    }

    ScriptedSource& run()
    {
        std::ranges::stable_sort(m_sent, {}, &Packet::written);
        for (Packet& packet : m_sent) {
            packet.id = ++m_lastId;
            addBatch(packet.written, EventType::NfWrite, kSource, kNat, {packet});
            addFlow(packet);
        }
        const std::vector<Packet> translated = serve(kNat, kNat, kFirewall, m_sent);
        const std::vector<Packet> left = serve(kFirewall, kFirewall, kExit, translated);
        m_latencies.clear();
        for (const Packet& packet : left)
            m_latencies.push_back(packet.written - m_sent[packet.id - 1].written);
        std::ranges::stable_sort(m_script, {}, [](const auto& step) { return step.first; });
        for (const auto& [at, put] : m_script)
            put();
        m_script.clear();
        return m_source;
    }

    [[nodiscard]] const std::vector<std::int64_t>& latencies() const { return m_latencies; }

private:
    template <typename Payload> void add(std::int64_t at, EventType type, const Payload& payload)
    {
        m_script.emplace_back(at, [this, at, type, payload] { m_source.add(at, 0, type, payload); });
    }
    void addBatch(std::int64_t at, EventType type, std::uint32_t element, std::uint32_t queue,
                  const std::vector<Packet>& packets)
    {
        NfBatch batch;
        batch.element = element;
        batch.queue = queue;
        batch.packets = static_cast<std::uint16_t>(packets.size());
        for (const Packet& packet : packets)
            batch.ids.numbers[batch.ids.count++] = packet.id;
        add(at, type, batch);
    }
    void addFlow(const Packet& packet)
    {
        NfFlow flow;
        flow.packet = packet.id;
        flow.element = kSource;
        flow.ipVersion = 4;
        flow.protocol = 17;
        flow.sourcePort = 2000;
        flow.destinationPort = 80;
        flow.source = {10, 0, 0, packet.flow};
        flow.destination = {10, 0, 1, 1};
        add(packet.written, EventType::NfFlow, flow);
    }
    [[nodiscard]] std::int64_t afterStall(std::uint32_t element, std::int64_t at) const
    {
        const auto stalls = m_stalls.find(element);
        if (stalls == m_stalls.end())
            return at;
        for (const base::TimeRange& stall : stalls->second)
            at = stall.contains({at}) ? stall.end.ns : at;
        return at;
    }
    /// Reads what is there, works on it, and writes the batch on.
    std::vector<Packet> serve(std::uint32_t element, std::uint32_t from, std::uint32_t to,
                              const std::vector<Packet>& arrivals)
    {
        std::vector<Packet> done;
        std::int64_t free = kBegin;
        for (std::size_t next = 0; next < arrivals.size();) {
            const std::int64_t at = afterStall(element, std::max(free, arrivals[next].written + 1));
            std::vector<Packet> batch;
            for (; next < arrivals.size() && arrivals[next].written < at && batch.size() < 32; ++next)
                batch.push_back(arrivals[next]);
            addBatch(at, EventType::NfRead, element, from, batch);
            free = at + static_cast<std::int64_t>(batch.size()) * kService;
            addBatch(free, EventType::NfWrite, element, to, batch);
            for (Packet packet : batch) {
                packet.written = free;
                done.push_back(packet);
            }
        }
        return done;
    }

    ScriptedSource m_source;
    std::vector<std::pair<std::int64_t, std::function<void()>>> m_script;
    std::vector<Packet> m_sent;
    std::map<std::uint32_t, std::vector<base::TimeRange>> m_stalls;
    std::vector<std::int64_t> m_latencies;
    std::uint64_t m_lastId = 0;
};

/// Half of what the elements can do, from four flows, for 100 ms.
void sendUsual(Chain& chain)
{
    for (std::uint8_t flow = 1; flow <= 4; ++flow)
        chain.send(flow * 2 * kUs, 12'500, 8 * kUs, flow);
}

std::vector<std::string> texts(const storage::Table& table, std::string_view column)
{
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        texts.push_back(table.at(row, column).text());
    return texts;
}

/// Of each victim, all causes together make one.
void expectWholeShares(const AnalysedScript& script)
{
    const storage::Table relations = script.read({"causal_relation", {"victim_id", "share"}});
    std::map<std::int64_t, double> sums;
    for (const auto& row : relations.rows)
        sums[row[0].integer()] += row[1].real();
    for (const auto& [victim, sum] : sums)
        EXPECT_NEAR(sum, 1, 1e-6) << "victim " << victim;
    EXPECT_EQ(sums.size(), script.read({"victim", {"victim_id"}}).rows.size());
}

// What a fuller trace would have pushed out: the shortest. They are missed only if they are late at all.
TEST(MicroscopeStore, VictimsWithoutRoomAreCountedWhenTheyAreLate)
{
    using analyses::microscope::Victim;
    using analyses::microscope::VictimKeeper;
    using analyses::microscope::VictimKind;
    constexpr std::int64_t kBeyond = 50;
    for (const auto& [threshold, forgotten] : {std::pair{10 * kUs, kBeyond}, std::pair{60 * kUs, std::int64_t{0}}}) {
        VictimKeeper keeper;
        for (std::int64_t us = 1; us <= static_cast<std::int64_t>(VictimKeeper::kMost) + kBeyond; ++us) {
            Victim victim;
            victim.kind = VictimKind::Latency;
            victim.number = static_cast<std::uint64_t>(us);
            victim.begin = {0};
            victim.end = {us * kUs};
            keeper.add(std::move(victim));
        }
        keeper.judge(threshold);
        EXPECT_EQ(keeper.forgotten(VictimKind::Latency), static_cast<std::uint64_t>(forgotten));
        EXPECT_EQ(keeper.victims().front().end.ns, std::max(threshold, kBeyond * kUs) + kUs);
    }
}

// Every packet's latency is known, so is how many are beyond a limit.
TEST(MicroscopeStore, LooksIntoThePacketsThatTheUserMeans)
{
    Chain chain;
    sendUsual(chain);
    chain.stall(Chain::kNat, 50 * kMs, 500 * kUs);
    const AnalysedScript script(chain.run(), {0.999, 300 * kUs});
    const std::vector<std::int64_t> latencies = chain.latencies();
    const auto late = std::ranges::count_if(latencies, [](std::int64_t latency) { return latency > 300 * kUs; });
    ASSERT_GT(late, 50);
    EXPECT_EQ(script.read({"victim", {"victim_id"}}).rows.size(), static_cast<std::size_t>(late));
    const storage::Table summary = script.read({"microscope_summary", {"latency_threshold_ns", "percentile"}});
    EXPECT_EQ(summary.rows[0][0].integer(), 300 * kUs);
    EXPECT_NEAR(summary.rows[0][1].real(), 1 - static_cast<double>(late) / static_cast<double>(latencies.size()), 2e-4);
}

// Of a flow with 10 packets a millisecond nothing comes for 20 ms. Whether the network or the sender is the reason
// shows in whether the packets were under way.
TEST(MicroscopeStore, AFlowThatIsHeldUpIsLookedInto)
{
    Chain chain;
    chain.send(0, 3'000, 100 * kUs, 1);
    chain.stall(Chain::kNat, 140 * kMs, 20 * kMs);
    const AnalysedScript script(chain.run(), {0.999, base::kNsPerSecond});
    const storage::Table victims = script.read({"victim_summary", {"kind", "culprit", "latency_ns"}});
    ASSERT_FALSE(victims.rows.empty());
    EXPECT_LE(victims.rows.size(), 2U) << "one packet stands for each of the two silent windows";
    EXPECT_THAT(texts(victims, "kind"), Each("throughput"));
    EXPECT_THAT(texts(victims, "culprit"), Each("nat 1"));
    EXPECT_GT(victims.rows[0][2].integer(), 15 * kMs);
    EXPECT_EQ(script.read({"microscope_summary", {"victims_throughput"}}).rows[0][0].integer(),
              static_cast<std::int64_t>(victims.rows.size()));
}

TEST(MicroscopeStore, AFlowOfWhichLessIsSentIsNoVictim)
{
    Chain chain;
    chain.send(0, 1'400, 100 * kUs, 1);
    chain.send(160 * kMs, 1'400, 100 * kUs, 1);
    const AnalysedScript script(chain.run(), {0.999, base::kNsPerSecond});
    EXPECT_EQ(script.read({"nf_element", {"element_id"}}).rows.size(), 3U);
    EXPECT_THAT(script.read({"victim", {"victim_id"}}).rows, IsEmpty());
}

TEST(MicroscopeStore, NamesTheElementThatStalled)
{
    Chain chain;
    sendUsual(chain);
    chain.stall(Chain::kNat, 50 * kMs, 500 * kUs);
    const AnalysedScript script(chain.run());

    const storage::Table victims = script.read({"victim_summary", {"kind", "begin_ns", "latency_ns", "culprit"}});
    // The slowest thousandth of 50,000 packets; their latencies are told in steps of 2.2 %.
    EXPECT_GT(victims.rows.size(), 25U);
    EXPECT_LT(victims.rows.size(), 75U);
    EXPECT_THAT(texts(victims, "culprit"), Each("nat 1"));
    for (const auto& row : victims.rows) {
        EXPECT_GE(row[1].integer(), kBegin + 49 * kMs);
        EXPECT_LE(row[1].integer(), kBegin + 51 * kMs);
    }
    const std::int64_t slowest = *std::ranges::max_element(chain.latencies());
    EXPECT_EQ(script.read({"victim", {"latency_ns"}, {}, {"-latency_ns"}, 1}).rows[0][0].integer(), slowest);
    expectWholeShares(script);

    const storage::Table culprits = script.read({"nf_culprit", {"culprit_kind", "culprit_element_id", "share"}});
    ASSERT_FALSE(culprits.rows.empty());
    EXPECT_EQ(culprits.rows[0][0].text(), "element");
    EXPECT_GT(culprits.rows[0][2].real(), 0.9);
    const storage::Table types = script.read({"culprit_by_type", {"culprit_type", "share"}, {}, {"-share"}, 1});
    EXPECT_EQ(types.rows[0][0].text(), "nat");
    EXPECT_THAT(texts(script.read({"finding", {"title"}, {{"analysis", "=", "microscope"}}}), "title"),
                Contains(HasSubstr("nat 1 made")));
}

TEST(MicroscopeStore, MeasuresQueuesAndTheirReaders)
{
    Chain chain;
    sendUsual(chain);
    chain.stall(Chain::kNat, 50 * kMs, 500 * kUs);
    const AnalysedScript script(chain.run());

    const storage::Table queues =
        script.read({"nf_queue", {"queue_id", "packets", "peak_pps", "capacity"}, {{"name", "=", "in"}}, {"queue_id"}});
    ASSERT_EQ(queues.rows.size(), 2U);
    EXPECT_EQ(queues.rows[0][1].integer(), 50'000);
    EXPECT_NEAR(queues.rows[0][2].real(), 1e6, 5e4);
    EXPECT_EQ(queues.rows[0][3].integer(), 1024);
    // 500 us at a packet each 2 us wait when the stall ends.
    const storage::Table periods =
        script.read({"queuing_period", {"begin_ns", "max_length", "is_persistent"}, {}, {"-max_length"}, 1});
    ASSERT_EQ(periods.rows.size(), 1U);
    EXPECT_NEAR(static_cast<double>(periods.rows[0][0].integer() - kBegin), 50.0 * kMs, 50.0 * kUs);
    EXPECT_NEAR(static_cast<double>(periods.rows[0][1].integer()), 250, 10);
    EXPECT_EQ(periods.rows[0][2].integer(), 0);
    const storage::Table lengths = script.read({"nf_queue_length", {"begin_ns", "longest"}, {}, {"-longest"}, 1});
    EXPECT_EQ(lengths.rows[0][0].integer(), kBegin + 50 * kMs);
    EXPECT_EQ(lengths.rows[0][1], periods.rows[0][1]);
    std::int64_t arrived = 0;
    for (const auto& row : script.read({"nf_queue_length", {"arrived"}}).rows)
        arrived += row[0].integer();
    EXPECT_EQ(arrived, 100'000);
}

TEST(MicroscopeStore, NamesTheFlowOfABurst)
{
    Chain chain;
    sendUsual(chain);
    chain.send(50 * kMs, 600, 100, 99);
    const AnalysedScript script(chain.run());

    const storage::Table victims = script.read({"victim_summary", {"culprit_kind", "culprit"}});
    ASSERT_FALSE(victims.rows.empty());
    EXPECT_THAT(texts(victims, "culprit_kind"), Each("source"));
    expectWholeShares(script);
    const storage::Table relations = script.read({"causal_relation", {"culprit_flow_id", "share"}, {}, {"-share"}, 1});
    const storage::Table flow = script.read(
        {"nf_flow", {"source", "source_port", "protocol"}, {{"flow_id", "=", relations.rows[0][0].integer()}}});
    ASSERT_EQ(flow.rows.size(), 1U);
    EXPECT_EQ(flow.rows[0][0].text(), "10.0.0.99");
    EXPECT_EQ(flow.rows[0][1].integer(), 2000);
    EXPECT_EQ(flow.rows[0][2].integer(), 17);
    const storage::Table patterns =
        script.read({"causal_pattern", {"culprit_place", "culprit_source", "victim_scope"}, {}, {"rank"}, 1});
    ASSERT_EQ(patterns.rows.size(), 1U);
    EXPECT_EQ(patterns.rows[0][0].text(), "source");
    EXPECT_EQ(patterns.rows[0][1].text(), "10.0.0.99");
}

TEST(MicroscopeStore, TellsHowAVictimWasExplained)
{
    Chain chain;
    sendUsual(chain);
    // The firewall suffers from what the NAT gives at once after its stall.
    chain.stall(Chain::kNat, 50 * kMs, 500 * kUs);
    chain.stall(Chain::kFirewall, 50 * kMs + 550 * kUs, 100 * kUs);
    const AnalysedScript script(chain.run());

    const storage::Table victims = script.read({"victim", {"victim_id"}, {}, {"-latency_ns"}, 1});
    ASSERT_EQ(victims.rows.size(), 1U);
    const storage::Table steps =
        script.read({"victim_step",
                     {"step", "depth", "queue_id", "share", "packets_arrived", "packets_read", "spans"},
                     {{"victim_id", "=", victims.rows[0][0].integer()}},
                     {"step"}});
    ASSERT_FALSE(steps.rows.empty());
    double wait = 0;
    for (std::size_t row = 0; row < steps.rows.size(); ++row) {
        EXPECT_EQ(steps.rows[row][0].integer(), static_cast<std::int64_t>(row) + 1);
        EXPECT_GE(steps.rows[row][4].integer(), steps.rows[row][5].integer());
        wait += steps.rows[row][1].integer() == 0 ? steps.rows[row][3].real() : 0;
    }
    EXPECT_NEAR(wait, 1, 1e-6);
    EXPECT_THAT(texts(steps, "spans"), Each(HasSubstr("source ")));
    EXPECT_THAT(texts(steps, "spans"), Each(HasSubstr("expected ")));
    EXPECT_THAT(steps.rows[0][6].text(), HasSubstr("nat 1 0 ns (held them for ")) << "the stall let them go at once";
}

TEST(MicroscopeStore, SaysNothingOfAQuietChain)
{
    Chain chain;
    sendUsual(chain);
    const AnalysedScript script(chain.run());
    EXPECT_THAT(script.read({"finding", {"title"}, {{"analysis", "=", "microscope"}}}).rows, IsEmpty());
    EXPECT_THAT(script.read({"data_quality", {"kind"}, {{"subject", "=", "microscope"}}}).rows, IsEmpty());
}

/// Figure 10 of the paper for 100 ms, with one problem that is known.
simulator::Scenario figure10With(const simulator::Injection& injection)
{
    simulator::Scenario scenario = simulator::figure10(3, 1.2e6, 100 * kMs);
    scenario.injections = {injection};
    return scenario;
}

/// How many of the victims have this in a column.
double shareOf(const AnalysedScript& script, std::string_view column, const std::string& truth)
{
    const std::vector<std::string> found =
        texts(script.read({"victim_summary", {std::string(column)}, {{"kind", "=", "latency"}}}), column);
    EXPECT_GT(found.size(), 50U);
    return static_cast<double>(std::ranges::count(found, truth)) / static_cast<double>(found.size());
}

TEST(MicroscopeStore, FindsASimulatedStall)
{
    simulator::Injection stall;
    stall.id = 1;
    stall.kind = simulator::InjectionKind::Interrupt;
    stall.timeNs = 40 * kMs;
    stall.element = 1;
    stall.lengthNs = 800 * kUs;
    const simulator::Scenario scenario = figure10With(stall);
    simulator::SimulatedTrace trace(scenario);
    const AnalysedScript script(trace);
    EXPECT_GE(shareOf(script, "culprit", scenario.elements[1].name), 0.95);
    expectWholeShares(script);
}

TEST(MicroscopeStore, FindsASimulatedBurst)
{
    simulator::Injection burst;
    burst.id = 1;
    burst.timeNs = 40 * kMs;
    burst.flow = {0x0a000063, 0x0a000101, 5000, 443, 17};
    burst.packets = 1500;
    simulator::SimulatedTrace trace(figure10With(burst));
    const AnalysedScript script(trace);
    EXPECT_GE(shareOf(script, "culprit_kind", "source"), 0.95);
    EXPECT_THAT(texts(script.read({"nf_flow", {"source"}}), "source"), Contains("10.0.0.99"));
    expectWholeShares(script);
}

NfBatch batchOf(std::uint32_t element, std::uint32_t queue, std::uint64_t id, std::uint16_t packets = 1)
{
    NfBatch batch;
    batch.element = element;
    batch.queue = queue;
    batch.packets = packets;
    batch.ids.numbers[batch.ids.count++] = id;
    return batch;
}

/// Elements that tell what cannot be: it is said, and nothing comes of it.
TEST(MicroscopeStore, SurvivesWhatCannotBe)
{
    ScriptedSource source;
    std::int64_t at = kBegin;
    source.add(at, 0, EventType::NfQueue, NfQueue{1, 7, 2, 8, 4, source.name("small")});
    // Nobody wrote what is read, more at once than there is room for.
    source.add(at += kUs, 0, EventType::NfWrite, batchOf(1, 7, 1));
    source.add(at += kUs, 0, EventType::NfRead, batchOf(2, 7, 77, 5'000));
    // Written, but never read by this one.
    source.add(at += kUs, 0, EventType::NfWrite, batchOf(2, 8, 1'234));
    // In circles.
    for (int round = 0; round < 40; ++round) {
        source.add(at += kUs, 0, EventType::NfWrite, batchOf(4, 11, 5));
        source.add(at += kUs, 0, EventType::NfRead, batchOf(5, 11, 5));
        source.add(at += kUs, 0, EventType::NfWrite, batchOf(5, 10, 5));
        source.add(at += kUs, 0, EventType::NfRead, batchOf(4, 10, 5));
    }
    // Read before it was written, within what clocks may differ by.
    source.add(at += kUs, 0, EventType::NfWrite, batchOf(20, 21, 100));
    source.add(at += kUs, 0, EventType::NfRead, batchOf(22, 21, 100));
    source.add(at += kUs, 0, EventType::NfRead, batchOf(22, 21, 101));
    source.add(at += 3 * kUs, 0, EventType::NfWrite, batchOf(20, 21, 101));
    // As many elements as a name has numbers for, and ids at the limits.
    for (std::uint32_t element = 100; element < 10'000; ++element)
        source.add(at += 10, 0, EventType::NfRead, batchOf(element, element, ~std::uint64_t{0}));
    source.add(at += kUs, 0, EventType::NfRead, batchOf(~0U, ~0U, ~std::uint64_t{0}, 0xffff));
    tracepoints::NfDrop drop;
    drop.element = 3;
    drop.queue = 4'000'000'000U;
    drop.packets = 0xffff;
    source.add(at += kUs, 0, EventType::NfDrop, drop);
    source.add(at += 5 * base::kNsPerSecond, 0, EventType::NfRead, batchOf(2, 7, 1));

    const AnalysedScript script(source);
    const std::vector<std::string> kinds =
        texts(script.read({"data_quality", {"kind"}, {{"subject", "=", "microscope"}}}), "kind");
    for (const char* const kind : {"nf_strangers", "nf_unread_writes", "nf_oversized_batches", "nf_circular_paths",
                                   "nf_clocks_apart", "nf_too_many"})
        EXPECT_THAT(kinds, Contains(kind));
}

} // namespace
} // namespace vnscope::tests
