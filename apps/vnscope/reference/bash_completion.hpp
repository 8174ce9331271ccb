// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "apps/vnscope/reference/program_model.hpp"

namespace vnscope::cli::reference {

/// A completion script for bash: commands, options, the words that options take, files and directories. Needs nothing
/// but bash itself.
[[nodiscard]] std::string bashCompletion(const ProgramModel& program);

} // namespace vnscope::cli::reference
