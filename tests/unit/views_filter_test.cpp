// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/chart/column_unit.hpp"
#include "views/filter/completion.hpp"
#include "views/filter/parser.hpp"

namespace {

using namespace vnscope;
using namespace vnscope::views;
using filter::parse;
using storage::Value;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const filter::Language kLanguage{
    {"protocol", "addr_a", "port_a", "bytes", "bytes_ab", "rate_ab_bps", "first_ns", "duration_ns"}, {1'000'000'000}};

testing::Matcher<storage::Select::Condition> isCondition(const char* column, const char* op, const Value& value)
{
    using Condition = storage::Select::Condition;
    return AllOf(Field(&Condition::column, column), Field(&Condition::op, op), Field(&Condition::value, value));
}

/// The value that `text` compares a column with.
Value valueOf(const std::string& text)
{
    const auto parsed = parse("port_a == " + text, kLanguage);
    EXPECT_TRUE(parsed) << text;
    return parsed && parsed->size() == 1 ? parsed->front().value : Value("nothing was read");
}

TEST(Filter, IsConditionsThatAllHold)
{
    const auto parsed = parse("protocol == tcp && bytes > 1e6 and addr_a ~ \"10.0.\"", kLanguage);
    ASSERT_TRUE(parsed);
    EXPECT_THAT(*parsed, ElementsAre(isCondition("protocol", "=", "tcp"), isCondition("bytes", ">", 1'000'000),
                                     isCondition("addr_a", "contains", "10.0.")));
    EXPECT_THAT(parse("", kLanguage).value(), IsEmpty());
    EXPECT_THAT(parse("  \t", kLanguage).value(), IsEmpty());
}

TEST(Filter, KnowsEveryComparison)
{
    const auto parsed = parse("bytes=1&&bytes!=2&&bytes<3&&bytes<=4&&bytes>5&&bytes>=6&&addr_a!~x&&port_a&&!port_a&&"
                              "bytes ne 7 && bytes ge 8",
                              kLanguage);
    ASSERT_TRUE(parsed);
    EXPECT_THAT(*parsed,
                ElementsAre(isCondition("bytes", "=", 1), isCondition("bytes", "<>", 2), isCondition("bytes", "<", 3),
                            isCondition("bytes", "<=", 4), isCondition("bytes", ">", 5), isCondition("bytes", ">=", 6),
                            isCondition("addr_a", "contains not", "x"), isCondition("port_a", "is not null", {}),
                            isCondition("port_a", "is null", {}), isCondition("bytes", "<>", 7),
                            isCondition("bytes", ">=", 8)));
}

TEST(Filter, ReadsValuesExactly)
{
    EXPECT_EQ(valueOf("9223372036854775807"), Value(9223372036854775807));
    EXPECT_EQ(valueOf("-3"), Value(-3));
    EXPECT_EQ(valueOf("0x10"), Value(16));
    EXPECT_EQ(valueOf("1.5"), Value(1.5));
    EXPECT_EQ(valueOf("1.5k"), Value(1500));
    EXPECT_EQ(valueOf("2G"), Value(2'000'000'000));
    EXPECT_EQ(valueOf("5ms"), Value(5'000'000));
    EXPECT_EQ(valueOf("2min"), Value(120'000'000'000));
    EXPECT_EQ(valueOf("+0.5s"), Value(1'500'000'000)) << "since the begin of the session";
    EXPECT_EQ(valueOf("10.0.0.1"), Value("10.0.0.1"));
    EXPECT_EQ(valueOf("fd00:10::1"), Value("fd00:10::1"));
    EXPECT_EQ(valueOf("\"1\""), Value("1"));
    EXPECT_EQ(valueOf("'a \"b\" \\' c'"), Value("a \"b\" ' c"));
    EXPECT_EQ(valueOf("\"\""), Value(""));
}

using filter::Problem;
using Kind = Problem::Kind;

struct Broken {
    const char* text;
    std::size_t begin;
    std::size_t end;
    Problem::Kind kind;
};

TEST(Filter, SaysWhatIsWrongAndWhere)
{
    const Broken all[] = {
        {"prot == tcp", 0, 4, Kind::UnknownColumn},
        {"bytes >", 7, 7, Kind::NoValue},
        {"bytes > && port_a", 8, 10, Kind::NoValue},
        {"bytes > many", 8, 12, Kind::NoNumber},
        {"bytes > 10q", 8, 11, Kind::NoNumber},
        {"protocol == tcp || protocol == udp", 16, 18, Kind::Alternatives},
        {"protocol == tcp or bytes", 16, 18, Kind::Alternatives},
        {"(bytes > 1)", 0, 1, Kind::Brackets},
        {"bytes > 1)", 9, 10, Kind::Brackets},
        {"bytes > 1 port_a", 10, 16, Kind::NotJoined},
        {"bytes > 1 &&", 12, 12, Kind::NoColumn},
        {"&& bytes", 0, 2, Kind::NoColumn},
        {"addr_a ~ \"10.", 9, 13, Kind::OpenQuote},
        {"bytes & 1", 6, 7, Kind::NotJoined},
        {"! bytes > 1", 8, 9, Kind::NotCompared},
        {"protocol == tcp == udp", 16, 18, Kind::NotJoined},
    };
    for (const Broken& broken : all) {
        const auto parsed = parse(broken.text, kLanguage);
        ASSERT_FALSE(parsed) << broken.text;
        EXPECT_EQ(parsed.error().begin, broken.begin) << broken.text;
        EXPECT_EQ(parsed.error().end, broken.end) << broken.text;
        EXPECT_EQ(parsed.error().kind, broken.kind) << broken.text;
    }
}

TEST(Filter, BearsAnyBytes)
{
    for (const char* text : {"\xFF\xFE", "bytes \x01 1", "\"", "'\\", "é == ü", "!", "!!", "~", "\\"})
        EXPECT_FALSE(parse(text, kLanguage)) << text;
}

std::vector<std::string> proposals(std::string_view text)
{
    return filter::complete(text, text.size(), kLanguage).words;
}

TEST(FilterCompletion, ProposesWhatMayStandThere)
{
    EXPECT_EQ(proposals(""), kLanguage.columns);
    EXPECT_THAT(proposals("BY"), ElementsAre("bytes", "bytes_ab"));
    EXPECT_THAT(proposals("bytes"), ElementsAre("bytes_ab"));
    EXPECT_THAT(proposals("bytes "), ElementsAre("==", "!=", "<", "<=", ">", ">=", "~", "!~", "&&"));
    EXPECT_THAT(proposals("bytes >"), ElementsAre(">="));
    EXPECT_THAT(proposals("bytes > "), IsEmpty()) << "values are not known";
    EXPECT_THAT(proposals("bytes > 1 "), ElementsAre("&&"));
    EXPECT_THAT(proposals("bytes > 1 && pr"), ElementsAre("protocol"));
    EXPECT_THAT(proposals("addr_a ~ \"pro"), IsEmpty());
    EXPECT_THAT(proposals("!po"), ElementsAre("port_a"));
}

TEST(FilterCompletion, TellsWhatItReplaces)
{
    const filter::Completion completion = filter::complete("bytes > 1 && dur == 3", 16, kLanguage);
    EXPECT_EQ(completion.begin, 13U);
    EXPECT_EQ(completion.end, 16U);
    EXPECT_THAT(completion.words, ElementsAre("duration_ns"));
}

TEST(ColumnUnit, FollowsFromTheName)
{
    using chart::Unit;
    const std::pair<const char*, Unit> all[] = {
        {"bytes", Unit::Bytes},
        {"rx_l3_bytes", Unit::Bytes},
        {"bytes_ab", Unit::Bytes},
        {"rate_ab_bps", Unit::BitsPerSecond},
        {"begin_ns", Unit::Time},
        {"ts_ns", Unit::Time},
        {"valid_to_ns", Unit::Time},
        {"first_seen_ns", Unit::Time},
        {"culprit_begin_ns", Unit::Time},
        {"duration_ns", Unit::Nanoseconds},
        {"latency_p50_ns", Unit::Nanoseconds},
        {"upcall_ns", Unit::Time},
        {"upcall_p99_ns", Unit::Nanoseconds},
        {"packets", Unit::Packets},
        {"tx_packets", Unit::Packets},
        {"retransmissions", Unit::Count},
        {"port_a", Unit::None},
        {"device_id", Unit::None},
        {"protocol", Unit::None},
        {"ns", Unit::Nanoseconds},
        {"", Unit::None},
    };
    for (const auto& [name, unit] : all)
        EXPECT_EQ(chart::unitOfColumn(name), unit) << name;
}

} // namespace
