// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include <QComboBox>

#include <fmt/format.h>

#include "tests/gui/view_numbers/shown.hpp"
#include "tests/support/imported_sample.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/bandwidth/bandwidth_view.hpp"
#include "views/widgets/cpu/cpu_view.hpp"

namespace vnscope::views::widgets::numbers {
namespace {

using tests::support::ImportedSample;

TEST(CpuNumbers, TipsAreBusyTimeOfTheBin)
{
    const ImportedSample sample("nic-router");
    Shown<cpu::CpuView> shown(sample.path());
    using Key = std::tuple<std::int64_t, std::string, std::int64_t, std::int64_t>; // CPU, vector, width, begin
    std::map<Key, std::int64_t> busy;
    for (const json& row : shown.query("SELECT cpu, vector, bin_ns, begin_ns, busy_ns FROM softirq_bin"))
        busy[{row["cpu"], row["vector"], row["bin_ns"], row["begin_ns"]}] += row["busy_ns"].get<std::int64_t>();
    const json totals = shown.query("SELECT cpu, vector, total_ns FROM softirq_time ORDER BY host, cpu, vector");
    kit::TrackView& tracks = shown.view().tracks();
    ASSERT_EQ(tracks.trackCount(), totals.size());
    std::set<std::int64_t> widths;
    for (std::size_t index = 0; index < tracks.trackCount(); ++index) {
        kit::Track& track = tracks.track(index);
        const std::string vector = track.subtitle().toStdString();
        EXPECT_EQ(track.subject(), totals[index]["cpu"]);
        EXPECT_EQ(vector, totals[index]["vector"]);
        const json moments = shown.query(fmt::format("SELECT begin_ns FROM softirq_bin WHERE bin_ns = {} AND cpu = {} "
                                                     "AND vector = '{}' ORDER BY busy_ns DESC LIMIT 4",
                                                     10 * kMs, track.subject(), vector));
        ASSERT_EQ(moments.size(), 4U);
        for (const json& moment : moments) {
            const Timestamp at{moment["begin_ns"].get<std::int64_t>() + kMs};
            for (const chart::TimeScale& scale : zoomsOf(shown.time().whole(), at)) {
                const auto told = parseTip(shown.tip(track, at, scale));
                ASSERT_TRUE(told.contains(vector));
                const std::int64_t width = told.at(vector).width;
                widths.insert(width);
                const std::int64_t ns = busy[{track.subject(), vector, width, base::binBegin(at, width).ns}];
                EXPECT_EQ(told.at(vector).value,
                          chart::formatValue(100.0 * static_cast<double>(ns) / static_cast<double>(width),
                                             chart::Unit::Percent));
            }
        }
        // All tips together are what the CPU spent there in the whole trace, to the tenth of a percent that they show.
        const chart::TimeScale fine{shown.time().whole(), 1100};
        double sum = 0;
        double rounding = 0;
        for (Timestamp at = fine.visible.begin; at < fine.visible.end + 10 * kMs; at = at + 10 * kMs) {
            const auto told = parseTip(shown.tip(track, at, fine));
            if (!told.contains(vector))
                continue; // After the last bin.
            ASSERT_EQ(told.at(vector).width, 10 * kMs);
            if (told.at(vector).value == "0.0 %")
                continue;
            const QString value = QString::fromStdString(told.at(vector).value);
            const bool isLittle = value.startsWith(QLatin1Char('<'));
            sum += (isLittle ? 0.05 : value.section(QLatin1Char(' '), 0, 0).toDouble()) / 100 * 10 * kMs;
            rounding += 0.05 / 100 * 10 * kMs;
        }
        EXPECT_NEAR(sum, totals[index]["total_ns"].get<double>(), rounding) << vector;
        EXPECT_LT(rounding, sum / 10);
    }
    EXPECT_GE(widths.size(), 2U) << "bins of several widths were looked at";
}

TEST(CpuNumbers, TableIsBusyTimeOfTheFocus)
{
    const ImportedSample sample("nic-router");
    Shown<cpu::CpuView> shown(sample.path());
    const json whole = shown.query("SELECT *, total_ns AS busy_ns FROM softirq_time ORDER BY host, cpu, vector");
    // Ten seconds, begun with a bin.
    const Timestamp begin = base::binBegin(shown.time().whole().begin, kSecond) + 5 * kSecond;
    const TimeRange part{begin, begin + 10 * kSecond};
    const json inPart = shown.query(fmt::format(
        "SELECT t.host, t.cpu, t.vector, t.entries, t.max_ns, coalesce(sum(b.busy_ns), 0) AS busy_ns FROM softirq_time "
        "t "
        "LEFT JOIN softirq_bin b ON b.host = t.host AND b.cpu = t.cpu AND b.vector = t.vector AND b.bin_ns = {} AND "
        "b.begin_ns >= {} AND b.begin_ns < {} GROUP BY t.host, t.cpu, t.vector ORDER BY t.host, t.cpu, t.vector",
        10 * kMs, part.begin.ns, part.end.ns));
    for (const auto& [stored, range] : {std::pair(whole, shown.time().whole()), std::pair(inPart, part)}) {
        shown.time().select(range == part ? std::optional(part) : std::nullopt);
        shown.settle();
        const auto rows = rowsOf(shown.view().table().table());
        ASSERT_EQ(rows.size(), stored.size());
        for (std::size_t row = 0; row < rows.size(); ++row) {
            for (const char* same : {"host", "cpu", "vector", "entries", "max_ns", "busy_ns"})
                EXPECT_EQ(rows[row].at(same), stored[row][same]) << same << " of row " << row;
            EXPECT_NEAR(rows[row].at("busy_percent").get<double>(),
                        100 * stored[row]["busy_ns"].get<double>() / static_cast<double>(range.length()), 1e-9);
        }
    }
    using Polls = std::tuple<std::string, std::string, json, json, json, json, json>;
    std::multiset<Polls> polls;
    std::multiset<Polls> expected;
    for (const auto& row : rowsOf(shown.view().polls().table()))
        polls.emplace(row.at("device"), row.at("cpu"), row.at("polls"), row.at("packets"), row.at("max_packets"),
                      row.at("full_polls"), row.at("empty_polls"));
    for (const json& row : shown.query("SELECT * FROM napi_poll"))
        expected.emplace(row["device"], fmt::format("CPU {}", row["cpu"].get<int>()), row["polls"], row["packets"],
                         row["max_packets"], row["full_polls"], row["empty_polls"]);
    EXPECT_EQ(polls, expected);
    EXPECT_GT(expected.size(), 3U);
    using Packets = std::tuple<std::string, std::string, json, json, json, json>;
    std::multiset<Packets> packets;
    std::multiset<Packets> expectedPackets;
    for (const auto& row : rowsOf(shown.view().devices().table()))
        packets.emplace(row.at("device"), row.at("cpu"), row.at("rx_packets"), row.at("tx_packets"), row.at("packets"),
                        row.at("percent"));
    for (const json& row : shown.query("SELECT * FROM device_cpu_summary"))
        expectedPackets.emplace(row["device"], fmt::format("CPU {}", row["cpu"].get<int>()), row["rx_packets"],
                                row["tx_packets"], row["packets"], row["percent"]);
    EXPECT_EQ(packets, expectedPackets);
    EXPECT_GT(expectedPackets.size(), 10U);
}

TEST(BandwidthNumbers, TipsAreBytesOfTheBin)
{
    const ImportedSample sample("nic-router");
    Shown<bandwidth::BandwidthView> shown(sample.path());
    using Key = std::tuple<std::int64_t, std::string, std::int64_t, std::int64_t>; // device, direction, width, begin
    std::map<std::string, std::map<Key, std::int64_t>> bytes;                      // By layer.
    for (const json& row : shown.query("SELECT * FROM bandwidth"))
        for (const std::string layer : {"bytes", "l3_bytes"})
            bytes[layer][{row["device_id"], row["direction"], row["bin_ns"], row["begin_ns"]}] += row[layer].get<int>();
    auto* layers = shown.view().findChild<QComboBox*>();
    ASSERT_NE(layers, nullptr);
    kit::TrackView& tracks = shown.view().tracks();
    std::set<std::int64_t> widths;
    std::size_t compared = 0;
    for (const std::string layer : {"bytes", "l3_bytes"}) {
        layers->setCurrentIndex(layers->findData(QString::fromStdString(layer)));
        shown.settle();
        std::set<std::int64_t> devices;
        for (std::size_t index = 0; index < tracks.trackCount(); ++index) {
            kit::Track& track = tracks.track(index);
            if (dynamic_cast<kit::MomentTrack*>(&track) != nullptr)
                continue;
            devices.insert(track.subject());
            // The moment of the most bytes, and one of its own for each device.
            for (const json& moment : shown.query(fmt::format(
                     "SELECT begin_ns FROM (SELECT begin_ns FROM bandwidth WHERE bin_ns = {0} AND device_id = {1} "
                     "ORDER BY bytes DESC LIMIT 1) UNION SELECT min(begin_ns) FROM bandwidth WHERE bin_ns = {0} AND "
                     "device_id = {1}",
                     kMs, track.subject()))) {
                const Timestamp at{moment["begin_ns"].get<std::int64_t>() + kMs / 2};
                for (const chart::TimeScale& scale : zoomsOf(shown.time().whole(), at)) {
                    const auto told = parseTip(shown.tip(track, at, scale));
                    ASSERT_EQ(told.size(), 2U) << track.title().toStdString();
                    for (const auto& [name, direction] : {std::pair("Rx", "rx"), std::pair("Tx", "tx")}) {
                        const std::int64_t width = told.at(name).width;
                        widths.insert(width);
                        const auto sum =
                            bytes[layer][{track.subject(), direction, width, base::binBegin(at, width).ns}];
                        const double rate = 8.0 * static_cast<double>(sum) * (1e9 / static_cast<double>(width));
                        EXPECT_EQ(told.at(name).value, chart::formatValue(rate, chart::Unit::BitsPerSecond))
                            << layer << ' ' << track.title().toStdString() << ' ' << name << " in bins of " << width;
                        ++compared;
                    }
                }
            }
        }
        EXPECT_EQ(devices.size(),
                  shown.query("SELECT device_id FROM device_total WHERE rx_packets + tx_packets > 0").size());
    }
    EXPECT_GE(widths.size(), 3U) << "bins of several widths were looked at";
    EXPECT_GT(compared, 100U);
}

TEST(BandwidthNumbers, DropsAreCountedWhereTheyWere)
{
    const ImportedSample sample("bridge-vlan-migration");
    Shown<bandwidth::BandwidthView> shown(sample.path());
    const TimeRange whole = shown.time().whole();
    for (const TimeRange& range :
         {whole, TimeRange{whole.begin + whole.length() / 3, whole.end - whole.length() / 5}}) {
        shown.time().show(range);
        shown.settle();
        std::map<std::int64_t, std::int64_t> counts;
        for (std::size_t index = 0; index < shown.view().tracks().trackCount(); ++index)
            if (auto* track = dynamic_cast<kit::MomentTrack*>(&shown.view().tracks().track(index)))
                for (const double count : track->counts().values)
                    counts[track->subject()] += static_cast<std::int64_t>(count);
        std::erase_if(counts, [](const auto& count) { return count.second == 0; });
        std::map<std::int64_t, std::int64_t> stored;
        for (const json& row :
             shown.query(fmt::format("SELECT coalesce(device_id, -1) AS device, count(*) AS drops FROM "
                                     "packet_drop WHERE ts_ns >= {} AND ts_ns < {} GROUP BY 1",
                                     range.begin.ns, range.end.ns)))
            stored[row["device"]] = row["drops"];
        EXPECT_EQ(counts, stored);
        EXPECT_GT(stored.size(), 1U);
    }
}

} // namespace
} // namespace vnscope::views::widgets::numbers
