// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/events/time_rows.hpp"

#include <utility>

namespace vnscope::views::widgets::events {
namespace {

using base::Result;

Result<std::optional<std::int64_t>> firstEventAt(base::Timestamp time, const storage::Store& store,
                                                 const model::Stop& stop)
{
    const auto found = store.read({"event", {"event_id"}, {{"ts_ns", ">=", time}}, {"ts_ns", "event_id"}, 1}, stop);
    if (!found)
        return tl::unexpected(found.error());
    return found->rows.empty() ? std::nullopt : std::optional(found->rows[0][0].integer());
}

} // namespace

Result<IdSpan> eventsIn(const base::TimeRange& range, const storage::Store& store, const model::Stop& stop)
{
    auto begin = firstEventAt(range.begin, store, stop);
    if (!begin)
        return tl::unexpected(std::move(begin).error());
    auto end = firstEventAt(range.end, store, stop);
    if (!end)
        return tl::unexpected(std::move(end).error());
    return IdSpan{*begin, *end};
}

Result<RowSpan> rowsIn(const base::TimeRange& range, const storage::Select& select, const model::PageKeys& keys,
                       std::int64_t rows, const storage::Store& store, const model::Stop& stop)
{
    const auto span = eventsIn(range, store, stop);
    if (!span)
        return tl::unexpected(span.error());
    const auto rowOf = [&](const std::optional<std::int64_t>& id) {
        return id ? keys.rowsBefore(*id, select, store, stop) : Result<std::int64_t>(rows);
    };
    const auto first = rowOf(span->begin);
    if (!first)
        return tl::unexpected(first.error());
    const auto last = rowOf(span->end);
    if (!last)
        return tl::unexpected(last.error());
    return RowSpan{*first, *last - *first};
}

} // namespace vnscope::views::widgets::events
