// SPDX-License-Identifier: Apache-2.0
#include "views/series/series.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace vnscope::views::series {
namespace {

/// A sum is off by less than a bin at either end of its range.
constexpr std::size_t kSummedBins = 500;

std::string textOf(const storage::Value& value)
{
    return value.text().empty() ? fmt::format("{}", value.integer()) : value.text();
}

/// Takes rows of begin and value.
class BinSink final : public storage::RowSink {
public:
    explicit BinSink(double factor) : m_factor(factor) {}

    void columns(const std::vector<std::string>& names) override { static_cast<void>(names); }
    bool row(std::span<const storage::Value> cells) override
    {
        m_bins.push_back({{cells[0].integer()}, cells[1].real() * m_factor});
        return true;
    }
    [[nodiscard]] std::vector<chart::SparseBin> take() { return std::move(m_bins); }

private:
    double m_factor;
    std::vector<chart::SparseBin> m_bins;
};

} // namespace

std::string Source::key() const
{
    std::string key = fmt::format("{}.{}*{}", table, column, factor);
    for (const storage::Select::Condition& condition : where)
        key += fmt::format("/{}{}{}", condition.column, condition.op, textOf(condition.value));
    return key;
}

base::Result<std::vector<chart::SparseBin>> readBins(const storage::Store& store, const Source& source,
                                                     base::Nanoseconds width, const base::TimeRange& range,
                                                     const std::function<bool()>& stop)
{
    if (!store.hasTable(source.table))
        return {};
    storage::Select select{source.table, {"begin_ns", source.column}, source.where, {"begin_ns"}, -1};
    select.where.push_back({"bin_ns", source.isCutAtEnds ? "<=" : "=", width});
    select.where.push_back({"begin_ns", ">=", range.begin});
    select.where.push_back({"begin_ns", "<", range.end});
    const double perSecond =
        source.isPerSecond ? static_cast<double>(base::kNsPerSecond) / static_cast<double>(width) : 1;
    BinSink sink(source.factor * perSecond);
    if (auto done = store.read(select, sink, stop); !done)
        return tl::unexpected(std::move(done).error());
    return sink.take();
}

base::Nanoseconds widthFor(const Source& source, const base::TimeRange& range, std::size_t columns)
{
    const auto isFine = [&](base::Nanoseconds width) {
        return range.length() / width >= static_cast<base::Nanoseconds>(columns);
    };
    const auto found = std::find_if(source.widths.rbegin(), source.widths.rend(), isFine);
    return found == source.widths.rend() ? source.widths.front() : *found;
}

base::Result<double> sumOver(const storage::Store& store, Source source, const base::TimeRange& range,
                             const std::function<bool()>& stop)
{
    source.isPerSecond = false;
    const base::Nanoseconds width = widthFor(source, range, kSummedBins);
    const auto bins = readBins(store, source, width, {base::binBegin(range.begin, width), range.end}, stop);
    if (!bins)
        return tl::unexpected(bins.error());
    double sum = 0;
    for (const chart::SparseBin& bin : *bins)
        sum += bin.value;
    return sum;
}

Source deviceRate(std::int64_t device, std::string direction, std::string column)
{
    return {.table = "bandwidth",
            .column = std::move(column),
            .where = {{"device_id", "=", device}, {"direction", "=", std::move(direction)}},
            .widths = {base::kNsPerMs, 10 * base::kNsPerMs, 100 * base::kNsPerMs, base::kNsPerSecond,
                       10 * base::kNsPerSecond},
            .factor = 8,
            .isPerSecond = true,
            .unit = chart::Unit::BitsPerSecond};
}

} // namespace vnscope::views::series
