// SPDX-License-Identifier: Apache-2.0
//
// The explorer against what the recording's own timeline and iproute2 said of the sample.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>

#include <QAbstractItemModelTester>
#include <QImage>
#include <QPainter>
#include <QTest>

#include "tests/support/imported_sample.hpp"
#include "tests/support/made_store.hpp"
#include "tests/support/map_truth.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/topology/topology_view.hpp"

namespace vnscope::views::widgets {
namespace {

using kit::DiagramView;
using tests::support::ImportedSample;
using tests::support::kTimelineSlack;
using tests::support::timelineNs;
using topology::ChangeModel;
using topology::TopologyView;

/// A view on a store, and what it needs.
class Explorer {
public:
    explicit Explorer(const std::filesystem::path& store)
    {
        auto opened = main_window::OpenStore::open(store);
        EXPECT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<TopologyView>(workspace());
        m_view->resize(1280, 720);
        m_view->show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
        settle();
    }

    kit::Workspace& workspace() { return m_open->workspace(); }
    TopologyView& view() { return *m_view; }
    void settle()
    {
        do {
            EXPECT_TRUE(workspace().reader.waitUntilIdle());
            QTest::qWait(1);
        } while (!workspace().reader.isIdle());
    }

    /// The row of a change by its texts; -1: none.
    int rowOf(const QString& what, const QString& subject)
    {
        ChangeModel& changes = m_view->changes();
        for (int row = 0; row < changes.rowCount(); ++row)
            if (text(row, ChangeModel::What) == what && text(row, ChangeModel::Subject) == subject)
                return row;
        return -1;
    }
    QString text(int row, int column) { return m_view->changes().index(row, column).data().toString(); }

    /// The boxes that a port joins, by their first lines: what is at its bridge's end, and at the other.
    std::pair<std::string, std::string> endsOf(const std::string& port)
    {
        const diagram::Diagram& picture = m_view->map().diagram();
        const auto name = [&](std::size_t box) { return picture.boxes[box].lines.front(); };
        for (const diagram::Line& line : picture.lines) {
            if (line.fromLabel == port)
                return {name(line.from), name(line.to)};
            if (line.toLabel == port)
                return {name(line.to), name(line.from)};
        }
        return {};
    }
    std::size_t boxOf(const std::string& name)
    {
        const auto& boxes = m_view->map().diagram().boxes;
        for (std::size_t index = 0; index < boxes.size(); ++index)
            if (boxes[index].lines.front() == name)
                return index;
        ADD_FAILURE() << "no box " << name;
        return 0;
    }
    std::size_t lineOf(const std::string& port)
    {
        const auto& lines = m_view->map().diagram().lines;
        for (std::size_t index = 0; index < lines.size(); ++index)
            if (lines[index].fromLabel == port || lines[index].toLabel == port)
                return index;
        ADD_FAILURE() << "no port " << port;
        return 0;
    }

private:
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<TopologyView> m_view;
};

const ImportedSample& sample()
{
    static const ImportedSample kSample("bridge-vlan-migration");
    return kSample;
}

class MigrationTest : public ::testing::Test {
protected:
    const tests::support::SampleCase& truth() { return sample().sample(); }

