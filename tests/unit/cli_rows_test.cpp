// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/rows/row_writer.hpp"

#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vnscope::cli {
namespace {

using storage::Value;
using Rows = std::vector<std::vector<Value>>;

std::string print(RowFormat format, const std::vector<std::string>& columns, const Rows& rows)
{
    std::ostringstream out;
    const auto writer = makeRowWriter(format, out);
    writer->columns(columns);
    for (const auto& row : rows)
        EXPECT_TRUE(writer->row(row));
    writer->finish();
    return out.str();
}

TEST(CliRows, TableAlignsNumbersRightAndTextLeft)
{
    EXPECT_EQ(print(RowFormat::Table, {"name", "packets", "note"}, {{"eth0", 7, "a"}, {"世界", 12345678, Value()}}),
              "name   packets  note\n"
              "----  --------  ----\n"
              "eth0         7  a\n"
              "世界  12345678  \n"
              "(2 rows)\n");
}

TEST(CliRows, TableWithoutRowsStillNamesItsColumns)
{
    EXPECT_EQ(print(RowFormat::Table, {"a", "bc"}, {}), "a  bc\n-  --\n(0 rows)\n");
}

TEST(CliRows, TableEscapesNamesFromTraces)
{
    const std::string text = print(RowFormat::Table, {"name"}, {{std::string("\x1b]0;owned\x07\n")}});
    EXPECT_NE(text.find("\\x1b]0;owned\\x07\\n"), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(CliRows, TableStreamsBeyondItsFirstRows)
{
    std::ostringstream out;
    const auto writer = makeRowWriter(RowFormat::Table, out);
    writer->columns({"n"});
    for (int i = 0; i < 500; ++i)
        ASSERT_TRUE(writer->row(std::vector<Value>{i}));
    const std::size_t printedBefore = out.str().size();
    EXPECT_GT(printedBefore, 0U);
    ASSERT_TRUE(writer->row(std::vector<Value>{123456}));
    EXPECT_GT(out.str().size(), printedBefore);
    writer->finish();
    EXPECT_NE(out.str().find("(501 rows)"), std::string::npos);
}

TEST(CliRows, CsvIsRfc4180AndTellsNullFromEmpty)
{
    EXPECT_EQ(
        print(RowFormat::Csv, {"a", "b,c"}, {{"x", "say \"hi\""}, {"", Value()}, {"two\nlines", 1.5}, {"=1+1", -3}}),
        "a,\"b,c\"\r\n"
        "x,\"say \"\"hi\"\"\"\r\n"
        "\"\",\r\n"
        "\"two\nlines\",1.5\r\n"
        "=1+1,-3\r\n");
}

TEST(CliRows, JsonIsAnArrayOfObjectsWithExactIntegers)
{
    const std::string text =
        print(RowFormat::Json, {"ns", "name", "none"}, {{std::int64_t{1'732'141'170'000'000'001}, "a\"\n", Value()}});
    EXPECT_NE(text.find("1732141170000000001"), std::string::npos);
    const auto parsed = nlohmann::json::parse(text);
    ASSERT_EQ(parsed.size(), 1U);
    EXPECT_EQ(parsed[0]["ns"].get<std::int64_t>(), 1'732'141'170'000'000'001);
    EXPECT_EQ(parsed[0]["name"], "a\"\n");
    EXPECT_TRUE(parsed[0]["none"].is_null());
}

TEST(CliRows, JsonStaysValidWhateverTheTraceHolds)
{
    const auto parsed =
        nlohmann::json::parse(print(RowFormat::Json, {"a", "a", "a_2"},
                                    {{std::string("\xff\xfe"), std::numeric_limits<double>::infinity(), 3},
                                     {std::string("\x01"), std::nan(""), 4}}));
    ASSERT_EQ(parsed.size(), 2U);
    EXPECT_EQ(parsed[0].size(), 3U) << "columns of one name must not hide each other";
    EXPECT_EQ(parsed[0]["a_2"], 3);
    EXPECT_EQ(parsed[0]["a"], "\uFFFD\uFFFD");
    EXPECT_TRUE(parsed[0]["a_3"].is_null());
}

TEST(CliRows, JsonWithoutRowsIsAnEmptyArray)
{
    EXPECT_TRUE(nlohmann::json::parse(print(RowFormat::Json, {"a"}, {})).empty());
}

TEST(CliRows, StopsWhenTheOutputIsGone)
{
    for (const RowFormat format : {RowFormat::Csv, RowFormat::Json}) {
        std::ostringstream out;
        const auto writer = makeRowWriter(format, out);
        writer->columns({"a"});
        out.setstate(std::ios::badbit);
        EXPECT_FALSE(writer->row(std::vector<Value>{1}));
    }
}

} // namespace
} // namespace vnscope::cli
