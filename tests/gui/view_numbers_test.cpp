// SPDX-License-Identifier: Apache-2.0
//
// The numbers of every view against what `vnscope query` prints of the same store. Streams, devices and events have
// theirs in sample_views_test, cross_filter_test and events_view_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QTest>
#include <QTreeWidget>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "storage/base/duration_text.hpp"
#include "tests/support/imported_sample.hpp"
#include "tests/support/made_store.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/bandwidth/bandwidth_view.hpp"
#include "views/widgets/cpu/cpu_view.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/microscope/microscope_view.hpp"
#include "views/widgets/overview/overview_view.hpp"
#include "views/widgets/paths/paths_view.hpp"
#include "views/widgets/perfsight/perfsight_view.hpp"
#include "views/widgets/sql/sql_view.hpp"
#include "views/widgets/topology/topology_view.hpp"

namespace vnscope::views::widgets {
namespace {

using base::TimeRange;
using base::Timestamp;
using nlohmann::json;
using tests::support::ImportedSample;

constexpr std::int64_t kMs = base::kNsPerMs;
constexpr std::int64_t kSecond = base::kNsPerSecond;

std::string printed(const std::filesystem::path& store, const std::string& sql, const std::string& format)
{
    const std::string quoted = QString::fromStdString(sql).replace('\'', QLatin1String("'\\''")).toStdString();
    const auto asked =
        tests::support::runProgram("vnscope query --format " + format + " '" + store.string() + "' '" + quoted + "'");
    EXPECT_EQ(asked.exitCode, 0) << sql << ": " << asked.output;
    return asked.output;
}

/// One object per row, by the names of the columns.
json query(const std::filesystem::path& store, const std::string& sql)
{
    return json::parse(printed(store, sql, "json"));
}

/// A cell of the window as `vnscope query` prints it.
json toJson(const storage::Value& value)
{
    return std::visit(
        [](const auto& cell) -> json {
            if constexpr (std::is_same_v<std::decay_t<decltype(cell)>, std::monostate>)
                return nullptr;
            else
                return cell;
        },
        value.cell());
}

/// Rows of a report's table by the keys of its columns.
std::vector<std::map<std::string, json>> rowsOf(const report::Table& table)
{
    std::vector<std::map<std::string, json>> rows;
    for (const report::Row& row : table.rows) {
        rows.emplace_back();
        for (std::size_t column = 0; column < table.columns.size(); ++column)
            rows.back()[table.columns[column].key] = toJson(row.cells[column]);
    }
    return rows;
}

/// A view on a store, in a window of its own.
template <typename View> class Shown final {
public:
    explicit Shown(const std::filesystem::path& store) : m_store(store)
    {
        auto opened = main_window::OpenStore::open(store);
        EXPECT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<View>(workspace());
        m_view->resize(1280, 720);
        m_view->show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
        settle();
    }

    View& view() { return *m_view; }
    kit::Workspace& workspace() { return m_open->workspace(); }
    model::TimeController& time() { return workspace().time; }
    [[nodiscard]] json query(const std::string& sql) const { return widgets::query(m_store, sql); }
    void settle()
    {
        do {
            EXPECT_TRUE(workspace().reader.waitUntilIdle());
            m_view->grab(); // What is painted may ask for more.
            QTest::qWait(1);
        } while (!workspace().reader.isIdle());
    }
    /// What a track says of a moment, when all that it wants has been read.
    QString tip(kit::Track& track, Timestamp at, const chart::TimeScale& scale)
    {
        static_cast<void>(track.tip(at, scale));
        EXPECT_TRUE(workspace().reader.waitUntilIdle());
        return track.tip(at, scale);
    }

private:
    std::filesystem::path m_store;
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<View> m_view;
};

/// "Rx 1.25 Mbit/s (in 10 ms)": a value as it is written, and the width of the bin that it is of.
struct Told {
    std::string value;
    std::int64_t width = 0;
};

/// By the names of the lines of a tip.
std::map<std::string, Told> parseTip(const QString& tip)
{
    static const QRegularExpression kLine(QStringLiteral("^(\\S+) (.+) \\(in (.+)\\)$"),
                                          QRegularExpression::MultilineOption);
    std::map<std::string, Told> told;
    for (auto line = kLine.globalMatch(tip); line.hasNext();) {
        const auto found = line.next();
        Told one{found.captured(2).toStdString(), 0};
        for (const std::int64_t width : {kMs, 10 * kMs, 100 * kMs, kSecond, 10 * kSecond})
            if (base::formatDuration(width) == found.captured(3).toStdString())
                one.width = width;
        EXPECT_GT(one.width, 0) << "no width that tables have: " << tip.toStdString();
        told.emplace(found.captured(1).toStdString(), one);
    }
    return told;
}

/// Screens that show a range in coarse and in fine bins.
std::vector<chart::TimeScale> zoomsOf(const TimeRange& whole, Timestamp about)
{
    const TimeRange near{about - 400 * kMs, about + 400 * kMs};
    return {{whole, 1100}, {whole, 150}, {whole, 40}, {near, 1100}};
}

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

TEST(OverviewNumbers, CardsAreFindingsThenDefects)
{
    for (const char* name : {"bridge-vlan-migration", "ovs", "nic-router"}) {
        const ImportedSample sample(name);
        Shown<overview::OverviewView> shown(sample.path());
        const json findings = shown.query("SELECT title, detail FROM finding ORDER BY rank LIMIT 20");
        const json defects =
            shown.query("SELECT message AS title, advice AS detail FROM data_quality ORDER BY CASE "
                        "severity WHEN 'data_loss' THEN 0 WHEN 'defect' THEN 1 ELSE 2 END, quality_id");
        json all = findings;
        all.insert(all.end(), defects.begin(), defects.end());
        const auto& cards = shown.view().cards();
        ASSERT_EQ(cards.size(), all.size()) << name;
        for (std::size_t index = 0; index < cards.size(); ++index) {
            EXPECT_EQ(cards[index]->title().toStdString(), all[index]["title"]) << name;
            QStringList texts;
            for (const QLabel* label : cards[index]->template findChildren<QLabel*>())
                texts << label->text();
            EXPECT_TRUE(all[index]["detail"] == "" || texts.contains(QString::fromStdString(all[index]["detail"])))
                << name << ' ' << index;
        }
        QStringList headings;
        for (const QLabel* label : shown.view().template findChildren<QLabel*>())
            headings << label->text();
        const auto total = shown.query("SELECT count(*) AS n FROM finding")[0]["n"].get<int>();
        EXPECT_TRUE(headings.contains(QStringLiteral("Findings (%1)").arg(total))) << name;
        EXPECT_TRUE(headings.contains(QStringLiteral("Data quality (%1)").arg(defects.size()))) << name;
    }
}

using Item = kit::DiagramView::Item;
/// What the details say of a node or connection: title, then fields and their values.
using Details = std::pair<std::string, std::vector<std::pair<std::string, std::string>>>;

std::vector<Details> detailsOf(topology::TopologyView& view, const Item& item)
{
    view.map().setCurrent(item);
    std::vector<Details> all;
    for (int top = 0; top < view.details().topLevelItemCount(); ++top) {
        const QTreeWidgetItem& section = *view.details().topLevelItem(top);
        Details details{section.text(0).toStdString(), {}};
        for (int field = 0; field < section.childCount(); ++field)
            details.second.emplace_back(section.child(field)->text(0).toStdString(),
                                        section.child(field)->text(1).toStdString());
        all.push_back(std::move(details));
    }
    return all;
}

std::string fieldOf(const Details& details, const std::string& name)
{
    const auto found = std::ranges::find(details.second, name, &std::pair<std::string, std::string>::first);
    return found == details.second.end() ? std::string() : found->second;
}

/// Of nodes and connections that are drawn at the moment; connections have no name or MAC of their own.
std::set<Details> everythingDrawn(topology::TopologyView& view)
{
    std::set<Details> all;
    for (std::size_t box = 0; box < view.map().diagram().boxes.size(); ++box)
        for (Details& details : detailsOf(view, {Item::Kind::Box, box}))
            all.insert(std::move(details));
    for (std::size_t line = 0; line < view.map().diagram().lines.size(); ++line)
        for (Details& details : detailsOf(view, {Item::Kind::Line, line}))
            all.insert(std::move(details));
    return all;
}

std::string words(std::string spelling)
{
    std::ranges::replace(spelling, '_', ' ');
    return spelling;
}

TEST(TopologyNumbers, MapShowsWhatIsValidAtTheMoment)
{
    for (const char* name : {"bridge-vlan-migration", "ovs", "nic-router"}) {
        const ImportedSample sample(name);
        Shown<topology::TopologyView> shown(sample.path());
        const TimeRange whole = shown.time().whole();
        // Before and after each change, to the nanosecond.
        std::set<std::int64_t> moments{whole.begin.ns, whole.end.ns - 1};
        for (const json& change : shown.query("SELECT DISTINCT ts_ns FROM topology_change"))
            for (const std::int64_t moment :
                 {change["ts_ns"].get<std::int64_t>() - 1, change["ts_ns"].get<std::int64_t>()})
                if (whole.contains({moment}))
                    moments.insert(moment);
        ASSERT_GT(moments.size(), 4U);
        std::size_t mostDevices = 0;
        for (const std::int64_t ns : moments) {
            const Timestamp moment{ns};
            shown.time().select(TimeRange{moment, moment + 1});
            shown.settle();
            ASSERT_EQ(shown.view().moment(), moment);
            const std::string valid = fmt::format(" WHERE valid_from_ns <= {0} AND valid_to_ns > {0} ", moment.ns);
            std::multiset<std::string> devices;
            std::map<std::string, int> ends; // Of connections, by kind.
            for (const Details& details : everythingDrawn(shown.view())) {
                if (!fieldOf(details, "From").empty())
                    continue; // A connection: both its ends tell of it.
                if (fieldOf(details, "Kind").starts_with("device"))
                    devices.insert(fieldOf(details, "Name") + " in " + fieldOf(details, "Namespace") + " index " +
                                   fieldOf(details, "Index"));
                for (const auto& [field, value] : details.second)
                    if (value.ends_with(", certain") || value.ends_with(", inferred") || value.ends_with(", ambiguous"))
                        ++ends[field];
            }
            std::multiset<std::string> storedDevices;
            for (const json& row :
                 shown.query("SELECT name, netns, ifindex FROM topology_node" + valid + "AND kind = 'device'"))
                storedDevices.insert(row["name"].get<std::string>() + " in " + row["netns"].get<std::string>() +
                                     " index " + (row["ifindex"].is_null() ? "" : row["ifindex"].dump()));
            EXPECT_EQ(devices, storedDevices) << name << " at " << ns;
            std::map<std::string, int> storedEnds;
            for (const json& row :
                 shown.query("SELECT kind, 2 * count(*) AS ends FROM topology_edge" + valid + "GROUP BY 1"))
                storedEnds[words(row["kind"])] = row["ends"];
            EXPECT_EQ(ends, storedEnds) << name << " at " << ns;
            mostDevices = std::max(mostDevices, storedDevices.size());
        }
        EXPECT_GT(mostDevices, 5U) << name;
    }
}

TEST(TopologyNumbers, ChangesAreThoseOfTheTable)
{
    for (const char* name : {"bridge-vlan-migration", "ovs"}) {
        const ImportedSample sample(name);
        Shown<topology::TopologyView> shown(sample.path());
        const json stored = shown.query("SELECT ts_ns, kind, detail FROM topology_change ORDER BY ts_ns, change_id");
        topology::ChangeModel& changes = shown.view().changes();
        ASSERT_EQ(changes.rowCount(), static_cast<int>(stored.size()));
        ASSERT_GT(stored.size(), 2U);
        const auto text = [&](int row, int column) {
            return changes.index(row, column).data().toString().toStdString();
        };
        for (int row = 0; row < changes.rowCount(); ++row) {
            const json& change = stored[static_cast<std::size_t>(row)];
            EXPECT_EQ(changes.change(row).at.ns, change["ts_ns"]) << name << ' ' << row;
            EXPECT_EQ(text(row, topology::ChangeModel::What), change["kind"]) << name << ' ' << row;
            EXPECT_EQ(text(row, topology::ChangeModel::Detail), change["detail"]) << name << ' ' << row;
        }
    }
}

TEST(TopologyNumbers, WidthsAreBytesOfTheVisibleRange)
{
    const ImportedSample sample("bridge-vlan-migration");
    Shown<topology::TopologyView> shown(sample.path());
    const TimeRange whole = shown.time().whole();
    const std::int64_t third = whole.length() / 3;
    for (const TimeRange& range : {whole, TimeRange{whole.begin + third, whole.begin + 2 * third}}) {
        shown.time().show(range);
        shown.settle();
        std::map<std::string, std::int64_t> bytes; // By name of device.
        for (const json& row :
             shown.query(fmt::format("SELECT name, sum(bytes) AS bytes FROM bandwidth JOIN device USING "
                                     "(device_id) WHERE bin_ns = {} AND begin_ns > {} AND begin_ns < {} "
                                     "GROUP BY device_id",
                                     kMs, range.begin.ns - kMs, range.end.ns)))
            EXPECT_TRUE(bytes.emplace(row["name"], row["bytes"]).second) << "names are unique in the sample";
        std::map<std::string, double> weights;
        double heaviest = 0;
        const auto& lines = shown.view().map().diagram().lines;
        for (std::size_t line = 0; line < lines.size(); ++line) {
            const auto details = detailsOf(shown.view(), {Item::Kind::Line, line});
            const std::string port = details.empty() ? std::string() : fieldOf(details.front(), "Name");
            if (port.empty())
                continue; // No port tells whose traffic it has.
            weights[port] = lines[line].weight;
            heaviest = std::max(heaviest, static_cast<double>(bytes[port]));
        }
        ASSERT_GT(weights.size(), 4U);
        ASSERT_GT(heaviest, 0);
        EXPECT_EQ(std::ranges::max(weights | std::views::values), 1);
        for (const auto& [port, weight] : weights)
            // A range is off by a bin of its 500 at either end, the whole trace by nothing.
            EXPECT_NEAR(weight, static_cast<double>(bytes[port]) / heaviest, range == whole ? 1e-9 : 0.02) << port;
    }
}

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

/// A simulated network of functions with problems, as its trace was imported; the parameter has the options of
/// `vnscope simulate`.
class MicroscopeNumbers : public ::testing::TestWithParam<const char*> {
protected:
    static void TearDownTestSuite() { s_folders.clear(); }
    static std::filesystem::path path()
    {
        auto& folder = s_folders[GetParam()];
        if (folder != nullptr)
            return folder->path() / "run.vns";
        folder = std::make_unique<tests::support::ScratchDirectory>();
        const std::string run = (folder->path() / "run").string();
        for (const std::string& command : {fmt::format("vnscope simulate {} -o '{}'", GetParam(), run),
                                           fmt::format("vnscope import '{0}' -o '{0}.vns'", run)}) {
            const auto program = tests::support::runProgram(command);
            EXPECT_EQ(program.exitCode, 0) << program.output;
        }
        return run + ".vns";
    }

private:
    static inline std::map<std::string, std::unique_ptr<tests::support::ScratchDirectory>> s_folders;
};

// Bursts that make packets late and lost; a function that is slow.
INSTANTIATE_TEST_SUITE_P(Networks, MicroscopeNumbers,
                         testing::Values("--example figure10 --duration 200ms --inject bursts,interrupts,bugs",
                                         "--example figure14 --duration 150ms"));

std::string protocolName(std::int64_t protocol)
{
    return protocol == 6 ? "TCP" : protocol == 17 ? "UDP" : fmt::format("IP protocol {}", protocol);
}

TEST_P(MicroscopeNumbers, VictimsAreThoseOfTheTime)
{
    Shown<microscope::MicroscopeView> shown(path());
    const TimeRange whole = shown.time().whole();
    const json begins = shown.query("SELECT begin_ns FROM victim ORDER BY begin_ns");
    ASSERT_GT(begins.size(), 100U);
    const TimeRange half{{begins[begins.size() / 4]["begin_ns"]}, {begins[begins.size() * 3 / 4]["begin_ns"]}};
    std::set<std::size_t> counts;
    for (const TimeRange& range : {whole, half}) {
        shown.time().select(range == whole ? std::nullopt : std::optional(range));
        shown.settle();
        const json stored =
            shown.query(fmt::format("SELECT * FROM victim_summary WHERE begin_ns >= {} AND begin_ns < {} "
                                    "ORDER BY latency_ns IS NULL DESC, latency_ns DESC, victim_id",
                                    range.begin.ns, range.end.ns));
        ASSERT_FALSE(stored.empty());
        counts.insert(stored.size());
        const auto rows = rowsOf(shown.view().victims().table());
        ASSERT_EQ(rows.size(), stored.size());
        for (std::size_t index = 0; index < rows.size(); ++index) {
            const auto& row = rows[index];
            const json& victim = stored[index];
            for (const char* same : {"victim_id", "kind", "begin_ns", "latency_ns"})
                EXPECT_EQ(row.at(same), victim[same]) << same << " of row " << index;
            EXPECT_NEAR(row.at("share_percent").get<double>(), 100 * victim["share"].get<double>(), 1e-9);
            EXPECT_EQ(row.at("flow"),
                      victim["protocol"].is_null()
                          ? ""
                          : fmt::format("{} {}:{} -> {}:{}", protocolName(victim["protocol"]),
                                        victim["source"].get<std::string>(), victim["source_port"].get<int>(),
                                        victim["destination"].get<std::string>(),
                                        victim["destination_port"].get<int>()));
            const auto culprit = victim["culprit"].get<std::string>();
            EXPECT_EQ(row.at("culprit"), victim["culprit_kind"] == "source" ? "a burst from " + culprit
                                                                            : culprit + " worked slower than it can");
        }
        // The track above counts those of the visible range.
        auto* track = dynamic_cast<kit::MomentTrack*>(&shown.view().tracks().track(0));
        ASSERT_NE(track, nullptr);
        double counted = 0;
        for (const double count : track->counts().values)
            counted += count;
        EXPECT_EQ(counted, static_cast<double>(begins.size()));
    }
    EXPECT_EQ(counts.size(), 2U) << "the part has fewer than the whole";
}

TEST_P(MicroscopeNumbers, CulpritsAndPatternsAreThoseOfTheTables)
{
    Shown<microscope::MicroscopeView> shown(path());
    const json culprits =
        shown.query("SELECT coalesce(name, 'outside') AS name, c.* FROM nf_culprit c LEFT JOIN nf_element "
                    "ON element_id = culprit_element_id WHERE share >= 0.001 ORDER BY culprit_rank");
    ASSERT_FALSE(culprits.empty());
    const auto rows = rowsOf(shown.view().culprits().table());
    ASSERT_EQ(rows.size(), culprits.size());
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const auto name = culprits[index]["name"].get<std::string>();
        EXPECT_EQ(rows[index].at("culprit"),
                  culprits[index]["culprit_kind"] == "source" ? "bursts from " + name : name);
        EXPECT_NEAR(rows[index].at("share_percent").get<double>(), 100 * culprits[index]["share"].get<double>(), 1e-9);
        for (const char* same : {"victims_late", "victims_lost", "worst_latency_ns"})
            EXPECT_EQ(rows[index].at(same), culprits[index][same]) << same << " of " << name;
    }

