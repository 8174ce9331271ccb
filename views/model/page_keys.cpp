// SPDX-License-Identifier: Apache-2.0
#include "views/model/page_keys.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <variant>

namespace vnscope::views::model {
namespace {

using base::Result;
using storage::Select;
using storage::Store;
using storage::Value;

bool isDescending(const std::string& term)
{
    return term.starts_with('-');
}

std::string columnOf(const std::string& term)
{
    return isDescending(term) ? term.substr(1) : term;
}

std::optional<std::int64_t> integerIn(const Value& value)
{
    const auto* number = std::get_if<std::int64_t>(&value.cell());
    return number == nullptr ? std::nullopt : std::optional(*number);
}

/// The key of the first row in the order of `term`; nothing: no row, or no integer.
Result<std::optional<std::int64_t>> firstKey(const Select& select, const std::string& term, const Store& store,
                                             const Stop& stop)
{
    const auto found = store.read({select.table, {columnOf(term)}, select.where, {term}, 1}, stop);
    if (!found)
        return tl::unexpected(found.error());
    return found->rows.empty() ? std::nullopt : integerIn(found->rows[0][0]);
}

/// Counts rows and keeps the key of every `pageRows`th.
class KeySampler final : public storage::RowSink {
public:
    explicit KeySampler(std::int64_t pageRows) : m_pageRows(pageRows) {}

    void columns(const std::vector<std::string>&) override {}
    [[nodiscard]] bool row(std::span<const Value> cells) override
    {
        if (m_rows++ % m_pageRows == 0) {
            const auto key = integerIn(cells[0]);
            m_areIntegers = m_areIntegers && key;
            m_keys.push_back(key.value_or(0));
        }
        return true;
    }

    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] bool areIntegers() const { return m_areIntegers; }
    [[nodiscard]] std::vector<std::int64_t> keys() && { return std::move(m_keys); }

private:
    std::int64_t m_pageRows;
    std::int64_t m_rows = 0;
    bool m_areIntegers = true;
    std::vector<std::int64_t> m_keys;
};

std::uint64_t distance(std::int64_t a, std::int64_t b)
{
    return static_cast<std::uint64_t>(std::max(a, b)) - static_cast<std::uint64_t>(std::min(a, b));
}

bool isRange(const Select::Condition& condition)
{
    return condition.op == "=" || condition.op == "<" || condition.op == "<=" || condition.op == ">" ||
           condition.op == ">=";
}

/// Conditions on the key alone leave no gaps where there were none.
bool isOfKeyOnly(const Select& select, const std::string& key)
{
    return std::ranges::all_of(select.where, [&](const Select::Condition& condition) {
        return condition.column == key && isRange(condition);
    });
}

} // namespace

std::int64_t PageKeys::beginOf(std::int64_t page) const
{
    if (!m_begins.empty())
        return m_begins[static_cast<std::size_t>(page)];
    const std::int64_t distance = page * m_pageRows;
    return m_isDescending ? m_first - distance : m_first + distance;
}

bool PageKeys::isAtOrBehind(std::int64_t key, std::int64_t other) const
{
    return m_isDescending ? key <= other : key >= other;
}

void PageKeys::skipTo(std::int64_t first, Select& select) const
{
    select.where.push_back({m_column, m_isDescending ? "<=" : ">=", beginOf(first / m_pageRows)});
    select.offset = first % m_pageRows;
}

Result<std::int64_t> PageKeys::rowsBefore(std::int64_t key, const Select& select, const Store& store,
                                          const Stop& stop) const
{
    if (!isKnown() || !isAtOrBehind(key, m_first))
        return 0;
    if (isDense())
        return static_cast<std::int64_t>(std::min(distance(key, m_first), static_cast<std::uint64_t>(m_rows)));
    // The first page that begins behind the key: the key is on the one before it, or between them.
    const auto next = std::partition_point(m_begins.begin(), m_begins.end(),
                                           [&](std::int64_t begin) { return isAtOrBehind(key, begin); });
    const std::int64_t page = next - m_begins.begin() - 1;
    Select between = select;
    between.where.push_back({m_column, m_isDescending ? "<=" : ">=", beginOf(page)});
    between.where.push_back({m_column, m_isDescending ? ">" : "<", key});
    const auto rows = store.count(between, stop);
    if (!rows)
        return rows;
    return page * m_pageRows + *rows;
}

Result<std::optional<PageKeys>> PageKeys::ofDense(const Select& select, PageKeys keys, bool isDenseTable,
                                                  const Store& store, const Stop& stop)
{
    const std::string& term = select.orderBy.front();
    const auto first = firstKey(select, term, store, stop);
    if (!first)
        return tl::unexpected(first.error());
    const auto last = firstKey(select, keys.m_isDescending ? keys.m_column : "-" + term, store, stop);
    if (!last)
        return tl::unexpected(last.error());
    if (!*first || !*last)
        return isDenseTable ? std::optional(std::move(keys)) : std::nullopt;
    const std::uint64_t span = distance(**first, **last);
    if (!isDenseTable) {
        const auto rows = store.count(select, stop);
        if (!rows)
            return tl::unexpected(rows.error());
        if (static_cast<std::uint64_t>(*rows) != span + 1)
            return std::nullopt;
    }
    keys.m_first = **first;
    keys.m_rows = static_cast<std::int64_t>(span + 1);
    return keys;
}

Result<CountedRows> PageKeys::sampled(const Select& select, PageKeys keys, const Store& store, const Stop& stop)
{
    KeySampler sampler(keys.m_pageRows);
    const Select all{select.table, {keys.m_column}, select.where, select.orderBy, -1};
    if (auto read = store.read(all, sampler, stop); !read)
        return tl::unexpected(std::move(read).error());
    const std::int64_t rows = sampler.rows();
    if (rows == 0 || !sampler.areIntegers())
        return CountedRows{rows, {}};
    keys.m_rows = rows;
    keys.m_begins = std::move(sampler).keys();
    keys.m_first = keys.m_begins.front();
    return CountedRows{rows, std::move(keys)};
}

Result<CountedRows> countRows(const Select& select, std::int64_t pageRows, bool isDenseTable, const Store& store,
                              const Stop& stop)
{
    if (select.orderBy.size() != 1) {
        const auto rows = store.count(select, stop);
        return rows ? Result<CountedRows>(CountedRows{*rows, {}}) : tl::unexpected(rows.error());
    }
    PageKeys keys;
    keys.m_column = columnOf(select.orderBy.front());
    keys.m_isDescending = isDescending(select.orderBy.front());
    keys.m_pageRows = pageRows;
    const bool isDense = isDenseTable && isOfKeyOnly(select, keys.m_column);
    if (isDense || select.where.empty()) {
        auto dense = PageKeys::ofDense(select, keys, isDense, store, stop);
        if (!dense)
            return tl::unexpected(std::move(dense).error());
        if (*dense)
            return CountedRows{(*dense)->m_rows, std::move(**dense)};
    }
    return PageKeys::sampled(select, std::move(keys), store, stop);
}

} // namespace vnscope::views::model
