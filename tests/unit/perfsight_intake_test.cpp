// SPDX-License-Identifier: Apache-2.0
// From events of vnscope_element and vnscope_io to verdicts in the store, and from the store again.

#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyses/perfsight/assessment.hpp"
#include "analyses/perfsight/store_scene.hpp"
#include "tests/support/scripted_source.hpp"

namespace vnscope::tests {
namespace {

using namespace analyses::perfsight;
using support::AnalysedScript;
using support::ScriptedSource;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using tracepoints::EventType;
using tracepoints::IoCounters;

constexpr std::int64_t kSecond = base::kNsPerSecond;
constexpr std::int64_t kBegin = 1'000 * kSecond; ///< At a second, as windows are.
constexpr std::int64_t kPeriod = kSecond / 10;

/// What a middlebox does with one peer in each tenth of a second.
struct Conversation {
    std::string peer;
    std::string local;
    std::uint64_t inBytes = 0;
    std::uint64_t inTimeNs = 0;
    std::uint64_t outBytes = 0;
    std::uint64_t outTimeNs = 0;
};

/// Middleboxes that publish every 100 ms.
class IoScript final {
public:
    void publish(std::int64_t at, const std::string& element, std::uint32_t pid,
                 const std::vector<Conversation>& conversations)
    {
        IoCounters all = fresh(element, pid);
        for (const Conversation& each : conversations) {
            IoCounters& peer = m_totals[{element, pid, each.peer, each.local}];
            if (peer.pid == 0)
                peer = fresh(element, pid);
            peer.peer = m_source.name(each.peer);
            peer.local = m_source.name(each.local);
            peer.in.bytes += each.inBytes;
            peer.in.timeNs += each.inTimeNs;
            peer.out.bytes += each.outBytes;
            peer.out.timeNs += each.outTimeNs;
            add(at, peer);
            all.in.bytes += peer.in.bytes;
            all.in.timeNs += peer.in.timeNs;
            all.out.bytes += peer.out.bytes;
            all.out.timeNs += peer.out.timeNs;
        }
        add(at, all);
    }
    /// Counters that a process already had.
    void start(const std::string& element, std::uint32_t pid, const Conversation& had)
    {
        IoCounters& peer = m_totals[{element, pid, had.peer, had.local}];
        peer = fresh(element, pid);
        peer.in.bytes = had.inBytes;
        peer.in.timeNs = had.inTimeNs;
        peer.out.bytes = had.outBytes;
        peer.out.timeNs = had.outTimeNs;
    }
    ScriptedSource& source() { return m_source; }

private:
    IoCounters fresh(const std::string& element, std::uint32_t pid)
    {
        IoCounters counters;
        counters.version = 1;
        counters.pid = pid;
        counters.element = m_source.name(element);
        counters.peer = m_source.name("");
        counters.local = m_source.name("");
        return counters;
    }
    void add(std::int64_t at, const IoCounters& counters) { m_source.add(at, 0, EventType::IoCounters, counters); }

