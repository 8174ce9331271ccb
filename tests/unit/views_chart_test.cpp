// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/base/duration_text.hpp"
#include "views/chart/axis.hpp"
#include "views/chart/bins.hpp"
#include "views/chart/format.hpp"
#include "views/chart/layout.hpp"
#include "views/chart/palette.hpp"
#include "views/chart/state_layout.hpp"

namespace vnscope::views::chart {
namespace {

using base::TimeRange;
using base::Timestamp;
using testing::ElementsAre;

constexpr std::int64_t kSecond = base::kNsPerSecond;

std::vector<std::string> labelsOf(const std::vector<Tick>& ticks)
{
    std::vector<std::string> labels;
    for (const Tick& tick : ticks)
        labels.push_back(tick.label);
    return labels;
}

TEST(ChartFormat, BytesAndRatesHaveThreeSignificantDigits)
{
    EXPECT_EQ(formatBytes(0), "0 B");
    EXPECT_EQ(formatBytes(999), "999 B");
    EXPECT_EQ(formatBytes(1000), "1.00 kB");
    EXPECT_EQ(formatBytes(4'391'234), "4.39 MB");
    EXPECT_EQ(formatBytes(999'500), "1.00 MB") << "rounding must not give 1000 kB";
    EXPECT_EQ(formatBitRate(12'345'678), "12.3 Mbit/s");
    EXPECT_EQ(formatBits(1.25e9), "1.25 Gbit");
    EXPECT_EQ(formatBitRate(-1500), "-1.50 kbit/s");
    EXPECT_EQ(formatBitRate(std::numeric_limits<double>::quiet_NaN()), "–");
}

TEST(ChartFormat, CountsAreExactAndGrouped)
{
    EXPECT_EQ(formatCount(0), "0");
    EXPECT_EQ(formatCount(999), "999");
    EXPECT_EQ(formatCount(1'000), "1,000");
    EXPECT_EQ(formatCount(-1'234'567), "-1,234,567");
    EXPECT_EQ(formatCount(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(ChartFormat, DurationsChooseTheirUnit)
{
    EXPECT_EQ(base::formatDuration(0), "0 ns");
    EXPECT_EQ(base::formatDuration(350), "350 ns");
    EXPECT_EQ(base::formatDuration(1'250), "1.25 µs");
    EXPECT_EQ(base::formatDuration(1'250'000), "1.25 ms");
    EXPECT_EQ(base::formatDuration(999'999), "1.00 ms") << "not 1000 µs";
    EXPECT_EQ(base::formatDuration(59'300'000'000), "59.3 s");
    EXPECT_EQ(base::formatDuration(59'990'000'000), "1 min 00 s") << "not 60.0 s";
    EXPECT_EQ(base::formatDuration(123 * kSecond), "2 min 03 s");
    EXPECT_EQ(base::formatDuration(3'599'900'000'000), "1 h 00 min") << "not 60 min 00 s";
    EXPECT_EQ(base::formatDuration(76 * 3600 * kSecond), "3 d 04 h");
    EXPECT_EQ(base::formatDuration(-1'500'000), "-1.50 ms");
    EXPECT_EQ(base::formatDuration(std::numeric_limits<std::int64_t>::min()).front(), '-');
}

TEST(ChartFormat, TimesAreCutAndNotRounded)
{
    const Timestamp time{1'763'677'170'123'956'789};
    EXPECT_EQ(formatTime(time), "2025-11-20 22:19:30.123 UTC");
    EXPECT_EQ(formatTime(time, 0), "2025-11-20 22:19:30 UTC");
    EXPECT_EQ(formatTimeIso(time), "2025-11-20T22:19:30.123956789Z");
    EXPECT_EQ(formatTime({-1}, 9), "1969-12-31 23:59:59.999999999 UTC");
    EXPECT_EQ(formatOffset(time + 12'345'000'000, time), "+12.345 s");
    EXPECT_EQ(formatOffset(time, time + 500'000'000), "-0.500 s");
    EXPECT_EQ(formatOffset(time + 3'723 * kSecond, time), "+1 h 02 min 03 s");
}

TEST(ChartFormat, AShareThatExistsNeverPrintsAsNothing)
{
    EXPECT_EQ(formatPercent(0), "0.0 %");
    EXPECT_EQ(formatPercent(0.001), "< 0.1 %");
    EXPECT_EQ(formatPercent(43.14), "43.1 %");
}

TEST(ChartAxis, ValueTicksAreRoundAndShareOnePrefix)
{
    EXPECT_THAT(labelsOf(valueTicks(0, 420e6, 4, Unit::BitsPerSecond)), ElementsAre("0", "200 Mbit/s", "400 Mbit/s"));
    EXPECT_THAT(labelsOf(valueTicks(-1.2e9, 1.2e9, 4, Unit::BitsPerSecond)), ElementsAre("1 Gbit/s", "0", "1 Gbit/s"));
    EXPECT_THAT(labelsOf(valueTicks(0, 1, 4, Unit::Packets)), ElementsAre("0", "1")) << "no half packets";
    EXPECT_THAT(labelsOf(valueTicks(0, 2500, 5, Unit::Bytes)),
                ElementsAre("0", "0.5 kB", "1.0 kB", "1.5 kB", "2.0 kB", "2.5 kB"));
    EXPECT_TRUE(valueTicks(1, 1, 4, Unit::Count).empty());
    EXPECT_TRUE(valueTicks(0, std::numeric_limits<double>::infinity(), 4, Unit::Count).empty());
}

TEST(ChartAxis, RelativeTimeTicksCountFromTheOrigin)
{
    const Timestamp origin{1'763'677'170'123'456'789};
    const auto ticks = timeTicks({origin, origin + 59 * kSecond}, origin, 6, TimeLabels::Relative);
    EXPECT_THAT(labelsOf(ticks), ElementsAre("0 s", "10 s", "20 s", "30 s", "40 s", "50 s"));
    EXPECT_DOUBLE_EQ(ticks[1].value, 1e10);
    EXPECT_THAT(labelsOf(timeTicks({origin, origin + 600 * kSecond}, origin, 5, TimeLabels::Relative)),
                ElementsAre("0:00", "2:00", "4:00", "6:00", "8:00", "10:00"));
    EXPECT_THAT(labelsOf(timeTicks({origin, origin + 4'000'000}, origin, 4, TimeLabels::Relative)),
                ElementsAre("0 ms", "1 ms", "2 ms", "3 ms", "4 ms"));
}

TEST(ChartAxis, ClockTicksStandAtRoundTimesOfDay)
{
    const Timestamp begin{1'763'677'170'123'456'789}; // 22:19:30.123
    EXPECT_THAT(labelsOf(timeTicks({begin, begin + 30 * kSecond}, begin, 3, TimeLabels::Clock)),
                ElementsAre("22:19:40", "22:19:50", "22:20:00"));
    EXPECT_THAT(labelsOf(timeTicks({begin, begin + kSecond / 2}, begin, 3, TimeLabels::Clock)),
                ElementsAre("22:19:30.2", "22:19:30.4", "22:19:30.6"));
}

TEST(ChartBins, TheFinestWidthThatFitsIsChosen)
{
    constexpr std::array<std::int64_t, 3> kWidths{kSecond / 10, kSecond, 10 * kSecond};
    const Timestamp zero{0};
    EXPECT_EQ(chooseBins({zero, zero + 60 * kSecond}, kWidths, 1000).shown, kSecond / 10);
    EXPECT_EQ(chooseBins({zero, zero + 600 * kSecond}, kWidths, 1000).shown, kSecond);
    const BinChoice day = chooseBins({zero, zero + 86'400 * kSecond}, kWidths, 1000);
    EXPECT_EQ(day.stored, 10 * kSecond);
    EXPECT_EQ(day.shown % day.stored, 0);
    EXPECT_LE(86'400 * kSecond / day.shown, 1000);
}

TEST(ChartBins, FillingAddsUpAndKeepsOutsidersOut)
{
    const TimeRange range{{1'500}, {3'500}};
    constexpr std::array<SparseBin, 4> kSparse{{{{1'000}, 1}, {{1'900}, 2}, {{3'000}, 4}, {{4'000}, 8}}};
    const Bins bins = fillBins(range, 1'000, kSparse);
    EXPECT_EQ(bins.begin.ns, 1'000);
    EXPECT_THAT(bins.values, ElementsAre(3, 0, 4));
    EXPECT_TRUE(fillBins({{5}, {5}}, 1'000, kSparse).values.empty());
}

TEST(ChartBins, ReducingKeepsThePeak)
{
    std::vector<double> values(10'000, 1.0);
    values[7'777] = 900;
    const auto extents = reduce(values, 40);
    ASSERT_EQ(extents.size(), 40U);
    EXPECT_DOUBLE_EQ(extents[31].high, 900);
    EXPECT_DOUBLE_EQ(extents[30].high, 1);
    EXPECT_EQ(peakOf(values).index, 7'777U);
}

TEST(ChartPalette, EverySeriesIsReadableOnBothGroundsAndWithoutColour)
{
    std::set<std::string_view> dashes;
    std::set<Marker> markers;
    for (std::size_t index = 0; index < kSeriesStyles; ++index) {
        const SeriesStyle& style = seriesStyle(index);
        EXPECT_GE(contrast(style.light, kLightGround), 3) << index;
        EXPECT_GE(contrast(style.dark, kDarkGround), 3) << index;
        dashes.insert(style.dash);
        markers.insert(style.marker);
    }
    EXPECT_EQ(dashes.size(), kSeriesStyles);
    EXPECT_EQ(markers.size(), kSeriesStyles);
    EXPECT_EQ(&seriesStyle(kSeriesStyles), &seriesStyle(0));
    EXPECT_NEAR(contrast({0, 0, 0}, {255, 255, 255}), 21, 1e-9);
}

TimeChart mirrored(std::vector<double> up, std::vector<double> down)
{
    return {"vnet1",
            "",
            ChartKind::Mirrored,
            Unit::BitsPerSecond,
            {0},
            {{"rx", "Rx", {{0}, kSecond, std::move(up)}}, {"tx", "Tx", {{0}, kSecond, std::move(down)}}},
            {}};
}

TEST(ChartLayout, MirroredSeriesGrowAwayFromTheZeroLine)
{
    const Layout layout = layOut(mirrored({0, 5, 0}, {0, 3, 0}), 500);
    ASSERT_EQ(layout.areas.size(), 2U);
    const double zero = layout.areas[0].zero;
    EXPECT_EQ(zero, layout.areas[1].zero);
    for (const Point& point : layout.areas[0].peaks)
        EXPECT_LE(point.y, zero);
    for (const Point& point : layout.areas[1].peaks)
        EXPECT_GE(point.y, zero);
}

TEST(ChartLayout, EverythingStaysInsideThePlotAndPeaksAreDrawn)
{
    std::vector<double> values(5'000, 10);
    values[1'234] = 1e9;
    const Layout layout = layOut(mirrored(values, std::vector<double>(5'000, 0)), 500);
    const Rect& plot = layout.plots[0];
    double highest = plot.bottom;
    for (const Point& point : layout.areas[0].peaks) {
        EXPECT_GE(point.x, plot.left);
        EXPECT_LE(point.x, plot.right);
        EXPECT_GE(point.y, plot.top);
        highest = std::min(highest, point.y);
    }
    EXPECT_LT(highest, plot.top + 10);
    EXPECT_LT(layout.areas[0].peaks.size(), 20U) << "an even stretch is one step";
}

TEST(ChartLayout, StripsShareOneScaleAndNameTheirPeaks)
{
    TimeChart chart{
        "Drops",          "",  ChartKind::Strips,
        Unit::Packets,    {0}, {{"a", "qdisc", {{0}, kSecond, {0, 10, 0}}}, {"b", "ovs", {{0}, kSecond, {5, 0, 0}}}},
        {{kSecond}, {-5}}};
    const Layout layout = layOut(chart, 900);
    ASSERT_EQ(layout.plots.size(), 2U);
    EXPECT_LT(layout.plots[0].bottom, layout.plots[1].top);
    EXPECT_EQ(layout.peakLabels[0].text, "peak 10");
    EXPECT_EQ(layout.peakLabels[1].text, "peak 5");
    EXPECT_EQ(layout.lossMarks.size(), 1U) << "a mark outside the range is not drawn";
    const auto height = [&](std::size_t strip) {
        double top = layout.areas[strip].zero;
        for (const Point& point : layout.areas[strip].peaks)
            top = std::min(top, point.y);
        return layout.areas[strip].zero - top;
    };
    EXPECT_NEAR(height(0), 2 * height(1), 1e-9);
}

constexpr std::size_t kCalm = 0;
constexpr std::size_t kWaiting = 1;
constexpr std::size_t kBlamed = 2;

StateSpan span(std::int64_t begin, std::int64_t end, std::size_t kind, std::size_t states = 1)
{
    return {{{begin}, {end}}, kind, states};
}

TEST(ChartStates, WhatIsTooShortIsJoinedAndTheMostSevereWins)
{
    const TimeRange range{{0}, {1'000}};
    const std::vector<StateSpan> spans{span(0, 500, kCalm), span(500, 504, kCalm), span(504, 505, kBlamed),
                                       span(505, 512, kWaiting), span(512, 1'000, kCalm)};
    EXPECT_THAT(coarsen(spans, range, 10),
                ElementsAre(span(0, 500, kCalm), span(500, 512, kBlamed, 3), span(512, 1'000, kCalm)));
    EXPECT_THAT(coarsen(spans, range, 1), ElementsAre(span(0, 504, kCalm, 2), span(504, 505, kBlamed),
                                                      span(505, 512, kWaiting), span(512, 1'000, kCalm)))
        << "nothing is too short, and equal neighbours are one";
}

TEST(ChartStates, WhatIsFarApartIsNotJoined)
{
    const std::vector<StateSpan> spans{span(100, 101, kCalm), span(200, 201, kBlamed)};
    EXPECT_EQ(coarsen(spans, {{0}, {1'000}}, 10), spans);
}

TEST(ChartStates, SpansAreCutToTheRangeAndToEachOther)
{
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const std::vector<StateSpan> spans{span(kLeast, 50, kCalm), span(40, 60, kWaiting), span(70, 65, kBlamed),
                                       span(80, kMost, kBlamed)};
    EXPECT_THAT(coarsen(spans, {{0}, {100}}, 1),
                ElementsAre(span(0, 50, kCalm), span(50, 60, kWaiting), span(80, 100, kBlamed)));
}

TEST(ChartStates, ManyStatesBecomeNoMoreThanThePixelsThereAre)
{
    std::vector<StateSpan> spans;
    for (std::int64_t at = 0; at < 100'000; ++at)
        spans.push_back(span(at, at + 1, at == 77'777 ? kBlamed : static_cast<std::size_t>(at % 2)));
    const std::vector<StateSpan> few = coarsen(spans, {{0}, {100'000}}, 1'000);
    EXPECT_LE(few.size(), 101U);
    std::size_t states = 0;
    bool isBlamed = false;
    for (const StateSpan& one : few) {
        states += one.states;
        isBlamed = isBlamed || (one.kind == kBlamed && one.when.begin.ns <= 77'777 && 77'777 < one.when.end.ns);
    }
    EXPECT_EQ(states, spans.size());
    EXPECT_TRUE(isBlamed) << "a single bad moment is not hidden";
}

StateChart stateChart()
{
    StateChart chart;
    chart.range = {{0}, {10 * kSecond}};
    chart.kinds = {{"calm", "calm", '=', 2, StateInk::Light},
                   {"waiting", "waiting", 'w', 0, StateInk::Rising},
                   {"blamed", "blamed", 'B', 1, StateInk::Solid}};
    chart.rows = {{"a", "first", {span(0, 10 * kSecond, kCalm)}, {}},
                  {"b",
                   "second",
                   {span(2 * kSecond, 5 * kSecond, kWaiting), span(5 * kSecond, 6 * kSecond, kBlamed)},
                   {{{{5 * kSecond}, {6 * kSecond}}, "look"}}}};
    return chart;
}

TEST(ChartStates, ABarStandsInItsRowFromItsBeginToItsEnd)
{
    const StateLayout layout = layOut(stateChart(), 960);
    ASSERT_EQ(layout.frame.plots.size(), 2U);
    ASSERT_EQ(layout.bars.size(), 3U);
    const Rect& plot = layout.frame.plots[1];
    EXPECT_GE(plot.top, layout.frame.plots[0].bottom);
    const double second = (plot.right - plot.left) / 10;
    const StateBar& waiting = layout.bars[1];
    EXPECT_EQ(waiting.row, 1U);
    EXPECT_EQ(waiting.span.kind, kWaiting);
    EXPECT_NEAR(waiting.rect.left, plot.left + 2 * second, 1e-6);
    EXPECT_NEAR(waiting.rect.right, plot.left + 5 * second, 1e-6);
    const StateBar& blamed = layout.bars[2];
    EXPECT_NEAR(blamed.rect.left, waiting.rect.right, 1e-6);
    for (const StateBar& bar : {waiting, blamed}) {
        EXPECT_GT(bar.rect.top, plot.top);
        EXPECT_LT(bar.rect.bottom, plot.bottom);
    }
    EXPECT_LT(blamed.rect.top, waiting.rect.top) << "told apart by height, too";
    ASSERT_EQ(layout.marks.size(), 1U);
    EXPECT_EQ(layout.marks[0].row, 1U);
    EXPECT_NEAR(layout.marks[0].rect.left, blamed.rect.left, 1e-6);
    EXPECT_NEAR(layout.marks[0].rect.right, blamed.rect.right, 1e-6);
    EXPECT_LE(layout.marks[0].rect.bottom, blamed.rect.top) << "the mark hides nothing";
}

TEST(ChartStates, HatchingStaysInsideItsBar)
{
    const StateLayout layout = layOut(stateChart(), 960);
    EXPECT_TRUE(layout.bars[0].hatching.empty());
    const StateBar& bar = layout.bars[1];
    EXPECT_GT(bar.hatching.size(), 10U);
    for (const Line& line : bar.hatching) {
        EXPECT_GT(line.from.y, line.to.y) << "upwards from left to right";
        for (const Point& point : {line.from, line.to}) {
            EXPECT_GE(point.x, bar.rect.left - 1e-6);
            EXPECT_LE(point.x, bar.rect.right + 1e-6);
            EXPECT_GE(point.y, bar.rect.top - 1e-6);
            EXPECT_LE(point.y, bar.rect.bottom + 1e-6);
        }
    }
}

TEST(ChartStates, AMomentIsAPixelWideAndTheLegendNamesWhatOccurs)
{
    StateChart chart = stateChart();
    chart.rows[1].spans = {span(10 * kSecond - 1, 10 * kSecond, kBlamed)};
    const StateLayout layout = layOut(chart, 960);
    const Rect& moment = layout.bars.back().rect;
    EXPECT_NEAR(moment.right - moment.left, 1, 1e-6);
    EXPECT_LE(moment.right, layout.frame.plots[1].right + 1e-6);
    ASSERT_EQ(layout.legend.size(), 2U);
    EXPECT_EQ(layout.legend[0].name.text, "calm");
    EXPECT_EQ(layout.legend[1].name.text, "blamed");
}

TEST(ChartStates, ShareTheTimeAxisOfStrips)
{
    const TimeChart strips{"Loss",        "",  ChartKind::Strips,
                           Unit::Packets, {0}, {{"a", "a", {{0}, kSecond, std::vector<double>(10, 1)}}},
                           {{kSecond}}};
    StateChart states = stateChart();
    states.lossMarks = {{kSecond}};
    const Layout above = layOut(states, 960).frame;
    const Layout below = layOut(strips, 960);
    ASSERT_EQ(above.axisLabels.size(), below.axisLabels.size());
    for (std::size_t label = 0; label < above.axisLabels.size(); ++label) {
        EXPECT_EQ(above.axisLabels[label].text, below.axisLabels[label].text);
        EXPECT_EQ(above.axisLabels[label].at.x, below.axisLabels[label].at.x);
    }
    EXPECT_EQ(above.lossMarks.at(0).from.x, below.lossMarks.at(0).from.x);
}

} // namespace
} // namespace vnscope::views::chart
