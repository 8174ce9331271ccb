// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/time_window.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "apps/vnscope/session/trace_options.hpp"

namespace vnscope::cli {
namespace {

using base::ErrorCode;
using base::kNsPerSecond;

constexpr std::int64_t kNov20 = 1'795'213'170; // date -u -d 2026-11-20T22:19:30Z +%s

std::int64_t absolute(std::string_view text)
{
    const auto point = parseTimePoint(text);
    EXPECT_TRUE(point.has_value()) << text << ": " << (point ? "" : point.error().message);
    EXPECT_FALSE(point && point->isRelative) << text;
    return point ? point->ns : 0;
}

TEST(CliEventLimit, IsANumberOfEvents)
{
    EXPECT_EQ(parseEventLimit("20M").value_or(0), 20'000'000U);
    EXPECT_EQ(parseEventLimit("1500").value_or(0), 1500U);
    for (const char* const wrong : {"", "0", "-1", "many", "5MB"}) {
        const auto limit = parseEventLimit(wrong);
        ASSERT_FALSE(limit.has_value()) << wrong;
        EXPECT_EQ(limit.error().code, ErrorCode::Usage) << wrong;
        EXPECT_NE(limit.error().message.find("--events"), std::string::npos) << limit.error().message;
    }
}

TEST(CliVictimRule, IsAShareOrALength)
{
    EXPECT_DOUBLE_EQ(parseVictimRule("")->percentile, 0.999);
    EXPECT_DOUBLE_EQ(parseVictimRule("99%")->percentile, 0.99);
    EXPECT_FALSE(parseVictimRule("99.5%")->latency.has_value());
    EXPECT_EQ(parseVictimRule("200us")->latency, 200'000);
    for (const char* const wrong : {"%", "100%", "0%", "-1%", "nan%", "9x%", "fast", "12"}) {
        const auto rule = parseVictimRule(wrong);
        ASSERT_FALSE(rule.has_value()) << wrong;
        EXPECT_EQ(rule.error().code, ErrorCode::Usage) << wrong;
        EXPECT_NE(rule.error().message.find("--victims"), std::string::npos) << rule.error().message;
    }
}

TEST(CliTimeWindow, ReadsIsoTimesWithTheirZone)
{
    EXPECT_EQ(absolute("2026-11-20T22:19:30Z"), kNov20 * kNsPerSecond);
    EXPECT_EQ(absolute("2026-11-20t22:19:30z"), kNov20 * kNsPerSecond);
    EXPECT_EQ(absolute("2026-11-20 22:19:30Z"), kNov20 * kNsPerSecond);
    EXPECT_EQ(absolute("2026-11-20T23:19:30+01:00"), kNov20 * kNsPerSecond);
    EXPECT_EQ(absolute("2026-11-20T16:49:30-0530"), kNov20 * kNsPerSecond);
    EXPECT_EQ(absolute("2026-11-20T22:19Z"), (kNov20 - 30) * kNsPerSecond);
    EXPECT_EQ(absolute("2026-11-20T22:19:30.123456789Z"), kNov20 * kNsPerSecond + 123'456'789);
    EXPECT_EQ(absolute("2026-11-20T22:19:30.5Z"), kNov20 * kNsPerSecond + 500'000'000);
    EXPECT_EQ(absolute("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(absolute("1969-12-31T23:59:59Z"), -kNsPerSecond);
    EXPECT_EQ(absolute("2024-02-29T00:00:00Z"), 1'709'164'800 * kNsPerSecond);
}

TEST(CliTimeWindow, ReadsNanosecondsSinceTheEpoch)
{
    EXPECT_EQ(absolute("1795213170123456789"), 1'795'213'170'123'456'789);
    EXPECT_EQ(absolute("-5"), -5);
}

TEST(CliTimeWindow, ReadsTimesAfterTheBegin)
{
    EXPECT_EQ(parseTimePoint("+1.5s").value(), (TimePoint{true, 1'500'000'000}));
    EXPECT_EQ(parseTimePoint("+200ms").value(), (TimePoint{true, 200'000'000}));
    EXPECT_EQ(parseTimePoint("+7ns").value(), (TimePoint{true, 7}));
    EXPECT_EQ(parseTimePoint("+0.000000001s").value(), (TimePoint{true, 1}));
    EXPECT_EQ(parseTimePoint("+3us").value(), (TimePoint{true, 3'000}));
    EXPECT_EQ(parseTimePoint("+3µs").value(), (TimePoint{true, 3'000}));
    EXPECT_EQ(parseTimePoint("+0.1h").value(), (TimePoint{true, 360 * kNsPerSecond}));
    EXPECT_EQ(parseTimePoint("+2m").value(), (TimePoint{true, 120 * kNsPerSecond}));
    EXPECT_EQ(parseTimePoint("+0s").value(), (TimePoint{true, 0}));
}

TEST(CliTimeWindow, RefusesWhatIsNoTimeAsAUsageError)
{
    for (const char* text : {"",
                             "+",
                             "+s",
                             "+1",
                             "+1.s",
                             "+.5s",
                             "+1x",
                             "+-1s",
                             "+1e3s",
                             "yesterday",
                             "2026-11-20",
                             "2026-13-01T00:00:00Z",
                             "2026-02-29T00:00:00Z",
                             "2026-11-20T24:00:00Z",
                             "2026-11-20T22:60:00Z",
                             "2026-11-20T22:19:30.Z",
                             "2026-11-20T22:19:30Zjunk",
                             "2026-11-20T22:19:30+25:00",
                             "2026-11-20T22:19:30+01",
                             "9999-01-01T00:00:00Z",
                             "99999999999999999999",
                             "+99999999999999999999s",
                             "+400000000h",
                             "1.5"}) {
        const auto point = parseTimePoint(text);
        ASSERT_FALSE(point.has_value()) << text;
        EXPECT_EQ(point.error().code, ErrorCode::Usage) << text;
    }
}

TEST(CliTimeWindow, AsksForTheZoneOfATimeWithoutOne)
{
    const auto point = parseTimePoint("2026-11-20T22:19:30");
    ASSERT_FALSE(point.has_value());
    EXPECT_NE(point.error().message.find("2026-11-20T22:19:30Z"), std::string::npos) << point.error().message;
}

TEST(CliTimeWindow, ResolvesAgainstTheBeginOfTheSession)
{
    const base::Timestamp begin{1000};
    const auto relative = makeTimeWindow(TimePoint{true, 10}, TimePoint{true, 30}, std::nullopt).value();
    EXPECT_TRUE(relative.needsSessionBegin());
    EXPECT_EQ(resolve(relative, begin).value(), (base::TimeRange{{1010}, {1030}}));

    const auto fromBegin = makeTimeWindow(std::nullopt, std::nullopt, 5).value();
    EXPECT_TRUE(fromBegin.needsSessionBegin());
    EXPECT_EQ(resolve(fromBegin, begin).value().end, base::Timestamp{1005});
    EXPECT_EQ(resolve(fromBegin, begin).value().begin, base::TimeRange::all().begin);

    const auto fromAbsolute = makeTimeWindow(TimePoint{false, 70}, std::nullopt, 5).value();
    EXPECT_FALSE(fromAbsolute.needsSessionBegin());
    EXPECT_EQ(resolve(fromAbsolute, {}).value(), (base::TimeRange{{70}, {75}}));

    EXPECT_TRUE(TimeWindow{}.isUnlimited());
    EXPECT_EQ(resolve(TimeWindow{}, begin).value(), base::TimeRange::all());
}

TEST(CliTimeWindow, RefusesAnEndThatIsNotAfterItsBegin)
{
    EXPECT_EQ(makeTimeWindow(TimePoint{true, 30}, TimePoint{true, 10}, {}).error().code, ErrorCode::Usage);
    EXPECT_EQ(makeTimeWindow(TimePoint{false, 30}, TimePoint{false, 30}, {}).error().code, ErrorCode::Usage);
    EXPECT_EQ(makeTimeWindow({}, TimePoint{false, 30}, 5).error().code, ErrorCode::Usage) << "--end with --duration";
    const auto mixed = makeTimeWindow(TimePoint{true, 30}, TimePoint{false, 10}, {});
    ASSERT_TRUE(mixed.has_value());
    EXPECT_EQ(resolve(*mixed, {1000}).error().code, ErrorCode::Usage);
}

TEST(CliTimeWindow, DoesNotOverflow)
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const auto window = makeTimeWindow(TimePoint{true, 10}, TimePoint{true, kMost}, {}).value();
    EXPECT_EQ(resolve(window, {kNov20 * kNsPerSecond}).value().end.ns, kMost);
}

TEST(CliTimeWindow, ReadsClockCorrections)
{
    EXPECT_EQ(parseClockCorrection("1500").value().add, 1500);
    EXPECT_EQ(parseClockCorrection("-3ms").value().add, -3'000'000);
    EXPECT_EQ(parseClockCorrection("+1.5us").value().add, 1'500);
    const auto forOne = parseClockCorrection("/traces/a=b/guest=-7").value();
    EXPECT_EQ(forOne.trace, "/traces/a=b/guest");
    EXPECT_EQ(forOne.add, -7);
    for (const char* text : {"", "=", "guest=", "guest=3x", "--3"})
        EXPECT_FALSE(parseClockCorrection(text).has_value()) << text;
}

} // namespace
} // namespace vnscope::cli