    ScriptedSource m_source;
    std::map<std::tuple<std::string, std::uint32_t, std::string, std::string>, IoCounters> m_totals;
};

constexpr std::uint64_t kMost = kPeriod * 9 / 10;
constexpr std::uint64_t kLittle = kPeriod / 100;
constexpr std::uint64_t kData = 1'000'000;
constexpr std::uint64_t kRequest = 1'000;

/// client -> lb -> server; `isUpload`: the data goes this way, else back. Who waits, waits in the direction of the
/// data.
void publishChain(IoScript& script, std::int64_t at, bool isUpload, std::uint64_t clientWait, std::uint64_t lbReads,
                  std::uint64_t lbWrites, std::uint64_t serverWait)
{
    const std::uint64_t up = isUpload ? kData : kRequest;
    const std::uint64_t down = isUpload ? kRequest : kData;
    const auto of = [&](bool isDataSide, std::uint64_t wait) { return isDataSide ? wait : kLittle; };
    script.publish(at, "client", 1,
                   {{"10.0.0.2:80", "10.0.0.1", down, of(!isUpload, clientWait), up, of(isUpload, clientWait)}});
    script.publish(at + 1, "lb", 2,
                   {{"10.0.0.1", "10.0.0.2:80", up, of(isUpload, lbReads), down, of(!isUpload, lbWrites)},
                    {"10.0.0.3:8080", "10.0.0.2", down, of(!isUpload, lbReads), up, of(isUpload, lbWrites)}});
    script.publish(at + 2, "server", 3,
                   {{"10.0.0.2", "10.0.0.3:8080", up, of(isUpload, serverWait), down, of(!isUpload, serverWait)}});
}

std::string nameOf(const AnalysedScript& script, const storage::Value& element)
{
    return script.read({.table = "element", .where = {{"element_id", "=", element}}}).at(0, "name").text();
}

/// "name label" of all causes.
std::set<std::string> causesOf(const AnalysedScript& script)
{
    const storage::Table rows = script.read({.table = "root_cause"});
    std::set<std::string> causes;
    for (std::size_t row = 0; row < rows.rows.size(); ++row)
        causes.insert(nameOf(script, rows.at(row, "element_id")) + ' ' + rows.at(row, "label").text());
    return causes;
}

/// Figure 12b of the paper with two middleboxes: everybody waits to write to the server.
TEST(PerfsightIntake, UploadToASlowServer)
{
    IoScript script;
    for (std::int64_t at = kBegin; at <= kBegin + 5 * kSecond; at += kPeriod)
        publishChain(script, at, true, kMost, kLittle, kMost, kLittle);
    const AnalysedScript analysed(script.source());
    EXPECT_THAT(causesOf(analysed), UnorderedElementsAre("server overloaded"));
    const storage::Table causes = analysed.read({.table = "root_cause"});
    ASSERT_EQ(causes.rows.size(), 1U) << "one spell, not one for each window";
    EXPECT_GE(causes.at(0, "valid_to_ns").integer() - causes.at(0, "valid_from_ns").integer(), 5 * kSecond);
    EXPECT_EQ(causes.at(0, "waiting").text(), "lb");
    const storage::Table lb = analysed.read({.table = "element", .where = {{"name", "=", "lb"}}});
    const storage::Table states =
        analysed.read({.table = "element_state", .where = {{"element_id", "=", lb.at(0, "element_id")}}});
    ASSERT_EQ(states.rows.size(), 1U);
    EXPECT_EQ(states.at(0, "state").text(), "write_blocked");
}

/// The same connections, and the data goes the other way: the source is the server, and the client is slow.
TEST(PerfsightIntake, DownloadToASlowClient)
{
    IoScript script;
    for (std::int64_t at = kBegin; at <= kBegin + 5 * kSecond; at += kPeriod)
        publishChain(script, at, false, kLittle, kLittle, kMost, kMost);
    const AnalysedScript analysed(script.source());
    EXPECT_THAT(causesOf(analysed), UnorderedElementsAre("client overloaded"));
}

TEST(PerfsightIntake, UploadOfASlowClient)
{
    IoScript script;
    for (std::int64_t at = kBegin; at <= kBegin + 5 * kSecond; at += kPeriod)
        publishChain(script, at, true, kLittle, kMost, kLittle, kMost);
    const AnalysedScript analysed(script.source());
    EXPECT_THAT(causesOf(analysed), UnorderedElementsAre("client underloaded"));
}

/// A cause that ends is followed by another: two spells, at the right times.
TEST(PerfsightIntake, CausesHaveTheirTimes)
{
    IoScript script;
    for (std::int64_t at = kBegin; at < kBegin + 4 * kSecond; at += kPeriod)
        publishChain(script, at, true, kMost, kLittle, kMost, kLittle);
    for (std::int64_t at = kBegin + 4 * kSecond; at <= kBegin + 8 * kSecond; at += kPeriod)
        publishChain(script, at, true, kLittle, kMost, kLittle, kMost);
    const AnalysedScript analysed(script.source());
    EXPECT_THAT(causesOf(analysed), UnorderedElementsAre("server overloaded", "client underloaded"));
    const storage::Table server = analysed.read({.table = "root_cause", .where = {{"label", "=", "overloaded"}}});
    ASSERT_EQ(server.rows.size(), 1U);
    EXPECT_LE(std::abs(server.at(0, "valid_to_ns").integer() - (kBegin + 4 * kSecond)), kSecond);
}

/// Workers of one middlebox are one element. One that the trace hears of later did not do everything at that moment.
TEST(PerfsightIntake, ProcessesOfOneNameAddUpFromWhereTheyWere)
{
    const Conversation each{"10.0.0.9:80", "10.0.0.2", 0, 0, kData, 0};
    Conversation before = each;
    before.outBytes = 1'000'000'000'000;
    IoScript script;
    script.start("nginx", 7, before);
    for (int round = 0; round < 20; ++round) {
        script.publish(kBegin + round * kPeriod, "nginx", 6, {each});
        if (round >= 10)
            script.publish(kBegin + round * kPeriod + 10, "nginx", 7, {each});
    }
    const AnalysedScript analysed(script.source());
    const storage::Table counts = analysed.read({.table = "element_count", .orderBy = {"ts_ns"}});
    ASSERT_EQ(counts.rows.size(), 30U);
    const std::int64_t all = counts.at(29, "out_bytes").integer() - counts.at(0, "out_bytes").integer();
    EXPECT_EQ(all, (19 + 9) * static_cast<std::int64_t>(kData));
}

/// A process that ends, and a new one that gets its number: what the first counted stays.
TEST(PerfsightIntake, AReusedProcessNumberGoesOnCounting)
{
    const Conversation each{"10.0.0.9:80", "10.0.0.2", 0, 0, kData, 0};
    IoScript first;
    for (int round = 0; round < 10; ++round)
        first.publish(kBegin + round * kPeriod, "nginx", 6, {each});
    first.start("nginx", 6, {"10.0.0.9:80", "10.0.0.2", 0, 0, 0, 0});
    for (int round = 10; round < 20; ++round)
        first.publish(kBegin + round * kPeriod, "nginx", 6, {each});
    const AnalysedScript analysed(first.source());
    const storage::Table counts = analysed.read({.table = "element_peer_count", .orderBy = {"ts_ns"}});
    ASSERT_EQ(counts.rows.size(), 20U);
    EXPECT_EQ(counts.at(19, "out_bytes").integer() - counts.at(0, "out_bytes").integer(),
              19 * static_cast<std::int64_t>(kData));
}

TEST(PerfsightIntake, PeersThatSeveralCouldBeAreNotGuessed)
{
    IoScript script;
    for (std::int64_t at = kBegin; at <= kBegin + 2 * kSecond; at += kPeriod) {
        script.publish(at, "client", 1, {{"10.0.0.2:80", "10.0.0.1", 0, 0, kData, kMost}});
        script.publish(at, "one", 2, {{"10.0.0.1", "10.0.0.2:80", kData, kLittle, 0, 0}});
        script.publish(at, "two", 3, {{"10.0.0.1", "10.0.0.2:80", kData, kLittle, 0, 0}});
    }
    const AnalysedScript analysed(script.source());
    EXPECT_THAT(causesOf(analysed), ElementsAre());
    EXPECT_EQ(analysed.read({.table = "data_quality", .where = {{"kind", "=", "ambiguous_peer"}}}).rows.size(), 1U);
}

/// The elements of a host with counters as the agent has them.
void sampleHost(ScriptedSource& source, std::int64_t at, std::uint64_t round)
{
    const auto define = [&](std::uint64_t id, const char* name, const char* kind, const char* layer) {
        tracepoints::ElementDefine element;
        element.id = id;
        element.version = 1;
        element.name = source.name(name);
        element.kind = source.name(kind);
        element.layer = source.name(layer);
        element.tenant = source.name("");
        element.vm = source.name("");
        element.capacityBps = 1'000'000'000;
        source.add(at, 0, EventType::ElementDefine, element);
    };
    const auto sample = [&](std::uint64_t id, std::uint64_t packets, std::uint64_t drops) {
        tracepoints::ElementSample counters;
        counters.id = id;
        counters.inPackets = round * packets;
        counters.outPackets = round * (packets - drops);
        counters.inBytes = round * packets * 100;
        counters.outBytes = round * (packets - drops) * 100;
        counters.dropPackets = round * drops;
        source.add(at, 0, EventType::ElementSample, counters);
    };
    if (round == 0) {
        define(11, "eth0", "pnic", "nic");
        define(12, "cpu0", "backlog", "softirq");
    }
    sample(11, 10'000, 0);
    sample(12, 10'000, 500);
}

/// Figure 10: the backlog loses packets while the NIC has room.
TEST(PerfsightIntake, BacklogThatOverflows)
{
    ScriptedSource source;
    for (std::uint64_t round = 0; round <= 50; ++round)
        sampleHost(source, kBegin + static_cast<std::int64_t>(round) * kPeriod, round);
    const AnalysedScript analysed(source);
    const storage::Table shortages = analysed.read({.table = "resource_shortage"});
    ASSERT_EQ(shortages.rows.size(), 1U);
    EXPECT_EQ(shortages.at(0, "resource").text(), "pCPU backlog");
    EXPECT_EQ(shortages.at(0, "drop_place").text(), "backlog");
    EXPECT_EQ(shortages.at(0, "confidence").text(), "certain");
    EXPECT_EQ(shortages.at(0, "lost_packets").integer(), 50 * 500);
    EXPECT_EQ(nameOf(analysed, shortages.at(0, "element_id")), "cpu0");
    std::int64_t lost = 0;
    const storage::Table losses = analysed.read({.table = "element_loss"});
    for (std::size_t row = 0; row < losses.rows.size(); ++row)
        lost += losses.at(row, "packets").integer();
    EXPECT_EQ(lost, 50 * 500) << "windows lose nothing between them";
}

/// virtio does not tell its speed: what it carries rules saturation out, or says nothing.
TEST(PerfsightEvidence, OfANicOfUnknownSpeed)
{
    const auto utilisationAt = [](std::uint64_t bytesPerSecond) {
        ElementWindow nic;
        nic.element.kind = kPnic;
        nic.window.range = {{0}, {kSecond}};
        nic.window.delta.outBytes = bytesPerSecond;
        Evidence evidence;
        addNicUtilisation({nic}, evidence);
        return evidence;
    };
    EXPECT_LT(utilisationAt(100'000).at(std::string(kNicTxUtilisation)), 0.1);
    EXPECT_FALSE(utilisationAt(10'000'000).contains(kNicTxUtilisation))
        << "80 Mbit/s: 100 Mbit/s Ethernet, or 10 Gbit/s";
}

/// What `vnscope diagnose` does: any window, out of the store.
TEST(PerfsightIntake, TheStoreTellsTheSameAsTheEvents)
{
    IoScript script;
    for (std::int64_t at = kBegin; at <= kBegin + 5 * kSecond; at += kPeriod)
        publishChain(script, at, true, kMost, kLittle, kMost, kLittle);
    const AnalysedScript analysed(script.source());
    const base::TimeRange range{{kBegin + kSecond}, {kBegin + 3 * kSecond + 10}};
    const auto scene = readScene(analysed.store(), range);
    ASSERT_TRUE(scene) << scene.error().text();
    const Assessment assessment = assess(*scene, range, RuleBook::standard());
    ASSERT_EQ(assessment.chains.size(), 1U);
    const auto& [chain, diagnosis] = assessment.chains[0];
    ASSERT_EQ(diagnosis.rootCauses.size(), 1U);
    EXPECT_EQ(chain.graph.nodes[diagnosis.rootCauses[0].node].element.name, "server");
    ASSERT_EQ(chain.graph.links.size(), 2U);
    for (const Link& link : chain.graph.links)
        EXPECT_EQ(link.outBytes, 20 * kData) << "two seconds of it";
}

} // namespace
} // namespace vnscope::tests
