// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"
#include "tests/gui/view_numbers/shown.hpp"
#include "tests/support/imported_sample.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/paths/paths_view.hpp"

namespace vnscope::views::widgets::numbers {
namespace {

using tests::support::ImportedSample;

TEST(PathsNumbers, HeaviestStepsAreThoseOfTheTable)
{
    const ImportedSample sample("bridge-vlan-migration");
    Shown<paths::PathsView> shown(sample.path());
    const json stored =
        shown.query("SELECT from_id, to_id, packets, latency_p99_ns FROM flow_edge ORDER BY packets DESC");
    const diagram::Diagram& picture = shown.view().picture().diagram();
    ASSERT_EQ(picture.lines.size(), 25U);
    ASSERT_GT(stored.size(), picture.lines.size());
    std::map<std::pair<std::string, std::string>, json> steps;
    for (const json& row : stored)
        steps[{"place" + row["from_id"].dump(), "place" + row["to_id"].dump()}] = row;
    std::set<std::pair<std::string, std::string>> drawn;
    for (std::size_t index = 0; index < picture.lines.size(); ++index) {
        const diagram::Line& line = picture.lines[index];
        const std::pair ends(picture.boxes[line.from].id, picture.boxes[line.to].id);
        ASSERT_TRUE(steps.contains(ends)) << ends.first << ' ' << ends.second;
        EXPECT_TRUE(drawn.insert(ends).second) << "once each";
        const json& step = steps[ends];
        const auto packets = step["packets"].get<std::int64_t>();
        EXPECT_EQ(packets, stored[index]["packets"]) << "the heaviest first";
        std::string label = chart::formatCount(packets);
        if (!step["latency_p99_ns"].is_null())
            label += fmt::format(" · {}{}", packets > 1 ? "p99 " : "", base::formatDuration(step["latency_p99_ns"]));
        EXPECT_EQ(line.label, label);
        EXPECT_NEAR(line.weight, static_cast<double>(packets) / stored[0]["packets"].get<double>(), 1e-9);
    }
}

TEST(PathsNumbers, StopsOfAPacketAreThoseOfTheTable)
{
    const ImportedSample sample("bridge-vlan-migration");
    Shown<paths::PathsView> shown(sample.path());
    ASSERT_GT(shown.view().packets().count(), 20);
    std::set<qlonglong> seen;
    for (const int choice : {0, 7, 20}) {
        shown.view().packets().setCurrentIndex(choice);
        shown.settle();
        const qlonglong packet = shown.view().packets().currentData().toLongLong();
        seen.insert(packet);
        const json stored =
            shown.query(fmt::format("SELECT * FROM packet_place WHERE packet_id = {} ORDER BY seq", packet));
        const paths::JourneyModel& journey = shown.view().journey();
        ASSERT_EQ(journey.stops().size(), stored.size());
        ASSERT_GT(stored.size(), 3U);
        const auto text = [&](std::size_t row, int column) {
            return journey.index(static_cast<int>(row), column).data().toString().toStdString();
        };
        for (std::size_t row = 0; row < stored.size(); ++row) {
            const paths::Stop& stop = journey.stops()[row];
            EXPECT_EQ(stop.at.ns, stored[row]["ts_ns"]);
            EXPECT_EQ(text(row, paths::JourneyModel::Place), stored[row]["place"]);
            EXPECT_EQ(text(row, paths::JourneyModel::Cpu), stored[row]["cpu"].dump());
            EXPECT_EQ(text(row, paths::JourneyModel::Bytes), stored[row]["length_bytes"].dump());
            EXPECT_EQ(text(row, paths::JourneyModel::Join), stored[row]["join"]);
            EXPECT_EQ(text(row, paths::JourneyModel::Time),
                      base::formatDuration(stored[row]["ts_ns"].get<std::int64_t>() -
                                           stored[0]["ts_ns"].get<std::int64_t>()));
            // The table has the wait at the place before.
            EXPECT_EQ(text(row, paths::JourneyModel::Wait),
                      row + 1 == stored.size() ? "" : base::formatDuration(stored[row + 1]["wait_ns"]));
        }
    }
    EXPECT_EQ(seen.size(), 3U);
}

} // namespace
} // namespace vnscope::views::widgets::numbers
