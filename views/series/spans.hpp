// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "views/chart/bins.hpp"
#include "views/chart/state_chart.hpp"

/// Rows of a store that are for a while, or at a moment, as few enough of them to be drawn.
namespace vnscope::views::series {

/// Rows with a begin and an end, of one thing: they do not overlap.
struct SpanSource {
    std::string table{};
    std::string begin = "begin_ns";
    std::string end = "end_ns";
    std::vector<storage::Select::Condition> where{};
    std::string kind{}; ///< A column with a whole number, StateSpan::kind; empty: all are of kind 0.
};

/// What of `source` touches `range`, in order of time, joined as chart::coarsen() does. Memory grows with range /
/// finest, not with rows. No rows and no error where the store has no such table.
[[nodiscard]] base::Result<std::vector<chart::StateSpan>>
readSpans(const storage::Store& store, const SpanSource& source, const base::TimeRange& range, base::Nanoseconds finest,
          const std::function<bool()>& stop = {});

/// How many rows of `table` have their `column` in each of about `bins` equal parts of `range`.
[[nodiscard]] base::Result<chart::Bins> countMoments(const storage::Store& store, const std::string& table,
                                                     const std::string& column,
                                                     std::vector<storage::Select::Condition> where,
                                                     const base::TimeRange& range, std::size_t bins,
                                                     const std::function<bool()>& stop = {});

/// Where the group of a moment is NULL.
inline constexpr std::int64_t kNoGroup = -1;

/// The same for each value of another column, `group`; those without rows are absent.
[[nodiscard]] base::Result<std::map<std::int64_t, chart::Bins>>
countMomentsBy(const storage::Store& store, const std::string& table, const std::string& column,
               const std::string& group, const base::TimeRange& range, std::size_t bins,
               const std::function<bool()>& stop = {});

} // namespace vnscope::views::series
