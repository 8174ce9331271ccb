// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "views/model/page_keys.hpp"

/// From moments to events. The ids of events grow with time, so a span of time is a span of ids.
namespace vnscope::views::widgets::events {

/// Events of this span of ids: [begin, end); an end that is absent lies behind the last event.
struct IdSpan {
    std::optional<std::int64_t> begin; ///< Absent: every event is earlier.
    std::optional<std::int64_t> end;
};

[[nodiscard]] base::Result<IdSpan> eventsIn(const base::TimeRange& range, const storage::Store& store,
                                            const model::Stop& stop);

/// Rows of a table of events: `count` from `first` on, which is the row that would be next where there are none.
struct RowSpan {
    std::int64_t first = 0;
    std::int64_t count = 0;
};

/// Where the events of `range` are among the rows of `select`, whose `keys` are known and grow.
[[nodiscard]] base::Result<RowSpan> rowsIn(const base::TimeRange& range, const storage::Select& select,
                                           const model::PageKeys& keys, std::int64_t rows, const storage::Store& store,
                                           const model::Stop& stop);

} // namespace vnscope::views::widgets::events
