// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/scripted_source.hpp"

namespace vnscope::tests {
namespace {

using support::AnalysedScript;
using support::ScriptedSource;
using tracepoints::EventType;

/// Three packets that cross a veth, four events each, and one that none of the other analyses looks at.
void write(ScriptedSource& source)
{
    for (int packet = 0; packet < 3; ++packet)
        source.crossVeth(1000 + packet * 100, 1, 0x1000U + static_cast<std::uint64_t>(packet), "vethA", "vethB", 100);
    source.add(2000, 3, EventType::TaskName, tracepoints::TaskName{42, source.name("init")});
}

storage::Table events(const AnalysedScript& analysed)
{
    return analysed.read({.table = "event_list", .orderBy = {"event_id"}});
}

TEST(EventsKept, EachIsARowInTheOrderOfTime)
{
    ScriptedSource source;
    write(source);
    const AnalysedScript analysed(source, {}, 100);
    const storage::Table rows = events(analysed);
    ASSERT_EQ(rows.rows.size(), 13U);
    for (std::size_t row = 0; row < rows.rows.size(); ++row)
        EXPECT_EQ(rows.at(row, "event_id").integer(), static_cast<std::int64_t>(row) + 1);
    const std::vector<std::string> names{"net_dev_queue", "net_if_rx", "net_dev_xmit", "net_if_receive_skb"};
    for (std::size_t row = 0; row < 12; ++row) {
        EXPECT_EQ(rows.at(row, "event").text(), names[row % 4]);
        EXPECT_EQ(rows.at(row, "ts_ns").integer(), 1000 + static_cast<std::int64_t>(row / 4 * 100 + row % 4));
        EXPECT_EQ(rows.at(row, "host").text(), "host");
        EXPECT_EQ(rows.at(row, "cpu").integer(), 1);
        EXPECT_EQ(rows.at(row, "skb").text(), "0x100" + std::to_string(row / 4));
        EXPECT_EQ(rows.at(row, "length").integer(), row % 2 == 0 ? 100 : 86);
        EXPECT_EQ(rows.at(row, "device").text(), row % 2 == 0 ? "vethA" : "vethB");
        EXPECT_EQ(rows.at(row, "fields").text(), row % 2 == 0 ? "name=vethA" : "name=vethB");
    }
    EXPECT_EQ(rows.at(12, "event").text(), "task_name");
    EXPECT_EQ(rows.at(12, "fields").text(), "tid=42 newcomm=init");
    EXPECT_TRUE(rows.at(12, "skb").isNull());
    EXPECT_TRUE(rows.at(12, "length").isNull());
    EXPECT_TRUE(rows.at(12, "device").isNull());
    EXPECT_TRUE(analysed.read({.table = "data_quality", .where = {{"kind", "=", "events_not_kept"}}}).rows.empty());
    EXPECT_EQ(analysed.read({.table = "analysis", .where = {{"analysis", "=", "events"}}}).at(0, "state").text(),
              "complete");
}

/// stream_total.label of each event, in order; "": it has none.
std::vector<std::string> streamsOf(const AnalysedScript& analysed)
{
    const storage::Table rows = events(analysed);
    std::vector<std::string> streams;
    for (std::size_t row = 0; row < rows.rows.size(); ++row)
        streams.push_back(rows.at(row, "stream").isNull() ? "" : rows.at(row, "stream").text());
    return streams;
}

TEST(EventsKept, KnowTheConversationOfTheirPacket)
{
    const std::string there = "udp 10.0.0.1:1000 – 10.0.0.2:2000";
    const std::string elsewhere = "udp 10.0.0.1:1000 – 10.0.0.9:2000";
    ScriptedSource source;
    source.crossVeth(1000, 1, 0x10, "vethA", "vethB", 150, support::udp(1, 1000, 2, 2000, 108, 1))
        .add(1010, 1, EventType::SkbConsume, tracepoints::SkbOnly{0x10, {}})
        .add(1011, 1, EventType::SkbConsume, tracepoints::SkbOnly{0x10, {}}) // Of nobody who is known.
        .crossVeth(1100, 1, 0x10, "vethB", "vethA", 150, support::udp(2, 2000, 1, 1000, 108, 2))
        // On its way a router rewrites the destination.
        .add(1110, 1, EventType::NetDevQueue, source.at(0x10, "vethC", 150, support::udp(1, 1000, 9, 2000, 108, 2)))
        .add(1111, 1, EventType::SoftirqExit, tracepoints::Softirq{3})
        // A segment of what was queued last: its address was never seen.
        .add(1112, 1, EventType::NetDevXmit, tracepoints::NetDevXmit{0x99, 75, 0, source.name("vethC")})
        // Neither IPv4 nor IPv6.
        .crossVeth(1200, 1, 0x20, "vethA", "vethB", 42);
    const AnalysedScript analysed(source, {}, 100);
    EXPECT_EQ(streamsOf(analysed), (std::vector<std::string>{there, there, there, there, there, "", there, there, there,
                                                             there, elsewhere, "", elsewhere, "", "", "", ""}));
    EXPECT_EQ(analysed.read({.table = "stream"}).rows.size(), 2U);
}

TEST(EventsKept, KnowTheConversationOfACopyThatNoConversationCounts)
{
    const auto headers = support::udp(1, 1000, 2, 2000, 108, 1);
    ScriptedSource source;
    source.crossVeth(1000, 0, 0x10, "eth0", "vnet1", 150, headers)
        .crossVeth(1010, 0, 0x20, "vnet2", "eth1", 150, headers); // A clone, while the original is being received.
    const AnalysedScript analysed(source, {}, 100);
    const auto streams = streamsOf(analysed);
    EXPECT_EQ(streams, std::vector<std::string>(8, "udp 10.0.0.1:1000 – 10.0.0.2:2000"));
    EXPECT_EQ(analysed.read({.table = "stream"}).at(0, "packets_ab").integer(), 1);
}

TEST(EventsKept, KnowTheNetworkFunctionOfTheirHost)
{
    ScriptedSource source;
    tracepoints::TraceInfo other = source.session().traces[0];
    other.host = "other";
    source.editSession().traces.push_back(other);
    source.editSession().streams.push_back({{1}, "ch_0"});
    // Both hosts call theirs 7.
    const auto tell = [&](std::int64_t at, const char* name, std::uint32_t stream) {
        source.add(at, 0, EventType::NfElement, tracepoints::NfElement{1, 7, source.name(name), source.name("nat")});
        source.moveLastTo(stream);
        source.add(at + 1, 0, EventType::NfQueue, tracepoints::NfQueue{1, 3, 7, 1024, 32, source.name("in")});
        source.moveLastTo(stream);
        source.add(at + 2, 0, EventType::NfQueue,
                   tracepoints::NfQueue{1, 4, tracepoints::NfQueue::kNone, 1024, 32, source.name("out")});
        source.moveLastTo(stream);
        source.add(at + 3, 0, EventType::NfRead, tracepoints::NfBatch{7, 3, 1, 0, {}});
        source.moveLastTo(stream);
    };
    tell(1000, "nat-a", 0);
    tell(1100, "nat-b", 1);
    const AnalysedScript analysed(source, {}, 100);
    const storage::Table rows = events(analysed);
    ASSERT_EQ(rows.rows.size(), 8U);
    for (std::size_t row = 0; row < 8; ++row) {
        SCOPED_TRACE(row);
        if (row % 4 == 2) {
            EXPECT_TRUE(rows.at(row, "function_key").isNull()) << "nobody reads that queue";
            continue;
        }
        EXPECT_EQ(rows.at(row, "function").text(), row < 4 ? "nat-a" : "nat-b");
    }
}

TEST(EventsKept, TheLimitIsTold)
{
    ScriptedSource source;
    write(source);
    const AnalysedScript analysed(source, {}, 5);
    const storage::Table rows = events(analysed);
    ASSERT_EQ(rows.rows.size(), 5U);
    EXPECT_EQ(rows.at(4, "ts_ns").integer(), 1100);
    const auto told = analysed.read({.table = "data_quality", .where = {{"kind", "=", "events_not_kept"}}});
    ASSERT_EQ(told.rows.size(), 1U);
    EXPECT_EQ(told.at(0, "count").integer(), 8);
    EXPECT_EQ(told.at(0, "ts_ns").integer(), 1101);
    EXPECT_NE(told.at(0, "advice").text().find("--duration"), std::string::npos);
    EXPECT_EQ(analysed.read({.table = "device_total", .where = {{"name", "=", "vethA"}}}).at(0, "tx_packets").integer(),
              3)
        << "other results rest on all events";
}

TEST(EventsKept, NoneUnlessTheyWereAskedFor)
{
    ScriptedSource source;
    write(source);
    const AnalysedScript analysed(source);
    EXPECT_TRUE(events(analysed).rows.empty());
    EXPECT_TRUE(analysed.read({.table = "event_name"}).rows.empty());
    const auto analysis = analysed.read({.table = "analysis", .where = {{"analysis", "=", "events"}}});
    EXPECT_EQ(analysis.at(0, "state").text(), "not_asked");
    EXPECT_NE(analysis.at(0, "advice").text().find("--events"), std::string::npos);
    EXPECT_TRUE(analysed.read({.table = "data_quality", .where = {{"subject", "=", "events"}}}).rows.empty());
}

} // namespace
} // namespace vnscope::tests
