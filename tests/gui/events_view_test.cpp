// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QTest>

#include "tests/gui/many_events.hpp"
#include "tests/gui/settle.hpp"
#include "tests/support/imported_sample.hpp"
#include "tests/support/made_store.hpp"
#include "tests/support/printed_query.hpp"
#include "views/widgets/events/events_view.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/main_window/open_store.hpp"

namespace vnscope::views::widgets {
namespace {

using ::testing::HasSubstr;
using tests::kEventBegin;
using tests::kManyEvents;

constexpr std::int64_t kMs = 1'000'000;

/// When event `id` of the made store happens.
base::Timestamp at(std::int64_t id)
{
    return {kEventBegin + id * kMs};
}

/// A view of one store, shown on the screen that is none.
class ShownEvents {
public:
    explicit ShownEvents(const std::filesystem::path& store)
    {
        auto opened = main_window::OpenStore::open(store);
        EXPECT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<events::EventsView>(m_open->workspace());
        m_tester =
            std::make_unique<QAbstractItemModelTester>(&rows(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        m_view->resize(1500, 500);
        m_view->show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
        settle();
    }

    void settle() { widgets::settle(m_open->workspace(), *m_view); }
    events::EventsView& view() { return *m_view; }
    kit::TablePanel& panel() { return m_view->panel(); }
    model::RowModel& rows() { return m_view->panel().rows(); }
    QTableView& table() { return m_view->panel().table(); }
    model::TimeController& time() { return m_open->workspace().time; }
    model::CrossFilter& crossFilter() { return m_open->workspace().filter; }

    std::string cell(int row, const std::string& name, bool isExact = true)
    {
        static_cast<void>(rows().row(row));
        settle();
        const auto column = std::ranges::find(rows().columns(), name) - rows().columns().begin();
        if (!isExact)
            return rows().data(rows().index(row, static_cast<int>(column)), Qt::DisplayRole).toString().toStdString();
        const auto* cells = rows().row(row);
        return cells == nullptr ? "not here"
                                : model::plainText(cells->at(static_cast<std::size_t>(column))).toStdString();
    }
    void clickRow(int row, Qt::KeyboardModifiers keys = {})
    {
        QTest::mouseClick(table().viewport(), Qt::LeftButton, keys, table().visualRect(rows().index(row, 1)).center());
        settle();
    }
    /// Types a filter and presses Enter.
    void filter(const QString& text)
    {
        panel().filterLine().setFocus();
        panel().filterLine().selectAll();
        QTest::keyClicks(&panel().filterLine(), text);
        QTest::keyClick(&panel().filterLine(), Qt::Key_Return);
        settle();
    }
    /// First and last of the rows that are chosen; nothing: none is.
    std::optional<std::pair<int, int>> chosen()
    {
        const QItemSelection selection = table().selectionModel()->selection();
        if (selection.isEmpty())
            return std::nullopt;
        EXPECT_EQ(selection.size(), 1);
        return std::pair(selection[0].top(), selection[0].bottom());
    }

private:
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<events::EventsView> m_view;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

class EventsViewTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        static_cast<void>(tests::makeStore(m_folder.path() / "many.vns", tests::fillManyEvents));
        m_shown = std::make_unique<ShownEvents>(m_folder.path() / "many.vns");
    }

    tests::TemporaryDirectory m_folder;
    std::unique_ptr<ShownEvents> m_shown;
};

TEST_F(EventsViewTest, ShowsEveryEventInTheOrderOfTime)
{
    EXPECT_FALSE(m_shown->view().content().isNotice());
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("20,000 rows"));
    EXPECT_EQ(m_shown->cell(9, "event"), "skb_kfree");
    EXPECT_EQ(m_shown->cell(9, "device"), "");
    EXPECT_EQ(m_shown->cell(10, "device"), "eth0");
    EXPECT_EQ(m_shown->cell(10, "skb"), "0x100b");
    EXPECT_EQ(m_shown->cell(kManyEvents - 1, "event_id"), "20000");
    EXPECT_EQ(m_shown->cell(kManyEvents - 1, "ts_ns"), std::to_string(at(kManyEvents).ns));
    EXPECT_EQ(m_shown->cell(3, "ts_ns", false), "+0.004000000 s") << "events are closer than milliseconds";
    EXPECT_EQ(m_shown->view().remark(), QString());
}

TEST_F(EventsViewTest, AChosenEventSelectsItsMoment)
{
    m_shown->clickRow(3);
    EXPECT_EQ(m_shown->time().selection(), (base::TimeRange{at(4), at(4) + 1}));
    EXPECT_EQ(m_shown->view().details(), QStringLiteral("net_dev_queue: name=eth0"));
    QTest::keyClick(&m_shown->table(), Qt::Key_Down);
    EXPECT_EQ(m_shown->time().selection(), (base::TimeRange{at(5), at(5) + 1}));
    m_shown->clickRow(9, Qt::ShiftModifier);
    EXPECT_EQ(m_shown->time().selection(), (base::TimeRange{at(5), at(10) + 1})) << "from the first to the last";
    EXPECT_EQ(m_shown->chosen(), std::pair(4, 9)) << "what was chosen stays";
    // The other end of what is chosen is far away and not here yet.
    QTest::keyClick(&m_shown->table(), Qt::Key_A, Qt::ControlModifier);
    m_shown->settle();
    EXPECT_EQ(m_shown->time().selection(), (base::TimeRange{at(1), at(kManyEvents) + 1}));
}

TEST_F(EventsViewTest, TimeSelectedElsewhereChoosesItsEvents)
{
    m_shown->time().select(base::TimeRange{at(12'000), at(12'005)});
    m_shown->settle();
    EXPECT_EQ(m_shown->chosen(), std::pair(11'999, 12'003));
    EXPECT_TRUE(m_shown->table().viewport()->rect().contains(
        m_shown->table().visualRect(m_shown->rows().index(11'999, 0)).center()));
    EXPECT_EQ(m_shown->time().selection(), (base::TimeRange{at(12'000), at(12'005)})) << "it is not changed";
    // No event there: the table goes where one would be.
    m_shown->time().select(base::TimeRange{at(700) + 1, at(700) + 2});
    m_shown->settle();
    EXPECT_FALSE(m_shown->chosen());
    EXPECT_EQ(m_shown->table().currentIndex().row(), 700);
    m_shown->time().select(base::TimeRange{at(kManyEvents) + 1, at(kManyEvents) + 2});
    m_shown->settle();
    EXPECT_EQ(m_shown->table().currentIndex().row(), kManyEvents - 1);
}

TEST_F(EventsViewTest, AFilterKeepsThePlaceInTime)
{
    m_shown->time().select(base::TimeRange{at(12'000), at(12'050)});
    m_shown->filter(QStringLiteral("event == skb_kfree"));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("2,000 of 20,000 rows"));
    EXPECT_EQ(m_shown->view().details(), QString()) << "nobody chose one of these";
    EXPECT_EQ(m_shown->chosen(), std::pair(1'199, 1'203));
    EXPECT_EQ(m_shown->cell(1'199, "event_id"), "12000");
    EXPECT_EQ(m_shown->cell(1'999, "event_id"), "20000");
    m_shown->filter(QStringLiteral("fields ~ \"name=\" && ts_ns >= +19.99s && device == eth0"));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("9 of 20,000 rows"));
    EXPECT_EQ(m_shown->cell(8, "event_id"), "19999");
}

TEST_F(EventsViewTest, OnlyVisibleTimeFollowsTheOtherViews)
{
    m_shown->time().show({at(5'000), at(6'000)});
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("20,000 rows")) << "all, until it is wanted otherwise";
    QTest::mouseClick(&m_shown->view().visibleOnly(), Qt::LeftButton);
    m_shown->settle();
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("1,000 of 20,000 rows"));
    EXPECT_EQ(m_shown->cell(0, "event_id"), "5000");
    EXPECT_EQ(m_shown->cell(999, "event_id"), "5999");
    m_shown->time().show({at(7'000), at(7'100)});
    EXPECT_TRUE(QTest::qWaitFor([&] { return m_shown->panel().countText().startsWith(QStringLiteral("100 of")); }));
    m_shown->settle();
    EXPECT_EQ(m_shown->cell(0, "event_id"), "7000");
    m_shown->filter(QStringLiteral("event == skb_kfree"));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("10 of 20,000 rows"));
    // Behind the last event there is none.
    m_shown->time().show({at(21'000), at(22'000)});
    EXPECT_TRUE(QTest::qWaitFor([&] { return m_shown->panel().countText().startsWith(QStringLiteral("0 of")); }));
    m_shown->panel().filterLine().clear();
    QTest::mouseClick(&m_shown->view().visibleOnly(), Qt::LeftButton);
    m_shown->settle();
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("20,000 rows"));
}

TEST_F(EventsViewTest, FollowsTheCrossFilterAndLeadsToIt)
{
    m_shown->clickRow(3);
    QTest::keyClick(&m_shown->table(), Qt::Key_F);
    m_shown->settle();
    ASSERT_EQ(m_shown->crossFilter().subjects().size(), 1U) << "the device of the event";
    EXPECT_EQ(m_shown->crossFilter().subjects()[0], (scope::Subject{scope::Subject::Kind::Device, 0, "eth0"}));
    EXPECT_TRUE(m_shown->view().isNarrowed());
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("18,000 of 20,000 rows"));
    EXPECT_EQ(m_shown->cell(17'999, "event_id"), "19999");
    QTest::mouseClick(&m_shown->view().visibleOnly(), Qt::LeftButton);
    m_shown->time().show({at(5'000), at(6'000)});
    EXPECT_TRUE(QTest::qWaitFor([&] { return m_shown->panel().countText().startsWith(QStringLiteral("900 of")); }))
        << "both hold";
    m_shown->crossFilter().undo();
    m_shown->settle();
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("1,000 of 20,000 rows"));
    EXPECT_FALSE(m_shown->view().isNarrowed());
    m_shown->view().pointAt({scope::Subject::Kind::Device, 0, "eth0"});
    m_shown->settle();
    EXPECT_EQ(m_shown->panel().filterLine().text(), QStringLiteral("device_id == 0"));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("900 of 20,000 rows"));
}

TEST(EventsOfOtherStores, SayWhyThereAreNone)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "without.vns", [](storage::StoreWriter& writer) {
        writer.meta("begin_ns", kEventBegin);
        writer.meta("end_ns", kEventBegin + kMs);
        writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
            .append("events", 1, "", "", "not_asked", "", "Import the trace with --events to keep its events.");
    }));
    ShownEvents shown(folder.path() / "without.vns");
    EXPECT_TRUE(shown.view().content().isNotice());
    EXPECT_EQ(shown.view().content().notice(), QStringLiteral("Import the trace with --events to keep its events."));
}

