// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "analyses/analysis.hpp"

namespace vnscope::analyses::runner {

/// Writes what every store has: trace, trace_stream, event_class, analysis, data_quality, finding.
void writeSession(RunContext& context, std::span<const std::unique_ptr<Analysis>> analyses);

} // namespace vnscope::analyses::runner
