// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analyses/runner/runner.hpp"
#include "apps/vnscope/console/console.hpp"
#include "apps/vnscope/session/trace_options.hpp"

namespace vnscope::cli {

/// Reads `traces` as one session, runs every analysis and writes the store `target`, with progress on a terminal.
/// Stopped by a signal, or failed: `target` is as it was and nothing else is left.
[[nodiscard]] base::Result<analyses::runner::RunSummary> importTraces(const std::vector<std::string>& traces,
                                                                      const TraceOptions& options,
                                                                      const std::filesystem::path& target,
                                                                      const Console& console);

} // namespace vnscope::cli