/// Qt's own way to fit columns asks for every row of a table that is not on the screen.
TEST_F(EventsViewTest, AViewThatIsHiddenReadsFewRows)
{
    auto opened = main_window::OpenStore::open(m_folder.path() / "many.vns");
    ASSERT_TRUE(opened);
    events::EventsView hidden((*opened)->workspace());
    ASSERT_TRUE((*opened)->workspace().reader.waitUntilIdle());
    static_cast<void>(hidden.panel().rows().row(0)); // What is drawn into a picture asks for it.
    ASSERT_TRUE((*opened)->workspace().reader.waitUntilIdle());
    EXPECT_LE(hidden.panel().rows().pages(), 2U);
    EXPECT_GT(hidden.panel().table().columnWidth(1), 100) << "columns are as wide as the times in them";
}

class SampleEvents : public ::testing::Test {
protected:
    tests::support::ImportedSample m_sample{"nic-router", {}, "--events=20k"};
};

TEST_F(SampleEvents, AreThoseOfTheQuery)
{
    ShownEvents shown(m_sample.path());
    EXPECT_THAT(shown.view().remark().toStdString(), HasSubstr("holds the first 20000 events"));
    shown.filter(QStringLiteral("event == net_dev_xmit && length > 1000"));
    const auto lines =
        tests::support::queryLines(m_sample.path(), "SELECT event_id, ts_ns, cpu, device, length, skb FROM event_list "
                                                    "WHERE event = 'net_dev_xmit' AND length > 1000 ORDER BY event_id");
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(shown.rows().rowCount()));
    EXPECT_GT(lines.size(), 100U);
    for (const int row : {0, 1, 50, shown.rows().rowCount() - 1}) {
        std::string cells;
        for (const char* name : {"event_id", "ts_ns", "cpu", "device", "length", "skb"})
            cells += (cells.empty() ? "" : ",") + shown.cell(row, name);
        EXPECT_EQ(cells, lines[static_cast<std::size_t>(row)]);
    }
}

} // namespace
} // namespace vnscope::views::widgets
