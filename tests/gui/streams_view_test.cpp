// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

#include "tests/gui/many_streams.hpp"
#include "tests/gui/settle.hpp"
#include "tests/support/made_store.hpp"
#include "views/widgets/kit/theme.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/streams/streams_view.hpp"

namespace vnscope::views::widgets {
namespace {

using ::testing::HasSubstr;
using tests::kManyStreams;
using tests::kStreamBegin;

/// A view of one store, shown on the screen that is none.
class ShownStreams {
public:
    explicit ShownStreams(const std::filesystem::path& store)
    {
        auto opened = main_window::OpenStore::open(store);
        EXPECT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<streams::StreamsView>(m_open->workspace());
        m_view->resize(1500, 500);
        m_view->show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
        settle();
    }

    void settle() { widgets::settle(m_open->workspace(), *m_view); }
    streams::StreamsView& view() { return *m_view; }
    kit::TablePanel& panel() { return m_view->panel(); }
    model::TimeController& time() { return m_open->workspace().time; }

    int column(const std::string& name)
    {
        const auto& columns = panel().rows().columns();
        return static_cast<int>(std::ranges::find(columns, name) - columns.begin());
    }
    storage::Value cell(int row, const std::string& name)
    {
        const auto* cells = panel().rows().row(row);
        return cells == nullptr ? storage::Value() : cells->at(static_cast<std::size_t>(column(name)));
    }
    void clickHead(const std::string& name)
    {
        QHeaderView* head = panel().table().horizontalHeader();
        panel().table().scrollTo(panel().rows().index(0, column(name)));
        const QPoint at(head->sectionViewportPosition(column(name)) + 12, head->height() / 2);
        QTest::mouseClick(head->viewport(), Qt::LeftButton, {}, at);
        settle();
    }
    void clickRow(int row)
    {
        QTableView& table = panel().table();
        QTest::mouseClick(table.viewport(), Qt::LeftButton, {},
                          table.visualRect(panel().rows().index(row, 0)).center());
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

private:
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<streams::StreamsView> m_view;
};

class StreamsViewTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        QSettings().remove(QStringLiteral("columns")); // What other tests chose.
        static_cast<void>(tests::makeStore(m_folder.path() / "many.vns", tests::fillManyStreams));
        m_shown = std::make_unique<ShownStreams>(m_folder.path() / "many.vns");
    }

    tests::TemporaryDirectory m_folder;
    std::unique_ptr<ShownStreams> m_shown;
};

TEST_F(StreamsViewTest, LargestIsFirstUntilAClickSortsOtherwise)
{
    EXPECT_EQ(m_shown->cell(0, "stream_id"), storage::Value(kManyStreams - 1));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("20,000 rows"));
    m_shown->clickHead("first_ns");
    EXPECT_EQ(m_shown->cell(0, "stream_id"), storage::Value(0));
    m_shown->clickHead("first_ns");
    EXPECT_EQ(m_shown->cell(0, "stream_id"), storage::Value(kManyStreams - 1));
    m_shown->clickHead("protocol");
    EXPECT_EQ(m_shown->cell(0, "protocol"), storage::Value("tcp"));
    EXPECT_EQ(m_shown->cell(0, "stream_id"), storage::Value(kManyStreams - 1)) << "equals: the largest first";
    m_shown->clickHead("protocol");
    EXPECT_EQ(m_shown->cell(0, "protocol"), storage::Value("udp"));
}

TEST_F(StreamsViewTest, ColumnsAreShownWhenAskedFor)
{
    const int id = m_shown->column("stream_id");
    EXPECT_TRUE(m_shown->panel().table().isColumnHidden(id));
    EXPECT_FALSE(m_shown->panel().table().isColumnHidden(m_shown->column("bytes")));
    for (QAction* action : m_shown->panel().findChild<QMenu*>()->actions())
        if (action->text() == QStringLiteral("stream_id"))
            action->trigger();
    EXPECT_FALSE(m_shown->panel().table().isColumnHidden(id));
    EXPECT_GT(m_shown->panel().table().columnWidth(id), 20);
}

