// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QTest>

#include "tests/support/made_store.hpp"
#include "views/widgets/cpu/cpu_view.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/microscope/microscope_view.hpp"
#include "views/widgets/perfsight/perfsight_view.hpp"

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

TEST_F(FunctionViewsTest, VictimsAreListedAndExplained)
{
    microscope::MicroscopeView view(workspace());
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    const storage::Table stored = read({"victim", {"victim_id", "latency_ns"}, {}, {"victim_id"}, -1});
    ASSERT_FALSE(stored.rows.empty());
    ASSERT_EQ(view.victims().table().rows.size(), stored.rows.size());
    EXPECT_TRUE(view.explanation().isEmpty());
    view.show();
    QAbstractItemModelTester tester(view.victims().view().model(),
                                    QAbstractItemModelTester::FailureReportingMode::Fatal);
    view.victims().view().setFocus();
    view.victims().view().selectRow(0);
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    EXPECT_TRUE(view.explanation().contains(QStringLiteral("ictim %1").arg(stored.rows[0][0].integer())))
        << view.explanation().toStdString();
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

TEST_F(FunctionViewsTest, EveryCpuThatRanNetworkSoftirqsHasARow)
{
    cpu::CpuView view(workspace());
    ASSERT_TRUE(workspace().reader.waitUntilIdle());
    EXPECT_EQ(view.tracks().trackCount(), read({"softirq_time", {"cpu"}, {}, {}, -1}).rows.size());
}

/// One middlebox, overloaded from 10 s to 20 s, while its sender was write-blocked.
void fillChain(storage::StoreWriter& writer)
{
    constexpr std::int64_t kBegin = 1'700'000'000'000'000'000;
    constexpr std::int64_t kSecond = 1'000'000'000;
    writer.meta("begin_ns", kBegin);
    writer.meta("end_ns", kBegin + 30 * kSecond);
    writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
        .append("perfsight", 1, "", "", "complete", "", "");
    auto element = writer.table(
        "element", {"element_id", "host", "name", "kind", "layer", "tenant", "vm", "capacity_bps", "parent_id"});
    element.append(1, "h", "sender", "haproxy", "middlebox", "", "", nullptr, nullptr);
    element.append(2, "h", "<proxy>", "nginx", "middlebox", "", "", nullptr, nullptr);
    auto state = writer.table("element_state", {"element_id", "state", "valid_from_ns", "valid_to_ns"});
    state.append(1, "running", kBegin, kBegin + 10 * kSecond);
    state.append(1, "write_blocked", kBegin + 10 * kSecond, kBegin + 20 * kSecond);
    state.append(2, "running", kBegin, kBegin + 10 * kSecond);
    state.append(2, "overloaded", kBegin + 10 * kSecond, kBegin + 20 * kSecond);
    writer
        .table("root_cause",
               {"element_id", "label", "valid_from_ns", "valid_to_ns", "windows", "confidence", "waiting", "reasoning"})
        .append(2, "overloaded", kBegin + 10 * kSecond, kBegin + 20 * kSecond, 10, "certain", "sender", "a step\n");
}

TEST(PerfsightViewTest, AVerdictSelectsItsTime)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "chain.vns", fillChain));
    auto opened = main_window::OpenStore::open(folder.path() / "chain.vns");
    ASSERT_TRUE(opened) << opened.error().text();
    kit::Workspace& workspace = (*opened)->workspace();
    perfsight::PerfsightView view(workspace);
    ASSERT_TRUE(workspace.reader.waitUntilIdle());
    ASSERT_EQ(view.tracks().trackCount(), 2U);
    const base::Timestamp begin = workspace.time.whole().begin;
    const auto atSecond = [&](std::int64_t second) { return begin + second * 1'000'000'000; };
    const chart::TimeScale scale{workspace.time.visible(), 1000};
    const std::size_t proxy = view.tracks().track(0).title() == QStringLiteral("<proxy>") ? 0 : 1;
    EXPECT_EQ(view.tracks().track(proxy).tip(atSecond(15), scale).section(QLatin1Char('\n'), 0, 0),
              QStringLiteral("overloaded for 10.0 s"));
    EXPECT_EQ(view.tracks().track(1 - proxy).tip(atSecond(15), scale), QStringLiteral("write-blocked for 10.0 s"));
    EXPECT_TRUE(view.tracks().track(proxy).tip(atSecond(25), scale).isEmpty());

    view.resize(900, 600);
    view.show();
    ASSERT_EQ(view.causes().table().rows.size(), 1U);
    EXPECT_FALSE(view.shortages().isVisible());
    QTableView& causes = view.causes().view();
    QTest::mouseClick(causes.viewport(), Qt::LeftButton, {}, causes.visualRect(causes.model()->index(0, 0)).center());
    const auto& selection = workspace.time.selection();
    ASSERT_TRUE(selection);
    EXPECT_EQ(*selection, (base::TimeRange{atSecond(10), atSecond(20)}));
    const QStringList rows = view.csv().split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
    ASSERT_EQ(rows.size(), 2);
    EXPECT_TRUE(rows[0].startsWith(QStringLiteral("element,label,valid_from_ns,valid_to_ns")));
    EXPECT_TRUE(
        rows[1].startsWith(QStringLiteral("<proxy>,overloaded,%1,%2").arg(atSecond(10).ns).arg(atSecond(20).ns)));
}

} // namespace
} // namespace vnscope::views::widgets
