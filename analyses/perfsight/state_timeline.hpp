// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyses/perfsight/block_state.hpp"
#include "analyses/perfsight/sample.hpp"
#include "storage/base/data_quality.hpp"

namespace vnscope::analyses::perfsight {

/// A middlebox had one state for a while.
struct StateInterval {
    base::TimeRange range;
    BlockState state = BlockState::Unknown;
};

/// States between consecutive samples (in order of time); equal neighbours are one interval.
[[nodiscard]] std::vector<StateInterval> stateTimeline(const Element& element, Sides sides,
                                                       const std::vector<Sample>& samples,
                                                       std::vector<base::DataQuality>& quality);

} // namespace vnscope::analyses::perfsight
