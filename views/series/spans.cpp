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
        m_empty.begin = range.begin;
        m_empty.bin = std::max<base::Nanoseconds>(
            1, range.length() / static_cast<base::Nanoseconds>(std::max<std::size_t>(1, bins)));
        m_empty.values.resize(static_cast<std::size_t>((range.length() + m_empty.bin - 1) / m_empty.bin));
    }

    void columns(const std::vector<std::string>& names) override { static_cast<void>(names); }
    /// A moment and, where there are groups, its group.
    bool row(std::span<const storage::Value> cells) override
    {
        const std::int64_t group = cells.size() < 2 || cells[1].isNull() ? kNoGroup : cells[1].integer();
        chart::Bins& bins = m_groups.try_emplace(group, m_empty).first->second;
        ++bins.values[static_cast<std::size_t>((cells[0].integer() - bins.begin.ns) / bins.bin)];
        return true;
    }
    [[nodiscard]] std::map<std::int64_t, chart::Bins> take() { return std::move(m_groups); }
    [[nodiscard]] const chart::Bins& empty() const { return m_empty; }

private:
    chart::Bins m_empty;
    std::map<std::int64_t, chart::Bins> m_groups;
};

base::Result<void> readMoments(const storage::Store& store, storage::Select select, const base::TimeRange& range,
                               MomentSink& sink, const std::function<bool()>& stop)
{
    if (!store.hasTable(select.table) || range.isEmpty())
        return {};
    select.where.push_back({select.columns.front(), ">=", range.begin});
    select.where.push_back({select.columns.front(), "<", range.end});
    return store.read(select, sink, stop);
}

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
    if (auto done = readMoments(store, {table, {column}, std::move(where)}, range, sink, stop); !done)
        return tl::unexpected(std::move(done).error());
    auto groups = sink.take();
    return groups.empty() ? sink.empty() : std::move(groups.begin()->second);
}

base::Result<std::map<std::int64_t, chart::Bins>> countMomentsBy(const storage::Store& store, const std::string& table,
                                                                 const std::string& column, const std::string& group,
                                                                 const base::TimeRange& range, std::size_t bins,
                                                                 const std::function<bool()>& stop)
{
    MomentSink sink(range, bins);
    if (auto done = readMoments(store, {table, {column, group}}, range, sink, stop); !done)
        return tl::unexpected(std::move(done).error());
    return sink.take();
}

} // namespace vnscope::views::series