TEST_F(StreamsViewTest, ColumnsThatWereChosenStay)
{
    const auto choose = [&](const QString& column) {
        for (QAction* action : m_shown->panel().findChild<QMenu*>()->actions())
            if (action->text() == column)
                action->trigger();
    };
    choose(QStringLiteral("stream_id"));
    choose(QStringLiteral("rate_ab_bps"));
    m_shown = std::make_unique<ShownStreams>(m_folder.path() / "many.vns");
    const QTableView& table = m_shown->panel().table();
    EXPECT_FALSE(table.isColumnHidden(m_shown->column("stream_id")));
    EXPECT_TRUE(table.isColumnHidden(m_shown->column("rate_ab_bps")));
    EXPECT_TRUE(table.isColumnHidden(m_shown->column("origin"))) << "nobody asked for it";
    choose(QStringLiteral("stream_id"));
    m_shown = std::make_unique<ShownStreams>(m_folder.path() / "many.vns");
    EXPECT_TRUE(m_shown->panel().table().isColumnHidden(m_shown->column("stream_id")));
}

TEST_F(StreamsViewTest, NamesStandAboveTheirNumbers)
{
    const model::RowModel& rows = m_shown->panel().rows();
    const auto side = [&](const char* column) {
        const QVariant alignment = rows.headerData(m_shown->column(column), Qt::Horizontal, Qt::TextAlignmentRole);
        return alignment.value<Qt::Alignment>() & Qt::AlignHorizontal_Mask;
    };
    EXPECT_EQ(side("bytes"), Qt::AlignRight);
    EXPECT_EQ(side("port_a"), Qt::AlignRight) << "a number that is a name";
    EXPECT_EQ(side("addr_a"), Qt::AlignLeft);
}

TEST_F(StreamsViewTest, FilterIsTypedAndApplied)
{
    m_shown->filter(QStringLiteral("protocol == udp && bytes > 20k"));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("1,000 of 20,000 rows")) << "ids 10000 to 19990";
    EXPECT_EQ(m_shown->cell(999, "stream_id").integer(), 0) << "not here yet";
    m_shown->filter(QStringLiteral("addr_a ~ \".2\" && first_ns >= +19.99s"));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("5 of 20,000 rows"));
    EXPECT_EQ(m_shown->cell(0, "stream_id"), storage::Value(19'999));
    m_shown->panel().filterLine().clear();
    m_shown->settle();
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("20,000 rows"));
}

TEST_F(StreamsViewTest, FilterLineSaysWhereItIsWrong)
{
    m_shown->filter(QStringLiteral("protocol == tcp && size > 3"));
    EXPECT_EQ(m_shown->panel().message(), QStringLiteral("At character 20: there is no column “size”"));
    EXPECT_EQ(m_shown->panel().countText(), QStringLiteral("20,000 rows")) << "a broken filter is not applied";
    // The wrong word is underlined in the colour of alarms, the others are not.
    kit::FilterLine& line = m_shown->panel().filterLine();
    const QImage image = line.grab().toImage();
    const QRgb alarm = kit::Theme(line.palette()).alarm().rgb();
    int leftmost = image.width();
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixel(x, y) != alarm)
                continue;
            leftmost = std::min(leftmost, x);
            ++count;
        }
    }
    const int before = line.fontMetrics().horizontalAdvance(QStringLiteral("protocol == tcp && "));
    const int word = line.fontMetrics().horizontalAdvance(QStringLiteral("size"));
    EXPECT_NEAR(leftmost, before, 12) << "frame and margin of a line are small";
    EXPECT_NEAR(count, 2 * word, word) << "two pixels high";
    line.clear();
    EXPECT_EQ(m_shown->panel().message(), QString());
}

