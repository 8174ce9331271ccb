// SPDX-License-Identifier: Apache-2.0
#include "views/report/writers.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vnscope::views::report {
namespace {

constexpr std::size_t kTwinRows = 24;

/// Whether several bins taken together are their sum (drops) and not their mean (rates, shares).
bool isSummed(Unit unit)
{
    return unit == Unit::Packets || unit == Unit::Count || unit == Unit::Bytes;
}

/// A sum of whole things stays whole, so that it prints and compares as one.
std::int64_t summed(const chart::Extent& extent)
{
    return static_cast<std::int64_t>(extent.mean * static_cast<double>(extent.count) + 0.5);
}

void addColumns(Table& twin, const chart::ChartSeries& series, Unit unit)
{
    if (isSummed(unit)) {
        twin.columns.push_back({series.key, series.name, unit});
        return;
    }
    twin.columns.push_back({series.key + "_mean", series.name + " mean", unit});
    twin.columns.push_back({series.key + "_peak", series.name + " peak", unit});
}

void addCells(Row& row, const chart::Extent& extent, Unit unit)
{
    if (isSummed(unit)) {
        row.cells.emplace_back(summed(extent));
        return;
    }
    row.cells.emplace_back(extent.mean);
    row.cells.emplace_back(extent.high);
}

} // namespace

Table tableTwin(const chart::TimeChart& chart)
{
    Table twin{"", chart.title, {{"from_ns", "From", Unit::Time}}, {}, 0, ""};
    for (const chart::ChartSeries& series : chart.series) {
        const auto extents = chart::reduce(series.bins.values, kTwinRows);
        addColumns(twin, series, chart.unit);
        twin.rows.resize(extents.size());
        for (std::size_t index = 0; index < extents.size(); ++index) {
            Row& row = twin.rows[index];
            if (row.cells.empty())
                row.cells.emplace_back(std::max(series.bins.binBegin(extents[index].first), chart.origin));
            addCells(row, extents[index], chart.unit);
        }
    }
    twin.totalRows = static_cast<std::int64_t>(twin.rows.size());
    return twin;
}

std::string moreText(std::size_t shown, std::int64_t total, std::string_view advice)
{
    if (total <= static_cast<std::int64_t>(shown))
        return {};
    return fmt::format("The first {} of {} are shown, {} more are not. {}",
                       chart::formatCount(static_cast<std::int64_t>(shown)), chart::formatCount(total),
                       chart::formatCount(total - static_cast<std::int64_t>(shown)), advice);
}

std::vector<Fact> headline(const Document& document)
{
    std::vector<Fact> facts;
    for (const Section& section : document.sections)
        facts.insert(facts.end(), section.headline.begin(), section.headline.end());
    return facts;
}

} // namespace vnscope::views::report
