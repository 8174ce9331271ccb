// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "apps/vnscope/reference/program_model.hpp"

namespace vnscope::cli::reference {

/// vnscope(1), in man(7) macros: what the program is, and its commands.
[[nodiscard]] std::string programManPage(const ProgramModel& program);

/// vnscope-NAME(1): one command with its options, examples and exit codes.
[[nodiscard]] std::string commandManPage(const ProgramModel& program, const CommandModel& command);

} // namespace vnscope::cli::reference
