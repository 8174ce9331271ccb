// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "tests/gui/many_streams.hpp"
#include "tests/support/made_store.hpp"
#include "views/model/row_model.hpp"

namespace vnscope::views::model {
namespace {

using tests::kManyStreams;
using tests::kStreamBegin;

constexpr int kId = 0;
constexpr int kProtocol = 1;
constexpr int kPort = 2;
constexpr int kBytes = 3;
constexpr int kFirst = 4;
constexpr int kDuration = 5;

class RowModelTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        static_cast<void>(tests::makeStore(m_folder.path() / "many.vns", tests::fillManyStreams));
        m_reader = std::make_unique<StoreReader>(m_folder.path() / "many.vns");
        m_model = std::make_unique<RowModel>(
            *m_reader, m_time,
            storage::Select{"stream_total",
                            {"stream_id", "protocol", "port_a", "bytes", "first_ns", "duration_ns"},
                            {},
                            {"stream_id"},
                            -1});
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(),
                                                              QAbstractItemModelTester::FailureReportingMode::Fatal);
        m_reader->waitUntilIdle();
    }

    QVariant read(int row, int column, int role = Qt::DisplayRole)
    {
        static_cast<void>(m_model->row(row));
        m_reader->waitUntilIdle();
        return m_model->data(m_model->index(row, column), role);
    }

    tests::TemporaryDirectory m_folder;
    TimeController m_time{{{kStreamBegin}, {kStreamBegin + 10'000'000'000}}};
    std::unique_ptr<StoreReader> m_reader;
    std::unique_ptr<RowModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

TEST_F(RowModelTest, ShowsAPlaceholderUntilThePageIsHere)
{
    ASSERT_EQ(m_model->rowCount(), kManyStreams);
    const QModelIndex last = m_model->index(kManyStreams - 1, kId);
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    EXPECT_EQ(m_model->data(last, Qt::DisplayRole), QStringLiteral("…"));
    EXPECT_TRUE(m_reader->waitUntilIdle());
    EXPECT_EQ(m_model->data(last, Qt::DisplayRole), QString::number(kManyStreams - 1));
    ASSERT_EQ(changed.count(), 1);
    EXPECT_LE(changed[0][0].toModelIndex().row(), last.row());
    EXPECT_EQ(changed[0][1].toModelIndex().row(), last.row());
}

TEST_F(RowModelTest, HasEveryRowOnceInTheOrderOfAColumn)
{
    m_model->sort(kBytes, Qt::DescendingOrder);
    std::set<std::int64_t> ids;
    for (int row = 0; row < kManyStreams; ++row) {
        static_cast<void>(m_model->row(row));
        if (row % RowModel::kPageRows == 0)
            m_reader->waitUntilIdle();
        const auto* cells = m_model->row(row);
        ASSERT_NE(cells, nullptr) << row;
        EXPECT_EQ(cells->at(kBytes).integer(), 2 * tests::streamBytes(kManyStreams - 1 - row)) << row;
        ids.insert(cells->at(kId).integer());
    }
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(kManyStreams));
    m_model->sort(-1);
    EXPECT_EQ(read(5, kId), QStringLiteral("5")) << "the order at first";
}

TEST_F(RowModelTest, KeepsABoundedNumberOfPages)
{
    for (int row = 0; row < kManyStreams; row += RowModel::kPageRows)
        static_cast<void>(read(row, kId));
    EXPECT_EQ(m_model->pages(), RowModel::kMostPages) << "of " << kManyStreams / RowModel::kPageRows;
    // Who drags the scroll bar passes pages that nobody waits for.
    m_model->sort(kBytes);
    for (int row = 0; row < kManyStreams; row += RowModel::kPageRows)
        static_cast<void>(m_model->row(row));
    EXPECT_LE(m_model->pages(), 5U);
    EXPECT_EQ(read(kManyStreams - 1, kBytes, Qt::ToolTipRole).toString().contains(QStringLiteral("bytes")), true);
}

TEST_F(RowModelTest, FilterChoosesRows)
{
    m_model->setFilter({{"protocol", "=", "udp"}, {"stream_id", "<", 100}});
    EXPECT_EQ(m_model->rowCount(), 0) << "until they are counted";
    m_reader->waitUntilIdle();
    EXPECT_EQ(m_model->rowCount(), 10) << "every tenth is udp";
    EXPECT_EQ(m_model->matching(), 10);
    EXPECT_EQ(m_model->total(), kManyStreams);
    EXPECT_EQ(read(3, kId), QStringLiteral("30"));
    m_model->setFilter({});
    m_reader->waitUntilIdle();
    EXPECT_EQ(m_model->rowCount(), kManyStreams);
}

/// Pages of an integer key are found by it; everything must be where an offset would find it.
TEST_F(RowModelTest, PagesByKeyAreThoseByOffset)
{
    ASSERT_TRUE(m_model->keys().isDense()) << "stream_id has no gaps";
    const auto ids = [&] {
        std::vector<std::int64_t> all;
        for (int row = 0; row < m_model->rowCount(); row += 37) {
            static_cast<void>(m_model->row(row));
            m_reader->waitUntilIdle();
            all.push_back(m_model->row(row)->at(kId).integer());
        }
        return all;
    };
    const auto expected = [](int rows, auto idOf) {
        std::vector<std::int64_t> all;
        for (int row = 0; row < rows; row += 37)
            all.push_back(idOf(row));
        return all;
    };
    EXPECT_EQ(ids(), expected(kManyStreams, [](int row) { return row; }));
    // Conditions on the key leave no gaps, others do.
    m_model->setFilter({{"stream_id", ">=", 500}, {"stream_id", "<", 9'000}});
    m_reader->waitUntilIdle();
    EXPECT_TRUE(m_model->keys().isDense());
    EXPECT_EQ(m_model->rowCount(), 8'500);
    EXPECT_EQ(ids(), expected(8'500, [](int row) { return 500 + row; }));
    m_model->setFilter({{"protocol", "=", "udp"}});
    m_reader->waitUntilIdle();
    EXPECT_TRUE(m_model->keys().isKnown());
    EXPECT_FALSE(m_model->keys().isDense());
    EXPECT_EQ(ids(), expected(2'000, [](int row) { return row * 10; }));
    m_model->sort(kId, Qt::DescendingOrder);
    m_reader->waitUntilIdle();
    EXPECT_TRUE(m_model->keys().isKnown());
    EXPECT_EQ(ids(), expected(2'000, [](int row) { return 19'990 - row * 10; }));
    m_model->setFilter({{"stream_id", ">", kManyStreams}});
    m_reader->waitUntilIdle();
    EXPECT_EQ(m_model->rowCount(), 0);
    m_model->setFilter({});
    m_reader->waitUntilIdle();
    EXPECT_EQ(ids(), expected(kManyStreams, [](int row) { return kManyStreams - 1 - row; }));
    // Bytes are not unique for all that the model knows.
    m_model->sort(kBytes);
    m_reader->waitUntilIdle();
    EXPECT_FALSE(m_model->keys().isKnown());
    EXPECT_EQ(ids(), expected(kManyStreams, [](int row) { return row; }));
}

TEST_F(RowModelTest, KeysTellHowManyRowsComeBefore)
{
    const auto before = [&](std::int64_t key) {
        std::int64_t rows = -1;
        const Ticket ticket = m_reader->ask(
            m_model.get(),
            [&, select = m_model->select(), keys = m_model->keys()](const storage::Store& store, const Stop& stop) {
                return keys.rowsBefore(key, select, store, stop);
            },
            [&](const base::Result<std::int64_t>& found) { rows = found.value_or(-1); });
        m_reader->waitUntilIdle();
        return rows;
    };
    EXPECT_EQ(before(-5), 0);
    EXPECT_EQ(before(12'345), 12'345);
    EXPECT_EQ(before(99'999), kManyStreams);
    m_model->setFilter({{"protocol", "=", "udp"}});
    m_reader->waitUntilIdle();
    EXPECT_EQ(before(-5), 0);
    EXPECT_EQ(before(0), 0);
    EXPECT_EQ(before(12'340), 1'234);
    EXPECT_EQ(before(12'341), 1'235);
    EXPECT_EQ(before(99'999), 2'000);
}

TEST_F(RowModelTest, WritesCellsAsTheirUnitsWant)
{
    EXPECT_EQ(read(1234, kBytes), QStringLiteral("2.47 kB"));
    EXPECT_TRUE(read(1234, kBytes, Qt::ToolTipRole).toString().contains(QStringLiteral("2,470 bytes")));
    EXPECT_EQ(read(1234, kFirst), QStringLiteral("+1.234 s"));
    EXPECT_EQ(read(1234, kDuration), QStringLiteral("5.00 ms"));
    EXPECT_EQ(read(1234, kPort), QStringLiteral("2234"));
    EXPECT_EQ(read(1230, kPort), QStringLiteral("–")) << "udp here has no port";
    const auto alignment = [&](int column) { return read(1, column, Qt::TextAlignmentRole).value<Qt::Alignment>(); };
    EXPECT_TRUE(alignment(kBytes) & Qt::AlignRight);
    EXPECT_TRUE(alignment(kProtocol) & Qt::AlignLeft);
    m_time.setFormat(TimeController::Format::Utc);
    EXPECT_EQ(read(1234, kFirst), QStringLiteral("2023-11-14 22:13:21.234 UTC"));
}

TEST_F(RowModelTest, SaysWhyItCannotRead)
{
    RowModel model(*m_reader, m_time, {"no_such_table", {"a"}, {}, {}, -1});
    QSignalSpy failed(&model, &RowModel::failed);
    m_reader->waitUntilIdle();
    ASSERT_EQ(failed.count(), 1);
    EXPECT_THAT(failed[0][0].toString().toStdString(), ::testing::HasSubstr("has no table no_such_table"));
    EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(RowModelTest, MayGoWhileItIsAnswered)
{
    static_cast<void>(m_model->row(3000));
    m_tester.reset();
    m_model.reset();
    EXPECT_TRUE(m_reader->waitUntilIdle());
}

} // namespace
} // namespace vnscope::views::model