TEST_F(StreamsViewTest, FilterLineCompletes)
{
    kit::FilterLine& line = m_shown->panel().filterLine();
    line.setFocus();
    QTest::keyClicks(&line, QStringLiteral("proto"));
    EXPECT_EQ(line.proposals(), QStringList{QStringLiteral("protocol")});
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Down);
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Return);
    EXPECT_EQ(line.text(), QStringLiteral("protocol "));
}

TEST_F(StreamsViewTest, ChosenStreamSelectsItsTime)
{
    m_shown->clickHead("first_ns");
    m_shown->clickRow(3);
    ASSERT_TRUE(m_shown->time().selection());
    EXPECT_EQ(*m_shown->time().selection(), (base::TimeRange{{kStreamBegin + 3'000'000}, {kStreamBegin + 8'000'000}}));
    QTest::keyClick(&m_shown->panel().table(), Qt::Key_Down);
    EXPECT_EQ(m_shown->time().selection()->begin.ns, kStreamBegin + 4'000'000);
    // Far away the row is not here yet; it tells when it is.
    QTest::keyClick(&m_shown->panel().table(), Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(&m_shown->panel().table(), Qt::Key_Space);
    m_shown->settle();
    EXPECT_EQ(m_shown->time().selection()->begin.ns, kStreamBegin + 19'999'000'000);
}

TEST_F(StreamsViewTest, CopiesExactValuesOfRowsThatWereNeverLookedAt)
{
    m_shown->clickHead("first_ns");
    m_shown->clickRow(1);
    QTest::keyClick(&m_shown->panel().table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&m_shown->panel().table(), Qt::Key_C, Qt::ControlModifier);
    m_shown->settle();
    const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
    ASSERT_EQ(lines.size(), kManyStreams + 1) << "the last line is empty";
    EXPECT_TRUE(lines[7001].startsWith(QStringLiteral("1700000007001000000\t5000000\ttcp\t10.0.0.2\t8001\t")))
        << lines[7001].toStdString();
}

TEST_F(StreamsViewTest, ExportsWhatPassesTheFilter)
{
    const std::filesystem::path file = m_folder.path() / "out.csv";
    m_shown->filter(QStringLiteral("stream_id >= 19000"));
    m_shown->panel().exportCsv(file);
    m_shown->settle();
    EXPECT_THAT(m_shown->panel().message().toStdString(), HasSubstr("1,000 rows are in"));
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    EXPECT_THAT(line, ::testing::StartsWith("first_ns,duration_ns,protocol,addr_a,port_a"));
    std::getline(in, line);
    EXPECT_THAT(line, ::testing::StartsWith("1700000019999000000,5000000,tcp,10.0.0.2,20999,10.9.9.9,80,2,40000,"));
    int rows = 1;
    while (std::getline(in, line))
        ++rows;
    EXPECT_EQ(rows, 1000);
}

TEST_F(StreamsViewTest, CancelledExportLeavesNothing)
{
    m_shown->panel().exportCsv(m_folder.path() / "out.csv");
    m_shown->panel().cancelExport();
    m_shown->settle();
    EXPECT_FALSE(std::filesystem::exists(m_folder.path() / "out.csv"));
    EXPECT_FALSE(std::filesystem::exists(m_folder.path() / "out.csv.part"));
    m_shown->panel().exportCsv(m_folder.path() / "no" / "such" / "folder.csv");
    m_shown->settle();
    EXPECT_THAT(m_shown->panel().message().toStdString(), HasSubstr("cannot be written"));
}

TEST(StreamsOfNothing, SayWhy)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "nothing.vns", tests::fillWithoutAnalyses));
    ShownStreams shown(folder.path() / "nothing.vns");
    EXPECT_TRUE(shown.view().content().isNotice());
    EXPECT_THAT(shown.view().content().notice().toStdString(), HasSubstr("The trace has no"));
}

} // namespace
} // namespace vnscope::views::widgets
