// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "apps/reference/program_model.hpp"

namespace vnscope::reference {

/// NAME(1), in man(7) macros: what the program is, its options, and its commands if it has some.
[[nodiscard]] std::string programManPage(const ProgramModel& program);

/// PROGRAM-NAME(1): one command with its options, examples and exit codes.
[[nodiscard]] std::string commandManPage(const ProgramModel& program, const CommandModel& command);

} // namespace vnscope::reference