    const json stored = shown.query("SELECT * FROM causal_pattern");
    ASSERT_GT(stored.size(), 2U);
    using Pattern = std::tuple<std::string, std::string, double, std::int64_t>; // Places, share, relations.
    std::multiset<Pattern> patterns;
    std::multiset<Pattern> expected;
    for (const auto& row : rowsOf(shown.view().patterns().table())) {
        const QString text = QString::fromStdString(row.at("pattern"));
        const auto place = [](const QString& side) { return side.section(QLatin1Char(':'), 0, 0).toStdString(); };
        patterns.emplace(place(text), place(text.section(QStringLiteral(" => "), 1)), row.at("share_percent"),
                         row.at("relations"));
    }
    for (const json& row : stored)
        expected.emplace(row["culprit_place"], row["victim_place"], 100 * row["share"].get<double>(), row["relations"]);
    EXPECT_EQ(patterns, expected);
}

TEST_P(MicroscopeNumbers, LengthsOfQueuesAreThoseOfTheTable)
{
    Shown<microscope::MicroscopeView> shown(path());
    kit::TrackView& tracks = shown.view().tracks();
    const json queues = shown.query("SELECT queue_id FROM nf_queue WHERE packets > 0 ORDER BY packets DESC");
    ASSERT_EQ(tracks.trackCount(), 1 + queues.size()) << "victims, and a track for each queue";
    std::size_t compared = 0;
    for (std::size_t index = 1; index < tracks.trackCount(); ++index) {
        kit::Track& track = tracks.track(index);
        const json stored =
            shown.query(fmt::format("SELECT begin_ns, bin_ns, longest FROM nf_queue_length WHERE queue_id "
                                    "= {} ORDER BY longest DESC, begin_ns",
                                    track.subject()));
        ASSERT_GT(stored.size(), 2U);
        for (const std::size_t at : {std::size_t{0}, stored.size() / 2, stored.size() - 1}) {
            // In the middle of what of the bin is in the trace.
            const TimeRange& whole = shown.time().whole();
            const std::int64_t begin = std::max(stored[at]["begin_ns"].get<std::int64_t>(), whole.begin.ns);
            const std::int64_t end = std::min(
                stored[at]["begin_ns"].get<std::int64_t>() + stored[at]["bin_ns"].get<std::int64_t>(), whole.end.ns);
            const auto told = parseTip(shown.tip(track, Timestamp{begin + (end - begin) / 2}, tracks.scale()));
            ASSERT_TRUE(told.contains("longest")) << track.title().toStdString();
            EXPECT_EQ(told.at("longest").width, stored[at]["bin_ns"]);
            EXPECT_EQ(told.at("longest").value, chart::formatValue(stored[at]["longest"], chart::Unit::Packets));
            ++compared;
        }
    }
    EXPECT_GE(compared, 3 * queues.size());
}

TEST(SqlNumbers, RowsAreThoseThatTheProgramPrints)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "sample.vns", tests::fillSample));
    const std::filesystem::path store = folder.path() / "sample.vns";
    Shown<sql::SqlView> shown(store);
    for (const std::string statement :
         {"SELECT NULL AS missing, 'a \"text\", with;\n' AS text, '' AS empty, -9223372036854775807 AS integer, 0.1 AS "
          "real "
          "UNION ALL SELECT 'ü', 1, NULL, 1e300, 2.0 UNION ALL SELECT 1, 2, 3, 4, NULL ORDER BY 4",
          "SELECT * FROM device_total ORDER BY device_id", "SELECT * FROM finding ORDER BY rank"}) {
        shown.view().editor().setPlainText(QString::fromStdString(statement));
        shown.view().run();
        shown.settle();
        EXPECT_EQ(shown.view().csv().toStdString(), printed(store, statement, "csv")) << statement;
        const storage::Table& result = shown.view().result().table();
        const json rows = shown.query(statement);
        ASSERT_EQ(result.rows.size(), rows.size());
        ASSERT_GT(rows.size(), 1U);
        for (std::size_t row = 0; row < rows.size(); ++row)
            for (std::size_t column = 0; column < result.columns.size(); ++column)
                EXPECT_EQ(toJson(result.rows[row][column]), rows[row][result.columns[column]])
                    << result.columns[column] << " of " << statement;
    }
}

} // namespace
} // namespace vnscope::views::widgets
