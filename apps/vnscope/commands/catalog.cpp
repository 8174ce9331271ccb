// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/catalog.hpp"

namespace vnscope::cli {

std::vector<std::unique_ptr<Command>> makeCommands()
{
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(makeAgentCommand());
    commands.push_back(makeDiagnoseCommand());
    commands.push_back(makeDoctorCommand());
    commands.push_back(makeExportCommand());
    commands.push_back(makeGenerateCommand());
    commands.push_back(makeImportCommand());
    commands.push_back(makeInfoCommand());
    commands.push_back(makeListCommand());
    commands.push_back(makePathsCommand());
    commands.push_back(makeQueryCommand());
    commands.push_back(makeRecordCommand());
    commands.push_back(makeReportCommand());
    commands.push_back(makeSimulateCommand());
    commands.push_back(makeTopologyCommand());
    return commands;
}

} // namespace vnscope::cli
