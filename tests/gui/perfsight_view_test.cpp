// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QTabWidget>
#include <QTest>
#include <QTextBrowser>

#include "tests/support/imported_sample.hpp"
#include "tests/support/made_store.hpp"
#include "tests/support/printed_query.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/perfsight/perfsight_view.hpp"

namespace vnscope::views::widgets {
namespace {

using perfsight::PerfsightView;
using ::testing::HasSubstr;

constexpr std::int64_t kBegin = 1'700'000'000'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

void begin(storage::StoreWriter& writer)
{
    writer.meta("begin_ns", kBegin);
    writer.meta("end_ns", kBegin + 30 * kSecond);
    writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
        .append("perfsight", 1, "", "", "complete", "", "");
}

storage::TableWriter elementTable(storage::StoreWriter& writer)
{
    return writer.table("element",
                        {"element_id", "host", "name", "kind", "layer", "tenant", "vm", "capacity_bps", "parent_id"});
}

/// One middlebox, overloaded from 10 s to 20 s, while its sender was write-blocked.
void fillChain(storage::StoreWriter& writer)
{
    begin(writer);
    auto element = elementTable(writer);
    element.append(1, "h", "sender", "haproxy", "middlebox", "", "", nullptr, nullptr);
    element.append(2, "h", "<proxy>", "nginx", "middlebox", "", "", nullptr, nullptr);
    auto state = writer.table("element_state", {"element_id", "state", "valid_from_ns", "valid_to_ns"});
    state.append(1, "running", kBegin, kBegin + 10 * kSecond);
    state.append(1, "write_blocked", kBegin + 10 * kSecond, kBegin + 20 * kSecond);
    state.append(2, "running", kBegin, kBegin + 10 * kSecond);
    state.append(2, "overloaded", kBegin + 10 * kSecond, kBegin + 20 * kSecond);
    writer.table("chain_link", {"from_id", "to_id", "coupling", "windows"}).append(1, 2, "tcp", 20);
    writer
        .table("root_cause",
               {"element_id", "label", "valid_from_ns", "valid_to_ns", "windows", "confidence", "waiting", "reasoning"})
        .append(2, "overloaded", kBegin + 10 * kSecond, kBegin + 20 * kSecond, 10, "certain", "sender",
                "sender is write-blocked\n<proxy> is overloaded\n");
}

constexpr std::int64_t kBridge = 1;
constexpr std::int64_t kTapA = 2;
constexpr std::int64_t kTunA = 3;
constexpr std::int64_t kTapB = 4;
constexpr std::int64_t kTunB = 5;
constexpr std::int64_t kBacklog = 6;
constexpr std::int64_t kNetns = 7;

/// Two VMs whose queues lost packets from 5 s to 8 s for want of CPU; a backlog of which nobody knows why.
void fillHost(storage::StoreWriter& writer)
{
    begin(writer);
    auto element = elementTable(writer);
    element.append(kBridge, "h", "br0", "bridge", "switch", "", "", nullptr, nullptr);
    element.append(kTapA, "h", "vnet0", "tap", "hypervisor", "", "vm-a", nullptr, nullptr);
    element.append(kTunA, "h", "vnet0 queue", "tun", "hypervisor", "", "vm-a", nullptr, kTapA);
    element.append(kTapB, "h", "vnet1", "tap", "hypervisor", "", "vm-b", nullptr, nullptr);
    element.append(kTunB, "h", "vnet1 queue", "tun", "hypervisor", "", "vm-b", nullptr, kTapB);
    element.append(kBacklog, "h", "cpu0 backlog", "backlog", "softirq", "", "", nullptr, nullptr);
    element.append(kNetns, "h", "netns 1", "netns", "guest", "", "", nullptr, nullptr);
    auto neighbour = writer.table("element_neighbour", {"from_id", "to_id", "coupling"});
    for (const std::int64_t tap : {kTapA, kTapB}) {
        neighbour.append(kBridge, tap, "call");
        neighbour.append(tap, kBridge, "call");
        neighbour.append(tap, tap + 1, "packet");
    }
    auto loss = writer.table("element_loss", {"element_id", "begin_ns", "bin_ns", "packets", "share", "is_counted"});
    for (std::int64_t second = 5; second < 8; ++second) {
        loss.append(kTunA, kBegin + second * kSecond, kSecond, 100 * second, 0.1, 1);
        loss.append(kTunB, kBegin + second * kSecond, kSecond, 20, 0.01, 1);
    }
    loss.append(kBacklog, kBegin + 20 * kSecond, kSecond, 7, 0.01, 1);
    loss.append(kBacklog, kBegin + 29 * kSecond, kSecond / 3, 5, 0.01, 1); // The trace ended meanwhile.
    auto count =
        writer.table("element_count", {"ts_ns", "element_id", "in_packets", "out_packets", "in_bytes", "out_bytes",
                                       "drop_packets", "in_time_ns", "out_time_ns", "queued_packets"});
    for (std::int64_t second = 0; second <= 30; ++second) {
        const std::int64_t drops = second <= 5 ? 0 : second >= 8 ? 1800 : second == 6 ? 500 : 1100;
        count.append(kBegin + second * kSecond, kTunA, 1000 * second, 1000 * second - drops, 1'000'000 * second,
                     1'000'000 * second - 1000 * drops, drops, nullptr, nullptr, nullptr);
        // It began anew at 10 s.
        count.append(kBegin + second * kSecond, kNetns, second < 10 ? second : second - 10, nullptr, nullptr, nullptr,
                     0, nullptr, nullptr, nullptr);
    }
    auto shortage = writer.table("resource_shortage",
                                 {"host", "resource", "scope", "drop_place", "element_id", "vm", "valid_from_ns",
                                  "valid_to_ns", "windows", "lost_packets", "confidence", "evidence", "not_measured"});
    shortage.append("h", "CPU", "contention", "tun", kTunA, "", kBegin + 5 * kSecond, kBegin + 8 * kSecond, 3, 1860,
                    "certain",
                    "lost_packets = 720; top_vm_share = 0.7; cpu_utilisation = 0.97 (cpu_utilisation >= 0.9)", "");
    shortage.append("h", "pCPU backlog", "contention", "backlog", kBacklog, "", kBegin + 20 * kSecond,
                    kBegin + 21 * kSecond, 1, 7, "possible", "lost_packets = 7", "nic_tx_utilisation <= 0.95");
}

class PerfsightViewTest : public ::testing::Test {
protected:
    void open(const std::function<void(storage::StoreWriter&)>& fill)
    {
        static_cast<void>(tests::makeStore(m_folder.path() / "made.vns", fill));
        auto opened = main_window::OpenStore::open(m_folder.path() / "made.vns");
        ASSERT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<PerfsightView>(workspace());
        m_view->resize(1280, 720);
        m_view->show();
        settle();
    }
    void settle() { ASSERT_TRUE(workspace().reader.waitUntilIdle()); }

