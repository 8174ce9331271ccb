// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyses/microscope/victim.hpp"

namespace vnscope::analyses::microscope {

/// What one culprit did to all victims together.
struct CulpritTally {
    Culprit culprit;
    std::uint64_t late = 0; ///< Victims that it has the largest part of, by kind.
    std::uint64_t lost = 0;
    std::uint64_t persistent = 0;       ///< Of them, those that met an overload.
    double share = 0;                   ///< Of all victims, each counting once.
    base::Nanoseconds worstLatency = 0; ///< Of `late`.
    base::TimeRange when;               ///< From the first of these victims' beginning to the last one's end.
    FlowId flow;                        ///< Named most often; invalid: none.
    std::uint64_t flowVictims = 0;      ///< How often.
};

/// The largest share first.
[[nodiscard]] std::vector<CulpritTally> tallyCulprits(std::span<const Victim> victims);

} // namespace vnscope::analyses::microscope
