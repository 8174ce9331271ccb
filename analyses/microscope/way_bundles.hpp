// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyses/microscope/path_table.hpp"
#include "analyses/microscope/pre_set.hpp"

namespace vnscope::analyses::microscope {

/// Some of the ways on which a queue's packets came.
using Ways = std::vector<const PreSet::Part*>;

/// Ways whose packets came by the same last elements, from the queue back. Of ways with a packet or two nothing can be
/// said alone; what an element did shows in all that came through it.
struct WayBundle {
    Ways ways;                ///< At least one.
    std::uint64_t ending = 0; ///< PathTable::endingOf()
    PathId step;              ///< Of the first way: by `writer` of this step the packets came.
    bool hasPast = false;     ///< It is known how they came to that element.
    double packets = 0;
};

/// Of ways that are alike for `level` elements, `ending` being what these are: by the element before.
[[nodiscard]] std::vector<WayBundle> bundlesOf(const PathTable& paths, const Ways& ways, std::size_t level,
                                               std::uint64_t ending);
/// The same, each way alone.
[[nodiscard]] std::vector<WayBundle> singleBundlesOf(const PathTable& paths, const Ways& ways, std::size_t level,
                                                     std::uint64_t ending);

/// When the packets came: 0 to the queue itself, 1 to the one before. All ways go back that far.
[[nodiscard]] base::TimeRange arrivalsOf(const Ways& ways, std::size_t level);

/// How long all of the packets were at one time in the element that handed them on to `level`, or in its queue;
/// negative: they were not.
[[nodiscard]] base::Nanoseconds heldBefore(const Ways& ways, std::size_t level);

} // namespace vnscope::analyses::microscope
