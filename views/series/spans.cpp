// SPDX-License-Identifier: Apache-2.0
#include "views/series/spans.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace vnscope::views::series {
namespace {

/// Spans that are collected before they are joined.
constexpr std::size_t kBatch = std::size_t{1} << 16U;

class SpanSink final : public storage::RowSink {
public:
    SpanSink(const base::TimeRange& range, base::Nanoseconds finest) : m_range(range), m_finest(finest) {}

    void columns(const std::vector<std::string>& names) override { static_cast<void>(names); }
    bool row(std::span<const storage::Value> cells) override
    {
        const std::size_t kind =
            cells.size() > 2 ? static_cast<std::size_t>(std::max<std::int64_t>(0, cells[2].integer())) : 0;
        m_spans.push_back({{{cells[0].integer()}, {cells[1].integer()}}, kind, 1});
        if (m_spans.size() == m_next) {
            m_spans = chart::coarsen(m_spans, m_range, m_finest);
            m_next = m_spans.size() + kBatch;
        }
        return true;
    }
    [[nodiscard]] std::vector<chart::StateSpan> finish() const { return chart::coarsen(m_spans, m_range, m_finest); }

private:
    base::TimeRange m_range;
    base::Nanoseconds m_finest;
    std::vector<chart::StateSpan> m_spans;
    std::size_t m_next = kBatch;
};

class MomentSink final : public storage::RowSink {
public:
    MomentSink(const base::TimeRange& range, std::size_t bins)
    {
        m_bins.begin = range.begin;
        m_bins.bin = std::max<base::Nanoseconds>(1, range.length() /
                                                        static_cast<base::Nanoseconds>(std::max<std::size_t>(1, bins)));
        m_bins.values.resize(static_cast<std::size_t>((range.length() + m_bins.bin - 1) / m_bins.bin));
    }

    void columns(const std::vector<std::string>& names) override { static_cast<void>(names); }
    bool row(std::span<const storage::Value> cells) override
    {
        ++m_bins.values[static_cast<std::size_t>((cells[0].integer() - m_bins.begin.ns) / m_bins.bin)];
        return true;
    }
    [[nodiscard]] chart::Bins take() { return std::move(m_bins); }

private:
    chart::Bins m_bins;
};

} // namespace

base::Result<std::vector<chart::StateSpan>> readSpans(const storage::Store& store, const SpanSource& source,
                                                      const base::TimeRange& range, base::Nanoseconds finest,
                                                      const std::function<bool()>& stop)
{
    if (!store.hasTable(source.table))
        return {};
    storage::Select select{source.table, {source.begin, source.end}, source.where, {source.begin}, -1};
    if (!source.kind.empty())
        select.columns.push_back(source.kind);
    select.where.push_back({source.begin, "<", range.end});
    select.where.push_back({source.end, ">", range.begin});
    SpanSink sink(range, finest);
    if (auto done = store.read(select, sink, stop); !done)
        return tl::unexpected(std::move(done).error());
    return sink.finish();
}

base::Result<chart::Bins> countMoments(const storage::Store& store, const std::string& table, const std::string& column,
                                       std::vector<storage::Select::Condition> where, const base::TimeRange& range,
                                       std::size_t bins, const std::function<bool()>& stop)
{
    MomentSink sink(range, bins);
    if (!store.hasTable(table) || range.isEmpty())
        return sink.take();
    storage::Select select{table, {column}, std::move(where), {}, -1};
    select.where.push_back({column, ">=", range.begin});
    select.where.push_back({column, "<", range.end});
    if (auto done = store.read(select, sink, stop); !done)
        return tl::unexpected(std::move(done).error());
    return sink.take();
}

} // namespace vnscope::views::series
