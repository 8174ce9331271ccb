// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "apps/vnscope/commands/command.hpp"

namespace vnscope::cli {

/// Every command, sorted by name.
[[nodiscard]] std::vector<std::unique_ptr<Command>> makeCommands();

// One function per file of this folder that has the command's name.
[[nodiscard]] std::unique_ptr<Command> makeAgentCommand();
[[nodiscard]] std::unique_ptr<Command> makeDiagnoseCommand();
[[nodiscard]] std::unique_ptr<Command> makeDoctorCommand();
[[nodiscard]] std::unique_ptr<Command> makeExportCommand();
[[nodiscard]] std::unique_ptr<Command> makeGenerateCommand();
[[nodiscard]] std::unique_ptr<Command> makeImportCommand();
[[nodiscard]] std::unique_ptr<Command> makeInfoCommand();
[[nodiscard]] std::unique_ptr<Command> makeListCommand();
[[nodiscard]] std::unique_ptr<Command> makePathsCommand();
[[nodiscard]] std::unique_ptr<Command> makeQueryCommand();
[[nodiscard]] std::unique_ptr<Command> makeRecordCommand();
[[nodiscard]] std::unique_ptr<Command> makeReportCommand();
[[nodiscard]] std::unique_ptr<Command> makeSimulateCommand();
[[nodiscard]] std::unique_ptr<Command> makeTopologyCommand();

} // namespace vnscope::cli
