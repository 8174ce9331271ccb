// SPDX-License-Identifier: Apache-2.0
#include "views/chart/bins.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace vnscope::views::chart {
namespace {

/// How many epoch-aligned bins of width `bin` touch `range`.
std::size_t binsToCover(const base::TimeRange& range, base::Nanoseconds bin)
{
    if (range.isEmpty())
        return 0;
    const base::Nanoseconds length = range.end - base::binBegin(range.begin, bin);
    return static_cast<std::size_t>(length / bin + (length % bin != 0 ? 1 : 0));
}

} // namespace

BinChoice chooseBins(const base::TimeRange& range, std::span<const base::Nanoseconds> available, std::size_t maxBins)
{
    assert(!available.empty() && maxBins > 0);
    base::Nanoseconds finest = 0;
    for (const base::Nanoseconds width : available) {
        if (binsToCover(range, width) <= maxBins && (finest == 0 || width < finest))
            finest = width;
    }
    if (finest != 0)
        return {finest, finest};
    const base::Nanoseconds widest = *std::max_element(available.begin(), available.end());
    base::Nanoseconds shown = widest;
    while (binsToCover(range, shown) > maxBins)
        shown *= 2;
    return {widest, shown};
}

Bins fillBins(const base::TimeRange& range, base::Nanoseconds bin, std::span<const SparseBin> sparse)
{
    Bins bins{base::binBegin(range.begin, bin), bin, std::vector<double>(binsToCover(range, bin), 0.0)};
    const base::TimeRange covered = bins.range();
    for (const SparseBin& one : sparse) {
        if (covered.contains(one.begin))
            bins.values[static_cast<std::size_t>((one.begin - bins.begin) / bin)] += one.value;
    }
    return bins;
}

std::vector<Extent> reduce(std::span<const double> values, std::size_t columns)
{
    columns = std::min(columns, values.size());
    std::vector<Extent> extents;
    extents.reserve(columns);
    for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t first = column * values.size() / columns;
        const std::size_t end = (column + 1) * values.size() / columns;
        const std::span<const double> part = values.subspan(first, end - first);
        const auto [low, high] = std::minmax_element(part.begin(), part.end());
        extents.push_back({*low, *high, meanOf(part), first, part.size()});
    }
    return extents;
}

Peak peakOf(std::span<const double> values)
{
    const auto peak = std::max_element(values.begin(), values.end());
    if (peak == values.end())
        return {};
    return {*peak, static_cast<std::size_t>(peak - values.begin())};
}

double meanOf(std::span<const double> values)
{
    if (values.empty())
        return 0;
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

} // namespace vnscope::views::chart
