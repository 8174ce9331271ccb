// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "views/diagnosis/victim_story.hpp"

namespace vnscope::views::diagnosis {

/// `victims_late`, `victims_lost`, `victims_persistent`, `latency_median_ns`, `latency_threshold_ns`, `suspects`.
[[nodiscard]] nlohmann::ordered_json toJson(const VictimSummary& summary);

} // namespace vnscope::views::diagnosis