    Explorer m_explorer{sample().path()};
    TopologyView& m_view = m_explorer.view();
};

TEST_F(MigrationTest, MovedMachinesAreChanges)
{
    const QAbstractItemModelTester tester(&m_view.changes(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    for (const auto& [mac, event] : {std::pair("52:54:00:00:00:02", "migrationA: vm2 announces"),
                                     std::pair("52:54:00:00:00:05", "migrationB: switch")}) {
        const int row = m_explorer.rowOf(QStringLiteral("moved"), QLatin1String(mac));
        ASSERT_GE(row, 0) << mac;
        const std::int64_t at = m_view.changes().change(row).at.ns;
        EXPECT_LT(std::abs(at - timelineNs(truth(), event)), kTimelineSlack) << mac;
    }
    const int row = m_explorer.rowOf(QStringLiteral("moved"), QStringLiteral("52:54:00:00:00:05"));
    EXPECT_EQ(m_explorer.text(row, ChangeModel::From), QStringLiteral("vnet5"));
    EXPECT_EQ(m_explorer.text(row, ChangeModel::To), QStringLiteral("vnet5b"));
}

TEST_F(MigrationTest, PictureConnectsTheMachineToTheRightBridge)
{
    m_view.showChange(m_explorer.rowOf(QStringLiteral("vanished"), QStringLiteral("vnet2")) - 1);
    m_explorer.settle();
    EXPECT_EQ(m_explorer.endsOf("vnet2"), std::pair(std::string("br0"), std::string("vm2-eth0"))) << "before";
    const int moved = m_explorer.rowOf(QStringLiteral("moved"), QStringLiteral("52:54:00:00:00:02"));
    m_view.showChange(moved);
    m_explorer.settle();
    EXPECT_EQ(m_explorer.endsOf("vnet2"), std::pair(std::string("br1"), std::string("vm2-eth0"))) << "after";
}

TEST_F(MigrationTest, ClickOnAChangeOutsideOfWhatIsVisibleShowsIt)
{
    model::TimeController& time = m_explorer.workspace().time;
    const base::Timestamp begin = time.whole().begin;
    time.show({begin, begin + 5 * base::kNsPerSecond});
    m_explorer.settle();
    EXPECT_EQ(m_explorer.endsOf("vnet2").first, "br0") << "the end of what is visible";
    const int row = m_explorer.rowOf(QStringLiteral("moved"), QStringLiteral("52:54:00:00:00:02"));
    const base::Timestamp at = m_view.changes().change(row).at;
    EXPECT_FALSE(time.visible().contains(at));
    QTableView& table = m_view.table();
    table.scrollTo(m_view.changes().index(row, 0));
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {},
                      table.visualRect(m_view.changes().index(row, ChangeModel::What)).center());
    m_explorer.settle();
    EXPECT_TRUE(time.visible().contains(at));
    EXPECT_EQ(time.visible().length(), 5 * base::kNsPerSecond);
    EXPECT_EQ(m_view.moment(), at);
    EXPECT_EQ(m_explorer.endsOf("vnet2").first, "br1");
    time.select(base::TimeRange{time.visible().begin, time.visible().begin + 1000});
    EXPECT_EQ(m_view.moment(), time.visible().begin + 999) << "a selection takes the moment over";
}

TEST_F(MigrationTest, SliderAndKeysWalkThroughTheChanges)
{
    topology::ChangeSlider& slider = m_view.slider();
    const int moved = m_explorer.rowOf(QStringLiteral("moved"), QStringLiteral("52:54:00:00:00:02"));
    const double x = slider.xOf(m_view.changes().change(moved).at);
    QTest::mouseClick(&slider, Qt::LeftButton, {}, QPoint(static_cast<int>(std::ceil(x)) + 1, slider.height() / 2));
    m_explorer.settle();
    EXPECT_EQ(m_view.table().currentIndex().row(), moved);
    EXPECT_EQ(m_explorer.endsOf("vnet2").first, "br1");
    QTest::keyClick(&slider, Qt::Key_P);
    EXPECT_EQ(m_view.moment(), m_view.changes().change(moved).at) << "the change that the moment is after";
    QTest::keyClick(&slider, Qt::Key_P);
    EXPECT_EQ(m_view.moment(), m_view.changes().change(moved - 1).at);
    QTest::keyClick(&slider, Qt::Key_N);
    EXPECT_EQ(m_view.moment(), m_view.changes().change(moved).at);
    QTest::keyClick(&slider, Qt::Key_Space);
    EXPECT_TRUE(m_view.playButton().isChecked());
    EXPECT_EQ(m_view.moment(), m_view.changes().change(moved + 1).at) << "playing begins with the next one";
    QTest::keyClick(&slider, Qt::Key_Space);
    EXPECT_FALSE(m_view.playButton().isChecked());
}

TEST_F(MigrationTest, ClickOnABoxTellsAllOfIt)
{
    m_view.showChange(m_explorer.rowOf(QStringLiteral("moved"), QStringLiteral("52:54:00:00:00:02")));
    m_explorer.settle();
    DiagramView& map = m_view.map();
    QTest::mouseClick(&map, Qt::LeftButton, {}, map.boxRect(m_explorer.boxOf("vm2-eth0")).center().toPoint());
    const auto titles = [&] {
        QStringList all;
        for (int at = 0; at < m_view.details().topLevelItemCount(); ++at)
            all << m_view.details().topLevelItem(at)->text(0);
        return all;
    };
    EXPECT_TRUE(titles().contains(QStringLiteral("vm2-eth0")));
    EXPECT_TRUE(titles().contains(QStringLiteral("52:54:00:00:00:02"))) << "the station that is drawn in its box";
    map.setCurrent(DiagramView::Item{DiagramView::Item::Kind::Line, m_explorer.lineOf("vnet2")});
    EXPECT_TRUE(titles().contains(QStringLiteral("br1 – vnet2")));
    EXPECT_TRUE(titles().contains(QStringLiteral("vnet2 – vm2-eth0")) ||
                titles().contains(QStringLiteral("vm2-eth0 – vnet2")));
}

TEST_F(MigrationTest, VlanAndSearchDimTheRest)
{
    const auto& emphasis = m_view.map().emphasis();
    m_view.showChange(m_explorer.rowOf(QStringLiteral("appeared"), QStringLiteral("52:54:00:00:00:06")));
    m_explorer.settle();
    const int vlan20 = m_view.vlans().findData(20);
    ASSERT_GE(vlan20, 0);
    m_view.vlans().setCurrentIndex(vlan20);
    EXPECT_FALSE(emphasis.dimLines[m_explorer.lineOf("vnet3")]) << "vm3 is in VLAN 20";
    EXPECT_TRUE(emphasis.dimLines[m_explorer.lineOf("vnet2")]) << "vm2 is in VLAN 10";
    m_view.vlans().setCurrentIndex(0);
    QTest::keyClicks(&m_view.searchBox(), QStringLiteral("00:00:00:02"));
    const std::size_t vm2 = m_explorer.boxOf("vm2-eth0");
    for (std::size_t box = 0; box < emphasis.foundBoxes.size(); ++box) {
        EXPECT_EQ(emphasis.foundBoxes[box], box == vm2) << box;
        EXPECT_EQ(emphasis.dimBoxes[box], box != vm2) << box;
    }
    QTest::keyClick(&m_view.searchBox(), Qt::Key_Return);
    EXPECT_EQ(m_view.map().current(), (DiagramView::Item{DiagramView::Item::Kind::Box, vm2}));
}

TEST_F(MigrationTest, WidthsFollowTheKernelsCounters)
{
    std::map<std::string, double> bytes;
    for (const auto& device : tests::support::countersBetween(truth(), "start", "end"))
        bytes[device.name] = static_cast<double>(device.rxBytes + device.txBytes);
    ASSERT_GT(bytes["vnet1"], 0);
    const auto weight = [&](const std::string& port) {
        return m_view.map().diagram().lines[m_explorer.lineOf(port)].weight;
    };
    for (const std::string port : {"vnet2", "vnet3", "vnet4"})
        EXPECT_NEAR(weight(port) / weight("vnet1"), bytes[port] / bytes["vnet1"], 0.02) << port;
}

TEST_F(MigrationTest, ExportsTableAndPicture)
{
    const QStringList rows = m_view.csv().split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
    EXPECT_EQ(rows.size(), m_view.changes().rowCount() + 1);
    EXPECT_EQ(rows.first(), QStringLiteral("time_ns,time,change,subject,from,to,detail"));
    QImage image(900, 600, QImage::Format_RGB32);
    image.fill(Qt::magenta);
    QPainter painter(&image);
    m_view.renderTo(painter, image.size());
    painter.end();
    EXPECT_EQ(image.pixelColor(890, 300), kit::Theme(m_view.palette()).ground());
}

TEST(TopologyViewTest, EmptyStoreSaysWhatToRecord)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "nothing.vns", tests::fillWithoutAnalyses));
    Explorer explorer(folder.path() / "nothing.vns");
    ASSERT_TRUE(explorer.view().content().isNotice());
    EXPECT_TRUE(explorer.view().content().notice().contains(QStringLiteral("lttng enable-event -k event_of_map")));
}

TEST(TopologyViewTest, HostileNamesAreShownHarmless)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "sample.vns", tests::fillSample));
    Explorer explorer(folder.path() / "sample.vns");
    ASSERT_EQ(explorer.view().changes().rowCount(), 1);
    EXPECT_EQ(explorer.view().changes().change(0).at.ns, tests::kSampleMove);
    const QString detail = explorer.text(0, ChangeModel::Detail);
    EXPECT_FALSE(detail.contains(QChar(0x1b))) << "a control character";
    EXPECT_TRUE(detail.contains(QStringLiteral("<script>"))) << "as plain text";
    const QString tip = explorer.view().changes().index(0, ChangeModel::Detail).data(Qt::ToolTipRole).toString();
    EXPECT_FALSE(tip.contains(QStringLiteral("<script>")));
}

} // namespace
} // namespace vnscope::views::widgets
