// SPDX-License-Identifier: Apache-2.0
//
// What is chosen in one view against what all views show then; truth is what the program's own queries say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <QAbstractItemModelTester>
#include <QContextMenuEvent>
#include <QDockWidget>
#include <QMenu>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

#include "tests/gui/settle.hpp"
#include "tests/support/imported_sample.hpp"
#include "tests/support/printed_query.hpp"
#include "views/widgets/bandwidth/bandwidth_view.hpp"
#include "views/widgets/bookmarks/bookmarks_view.hpp"
#include "views/widgets/cpu/cpu_view.hpp"
#include "views/widgets/events/events_view.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/main_window/main_window.hpp"
#include "views/widgets/overview/overview_view.hpp"
#include "views/widgets/paths/paths_view.hpp"
#include "views/widgets/perfsight/perfsight_view.hpp"
#include "views/widgets/streams/streams_view.hpp"
#include "views/widgets/topology/topology_view.hpp"

namespace vnscope::views::widgets {
namespace {

using main_window::FilterBar;
using main_window::MainWindow;
using Kind = scope::Subject::Kind;

class CrossFilterTest : public ::testing::Test {
protected:
    void open(const std::string& sample, const std::string& options = {})
    {
        m_sample = std::make_unique<tests::support::ImportedSample>(
            sample, std::vector<tests::support::StateSnapshot>(), options);
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        ASSERT_TRUE(m_window->openStore(m_sample->store().path()));
        settle();
    }
    void TearDown() override { m_window.reset(); }

    kit::Workspace& workspace() { return m_window->store().workspace(); }
    void settle() { widgets::settle(workspace(), *m_window); }
    template <typename View> View& view(const char* name)
    {
        auto* shown = qobject_cast<View*>(m_window->showView(name));
        EXPECT_NE(shown, nullptr) << name;
        settle();
        return *shown;
    }
    FilterBar& bar() { return *m_window->findChild<FilterBar*>(); }
    QString titleOf(const char* name) { return m_window->findChild<QDockWidget*>(QLatin1String(name))->windowTitle(); }

    std::vector<std::string> query(const std::string& sql)
    {
        return tests::support::queryColumn(m_sample->path(), sql);
    }
    static std::set<std::string> setOf(const std::vector<std::string>& cells) { return {cells.begin(), cells.end()}; }

    std::set<std::string> devicesShown(bandwidth::BandwidthView& bandwidth)
    {
        std::set<std::string> shown;
        for (std::size_t index = 0; index < bandwidth.tracks().trackCount(); ++index)
            shown.insert(std::to_string(bandwidth.tracks().track(index).subject()));
        return shown;
    }
    std::set<std::string> streamsShown(streams::StreamsView& streams)
    {
        std::set<std::string> shown;
        model::RowModel& rows = streams.panel().rows();
        const auto column = std::ranges::find(rows.columns(), "stream_id") - rows.columns().begin();
        for (int row = 0; row < rows.rowCount(); ++row)
            if (const auto* cells = rows.row(row))
                shown.insert(std::to_string(cells->at(static_cast<std::size_t>(column)).integer()));
        return shown;
    }

