// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "apps/reference/program_model.hpp"

namespace vnscope::reference {

/// A completion script for bash: commands if the program has some, options, the words that options take, files and
/// directories. Needs nothing but bash itself.
[[nodiscard]] std::string bashCompletion(const ProgramModel& program);

} // namespace vnscope::reference
