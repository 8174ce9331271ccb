// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"
#include "tests/gui/view_numbers/shown.hpp"
#include "tests/support/imported_sample.hpp"
#include "tests/support/made_store.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/perfsight/perfsight_view.hpp"

namespace vnscope::views::widgets::numbers {
namespace {

using tests::support::ImportedSample;

TEST(PerfsightNumbers, CausesAndStatesAreThoseOfTheTables)
{
    const ImportedSample sample("lttng-middleboxes");
    Shown<perfsight::PerfsightView> shown(sample.path());
    const json stored =
        shown.query("SELECT name, root_cause.* FROM root_cause JOIN element USING (element_id) ORDER BY "
                    "valid_from_ns, element_id");
    ASSERT_GT(stored.size(), 0U);
    const auto causes = rowsOf(shown.view().causes().table());
    ASSERT_EQ(causes.size(), stored.size());
    for (std::size_t row = 0; row < causes.size(); ++row) {
        EXPECT_EQ(causes[row].at("element"), stored[row]["name"]);
        for (const char* same : {"label", "valid_from_ns", "valid_to_ns", "confidence", "waiting"})
            EXPECT_EQ(causes[row].at(same), stored[row][same]) << same;
        for (const QString& step : QString::fromStdString(stored[row]["reasoning"]).split('\n', Qt::SkipEmptyParts))
            EXPECT_THAT(causes[row].at("reasoning").get<std::string>(), testing::HasSubstr(step.toStdString()));
    }
    EXPECT_EQ(shown.view().shortages().table().rows.size(), shown.query("SELECT 1 FROM resource_shortage").size());
    kit::TrackView& tracks = shown.view().tracks();
    std::size_t compared = 0;
    for (const json& row :
         shown.query("SELECT name, state, valid_from_ns AS begin, valid_to_ns AS end FROM element_state "
                     "JOIN element USING (element_id)")) {
        const TimeRange when{{row["begin"]}, {row["end"]}};
        for (std::size_t index = 0; index < tracks.trackCount(); ++index) {
            if (tracks.track(index).title().toStdString() != row["name"])
                continue;
            const std::string tip =
                tracks.track(index).tip(when.begin + when.length() / 2, tracks.scale()).toStdString();
            std::string state = row["state"];
            std::ranges::replace(state, '_', '-');
            if (state == "unknown")
                state = "not known";
            EXPECT_THAT(tip, testing::StartsWith(fmt::format("{} for {}", state, base::formatDuration(when.length()))));
            ++compared;
        }
    }
    EXPECT_EQ(compared, shown.query("SELECT 1 FROM element_state").size());
}

/// What no sample has: losses, and a resource that is short.
void fillLosses(storage::StoreWriter& writer)
{
    constexpr std::int64_t kBegin = 1'700'000'000'000'000'000;
    writer.meta("begin_ns", kBegin);
    writer.meta("end_ns", kBegin + 60 * kSecond);
    writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
        .append("perfsight", 1, "", "", "complete", "", "");
    auto element = writer.table(
        "element", {"element_id", "host", "name", "kind", "layer", "tenant", "vm", "capacity_bps", "parent_id"});
    for (int id = 1; id <= 3; ++id)
        element.append(id, "h", fmt::format("tap{}", id), "tun", "driver", "", "", nullptr, nullptr);
    auto loss = writer.table("element_loss", {"element_id", "begin_ns", "bin_ns", "packets", "share", "is_counted"});
    for (int second = 0; second < 60; ++second)
        for (int id = 1; id <= 2; ++id)
            if (second % (3 * id) == 0)
                loss.append(id, kBegin + second * kSecond, kSecond, 1 + second * id, 0.5, 1);
    auto shortage = writer.table("resource_shortage",
                                 {"host", "resource", "scope", "drop_place", "element_id", "vm", "valid_from_ns",
                                  "valid_to_ns", "windows", "lost_packets", "confidence", "evidence", "not_measured"});
    shortage.append("h", "CPU", "contention", "tun", 1, "", kBegin, kBegin + 5 * kSecond, 5, 17, "possible", "a > b",
                    "c");
    shortage.append("h", "memory", "bottleneck", "tun", 2, "vm2", kBegin + kSecond, kBegin + 9 * kSecond, 8, 93,
                    "certain", "d", "");
}

TEST(PerfsightNumbers, LossesAndShortagesAreThoseOfTheTables)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "loss.vns", fillLosses));
    Shown<perfsight::PerfsightView> shown(folder.path() / "loss.vns");
    const json stored =
        shown.query("SELECT name AS element, s.* FROM resource_shortage s JOIN element USING (element_id) "
                    "ORDER BY lost_packets DESC");
    const auto shortages = rowsOf(shown.view().shortages().table());
    ASSERT_EQ(shortages.size(), 2U);
    for (std::size_t row = 0; row < shortages.size(); ++row)
        for (const auto& [key, value] : shortages[row])
            EXPECT_EQ(value, stored[row].at(key)) << key;
    const json losses = shown.query("SELECT name, l.* FROM element_loss l JOIN element USING (element_id)");
    kit::TrackView& tracks = shown.view().tracks();
    ASSERT_EQ(tracks.trackCount(), 2U) << "of those that lost some";
    const std::set<std::string> expected{"tap1", "tap2"};
    for (std::size_t index = 0; index < 2; ++index) {
        kit::Track& track = tracks.track(index);
        EXPECT_TRUE(expected.contains(track.title().toStdString()));
        std::map<std::int64_t, std::int64_t> packets;
        for (const json& row : losses)
            if (row["name"] == track.title().toStdString())
                packets[row["begin_ns"]] = row["packets"];
        for (Timestamp at = shown.time().whole().begin; at < shown.time().whole().end; at = at + kSecond) {
            const auto told = parseTip(shown.tip(track, at + kMs, tracks.scale()));
            ASSERT_TRUE(told.contains("lost"));
            EXPECT_EQ(told.at("lost").value,
                      chart::formatValue(static_cast<double>(packets[at.ns]), chart::Unit::Packets))
                << track.title().toStdString();
        }
    }
}

} // namespace
} // namespace vnscope::views::widgets::numbers
