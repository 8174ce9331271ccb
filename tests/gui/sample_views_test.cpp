// SPDX-License-Identifier: Apache-2.0
//
// What views show of a sample against what the program prints of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QTest>

#include "tests/support/imported_sample.hpp"
#include "tests/support/printed_query.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/overview/overview_view.hpp"
#include "views/widgets/streams/streams_view.hpp"

namespace vnscope::views::widgets {
namespace {

class SampleViewsTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        auto opened = main_window::OpenStore::open(m_sample.store().path());
        ASSERT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
    }

    std::vector<std::string> query(const std::string& sql) { return tests::support::queryLines(m_sample.path(), sql); }

    tests::support::ImportedSample m_sample{"nic-router"};
    std::unique_ptr<main_window::OpenStore> m_open;
};

TEST_F(SampleViewsTest, StreamsAreThoseOfTheQuery)
{
    streams::StreamsView view(m_open->workspace());
    EXPECT_TRUE(m_open->workspace().reader.waitUntilIdle());
    model::RowModel& rows = view.panel().rows();
    static_cast<void>(rows.row(0));
    EXPECT_TRUE(m_open->workspace().reader.waitUntilIdle());
    const std::vector<std::string> names{"protocol", "addr_a",  "port_a", "addr_b",
                                         "port_b",   "packets", "bytes",  "retransmissions"};
    const auto lines = query("SELECT protocol, addr_a, port_a, addr_b, port_b, packets, bytes, retransmissions "
                             "FROM stream_total ORDER BY bytes DESC, stream_id");
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(rows.rowCount()));
    EXPECT_GT(lines.size(), 5U);
    for (int row = 0; row < rows.rowCount(); ++row) {
        const auto* cells = rows.row(row);
        ASSERT_NE(cells, nullptr);
        std::string shown;
        for (const std::string& name : names) {
            const auto column = std::ranges::find(rows.columns(), name) - rows.columns().begin();
            shown += (shown.empty() ? "" : ",") +
                     model::plainText(cells->at(static_cast<std::size_t>(column))).toStdString();
        }
        EXPECT_EQ(shown, lines[static_cast<std::size_t>(row)]);
    }
}

TEST_F(SampleViewsTest, FirstFindingGoesToItsTime)
{
    overview::OverviewView view(m_open->workspace());
    EXPECT_TRUE(m_open->workspace().reader.waitUntilIdle());
    ASSERT_FALSE(view.cards().empty());
    view.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&view));
    QTest::mouseClick(view.cards()[0], Qt::LeftButton, {}, QPoint(40, 10));
    const auto& selection = m_open->workspace().time.selection();
    ASSERT_TRUE(selection);
    EXPECT_THAT(query("SELECT begin_ns, end_ns, title FROM finding WHERE rank = 1"),
                ::testing::ElementsAre(std::to_string(selection->begin.ns) + "," + std::to_string(selection->end.ns) +
                                       "," + view.cards()[0]->title().toStdString()));
}

} // namespace
} // namespace vnscope::views::widgets
