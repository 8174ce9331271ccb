// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QLabel>
#include <QTest>

#include "tests/support/made_store.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/overview/overview_view.hpp"

namespace vnscope::views::widgets {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kBegin = 1'700'000'000'000'000'000;
constexpr std::int64_t kMs = 1'000'000;

/// Three findings, whose ids are not in the order of their ranks, and three defects.
void fillFindings(storage::StoreWriter& writer)
{
    writer.meta("begin_ns", kBegin);
    writer.meta("end_ns", kBegin + 10'000 * kMs);
    auto finding = writer.table("finding", {"finding_id", "analysis", "rank", "score", "subject_kind", "subject_id",
                                            "title", "detail", "begin_ns", "end_ns", "quality"});
    finding.append(1, "drops", 3, 0.2, "place", nullptr, "third", "little", kBegin, kBegin + 10'000 * kMs, "");
    finding.append(2, "drops", 1, 0.9, "place", nullptr, "<b>first</b>", "much", kBegin + 4000 * kMs,
                   kBegin + 5000 * kMs, "lost events");
    finding.append(3, "paths", 2, 0.5, "place", nullptr, "second", "some", kBegin + 7000 * kMs, kBegin + 7000 * kMs,
                   "");
    auto quality = writer.table("data_quality", {"quality_id", "trace_id", "ts_ns", "severity", "kind", "subject",
                                                 "count", "message", "advice"});
    quality.append(1, nullptr, nullptr, "info", "a", "", 7, "a note", "");
    quality.append(2, nullptr, kBegin + 2000 * kMs, "data_loss", "b", "cpu 3", 12345, "events were lost",
                   "larger buffers");
    quality.append(3, nullptr, nullptr, "defect", "c", "", 1, "a defect", "");
}

class OverviewTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        static_cast<void>(tests::makeStore(m_folder.path() / "found.vns", fillFindings));
        show(m_folder.path() / "found.vns");
    }

    void show(const std::filesystem::path& store)
    {
        m_view.reset();
        auto opened = main_window::OpenStore::open(store);
        ASSERT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<overview::OverviewView>(m_open->workspace());
        m_view->resize(900, 700);
        m_view->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
        EXPECT_TRUE(m_open->workspace().reader.waitUntilIdle());
        m_view->grab();
    }

    /// All that a card says.
    std::string textOf(std::size_t card)
    {
        QStringList texts;
        for (const auto* label : m_view->cards().at(card)->findChildren<QLabel*>()) {
            EXPECT_EQ(label->textFormat(), Qt::PlainText);
            texts.push_back(label->text());
        }
        return texts.join(QLatin1Char('|')).toStdString();
    }
    void click(std::size_t card)
    {
        overview::EntryCard* where = m_view->cards().at(card);
        QTest::mouseClick(where, Qt::LeftButton, {}, QPoint(where->width() / 2, where->height() - 3));
    }
    model::TimeController& time() { return m_open->workspace().time; }

    tests::TemporaryDirectory m_folder;
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<overview::OverviewView> m_view;
};

TEST_F(OverviewTest, RanksFindingsAndThenDefects)
{
    QStringList titles;
    for (const overview::EntryCard* card : m_view->cards())
        titles.push_back(card->title());
    EXPECT_EQ(titles.join(QLatin1Char('|')).toStdString(),
              "<b>first</b>|second|third|events were lost|a defect|a note");
    EXPECT_EQ(m_view->findingCount(), 3U);
    EXPECT_LT(m_view->cards()[0]->y(), m_view->cards()[1]->y());
}

TEST_F(OverviewTest, CardsSayToneTextAdviceAndQuality)
{
    EXPECT_THAT(textOf(0), ::testing::AllOf(HasSubstr("serious"), HasSubstr("much"), HasSubstr("lost events"),
                                            HasSubstr("+4.000 s to +5.000 s (1.00 s)")));
    EXPECT_THAT(textOf(1), ::testing::AllOf(HasSubstr("notable"), HasSubstr("At +7.000 s")));
    EXPECT_THAT(textOf(3), ::testing::AllOf(HasSubstr("data loss"), HasSubstr("larger buffers"), HasSubstr("12,345"),
                                            HasSubstr("cpu 3")));
    time().setFormat(model::TimeController::Format::Utc);
    EXPECT_THAT(textOf(1), HasSubstr("22:13:27"));
}

TEST_F(OverviewTest, ClickGoesToTheTimeOfAFinding)
{
    click(0);
    const base::TimeRange first{{kBegin + 4000 * kMs}, {kBegin + 5000 * kMs}};
    ASSERT_TRUE(time().selection());
    EXPECT_EQ(*time().selection(), first);
    EXPECT_LT(time().visible().begin, first.begin) << "with some room around";
    EXPECT_GT(time().visible().end, first.end);
    EXPECT_LE(time().visible().length(), 2 * first.length());
    click(1);
    EXPECT_TRUE(time().visible().contains({kBegin + 7000 * kMs}));
    EXPECT_LE(time().visible().length(), 1000 * kMs);
    click(4);
    EXPECT_TRUE(time().visible().contains({kBegin + 7000 * kMs})) << "a defect without a time goes nowhere";
    m_view->cards()[3]->setFocus();
    QTest::keyClick(m_view->cards()[3], Qt::Key_Return);
    EXPECT_TRUE(time().visible().contains({kBegin + 2000 * kMs}));
}

TEST_F(OverviewTest, CsvHasWhatTheCardsHave)
{
    EXPECT_THAT(m_view->csv().toStdString(),
                HasSubstr("findings,1,serious,<b>first</b>,much,\"\",1700000004000000000,1700000005000000000\r\n"));
    EXPECT_EQ(m_view->csv().count(QLatin1Char('\n')), 7);
}

TEST_F(OverviewTest, SaysThatThereIsNothing)
{
    static_cast<void>(tests::makeStore(m_folder.path() / "nothing.vns", tests::fillWithoutAnalyses));
    show(m_folder.path() / "nothing.vns");
    EXPECT_EQ(m_view->findingCount(), 0U);
    QStringList texts;
    for (const auto* label : m_view->findChildren<QLabel*>())
        texts.push_back(label->text());
    EXPECT_THAT(texts.join(QLatin1Char('|')).toStdString(), HasSubstr("Findings (0)|"));
    EXPECT_GT(texts.size(), 2);
}

} // namespace
} // namespace vnscope::views::widgets
