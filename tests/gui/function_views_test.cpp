// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/made_store.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/cpu/cpu_view.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/microscope/microscope_view.hpp"

namespace vnscope::views::widgets {
namespace {

constexpr std::int64_t kMs = 1'000'000;

/// The made-up host of a minute, with everything in it.
class FunctionViewsTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        static_cast<void>(tests::makeStore(m_folder.path() / "sample.vns", tests::fillSample));
        auto opened = main_window::OpenStore::open(m_folder.path() / "sample.vns");
        ASSERT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
    }

    kit::Workspace& workspace() { return m_open->workspace(); }
    storage::Table read(const storage::Select& select) { return *workspace().session.store().read(select); }

    tests::TemporaryDirectory m_folder;
    std::unique_ptr<main_window::OpenStore> m_open;
};

TEST_F(FunctionViewsTest, VictimsAreListedAndExplainedTheWorstFirst)
{
    microscope::MicroscopeView view(workspace());
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    const storage::Table stored = read({"victim", {"victim_id", "latency_ns", "kind"}, {}, {"victim_id"}, -1});
    ASSERT_GT(stored.rows.size(), 1U);
    const report::Table& listed = view.victims().table();
    ASSERT_EQ(listed.rows.size(), stored.rows.size());
    const auto cell = [&](std::size_t row, std::string_view key) {
        const auto column = std::ranges::find(listed.columns, key, &report::Column::key) - listed.columns.begin();
        return listed.rows[row].cells[static_cast<std::size_t>(column)];
    };
    for (std::size_t row = 1; row < listed.rows.size(); ++row) {
        EXPECT_TRUE(cell(row - 1, "kind").text() == "loss" || cell(row, "kind").text() != "loss") << row;
        const bool isSame = cell(row - 1, "kind").text() == cell(row, "kind").text();
        const storage::Value latency = cell(row, "latency_ns");
        EXPECT_TRUE(!isSame || latency.isNull() || cell(row - 1, "latency_ns").integer() >= latency.integer()) << row;
    }
    const auto name = [&](std::size_t row) { return QStringLiteral("ictim %1").arg(cell(row, "victim_id").integer()); };
    EXPECT_TRUE(view.explanation().contains(name(0))) << "the worst is explained at first";
    view.show();
    QAbstractItemModelTester tester(view.victims().view().model(),
                                    QAbstractItemModelTester::FailureReportingMode::Fatal);
    view.victims().view().setFocus();
    QTest::keyClick(&view.victims().view(), Qt::Key_Down);
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    EXPECT_TRUE(view.explanation().contains(name(1))) << view.explanation().toStdString();
}

TEST_F(FunctionViewsTest, TheTreeOfAVictimGoesToItsTimes)
{
    microscope::MicroscopeView view(workspace());
    view.resize(1280, 720);
    view.show();
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    const storage::Table hops =
        read({"victim_hop", {"victim_id", "period_begin_ns", "left_ns", "queue_id"}, {}, {"victim_id"}, -1});
    ASSERT_FALSE(hops.rows.empty());
    const auto ids = view.victims().table().rows;
    const auto row = std::ranges::find_if(
        ids, [&](const report::Row& each) { return each.cells[0].integer() == hops.rows[0][0].integer(); });
    ASSERT_NE(row, ids.end());
    view.victims().setCurrentRow(static_cast<std::size_t>(row - ids.begin()));
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    const diagram::Diagram& tree = view.tree().diagram();
    const auto boxOf = [&](std::string_view prefix) {
        const auto box =
            std::ranges::find_if(tree.boxes, [&](const diagram::Box& each) { return each.id.starts_with(prefix); });
        return static_cast<std::size_t>(box - tree.boxes.begin());
    };
    ASSERT_LT(boxOf("queue"), tree.boxes.size());
    QTest::mouseClick(&view.tree(), Qt::LeftButton, {}, view.tree().boxRect(boxOf("queue")).center().toPoint());
    ASSERT_TRUE(workspace().time.selection());
    EXPECT_EQ(*workspace().time.selection(),
              (base::TimeRange{{hops.rows[0][1].integer()}, {hops.rows[0][2].integer()}}));
    EXPECT_TRUE(workspace().time.visible().contains({hops.rows[0][1].integer()}));

    const storage::Table causes = read({"causal_relation",
                                        {"culprit_begin_ns", "culprit_end_ns"},
                                        {{"victim_id", "=", hops.rows[0][0]}},
                                        {"-share"},
                                        1});
    ASSERT_EQ(causes.rows.size(), 1U);
    ASSERT_LT(boxOf("cause"), tree.boxes.size());
    view.tree().setFocus();
    view.tree().setCurrent(kit::DiagramItem{kit::DiagramItem::Kind::Box, boxOf("cause")});
    QTest::keyClick(&view.tree(), Qt::Key_Return);
    EXPECT_EQ(*workspace().time.selection(),
              (base::TimeRange{{causes.rows[0][0].integer()}, {causes.rows[0][1].integer()}}));
}

