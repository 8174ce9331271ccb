// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gui/view_numbers/shown.hpp"
#include "tests/support/made_store.hpp"
#include "views/widgets/sql/sql_view.hpp"

namespace vnscope::views::widgets::numbers {
namespace {

TEST(SqlNumbers, RowsAreThoseThatTheProgramPrints)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "sample.vns", tests::fillSample));
    const std::filesystem::path store = folder.path() / "sample.vns";
    Shown<sql::SqlView> shown(store);
    for (const std::string statement :
         {"SELECT NULL AS missing, 'a \"text\", with;\n' AS text, '' AS empty, -9223372036854775807 AS integer, 0.1 AS "
          "real "
          "UNION ALL SELECT 'ü', 1, NULL, 1e300, 2.0 UNION ALL SELECT 1, 2, 3, 4, NULL ORDER BY 4",
          "SELECT * FROM device_total ORDER BY device_id", "SELECT * FROM finding ORDER BY rank"}) {
        shown.view().editor().setPlainText(QString::fromStdString(statement));
        shown.view().run();
        shown.settle();
        EXPECT_EQ(shown.view().csv().toStdString(), tests::support::printedQuery(store, statement, "csv")) << statement;
        const storage::Table& result = shown.view().result().table();
        const json rows = shown.query(statement);
        ASSERT_EQ(result.rows.size(), rows.size());
        ASSERT_GT(rows.size(), 1U);
        for (std::size_t row = 0; row < rows.size(); ++row)
            for (std::size_t column = 0; column < result.columns.size(); ++column)
                EXPECT_EQ(toJson(result.rows[row][column]), rows[row][result.columns[column]])
                    << result.columns[column] << " of " << statement;
    }
}

} // namespace
} // namespace vnscope::views::widgets::numbers
