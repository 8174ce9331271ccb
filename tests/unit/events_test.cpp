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
