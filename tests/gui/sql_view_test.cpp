// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QTest>

#include "tests/gui/many_streams.hpp"
#include "tests/support/made_store.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/sql/examples.hpp"
#include "views/widgets/sql/sql_view.hpp"

namespace vnscope::views::widgets {
namespace {

using ::testing::HasSubstr;

class SqlViewTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        static_cast<void>(tests::makeStore(m_store, tests::fillManyStreams));
        auto opened = main_window::OpenStore::open(m_store);
        ASSERT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<sql::SqlView>(m_open->workspace());
        m_view->resize(1100, 600);
        m_view->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
    }

    /// Types a statement, presses Ctrl+Enter and waits; what the view says then.
    std::string run(const char* statement)
    {
        start(statement);
        EXPECT_TRUE(m_open->workspace().reader.waitUntilIdle());
        EXPECT_FALSE(m_view->isRunning());
        return m_view->message().toStdString();
    }
    void start(const char* statement)
    {
        m_view->editor().setPlainText(QString::fromUtf8(statement));
        m_view->editor().setFocus();
        QTest::keyClick(&m_view->editor(), Qt::Key_Return, Qt::ControlModifier);
    }
    QString cell(int row, int column)
    {
        return m_view->result().data(m_view->result().index(row, column), Qt::DisplayRole).toString();
    }

    tests::TemporaryDirectory m_folder;
    std::filesystem::path m_store = m_folder.path() / "many.vns";
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<sql::SqlView> m_view;
};

TEST_F(SqlViewTest, ShowsWhatAStatementGives)
{
    QAbstractItemModelTester tester(&m_view->result(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_THAT(
        run("SELECT protocol, count(*) AS streams, sum(bytes) AS bytes FROM stream_total GROUP BY 1 ORDER BY 1"),
        ::testing::StartsWith("2 rows in "));
    EXPECT_EQ(cell(0, 0), QStringLiteral("tcp"));
    EXPECT_EQ(cell(0, 1), QStringLiteral("18,000"));
    EXPECT_EQ(cell(1, 2), QStringLiteral("40.0 MB")) << "2 * (1 + 11 + … + 19991) = 39,984,000";
    EXPECT_EQ(m_view->csv().toStdString(), "protocol,streams,bytes\r\ntcp,18000,360036000\r\nudp,2000,39984000\r\n");
}

TEST_F(SqlViewTest, RefusesToWrite)
{
    for (const char* statement : {"DELETE FROM stream", "INSERT INTO meta VALUES('a', 1)", "DROP TABLE stream",
                                  "UPDATE stream SET protocol = 'x'", "CREATE TABLE t(a)"})
        EXPECT_EQ(run(statement), "a query may only read the store") << statement;
    run("SELECT count(*) FROM stream");
    EXPECT_EQ(m_view->csv().toStdString(), "count(*)\r\n20000\r\n");
}

TEST_F(SqlViewTest, ErrorsAreInSqlitesWords)
{
    EXPECT_THAT(run("SELEKT 1"), HasSubstr("near \"SELEKT\": syntax error"));
    EXPECT_THAT(run("SELECT nope FROM stream"), HasSubstr("no such column: nope"));
    EXPECT_EQ(m_view->result().rowCount(), 0);
}

TEST_F(SqlViewTest, SaysWhenTheResultIsCut)
{
    EXPECT_THAT(run("SELECT a.stream_id FROM stream a, stream b LIMIT 100001"),
                HasSubstr("Only the first 100,000 rows are shown"));
    EXPECT_EQ(m_view->result().rowCount(), 100'000);
    EXPECT_THAT(run("SELECT a.stream_id FROM stream a, stream b LIMIT 100000"), ::testing::StartsWith("100,000 rows"));
    EXPECT_THAT(run("SELECT hex(zeroblob(400000)) FROM stream"), HasSubstr("Only the first"));
    EXPECT_LT(m_view->result().rowCount(), 100) << "of 800 kB each";
}

TEST_F(SqlViewTest, EscapeStopsWhatWouldNeverEnd)
{
    start("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
    EXPECT_TRUE(m_view->isRunning());
    QTest::qWait(50);
    QElapsedTimer clock;
    clock.start();
    QTest::keyClick(&m_view->editor(), Qt::Key_Escape);
    EXPECT_FALSE(m_view->isRunning());
    EXPECT_EQ(m_view->message(), QStringLiteral("The query was stopped."));
    EXPECT_TRUE(m_open->workspace().reader.waitUntilIdle(5000));
    EXPECT_LT(clock.elapsed(), 1000);
    EXPECT_THAT(run("SELECT 1"), ::testing::StartsWith("1 row in "));
}

TEST_F(SqlViewTest, ListsTablesWithTheirCommentsAndInsertsNames)
{
    QTreeWidget& tree = m_view->schema().tree();
    const auto found = tree.findItems(QStringLiteral("stream_total"), Qt::MatchExactly, 0);
    ASSERT_EQ(found.size(), 1);
    EXPECT_GT(found[0]->childCount(), 20);
    m_view->editor().setPlainText({});
    tree.scrollToItem(found[0]);
    const QPoint at = tree.visualItemRect(found[0]).center();
    QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, at);
    EXPECT_THAT(m_view->schema().description().toStdString(),
                HasSubstr("One conversation with the sums of both directions"));
    QTest::mouseDClick(tree.viewport(), Qt::LeftButton, {}, at);
    EXPECT_EQ(m_view->editor().toPlainText(), QStringLiteral("stream_total "));
}

TEST_F(SqlViewTest, AColumnIsDescribedByItsTable)
{
    QTreeWidget& tree = m_view->schema().tree();
    const auto found = tree.findItems(QStringLiteral("stream"), Qt::MatchExactly, 0);
    ASSERT_EQ(found.size(), 1);
    tree.setCurrentItem(found[0]);
    const QString description = m_view->schema().description();
    EXPECT_FALSE(description.isEmpty());
    tree.setCurrentItem(found[0]->child(0));
    EXPECT_EQ(m_view->schema().description(), description);
}

TEST_F(SqlViewTest, BeginsWithAnExampleThatIsNotRemembered)
{
    run("SELECT 1");
    const QStringList before = m_view->history();
    sql::SqlView view(m_open->workspace());
    EXPECT_TRUE(m_open->workspace().reader.waitUntilIdle());
    EXPECT_EQ(view.editor().toPlainText(), QString::fromStdString(sql::examples().front().statement));
    EXPECT_THAT(view.message().toStdString(), HasSubstr("rows in "));
    EXPECT_EQ(view.history(), before);
}

TEST_F(SqlViewTest, StoresUnderstandEveryExample)
{
    for (const sql::Example& example : sql::examples())
        EXPECT_THAT(run(example.statement.c_str()), ::testing::MatchesRegex("[0-9]+ rows? in .*")) << example.title;
}

TEST(SqlExamples, HaveTitlesThatTranslatorsFind)
{
    const auto titles = sql::exampleTitles();
    ASSERT_EQ(sql::examples().size(), titles.size());
    for (std::size_t index = 0; index < titles.size(); ++index)
        EXPECT_EQ(sql::examples()[index].title, titles[index]);
}

TEST_F(SqlViewTest, RemembersStatements)
{
    run("SELECT 1");
    run("SELECT 2");
    run("SELECT 1");
    EXPECT_EQ(m_view->history().mid(0, 2), (QStringList{QStringLiteral("SELECT 1"), QStringLiteral("SELECT 2")}));
}

} // namespace
} // namespace vnscope::views::widgets
