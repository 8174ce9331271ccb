// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "recording/agent/agent.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::agent {

struct LoopOptions {
    std::chrono::nanoseconds period = std::chrono::milliseconds(100);
    std::chrono::nanoseconds rescanPeriod = std::chrono::seconds(5);
    std::optional<std::chrono::nanoseconds> duration; ///< Nothing: until a signal.
};

/// Samples at the period, and at once on SIGUSR1, until SIGTERM, SIGINT or the end of the duration; then once more.
/// Gives the number of periods that passed without a sample because the one before took too long.
[[nodiscard]] base::Result<std::uint64_t> runLoop(Agent& agent, const LoopOptions& options);

} // namespace vnscope::recording::agent