    std::unique_ptr<tests::support::ImportedSample> m_sample;
    std::unique_ptr<MainWindow> m_window;
};

TEST_F(CrossFilterTest, DeviceChosenInBandwidthNarrowsAllViews)
{
    open("nic-router");
    auto& bandwidth = view<bandwidth::BandwidthView>("bandwidth");
    kit::TrackView& tracks = bandwidth.tracks();
    const std::set<std::string> all = devicesShown(bandwidth);
    ASSERT_GT(all.size(), 3U);
    QTest::mouseClick(tracks.viewport(), Qt::LeftButton, {}, QPoint(20, static_cast<int>(tracks.trackTop(0)) + 20));
    ASSERT_EQ(tracks.current(), 0U);
    const std::string device = std::to_string(tracks.track(0).subject());
    QTest::keyClick(&tracks, Qt::Key_F);
    settle();

    EXPECT_EQ(devicesShown(bandwidth), std::set{device});
    EXPECT_EQ(titleOf("bandwidth"), QStringLiteral("Bandwidth (filtered)"));
    ASSERT_EQ(bar().buttons().size(), 1U);
    EXPECT_TRUE(bar().isVisible());
    auto& streams = view<streams::StreamsView>("streams");
    const auto truth =
        query("SELECT DISTINCT stream_id FROM packet JOIN packet_hop USING (packet_id) WHERE device_id = " + device +
              " AND stream_id IS NOT NULL");
    EXPECT_EQ(streamsShown(streams), setOf(truth)) << "packets of no other stream were seen at the device";
    EXPECT_LT(truth.size(), query("SELECT stream_id FROM stream").size());
    EXPECT_EQ(titleOf("streams"), QStringLiteral("Streams (filtered)"));

    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    settle();
    EXPECT_EQ(devicesShown(bandwidth), all);
    EXPECT_FALSE(bar().isVisible());
    EXPECT_EQ(titleOf("streams"), QStringLiteral("Streams"));
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    settle();
    EXPECT_EQ(devicesShown(bandwidth), std::set{device});
    ASSERT_EQ(bar().buttons().size(), 1U);
    QTest::mouseClick(bar().buttons()[0], Qt::LeftButton);
    QCoreApplication::processEvents();
    settle();
    EXPECT_EQ(devicesShown(bandwidth), all);
}

TEST_F(CrossFilterTest, StreamIsFollowedToItsDevicesAndPackets)
{
    open("nic-router");
    auto& streams = view<streams::StreamsView>("streams");
    streams.panel().table().setFocus();
    streams.panel().table().setCurrentIndex(streams.panel().rows().index(0, 0));
    QTest::keyClick(&streams.panel().table(), Qt::Key_F);
    settle();
    ASSERT_EQ(workspace().filter.subjects().size(), 1U);
    const std::string stream = std::to_string(workspace().filter.subjects()[0].id);
    EXPECT_THAT(query("SELECT stream_id FROM stream_total ORDER BY bytes DESC LIMIT 1"), testing::ElementsAre(stream));
    auto& bandwidth = view<bandwidth::BandwidthView>("bandwidth");
    EXPECT_EQ(devicesShown(bandwidth),
              setOf(query("SELECT DISTINCT device_id FROM packet JOIN packet_hop USING (packet_id) WHERE stream_id = " +
                          stream +
                          " AND device_id IN (SELECT device_id FROM device_total WHERE rx_packets + "
                          "tx_packets > 0 OR drops > 0)")));
    auto& paths = view<paths::PathsView>("paths");
    EXPECT_EQ(paths.streams().count(), 2) << "all packets that are left, and the stream";
    ASSERT_GT(paths.packets().count(), 0);
    const std::string packet = paths.packets().itemData(0).toString().toStdString();
    EXPECT_THAT(query("SELECT stream_id FROM packet WHERE packet_id = " + packet), testing::ElementsAre(stream));
}

/// The headers that are written out in each event tell whose it is; no tracker had a part in that text.
TEST_F(CrossFilterTest, StreamLeavesItsOwnEvents)
{
    open("nic-router", "--events");
    const auto found =
        query("SELECT stream_id FROM stream_total WHERE label LIKE 'udp % – %:6667' ORDER BY packets_ab");
    ASSERT_FALSE(found.empty());
    const std::string id = found.back();
    const std::string port = query("SELECT port_a FROM stream WHERE stream_id = " + id).at(0);
    const std::string fields =
        "fields LIKE '%saddr=10.70.0.1 daddr=10.80.0.5 source_port=" + port + " dest_port=6667%'";
    const auto withHeaders = query("SELECT event_id FROM event_list WHERE " + fields);
    ASSERT_GT(withHeaders.size(), 500U) << "200 datagrams that passed several devices";

    workspace().filter.add({Kind::Stream, std::stoll(id), "datagrams"});
    auto& events = view<events::EventsView>("events");
    EXPECT_EQ(titleOf("events"), QStringLiteral("Events (filtered)"));
    model::RowModel& rows = events.panel().rows();
    std::set<std::string> shown;
    std::size_t otherHeaders = 0;
    const auto text = std::ranges::find(rows.columns(), "fields") - rows.columns().begin();
    for (int row = 0; row < rows.rowCount(); ++row) {
        if (rows.row(row) == nullptr)
            settle();
        const auto* cells = rows.row(row);
        ASSERT_NE(cells, nullptr);
        shown.insert(std::to_string(cells->at(0).integer()));
        const std::string& told = cells->at(static_cast<std::size_t>(text)).text();
        otherHeaders +=
            told.find("source_port=") != std::string::npos && told.find("dest_port=6667") == std::string::npos;
    }
    for (const std::string& event : withHeaders)
        EXPECT_TRUE(shown.contains(event)) << event;
    EXPECT_EQ(otherHeaders, 0U);
    EXPECT_GT(shown.size(), withHeaders.size()) << "those that carry no headers, too";

    // From one of its events back to all of it, by the menu.
    workspace().filter.clear();
    settle();
    events.panel().filterLine().applyText(QStringLiteral("event_id == %1").arg(QString::fromStdString(withHeaders[0])));
    settle();
    static_cast<void>(rows.row(0));
    settle();
    QTest::mouseClick(events.panel().table().viewport(), Qt::LeftButton, {},
                      events.panel().table().visualRect(rows.index(0, 1)).center());
    QContextMenuEvent wanted(QContextMenuEvent::Keyboard, QPoint(5, 5),
                             events.panel().table().viewport()->mapToGlobal(QPoint(5, 5)));
    QCoreApplication::sendEvent(events.panel().table().viewport(), &wanted);
    auto* menu = events.panel().table().viewport()->findChild<QMenu*>();
    ASSERT_NE(menu, nullptr);
    const auto actions = menu->actions();
    const QString wish = QStringLiteral("Filter all views by stream udp 10.70.0.1:%1 – 10.80.0.5:6667")
                             .arg(QString::fromStdString(port));
    const auto action =
        std::ranges::find_if(actions, [&](QAction* entry) { return entry->text().remove(QLatin1Char('&')) == wish; });
    ASSERT_NE(action, actions.end());
    EXPECT_EQ(
        std::ranges::count_if(actions, [](QAction* entry) { return entry->shortcut() == QKeySequence(Qt::Key_F); }), 1);
    (*action)->trigger();
    menu->close();
    settle();
    EXPECT_EQ(workspace().filter.subjects(), (std::vector<scope::Subject>{{Kind::Stream, std::stoll(id)}}));
}

TEST_F(CrossFilterTest, StreamThatNatMadeIsFollowedFromThereOn)
{
    open("nic-router", "--events");
    const auto found = query("SELECT stream_id FROM stream WHERE addr_a = '10.80.0.254' AND port_b = 6667");
    ASSERT_EQ(found.size(), 1U);
    workspace().filter.add({Kind::Stream, std::stoll(found[0]), "datagrams behind the router"});
    auto& bandwidth = view<bandwidth::BandwidthView>("bandwidth");
    EXPECT_EQ(devicesShown(bandwidth), setOf(query("SELECT DISTINCT device_id FROM event_list WHERE fields LIKE "
                                                   "'%saddr=10.80.0.254 daddr=10.80.0.5 source_port=% dest_port=6667%' "
                                                   "UNION SELECT device_id FROM device WHERE label = 'mb-in'")))
        << "and the router's other side, behind which they were changed";
    auto& paths = view<paths::PathsView>("paths");
    EXPECT_EQ(paths.packets().count(), 57) << "the recording's notes";
}

TEST_F(CrossFilterTest, DeviceLeavesTheCpusThatWorkedOnItsPackets)
{
    open("nic-router", "--events");
    auto& cpu = view<cpu::CpuView>("cpu");
    const auto all = cpu.tracks().trackCount();
    // The events at each device say which CPUs they were on.
    const auto cpusAt = [&](const std::string& device) {
        return query("SELECT DISTINCT cpu FROM event_list WHERE device_id = " + device +
                     " AND event IN ('net_dev_xmit', 'net_if_rx', 'net_if_receive_skb', 'napi_poll') ORDER BY cpu");
    };
    bool isFewer = false;
    for (const std::string& device : query("SELECT DISTINCT device_id FROM device_cpu")) {
        SCOPED_TRACE(device);
        workspace().filter.add({Kind::Device, std::stoll(device), ""});
        settle();
        std::string left;
        for (const std::string& number : cpusAt(device))
            left += (left.empty() ? "" : ", ") + number;
        EXPECT_EQ(cpu.tracks().trackCount(),
                  query("SELECT vector FROM softirq_time WHERE cpu IN (" + left + ")").size());
        isFewer |= cpu.tracks().trackCount() < all;
        EXPECT_EQ(cpu.devices().table().rows.size(),
                  query("SELECT cpu FROM device_cpu WHERE device_id = " + device).size());
        EXPECT_EQ(cpu.polls().table().rows.size(),
                  query("SELECT cpu FROM napi_poll WHERE device_id = " + device).size());
        EXPECT_EQ(titleOf("cpu"), QStringLiteral("CPU (filtered)"));
    }
    EXPECT_TRUE(isFewer) << "one of the devices was used on one CPU only";
    workspace().filter.add({Kind::Device, 404, "gone"});
    settle();
    EXPECT_EQ(cpu.notice(), QStringLiteral("The filter leaves no CPU that is known to have worked on packets."));
    workspace().filter.clear();
    settle();
    EXPECT_EQ(cpu.tracks().trackCount(), all);
    EXPECT_EQ(titleOf("cpu"), QStringLiteral("CPU"));
    // A device of the table is chosen as anywhere else.
    ASSERT_GT(cpu.devices().table().rows.size(), 0U);
    cpu.findChild<QTabWidget*>()->setCurrentWidget(&cpu.devices());
    cpu.devices().view().setFocus();
    cpu.devices().setCurrentRow(0);
    QTest::keyClick(&cpu.devices().view(), Qt::Key_F);
    settle();
    ASSERT_EQ(workspace().filter.subjects().size(), 1U);
    EXPECT_THAT(query("SELECT device_id FROM device_cpu GROUP BY device_id ORDER BY sum(rx_packets + tx_packets) DESC, "
                      "device_id LIMIT 1"),
                testing::ElementsAre(std::to_string(workspace().filter.subjects()[0].id)));
}

TEST_F(CrossFilterTest, VlanOfTheMapNarrowsAllViews)
{
    open("bridge-vlan-migration");
    auto& topology = view<topology::TopologyView>("topology");
    ASSERT_GT(topology.vlans().count(), 1);
    QTest::keyClick(&topology.vlans(), Qt::Key_Down);
    settle();
    const std::string vlan = topology.vlans().currentText().toStdString();
    ASSERT_EQ(workspace().filter.subjects(), (std::vector<scope::Subject>{{Kind::Vlan, std::stoll(vlan)}}));
    auto& bandwidth = view<bandwidth::BandwidthView>("bandwidth");
    const auto shown = devicesShown(bandwidth);
    EXPECT_FALSE(shown.empty());
    const auto ports = setOf(query("SELECT device_id FROM port_vlan WHERE vlan = " + vlan +
                                   " UNION SELECT device_id FROM topology_node JOIN topology_edge ON node_id IN "
                                   "(from_id, to_id) WHERE vlan = " +
                                   vlan));
    for (const std::string& device : shown)
        EXPECT_TRUE(ports.contains(device)) << device;
    workspace().filter.undo();
    settle();
    EXPECT_EQ(topology.vlans().currentIndex(), 0) << "the box follows the filter";
}

TEST_F(CrossFilterTest, MenuLeadsToTheSameDeviceOnTheMap)
{
    open("nic-router");
    auto& bandwidth = view<bandwidth::BandwidthView>("bandwidth");
    const std::int64_t device = bandwidth.tracks().track(0).subject();
    auto* menus = bandwidth.tracks().viewport()->findChild<kit::SubjectMenu*>();
    ASSERT_NE(menus, nullptr);
    QMenu menu;
    menus->fill(menu, {Kind::Device, device, "x & <y>"});
    const auto actions = menu.actions();
    const auto found = std::ranges::find_if(
        actions, [](QAction* action) { return action->text().contains(QLatin1String("Topology")); });
    ASSERT_NE(found, actions.end());
    EXPECT_EQ(menu.actions()[0]->text(), QStringLiteral("&Filter all views by device x && <y>"));
    (*found)->trigger();
    settle();
    auto& topology = view<topology::TopologyView>("topology");
    ASSERT_TRUE(topology.map().current()) << "read after it was asked to point at the device";
    EXPECT_TRUE(workspace().filter.subjects().empty());
    const QString text = topology.map().toolTipOf(*topology.map().current()) + topology.map().accessibleDescription();
    const auto name = query("SELECT label FROM device WHERE device_id = " + std::to_string(device));
    ASSERT_EQ(name.size(), 1U);
    EXPECT_TRUE(text.contains(QString::fromStdString(name[0]))) << text.toStdString();
}

TEST_F(CrossFilterTest, FindingLeadsToItsDeviceAndTime)
{
    open("nic-router");
    auto& overview = view<overview::OverviewView>("overview");
    ASSERT_FALSE(overview.cards().empty());
    const auto device = query("SELECT subject_id FROM finding WHERE rank = 1 AND analysis = 'drops'");
    ASSERT_EQ(device.size(), 1U) << "the sample's first finding is about drops";
    QTest::mouseClick(overview.cards()[0], Qt::LeftButton, {}, QPoint(40, 10));
    settle();
    auto& bandwidth = view<bandwidth::BandwidthView>("bandwidth");
    ASSERT_TRUE(bandwidth.tracks().current());
    EXPECT_EQ(std::to_string(bandwidth.tracks().track(*bandwidth.tracks().current()).subject()), device[0]);
    EXPECT_TRUE(workspace().time.selection());
}

TEST_F(CrossFilterTest, DeviceTableIsWhatQueriesSay)
{
    open("nic-router");
    auto& bandwidth = view<bandwidth::BandwidthView>("bandwidth");
    const report::Table& table = bandwidth.table().table();
    const auto column = [&](std::string_view key) {
        return static_cast<std::size_t>(std::ranges::find(table.columns, key, &report::Column::key) -
                                        table.columns.begin());
    };
    ASSERT_EQ(table.rows.size(),
              query("SELECT device_id FROM device_total WHERE rx_packets + tx_packets > 0 OR drops > 0").size());
    for (const report::Row& row : table.rows) {
        const std::string where = " FROM device_total WHERE name = '" + row.cells[0].text() + "'";
        EXPECT_THAT(query("SELECT rx_bytes" + where),
                    testing::ElementsAre(std::to_string(row.cells[column("rx_bytes")].integer())));
        EXPECT_THAT(query("SELECT tx_packets" + where),
                    testing::ElementsAre(std::to_string(row.cells[column("tx_packets")].integer())));
        EXPECT_THAT(query("SELECT drops" + where),
                    testing::ElementsAre(std::to_string(row.cells[column("drops")].integer())));
    }
    // Drops of a part of the time: each counts where it happened.
    const base::TimeRange whole = workspace().time.whole();
    const base::TimeRange half{whole.begin, whole.begin + whole.length() / 2};
    workspace().time.select(half);
    settle();
    std::int64_t drops = 0;
    for (const report::Row& row : bandwidth.table().table().rows)
        drops += row.cells[column("drops")].integer();
    EXPECT_THAT(query("SELECT count(*) FROM packet_drop WHERE ts_ns < " + std::to_string(half.end.ns)),
                testing::ElementsAre(std::to_string(drops)));
}

TEST_F(CrossFilterTest, FindingOfAMiddleboxLeadsToItsElement)
{
    open("lttng-middleboxes");
    auto& overview = view<overview::OverviewView>("overview");
    ASSERT_FALSE(overview.cards().empty());
    const auto element = query("SELECT subject_id FROM finding WHERE rank = 1 AND analysis = 'perfsight'");
    ASSERT_EQ(element.size(), 1U);
    QTest::mouseClick(overview.cards()[0], Qt::LeftButton, {}, QPoint(40, 10));
    settle();
    auto& perfsight = view<perfsight::PerfsightView>("perfsight");
    ASSERT_TRUE(perfsight.chosen());
    EXPECT_EQ(std::to_string(*perfsight.chosen()), element[0]);
    perfsight.picture().setFocus();
    QTest::keyClick(&perfsight.picture(), Qt::Key_F);
    settle();
    EXPECT_EQ(workspace().filter.subjects(), (std::vector<scope::Subject>{{Kind::Element, *perfsight.chosen()}}));
    const auto& dim = perfsight.picture().emphasis().dimBoxes;
    EXPECT_EQ(std::ranges::count(dim, false), 1);
    EXPECT_GT(dim.size(), 1U);
}

TEST_F(CrossFilterTest, FiltersAndBookmarksComeBackWithTheStore)
{
    open("nic-router");
    const auto path = m_sample->store().path();
    const scope::Subject device{Kind::Device, 1, "vm1-eth0"};
    workspace().filter.add(device);
    const base::Timestamp at = workspace().time.whole().begin + 1000;
    workspace().bookmarks.add({at, "here, \"it\" begins"});
    settle();
    m_window->closeStore();
    EXPECT_FALSE(bar().isVisible());
    ASSERT_TRUE(m_window->openStore(path));
    settle();
    EXPECT_EQ(workspace().filter.subjects(), std::vector{device});
    EXPECT_EQ(workspace().filter.subjects()[0].label, "vm1-eth0");
    EXPECT_FALSE(workspace().filter.canUndo()) << "what was before belongs to the session before";
    EXPECT_EQ(workspace().bookmarks.all(), (std::vector<model::Bookmark>{{at, "here, \"it\" begins"}}));
    EXPECT_TRUE(scope::holds(workspace().filter.scope().devices, 1));
    EXPECT_FALSE(scope::holds(workspace().filter.scope().devices, 2));
}

/// Some views know only after they have read the store whether the filter leaves something out.
TEST_F(CrossFilterTest, TitlesFollowViewsThatLearnLateThatTheyAreFiltered)
{
    open("nic-router");
    workspace().filter.add({Kind::Device, 1, "vm1-eth0"});
    settle();
    const auto learnsLate = [](kit::View& view) {
        const QSignalSpy known(&view, &kit::View::narrowingKnown);
        EXPECT_FALSE(view.isNarrowed()) << "nothing was read yet";
        EXPECT_TRUE(QTest::qWaitFor([&] { return known.count() > 0; }));
        EXPECT_TRUE(view.isNarrowed());
    };
    cpu::CpuView cpu(workspace());
    learnsLate(cpu);
    overview::OverviewView overview(workspace());
    learnsLate(overview);
    auto& shown = view<cpu::CpuView>("cpu");
    m_window->findChild<QDockWidget*>(QStringLiteral("cpu"))->setWindowTitle(QStringLiteral("CPU"));
    emit shown.narrowingKnown();
    EXPECT_EQ(titleOf("cpu"), QStringLiteral("CPU (filtered)"));
}

TEST_F(CrossFilterTest, BookmarksAreKeptInOrderReachedAndRemoved)
{
    open("nic-router");
    auto& bookmarks = view<bookmarks::BookmarksView>("bookmarks");
    model::Bookmarks& model = workspace().bookmarks;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const base::TimeRange whole = workspace().time.whole();
    const auto moment = [&](int part) { return whole.begin + whole.length() * part / 10; };
    model.add({moment(8), "late"});
    model.add({moment(2), "early"});
    ASSERT_EQ(model.all().size(), 2U);
    EXPECT_EQ(model.all()[0].note, "early");
    EXPECT_EQ(model.after(moment(2)), model.all()[1]);
    EXPECT_EQ(model.before(moment(2)), std::nullopt);

    workspace().time.show({moment(4), moment(5)});
    bookmarks.table().setFocus();
    bookmarks.table().setCurrentIndex(model.index(1, model::Bookmarks::Time));
    QTest::keyClick(&bookmarks.table(), Qt::Key_Return);
    EXPECT_TRUE(workspace().time.visible().contains(moment(8)));
    EXPECT_NEAR(static_cast<double>(workspace().time.visible().length()), static_cast<double>(whole.length()) / 10, 2)
        << "as closely as before";
    EXPECT_TRUE(model.setData(model.index(1, model::Bookmarks::Note), QStringLiteral("later")));
    EXPECT_FALSE(model.setData(model.index(1, model::Bookmarks::Time), QStringLiteral("never")));
    EXPECT_EQ(bookmarks.csv().section(QLatin1Char('\n'), 2, 2).trimmed(), QStringLiteral("%1,later").arg(moment(8).ns));
    QTest::keyClick(&bookmarks.table(), Qt::Key_Delete);
    QTest::keyClick(&bookmarks.table(), Qt::Key_Delete);
    EXPECT_TRUE(model.all().empty());
}

} // namespace
} // namespace vnscope::views::widgets
