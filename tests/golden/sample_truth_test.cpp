// SPDX-License-Identifier: Apache-2.0
// The store made from each real trace against what other tools of the traced machine said (truth/). Nothing here is
// taken from an earlier output of ours.

#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/imported_sample.hpp"

namespace vnscope::tests {
namespace {

using storage::Select;
using storage::Store;
using storage::Table;
using support::DeviceCounters;
using support::ImportedSample;
using support::SampleCase;

class SampleTruth : public testing::TestWithParam<const char*> {};

void expectCounters(const ImportedSample& imported, const DeviceCounters& truth)
{
    SCOPED_TRACE(truth.netns + "/" + truth.name);
    const Table ours = imported.device(truth.name);
    if (ours.rows.empty()) {
        EXPECT_EQ(truth.rxPackets + truth.txPackets, 0) << "the kernel counted traffic of a device that we do not know";
        return;
    }
    ASSERT_EQ(ours.rows.size(), 1U);
    EXPECT_EQ(ours.at(0, "tx_packets").integer(), truth.txPackets);
    EXPECT_EQ(ours.at(0, "tx_bytes").integer(), truth.txBytes);
    if (truth.kind == "vlan") {
        // The kernel has no event for what a VLAN device receives: we must not pretend to know.
        EXPECT_TRUE(ours.at(0, "rx_packets").isNull());
        EXPECT_EQ(ours.at(0, "kind").text(), "vlan");
        return;
    }
    EXPECT_EQ(ours.at(0, "rx_packets").integer(), truth.rxPackets);
    if (ours.at(0, "rx_basis").text() == "estimated") {
        // GRO took the merged frames' headers away: a NIC's bytes are an estimate, and a close one.
        EXPECT_NEAR(static_cast<double>(ours.at(0, "rx_bytes").integer()), static_cast<double>(truth.rxBytes),
                    0.001 * static_cast<double>(truth.rxBytes));
        EXPECT_TRUE(truth.kind.empty());
    } else {
        EXPECT_EQ(ours.at(0, "rx_bytes").integer(), truth.rxBytes);
    }
}

TEST_P(SampleTruth, DeviceTotalsEqualTheKernelsCounters)
{
    const ImportedSample imported(GetParam());
    DeviceCounters loopbacks;
    loopbacks.name = "lo";
    std::size_t compared = 0;
    for (const DeviceCounters& truth : support::countersBetween(imported.sample(), "start", "end_before_stop")) {
        if (truth.name ==
            "lo") { // One name in every namespace, and the events name no namespace: we can know their sum.
            loopbacks.rxPackets += truth.rxPackets;
            loopbacks.rxBytes += truth.rxBytes;
            loopbacks.txPackets += truth.txPackets;
            loopbacks.txBytes += truth.txBytes;
            continue;
        }
        expectCounters(imported, truth);
        ++compared;
    }
    expectCounters(imported, loopbacks);
    EXPECT_GE(compared, 8U);
}

TEST_P(SampleTruth, TimeBinsAddUpToTheTotalsAtEveryResolution)
{
    const ImportedSample imported(GetParam());
    const Table totals = imported.read({.table = "device_traffic"});
    const Table bins = imported.read({.table = "bandwidth"});
    std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::pair<std::int64_t, std::int64_t>> sums;
    std::set<std::int64_t> widths;
    for (std::size_t row = 0; row < bins.rows.size(); ++row) {
        auto& sum = sums[{bins.at(row, "bin_ns").integer(), bins.at(row, "device_id").integer(),
                          bins.at(row, "direction").text()}];
        sum.first += bins.at(row, "packets").integer();
        sum.second += bins.at(row, "bytes").integer();
        widths.insert(bins.at(row, "bin_ns").integer());
        EXPECT_EQ(bins.at(row, "begin_ns").integer() % bins.at(row, "bin_ns").integer(), 0);
    }
    EXPECT_THAT(widths, testing::ElementsAre(1'000'000, 10'000'000, 100'000'000, 1'000'000'000, 10'000'000'000));
    for (const std::int64_t width : widths)
        for (std::size_t row = 0; row < totals.rows.size(); ++row)
            for (const std::string direction : {"rx", "tx"}) {
                const auto sum = sums[{width, totals.at(row, "device_id").integer(), direction}];
                EXPECT_EQ(sum.first, totals.at(row, direction + "_packets").integer());
                EXPECT_EQ(sum.second, totals.at(row, direction + "_bytes").integer());
            }
}

TEST_P(SampleTruth, PacketsByCpuAddUpToTheTotals)
{
    const ImportedSample imported(GetParam());
    const Table totals = imported.read({.table = "device_traffic"});
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> sums;
    std::set<std::int64_t> cpus;
    const Table byCpu = imported.read({.table = "device_cpu"});
    for (std::size_t row = 0; row < byCpu.rows.size(); ++row) {
        auto& sum = sums[byCpu.at(row, "device_id").integer()];
        sum.first += byCpu.at(row, "rx_packets").integer();
        sum.second += byCpu.at(row, "tx_packets").integer();
        cpus.insert(byCpu.at(row, "cpu").integer());
    }
    EXPECT_GE(cpus.size(), 2U) << "the guests had two CPUs";
    for (std::size_t row = 0; row < totals.rows.size(); ++row) {
        const auto sum = sums[totals.at(row, "device_id").integer()];
        for (const auto& [packets, column] :
             {std::pair(sum.first, "rx_packets"), std::pair(sum.second, "tx_packets")}) {
            if (totals.at(row, column).isNull())
                continue;
            EXPECT_EQ(packets, totals.at(row, column).integer()) << column;
        }
    }
}

/// events.txt of the recording counts events by name, as babeltrace2 saw them.
TEST_P(SampleTruth, EveryEventIsCountedUnderItsClass)
{
    const ImportedSample imported(GetParam());
    const Table classes = imported.read({.table = "event_class"});
    std::int64_t sum = 0;
    for (std::size_t row = 0; row < classes.rows.size(); ++row)
        sum += classes.at(row, "count").integer();
    const auto lines = support::runProgram("babeltrace2 '" + imported.sample().trace().string() + "' | wc -l");
    EXPECT_EQ(sum, std::stoll(lines.output));
    EXPECT_EQ(imported.read({.table = "trace"}).at(0, "events").integer(), sum);
}

std::vector<std::string> linesOf(const std::string& command)
{
    std::istringstream text(support::runProgram(command).output);
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

/// babeltrace2 prints "[time] (+delta) host name: { ... }".
TEST_P(SampleTruth, EventsKeptAreThoseThatBabeltraceSees)
{
    const ImportedSample imported(GetParam(), {}, "--events");
    std::map<std::string, std::string> schemas;
    const Table classes = imported.read({.table = "event_class", .where = {{"schema", "is not null"}}});
    for (std::size_t row = 0; row < classes.rows.size(); ++row)
        schemas[classes.at(row, "name").text()] = classes.at(row, "schema").text();
    std::map<std::string, std::int64_t> seen;
    for (const std::string& line : linesOf("babeltrace2 --no-delta '" + imported.sample().trace().string() +
                                           "' | sed 's/^\\[[^]]*\\] [^ ]* \\([^ ]*\\): .*/\\1/'"))
        if (const auto schema = schemas.find(line); schema != schemas.end())
            ++seen[schema->second];
    std::map<std::string, std::int64_t> kept;
    const Table rows = imported.read({.table = "event_list", .columns = {"event"}});
    for (const auto& row : rows.rows)
        ++kept[row[0].text()];
    EXPECT_GT(kept.size(), 5U);
    EXPECT_EQ(kept, seen);
}

/// The reader's own dump, which has the skb and its length among the fields.
TEST_P(SampleTruth, EventsKeptReadAsTheyAreDumped)
{
    const ImportedSample imported(GetParam(), {}, "--events");
    const Table rows = imported.read({.table = "event_list", .orderBy = {"event_id"}});
    const auto dumped = linesOf("vnscope-ctf-reader --dump '" + imported.sample().trace().string() + "'");
    ASSERT_EQ(rows.rows.size(), dumped.size());
    for (std::size_t row = 0; row < dumped.size(); ++row) {
        std::istringstream words(dumped[row]);
        std::string told;
        std::string length;
        for (std::string word; words >> word;) {
            if (word.starts_with("len="))
                length = word.substr(4);
            else if (!word.starts_with("skbaddr="))
                told += (told.empty() ? "" : " ") + word;
        }
        const std::string& fields = rows.at(row, "fields").text();
        const storage::Value& kept = rows.at(row, "length");
        ASSERT_EQ(std::to_string(rows.at(row, "ts_ns").integer()) + ' ' + rows.at(row, "event").text() +
                      " cpu=" + std::to_string(rows.at(row, "cpu").integer()) + (fields.empty() ? "" : " ") + fields,
                  told);
        ASSERT_EQ(kept.isNull() ? "" : std::to_string(kept.integer()), length) << dumped[row];
    }
}

/// iperf3's data connection and what it says it carried; the client sends.
void expectConversation(const ImportedSample& imported, const std::filesystem::path& file)
{
    SCOPED_TRACE(file.filename().string());
    const auto report = imported.sample().truthJson(file.filename().string());
    const auto connected = report["start"]["connected"][0];
    const auto rows = imported.read({.table = "stream",
                                     .where = {{"addr_a", "=", connected["local_host"].get<std::string>()},
                                               {"port_a", "=", connected["local_port"].get<std::int64_t>()},
                                               {"addr_b", "=", connected["remote_host"].get<std::string>()},
                                               {"port_b", "=", connected["remote_port"].get<std::int64_t>()}}});
    ASSERT_EQ(rows.rows.size(), 1U);
    const bool isTcp = rows.at(0, "protocol").text() == "tcp";
    if (isTcp) {
        // A data connection opens with iperf3's cookie of 37 bytes.
        constexpr std::int64_t kCookie = 37;
        EXPECT_EQ(rows.at(0, "unique_bytes_ab").integer(),
                  report["end"]["sum_sent"]["bytes"].get<std::int64_t>() + kCookie);
        const std::int64_t segmentsSentAgain = report["end"]["sum_sent"]["retransmits"];
        // An skb that is sent again may hold several segments, and iperf3 counts segments.
        EXPECT_LE(rows.at(0, "retransmissions_ab").integer(), segmentsSentAgain);
        EXPECT_EQ(rows.at(0, "retransmissions_ab").integer() > 0, segmentsSentAgain > 0);
    } else {
        // iperf3 opens a UDP test with one datagram of 4 bytes each way.
        constexpr std::int64_t kGreeting = 4;
        EXPECT_EQ(rows.at(0, "packets_ab").integer(), report["end"]["sum"]["packets"].get<std::int64_t>() + 1);
        EXPECT_EQ(rows.at(0, "payload_bytes_ab").integer(),
                  report["end"]["sum"]["bytes"].get<std::int64_t>() + kGreeting);
        EXPECT_EQ(rows.at(0, "packets_ba").integer(), 1);
        EXPECT_EQ(rows.at(0, "payload_bytes_ba").integer(), kGreeting);
    }
}

TEST_P(SampleTruth, ConversationsCarryWhatIperf3Reported)
{
    const ImportedSample imported(GetParam());
    std::size_t compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(imported.sample().truth()))
        if (entry.path().filename().string().starts_with("iperf3_") &&
            entry.path().string().ends_with("_client.json")) {
            expectConversation(imported, entry.path());
            ++compared;
        }
    EXPECT_GE(compared, 3U);
}

TEST_P(SampleTruth, NothingWasLostAndNothingIsReportedLost)
{
    const ImportedSample imported(GetParam());
    EXPECT_EQ(imported.count("data_quality", {{"severity", "=", "data_loss"}}), 0);
    const Table streams = imported.read({.table = "trace_stream"});
    ASSERT_EQ(streams.rows.size(), 2U);
    for (std::size_t row = 0; row < streams.rows.size(); ++row)
        EXPECT_EQ(streams.at(row, "state").text(), "whole");
}

/// Queuing periods by babeltrace2 and a few lines of awk: full polls of a NAPI instance, then one that is not, which
/// found something or came after several. The packets of each, by its end.
std::string queuingPeriodsByBabeltrace(const SampleCase& sample)
{
    return support::runProgram("babeltrace2 '" + sample.trace().string() + R"AWK(' | awk '
        / napi_poll: / {
            match($0, /napi = [^,]*/); napi = substr($0, RSTART, RLENGTH)
            match($0, /work = [0-9]+/); work = substr($0, RSTART + 7, RLENGTH - 7) + 0
            match($0, /budget = [0-9]+/); budget = substr($0, RSTART + 9, RLENGTH - 9) + 0
            if (full[napi] > 0) packets[napi] += work
            if (work >= budget && full[napi]++ == 0) packets[napi] = work
            if (work < budget) {
                if (full[napi] > 1 || full[napi] == 1 && work > 0) print packets[napi]
                full[napi] = 0
            }
        }')AWK")
        .output;
}

TEST_P(SampleTruth, QueuingPeriodsOfNicsAreThoseOfTheirPolls)
{
    const ImportedSample imported(GetParam());
    std::string ours;
    for (const auto& row : imported.read({"queuing_period", {"packets_out"}, {}, {"end_ns"}}).rows)
        ours += std::to_string(row[0].integer()) + "\n";
    EXPECT_EQ(ours, queuingPeriodsByBabeltrace(imported.sample()));
    const Table queues = imported.read({"polled_queue_summary", {"name", "packets"}});
    if (std::string(GetParam()) != "nic-router") {
        EXPECT_TRUE(queues.rows.empty()) << "backlogs that never built up";
        return;
    }
    ASSERT_EQ(queues.rows.size(), 1U);
    EXPECT_EQ(queues.rows[0][0].text(), "nic1 (NAPI)");
    EXPECT_EQ(queues.rows[0][1].integer(), 2773) << "frames from the wire, as ABOUT.md has them";
    EXPECT_EQ(ours, "74\n90\n90\n91\n");
}

INSTANTIATE_TEST_SUITE_P(Samples, SampleTruth, testing::Values("bridge-vlan-migration", "nic-router", "ovs"),
                         [](const auto& parameter) {
                             std::string name = parameter.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

/// Sum of the counters of the rules that drop, after minus before.
std::int64_t nftDrops(const SampleCase& sample)
{
    const auto dropped = [&](const std::string& file) {
        std::int64_t packets = 0;
        const nlohmann::json ruleset = sample.truthJson(file);
        for (const auto& object : ruleset["nftables"]) {
            if (!object.contains("rule"))
                continue;
            std::int64_t counter = 0;
            bool drops = false;
            for (const auto& expression : object["rule"]["expr"]) {
                if (expression.contains("counter"))
                    counter = expression["counter"]["packets"];
                drops |= expression.contains("drop");
            }
            packets += drops ? counter : 0;
        }
        return packets;
    };
    return dropped("nft_end.json") - dropped("nft_start.json");
}

TEST(NicRouterTruth, NftDropsEqualTheRulesCountersAndNothingElseIsADrop)
{
    const ImportedSample imported("nic-router");
    const std::int64_t truth = nftDrops(imported.sample());
    EXPECT_EQ(truth, 183); // 40 + 143, as the recording's notes say.
    EXPECT_EQ(imported.count("packet_drop", {{"place", "=", "netfilter"}}), truth);
    EXPECT_EQ(imported.count("packet_drop", {}), truth);
    EXPECT_EQ(imported.count("packet_drop", {{"reason_name", "=", "NETFILTER_DROP"}}), truth);
    const Table in = imported.device("mb-in");
    EXPECT_EQ(in.at(0, "drops").integer(), truth) << "the packets came into the router by mb-in";
}

TEST(NicRouterTruth, GroAndSegmentationEqualTheNicsFrames)
{
    const ImportedSample imported("nic-router");
    const auto offloadOf = [&](const std::string& name) {
        const Table device = imported.read({.table = "device", .where = {{"label", "=", name}}});
        return imported.read({.table = "device_offload", .where = {{"device_id", "=", device.at(0, "device_id")}}});
    };
    // Notes of the recording: 2773 frames from the wire became 1381 packets on nic1; 1377 skbs left nic0 as 2773
    // frames.
    const Table nic1 = offloadOf("nic1");
    EXPECT_EQ(nic1.at(0, "gro_frames").integer(), 2773);
    EXPECT_EQ(nic1.at(0, "gro_delivered").integer(), 1381);
    EXPECT_EQ(nic1.at(0, "attribution").text(), "napi_poll");
    const Table nic0 = offloadOf("nic0");
    const std::int64_t whole = 1377 - nic0.at(0, "gso_packets").integer();
    EXPECT_EQ(whole + nic0.at(0, "gso_segments_software").integer(), 2773);
    EXPECT_EQ(nic0.at(0, "gso_segments_estimated").integer(), nic0.at(0, "gso_segments_software").integer());
    EXPECT_EQ(imported.count("device_offload", {{"device_id", "is null", {}}}), 0);
}

TEST(NicRouterTruth, NatMakesASecondConversationOfTheSamePackets)
{
    const ImportedSample imported("nic-router");
    const auto report = imported.sample().truthJson("iperf3_udp_vm1_srv_mbox_server.json");
    const auto seenByServer = report["start"]["connected"][0];
    const Table masqueraded = imported.read({.table = "stream",
                                             .where = {{"addr_a", "=", seenByServer["remote_host"].get<std::string>()},
                                                       {"port_a", "=", seenByServer["remote_port"].get<std::int64_t>()},
                                                       {"protocol", "=", "udp"}}});
    ASSERT_EQ(masqueraded.rows.size(), 1U);
    EXPECT_EQ(masqueraded.at(0, "packets_ab").integer(), 501);
}

TEST(OvsTruth, PacketsThatTheRuleDroppedAreFoundWithoutAKfree)
{
    const ImportedSample imported("ovs");
    const std::int64_t sent = imported.sample().truthJson("udp_O1_send.json")["sent"];
    EXPECT_EQ(imported.count("packet_drop", {{"place", "=", "ovs"}}), sent);
    // No other cause: the recording's other frees are pings, control messages, the ends of connections and the frames
    // that flooding brought to the wrong host.
    EXPECT_EQ(imported.count("packet_drop", {{"place", "<>", "ovs"}}), 0);
}

std::int64_t lostPings(const SampleCase& sample, const std::string& file)
{
    const auto text = support::runProgram("cat '" + sample.truth(file).string() + "'").output;
    int transmitted = 0;
    int received = 0;
    const std::size_t line = text.find(" packets transmitted");
    std::sscanf(text.c_str() + text.rfind('\n', line) + 1, "%d packets transmitted, %d received", &transmitted,
                &received);
    return transmitted - received;
}

TEST(BridgeTruth, PingsLostToTheMigrationAreFoundAtTheBridge)
{
    const ImportedSample imported("bridge-vlan-migration");
    const std::int64_t lost = lostPings(imported.sample(), "ping_migA_vm1_vm2.txt");
    EXPECT_EQ(lost, 4);
    EXPECT_EQ(imported.count("packet_drop", {{"place", "=", "bridge"}}), lost);
    // 134 handled pings, and the bridges' own copies, were freed by kfree_skb as well.
    EXPECT_EQ(imported.count("packet_drop", {{"location", "<", "icmp_rcw"}, {"location", ">=", "icmp_rcv"}}), 0);
    const Table delivered = imported.read({.table = "skb_free", .where = {{"verdict", "=", "delivered"}}});
    std::int64_t pings = 0;
    for (std::size_t row = 0; row < delivered.rows.size(); ++row)
        if (delivered.at(row, "location").text().starts_with("icmp_rcv"))
            pings += delivered.at(row, "count").integer();
    EXPECT_EQ(pings, 134);
}

} // namespace
} // namespace vnscope::tests