    kit::Workspace& workspace() { return m_open->workspace(); }
    static base::Timestamp atSecond(std::int64_t second) { return {kBegin + second * kSecond}; }
    const diagram::Diagram& picture() { return m_view->picture().diagram(); }
    std::size_t boxOf(std::int64_t element)
    {
        const auto& boxes = picture().boxes;
        const auto box = std::ranges::find(boxes, "element" + std::to_string(element), &diagram::Box::id);
        return static_cast<std::size_t>(box - boxes.begin());
    }
    std::string sayBox(std::int64_t element)
    {
        const auto& lines = picture().boxes.at(boxOf(element)).lines;
        std::string said;
        for (const std::string& line : lines)
            said += line + '|';
        return said;
    }
    void click(std::int64_t element)
    {
        QTest::mouseClick(&m_view->picture(), Qt::LeftButton, {},
                          m_view->picture().boxRect(boxOf(element)).center().toPoint());
        settle();
    }
    std::string details() { return m_view->details().toPlainText().toStdString(); }
    std::int64_t sum(const storage::Select& select, std::size_t column)
    {
        const auto table = workspace().session.store().read(select);
        std::int64_t all = 0;
        for (const auto& row : table->rows)
            all += row[column].integer();
        return all;
    }

    tests::TemporaryDirectory m_folder;
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<PerfsightView> m_view;
};

TEST_F(PerfsightViewTest, StatesAndLossesStandOnTheTimeAxis)
{
    open(fillChain);
    ASSERT_EQ(m_view->tracks().trackCount(), 2U);
    const chart::TimeScale scale{workspace().time.visible(), 1000};
    const std::size_t proxy = m_view->tracks().track(0).title() == QStringLiteral("<proxy>") ? 0 : 1;
    EXPECT_EQ(m_view->tracks().track(proxy).tip(atSecond(15), scale).section(QLatin1Char('\n'), 0, 0),
              QStringLiteral("overloaded for 10.0 s"));
    EXPECT_EQ(m_view->tracks().track(1 - proxy).tip(atSecond(15), scale), QStringLiteral("write-blocked for 10.0 s"));
    EXPECT_TRUE(m_view->tracks().track(proxy).tip(atSecond(25), scale).isEmpty());
}

TEST_F(PerfsightViewTest, TracksAreReachedByScreenReaders)
{
    open(fillChain);
    workspace().time.select(base::TimeRange{atSecond(12), atSecond(16)});
    kit::TrackView& tracks = m_view->tracks();
    QAccessibleInterface* view = QAccessible::queryAccessibleInterface(&tracks);
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(view->text(QAccessible::Name), tracks.accessibleName());
    ASSERT_GE(view->childCount(), 2);
    const int proxy = tracks.track(0).title() == QStringLiteral("<proxy>") ? 0 : 1;
    QAccessibleInterface* track = view->child(proxy);
    ASSERT_NE(track, nullptr);
    EXPECT_EQ(track->text(QAccessible::Name), QStringLiteral("<proxy>"));
    EXPECT_EQ(track->text(QAccessible::Description), QStringLiteral("state"));
    EXPECT_TRUE(track->text(QAccessible::Value).startsWith(QStringLiteral("+14.000 s: overloaded for 10.0 s")))
        << track->text(QAccessible::Value).toStdString();
    const QPoint inside(tracks.labelWidth() + 20,
                        static_cast<int>(tracks.trackTop(static_cast<std::size_t>(proxy))) + 5);
    const QPoint global = tracks.viewport()->mapToGlobal(inside);
    EXPECT_EQ(view->childAt(global.x(), global.y()), track);
    tracks.setFocus();
    EXPECT_FALSE(view->child(1)->state().focused);
    QTest::keyClick(&tracks, Qt::Key_Down);
    QTest::keyClick(&tracks, Qt::Key_Down);
    EXPECT_EQ(tracks.current(), 1U);
    EXPECT_TRUE(view->child(1)->state().focused);
    EXPECT_FALSE(view->child(0)->state().focused);
    EXPECT_EQ(view->focusChild(), view->child(1));
    const int parts = tracks.partCount();
    for (int child = parts; child < view->childCount(); ++child)
        EXPECT_NE(view->child(child)->object(), nullptr) << "widgets follow the tracks";
}

TEST_F(PerfsightViewTest, LossesOfTheLastPartOfASecondAreSeen)
{
    open(fillHost);
    const auto tipAt = [&](std::int64_t second) {
        const chart::TimeScale scale{workspace().time.visible(), 1000};
        for (std::size_t track = 0; track < m_view->tracks().trackCount(); ++track)
            if (m_view->tracks().track(track).subject() == kBacklog)
                return m_view->tracks().track(track).tip({atSecond(second).ns + kSecond / 6}, scale);
        return QString();
    };
    static_cast<void>(tipAt(20)); // Asks for it.
    settle();
    EXPECT_TRUE(tipAt(20).contains(QLatin1Char('7'))) << tipAt(20).toStdString();
    EXPECT_TRUE(tipAt(29).contains(QLatin1Char('5'))) << tipAt(29).toStdString();
}

TEST_F(PerfsightViewTest, AVerdictSelectsItsTimeAndElement)
{
    open(fillChain);
    const int tab = m_view->tabs().indexOf(&m_view->causes());
    ASSERT_TRUE(m_view->tabs().isTabVisible(tab));
    EXPECT_FALSE(m_view->tabs().isTabVisible(m_view->tabs().indexOf(&m_view->shortages()))) << "there are none";
    m_view->tabs().setCurrentIndex(tab);
    QTableView& causes = m_view->causes().view();
    const QAbstractItemModelTester tester(causes.model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    QTest::mouseClick(causes.viewport(), Qt::LeftButton, {}, causes.visualRect(causes.model()->index(0, 0)).center());
    const auto& selection = workspace().time.selection();
    ASSERT_TRUE(selection);
    EXPECT_EQ(*selection, (base::TimeRange{atSecond(10), atSecond(20)}));
    EXPECT_EQ(m_view->chosen(), 2);
    const QStringList rows = m_view->csv().split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
    ASSERT_EQ(rows.size(), 2);
    EXPECT_TRUE(rows[0].startsWith(QStringLiteral("element,label,valid_from_ns,valid_to_ns")));
    EXPECT_TRUE(
        rows[1].startsWith(QStringLiteral("<proxy>,overloaded,%1,%2").arg(atSecond(10).ns).arg(atSecond(20).ns)));
}

TEST_F(PerfsightViewTest, TheRootCauseHasASignAndItsReasoning)
{
    open(fillChain);
    EXPECT_EQ(picture().boxes.at(boxOf(2)).badge, "root cause: overloaded");
    EXPECT_THAT(sayBox(1), HasSubstr("write-blocked for 10.0 s"));
    EXPECT_EQ(m_view->chosen(), 2) << "the suspect, before anybody chose";
    EXPECT_THAT(details(), HasSubstr("<proxy>\nRoot cause: overloaded (certain)")) << "names are no markup";
    EXPECT_THAT(details(), HasSubstr("sender waits to hand it data."));
    EXPECT_LT(details().find("sender is write-blocked"), details().find("<proxy> is overloaded"));
    workspace().time.select(base::TimeRange{atSecond(1), atSecond(5)});
    settle();
    EXPECT_TRUE(picture().boxes.at(boxOf(2)).badge.empty()) << "not in this time";
    EXPECT_THAT(sayBox(2), HasSubstr("running for 4.00 s"));
}

TEST_F(PerfsightViewTest, LossesOfTheTimeInFocusAreHeat)
{
    open(fillHost);
    const auto lost = [&](std::int64_t element) {
        return sum({"element_loss", {"packets"}, {{"element_id", "=", element}}, {}, -1}, 0);
    };
    EXPECT_THAT(sayBox(kTunA), HasSubstr("lost " + chart::formatCount(lost(kTunA)) + " packets"));
    EXPECT_THAT(sayBox(kTunB), HasSubstr("lost " + chart::formatCount(lost(kTunB)) + " packets"));
    EXPECT_DOUBLE_EQ(picture().boxes.at(boxOf(kTunA)).heat, 1);
    EXPECT_GT(picture().boxes.at(boxOf(kTunB)).heat, 0);
    EXPECT_LT(picture().boxes.at(boxOf(kTunB)).heat, 0.5);
    EXPECT_EQ(picture().boxes.at(boxOf(kBridge)).heat, 0);
    EXPECT_EQ(picture().boxes.at(boxOf(kTunA)).group, "vm-a");

    workspace().time.select(base::TimeRange{atSecond(5), atSecond(6)});
    settle();
    EXPECT_THAT(sayBox(kTunA), HasSubstr("lost 500 packets")) << "one second";
    EXPECT_THAT(sayBox(kBacklog), Not(HasSubstr("lost")));
    workspace().time.select(base::TimeRange{atSecond(10), atSecond(12)});
    settle();
    EXPECT_EQ(picture().boxes.at(boxOf(kTunA)).heat, 0);
    EXPECT_TRUE(picture().heatName.empty());
    EXPECT_LT(boxOf(kTunA), picture().boxes.size()) << "what is drawn does not depend on the time in focus";
}

TEST_F(PerfsightViewTest, HeatIsSeenAndBadgesCanBeRead)
{
    open(fillHost);
    workspace().time.select(base::TimeRange{atSecond(5), atSecond(8)});
    settle();
    QImage image(m_view->picture().size(), QImage::Format_RGB32);
    QPainter painter(&image);
    m_view->picture().renderTo(painter, image.size());
    painter.end();
    const auto redness = [](const QColor& colour) { return colour.red() - (colour.green() + colour.blue()) / 2; };
    const kit::Theme theme(m_view->palette());
    int hot = 0;
    int alarm = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor colour = image.pixelColor(x, y);
            alarm += colour == theme.alarm() ? 1 : 0;
            hot += redness(colour) > 20 && colour != theme.alarm() ? 1 : 0;
        }
    EXPECT_GT(hot, 1000);
    EXPECT_GT(alarm, 200) << "the badge's ground";
}

TEST_F(PerfsightViewTest, DetailsTellTheRuleThatFired)
{
    open(fillHost);
    click(kTunA);
    EXPECT_THAT(details(), HasSubstr("Short: CPU (contention, certain)"));
    EXPECT_THAT(details(), HasSubstr("row 1 of the rule book (PerfSight's Table 1): losses at a tun, of several VMs"));
    EXPECT_THAT(details(), HasSubstr("cpu_utilisation >= 0.9: holds, measured 0.97"));
    EXPECT_THAT(details(), HasSubstr("top_vm_share = 0.7"));
    click(kTunB);
    EXPECT_THAT(details(), HasSubstr("Short: CPU")) << "it lost packets at the same place";
    EXPECT_THAT(details(), HasSubstr("most by vnet0 queue"));
    EXPECT_TRUE(picture().boxes.at(boxOf(kTunB)).badge.empty());
    click(kBacklog);
    EXPECT_EQ(picture().boxes.at(boxOf(kBacklog)).badge, "perhaps short: pCPU backlog");
    EXPECT_THAT(details(), HasSubstr("nic_tx_utilisation <= 0.95: not measured"));
    EXPECT_THAT(details(), Not(HasSubstr("CPU (contention, certain)")));
}

TEST_F(PerfsightViewTest, CountersAreThoseOfTheFocus)
{
    open(fillHost);
    workspace().time.select(base::TimeRange{atSecond(5), atSecond(8)});
    settle();
    click(kTunA);
    const auto field = [&](const QString& name) {
        const QStringList lines = m_view->details().toPlainText().split(QLatin1Char('\n'));
        const auto at = lines.indexOf(QRegularExpression(name + QStringLiteral("\\s*")));
        return at < 0 ? QString() : lines.at(at + 1);
    };
    EXPECT_EQ(field(QStringLiteral("Packets in")), QStringLiteral("3,000")) << details();
    EXPECT_EQ(field(QStringLiteral("Packets out")), QStringLiteral("1,200"));
    EXPECT_EQ(field(QStringLiteral("Bytes in")), QStringLiteral("3,000,000"));
    EXPECT_EQ(field(QStringLiteral("Rate in")), QStringLiteral("8.00 Mbit/s"));
    EXPECT_EQ(field(QStringLiteral("Dropped")), QStringLiteral("1,800"));
    EXPECT_THAT(details(), HasSubstr("from the first of 4 samples to the last"));
}

TEST_F(PerfsightViewTest, ElementsThatAreNotDrawnAreInTheTable)
{
    open(fillHost);
    EXPECT_EQ(boxOf(kNetns), picture().boxes.size()) << "alone and well";
    EXPECT_THAT(picture().remarks, ::testing::Contains(HasSubstr("Not drawn: 1 of 7 elements")));
    m_view->tabs().setCurrentWidget(&m_view->elements());
    QTableView& table = m_view->elements().view();
    const QAbstractItemModelTester tester(table.model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_EQ(table.model()->rowCount(), 7);
    table.setFocus();
    table.selectRow(6);
    settle();
    EXPECT_EQ(m_view->chosen(), kNetns);
    EXPECT_FALSE(m_view->picture().current());
    EXPECT_THAT(details(), HasSubstr("It began anew meanwhile"));
    EXPECT_TRUE(m_view->csv().startsWith(QStringLiteral("element,kind,layer,host,vm,lost_packets,drop_packets")));
    workspace().time.select(base::TimeRange{atSecond(5), atSecond(6)});
    settle();
    EXPECT_EQ(table.currentIndex().row(), 6) << "another time, the same rows";
    EXPECT_EQ(table.model()->index(2, 5).data().toString(), QStringLiteral("500"));
    table.selectRow(2);
    settle();
    EXPECT_EQ(m_view->picture().current(), (kit::DiagramItem{kit::DiagramItem::Kind::Box, boxOf(kTunA)}));
}

TEST_F(PerfsightViewTest, SaysWhatToRecordWhereThereIsNothing)
{
    open(tests::fillWithoutAnalyses);
    EXPECT_TRUE(m_view->content().isNotice());
    EXPECT_FALSE(m_view->content().notice().isEmpty());
}

/// Programs in a chain, recorded; what the view says against what the program prints.
class PerfsightSampleTest : public ::testing::Test {
protected:
    std::string query(const std::string& sql) { return tests::support::queryLines(m_sample.path(), sql).at(0); }

    tests::support::ImportedSample m_sample{"lttng-middleboxes"};
};

TEST_F(PerfsightSampleTest, NumbersAreThoseOfTheQuery)
{
    auto opened = main_window::OpenStore::open(m_sample.path());
    ASSERT_TRUE(opened) << opened.error().text();
    kit::Workspace& workspace = (*opened)->workspace();
    PerfsightView view(workspace);
    view.resize(1280, 720);
    view.show();
    ASSERT_TRUE(workspace.reader.waitUntilIdle());
    const std::string culprit = query("SELECT element_id FROM root_cause ORDER BY valid_from_ns LIMIT 1");
    ASSERT_TRUE(view.chosen());
    EXPECT_EQ(std::to_string(*view.chosen()), culprit);
    const auto& boxes = view.picture().diagram().boxes;
    EXPECT_EQ(std::to_string(boxes.size()),
              query("SELECT count(*) FROM (SELECT from_id FROM chain_link UNION SELECT to_id FROM chain_link)"));
    EXPECT_EQ(std::to_string(view.picture().diagram().lines.size()), query("SELECT count(*) FROM chain_link"));
    const base::TimeRange part{workspace.time.whole().begin + 5 * kSecond, workspace.time.whole().begin + 8 * kSecond};
    workspace.time.select(part);
    ASSERT_TRUE(workspace.reader.waitUntilIdle());
    const std::string counted = "FROM element_count WHERE element_id = " + culprit + " AND ts_ns BETWEEN " +
                                std::to_string(part.begin.ns) + " AND " + std::to_string(part.end.ns);
    const auto shown = view.details().toPlainText().toStdString();
    EXPECT_THAT(shown, HasSubstr("Packets in  \n" + chart::formatCount(std::stoll(query(
                                                        "SELECT max(in_packets) - min(in_packets) " + counted)))));
    EXPECT_THAT(shown, HasSubstr("Bytes in  \n" + chart::formatCount(std::stoll(
                                                      query("SELECT max(in_bytes) - min(in_bytes) " + counted)))));
    EXPECT_THAT(shown, HasSubstr("first of " + query("SELECT count(*) " + counted) + " samples"));
    const auto verdicts = pipeline::readVerdicts(m_sample.store(), workspace.time.whole());
    ASSERT_TRUE(verdicts);
    ASSERT_FALSE(verdicts->causes.empty());
    for (const std::string& step : verdicts->causes[0].steps)
        EXPECT_THAT(shown, HasSubstr(step));
}

} // namespace
} // namespace vnscope::views::widgets
