// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "apps/vnscope/commands/command.hpp"

namespace vnscope::cli {

/// Warns, in one sentence, when data was lost; with `isStrict` the exit code says so too.
[[nodiscard]] ExitCode judgeLosses(const std::vector<std::string>& losses, bool isStrict, const Console& console);

} // namespace vnscope::cli
