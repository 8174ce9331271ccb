// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "views/chart/axis.hpp"
#include "views/chart/bins.hpp"
#include "views/chart/format.hpp"
#include "views/markup/markup_writer.hpp"
#include "views/report/display.hpp"

namespace vnscope::views {
namespace {

using base::TimeRange;
using base::Timestamp;
using chart::Unit;

/// The number in "12.3 Mbit/s" and the like.
double parsed(const std::string& text)
{
    char* rest = nullptr;
    const double number = std::strtod(text.c_str(), &rest);
    const std::map<char, double> prefixes{{'k', 1e3}, {'M', 1e6}, {'G', 1e9}, {'T', 1e12}, {'P', 1e15}, {'E', 1e18}};
    const auto prefix = prefixes.find(rest[1]);
    return prefix == prefixes.end() ? number : number * prefix->second;
}

RC_GTEST_PROP(ViewsFormat, ReadingBackGivesTheNumberWithinHalfAPercent, (std::int64_t value))
{
    const double exact = static_cast<double>(value);
    for (const std::string& text : {chart::formatBytes(exact), chart::formatBitRate(exact)})
        RC_ASSERT(std::fabs(parsed(text) - exact) <= 0.0051 * std::fabs(exact));
}

RC_GTEST_PROP(ViewsFormat, CountsLoseNothing, (std::int64_t value))
{
    std::string digits;
    for (const char character : chart::formatCount(value)) {
        if (character != ',')
            digits += character;
    }
    RC_ASSERT(digits == std::to_string(value));
}

RC_GTEST_PROP(ViewsFormat, AnyNumberPrintsInAnyUnit, (std::int64_t bits))
{
    double value = 0;
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    for (const Unit unit : {Unit::None, Unit::Count, Unit::Packets, Unit::Bytes, Unit::BitsPerSecond, Unit::Nanoseconds,
                            Unit::Time, Unit::Ratio, Unit::Percent})
        RC_ASSERT(!chart::formatValue(value, unit).empty());
    RC_ASSERT(!chart::formatOffset({bits}, {~bits}).empty());
}

RC_GTEST_PROP(ViewsAxis, ValueTicksLieInsideAscendAndStayFew, ())
{
    const double low = *rc::gen::inRange(-1'000'000'000, 1'000'000'000) / 7.0;
    const double high = low + *rc::gen::inRange(1, 2'000'000'000) / 3.0;
    const int wanted = *rc::gen::inRange(1, 12);
    const auto ticks = chart::valueTicks(low, high, wanted, *rc::gen::element(Unit::Bytes, Unit::Packets, Unit::Ratio));
    RC_ASSERT(ticks.size() <= static_cast<std::size_t>(2 * wanted + 1));
    const double slack = (high - low) * 1e-6;
    for (std::size_t index = 0; index < ticks.size(); ++index) {
        RC_ASSERT(ticks[index].value >= low - slack && ticks[index].value <= high + slack);
        RC_ASSERT(index == 0 || ticks[index].value > ticks[index - 1].value);
    }
}

RC_GTEST_PROP(ViewsAxis, TimeTicksLieInsideAndHaveDifferentLabels, ())
{
    const Timestamp begin{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000'000)};
    const std::int64_t length = std::int64_t{1} << *rc::gen::inRange(0, 56);
    const int wanted = *rc::gen::inRange(1, 12);
    const Timestamp origin = *rc::gen::arbitrary<bool>() ? begin : begin - length / 3;
    for (const auto labels : {chart::TimeLabels::Relative, chart::TimeLabels::Clock}) {
        const auto ticks = chart::timeTicks({begin, begin + length}, origin, wanted, labels);
        RC_ASSERT(ticks.size() <= static_cast<std::size_t>(2 * wanted + 1));
        for (std::size_t index = 0; index < ticks.size(); ++index) {
            RC_ASSERT(ticks[index].value >= 0 && ticks[index].value <= static_cast<double>(length));
            RC_ASSERT(index == 0 || labels == chart::TimeLabels::Clock || ticks[index].label != ticks[index - 1].label);
        }
    }
}

RC_GTEST_PROP(ViewsBins, ReducingHidesNoPeakAndLosesNoValue, (std::vector<double> values))
{
    const std::size_t columns = *rc::gen::inRange<std::size_t>(1, 50);
    const auto extents = chart::reduce(values, columns);
    RC_ASSERT(extents.size() <= columns);
    std::size_t covered = 0;
    for (const chart::Extent& extent : extents) {
        RC_ASSERT(extent.first == covered);
        for (std::size_t index = 0; index < extent.count; ++index) {
            RC_ASSERT(values[covered + index] <= extent.high);
            RC_ASSERT(values[covered + index] >= extent.low);
        }
        covered += extent.count;
    }
    RC_ASSERT(covered == values.size());
}

RC_GTEST_PROP(ViewsBins, ChoosingNeverGivesTooMany, ())
{
    const Timestamp begin{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000'000)};
    const std::int64_t length = std::int64_t{1} << *rc::gen::inRange(0, 60);
    const std::size_t most = *rc::gen::inRange<std::size_t>(2, 2000);
    const std::vector<std::int64_t> widths{1'000'000, 1'000'000'000, 10'000'000'000};
    const TimeRange range{begin, begin + length};
    const chart::BinChoice choice = chart::chooseBins(range, widths, most);
    const chart::Bins bins = chart::fillBins(range, choice.shown, {});
    RC_ASSERT(!bins.values.empty() && bins.values.size() <= most);
    RC_ASSERT(bins.range().begin <= range.begin && bins.range().end >= range.end);
    RC_ASSERT(choice.shown % choice.stored == 0);
}

RC_GTEST_PROP(ViewsEscaping, NoTextBecomesMarkup, (std::string text))
{
    std::ostringstream out;
    markup::MarkupWriter markup(out);
    markup.textElement("b", text, {{"title", text}});
    const std::string written = out.str();
    RC_ASSERT(written.starts_with("<b title=\"") && written.ends_with("</b>"));
    std::size_t angles = 0;
    std::size_t quotes = 0;
    for (const char character : written) {
        angles += character == '<' || character == '>' ? 1 : 0;
        quotes += character == '"' ? 1 : 0;
        RC_ASSERT(static_cast<unsigned char>(character) >= 0x20 && character != 0x7f);
    }
    RC_ASSERT(angles == 4U && quotes == 2U);
}

RC_GTEST_PROP(ViewsDisplay, WrappingKeepsTheWidthAndTheWords, (std::string raw))
{
    const std::string text = report::printable(raw);
    const std::size_t columns = *rc::gen::inRange<std::size_t>(2, 40);
    std::string joined;
    for (const std::string& line : report::wrap(text, columns)) {
        RC_ASSERT(report::displayWidth(line) <= columns);
        joined += line;
    }
    const auto withoutSpaces = [](std::string any) {
        std::erase(any, ' ');
        return any;
    };
    RC_ASSERT(withoutSpaces(joined) == withoutSpaces(text));
    RC_ASSERT(report::displayWidth(report::clip(text, columns)) <= columns);
}

} // namespace
} // namespace vnscope::views
