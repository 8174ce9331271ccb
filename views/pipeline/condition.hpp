// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "storage/base/time.hpp"
#include "views/pipeline/pipeline.hpp"

namespace vnscope::views::pipeline {

/// How an element fared in a time.
struct Condition {
    /// Lost above noise in the windows of the analysis (a second each) that touch the time.
    std::int64_t lostPackets = 0;
    /// What its own counter of drops rose by, from the first sample in the time to the last. None: it has no such
    /// counter, or it began anew.
    std::optional<std::int64_t> droppedPackets;
    std::map<std::string, base::Nanoseconds> states; ///< Of middleboxes: how long within the time.

    /// What a picture of losses shows: lost packets, or drops where none were lost above noise.
    [[nodiscard]] std::int64_t loss() const { return lostPackets > 0 ? lostPackets : droppedPackets.value_or(0); }
    /// The gravest of the states; empty: none is known.
    [[nodiscard]] std::string gravestState() const;
};

/// Elements of which nothing is known are absent.
using Conditions = std::map<ElementId, Condition>;

/// Looks at each sample in `range` once. Fails with code Cancelled where `stop` says so.
[[nodiscard]] base::Result<Conditions> readConditions(const storage::Store& store, const base::TimeRange& range,
                                                      const std::function<bool()>& stop = {});

/// "write-blocked" of the store's spelling.
[[nodiscard]] std::string stateName(std::string state);

} // namespace vnscope::views::pipeline
