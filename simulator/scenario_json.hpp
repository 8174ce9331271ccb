// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "simulator/scenario.hpp"

namespace vnscope::simulator {

/// A scenario as README.md of this folder describes it; elements and sources are named, not numbered.
[[nodiscard]] std::string toJson(const Scenario& scenario);

/// What toJson() writes, or a user: whatever is left out keeps its default. The scenario has passed check(); what does
/// not fit gives one sentence (code Usage).
[[nodiscard]] base::Result<Scenario> parseScenario(std::string_view json);

} // namespace vnscope::simulator