TEST_F(FunctionViewsTest, TimesOfReportTablesAreAsTheWindowWritesThem)
{
    microscope::MicroscopeView view(workspace());
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    const report::Table& table = view.victims().table();
    const auto column = std::ranges::find(table.columns, "begin_ns", &report::Column::key) - table.columns.begin();
    const base::Timestamp begin{table.rows[0].cells[static_cast<std::size_t>(column)].integer()};
    const QAbstractItemModel& model = *view.victims().view().model();
    const QModelIndex index = model.index(0, static_cast<int>(column));
    EXPECT_EQ(index.data().toString().toStdString(), chart::formatOffset(begin, workspace().time.whole().begin));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    workspace().time.setFormat(model::TimeController::Format::Utc);
    EXPECT_GT(changed.count(), 0);
    EXPECT_EQ(index.data().toString().toStdString(), workspace().time.text(begin));
    EXPECT_TRUE(index.data().toString().endsWith(QStringLiteral("UTC")));
}

TEST_F(FunctionViewsTest, VictimsAreThoseOfTheTimeInFocus)
{
    microscope::MicroscopeView view(workspace());
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    const storage::Table stored = read({"victim", {"begin_ns"}, {}, {"begin_ns"}, -1});
    const std::int64_t first = stored.rows.front()[0].integer();
    std::size_t inFocus = 0;
    for (const auto& row : stored.rows)
        inFocus += row[0].integer() < first + kMs ? 1 : 0;
    workspace().time.select(base::TimeRange{{first}, {first + kMs}});
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    EXPECT_EQ(view.victims().table().rows.size(), inFocus);
}

TEST_F(FunctionViewsTest, FunctionLeavesItsQueuesAndWhomItMadeWait)
{
    microscope::MicroscopeView view(workspace());
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    const std::size_t allTracks = view.tracks().trackCount();
    const storage::Table reader =
        read({"nf_queue", {"element_id"}, {{"packets", ">", 0}, {"element_id", "is not null", {}}}, {}, 1});
    ASSERT_EQ(reader.rows.size(), 1U);
    const std::int64_t function = reader.rows[0][0].integer();
    workspace().filter.add({scope::Subject::Kind::Function, function, "f"});
    ASSERT_TRUE(workspace().reader.waitUntilIdle());

    const auto queues = read({"nf_queue", {"queue_id"}, {{"element_id", "=", function}, {"packets", ">", 0}}});
    EXPECT_EQ(view.tracks().trackCount(), queues.rows.size() + 1) << "and the victims";
    EXPECT_LT(view.tracks().trackCount(), allTracks);
    EXPECT_TRUE(view.isNarrowed());
    std::set<std::int64_t> victims;
    for (const auto& row : read({"victim_hop", {"victim_id"}, {{"element_id", "=", function}}}).rows)
        victims.insert(row[0].integer());
    for (const auto& row : read({"causal_relation", {"victim_id"}, {{"culprit_element_id", "=", function}}}).rows)
        victims.insert(row[0].integer());
    std::set<std::int64_t> listed;
    for (const report::Row& row : view.victims().table().rows)
        listed.insert(row.cells[0].integer());
    EXPECT_EQ(listed, victims);
    workspace().filter.undo();
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    EXPECT_EQ(view.tracks().trackCount(), allTracks);
}

TEST_F(FunctionViewsTest, EveryCpuThatRanNetworkSoftirqsHasARow)
{
    cpu::CpuView view(workspace());
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    EXPECT_EQ(view.tracks().trackCount(), read({"softirq_time", {"cpu"}, {}, {}, -1}).rows.size());
}

} // namespace
} // namespace vnscope::views::widgets
