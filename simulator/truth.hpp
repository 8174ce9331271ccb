// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "simulator/simulated_trace.hpp"

namespace vnscope::simulator {

/// What truly happened in a run that is over, as JSON: the scenario with its injections, the numbers that the events
/// give elements and queues, and totals. README.md of this folder describes it.
[[nodiscard]] std::string truthJson(const Scenario& scenario, const SimulatedTrace& trace);

} // namespace vnscope::simulator
