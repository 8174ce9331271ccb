// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/command.hpp"

#include <string>

#include <fmt/format.h>

namespace vnscope::cli {

std::vector<reference::ExitCodeModel> exitCodeModels()
{
    const auto code = [](ExitCode value) { return static_cast<int>(value); };
    return {
        {code(ExitCode::Done), "done"},
        {code(ExitCode::Failed), "failed"},
        {code(ExitCode::Usage), "the command line makes no sense"},
        {code(ExitCode::DataLost), "--strict was given and data was lost"},
        {code(ExitCode::Threshold), "a condition of --fail-if holds, or cannot be judged (this wins over 3)"},
    };
}

std::vector<reference::ExampleModel> exampleModels(const CommandInfo& info)
{
    std::vector<reference::ExampleModel> models;
    for (const Example& example : info.examples)
        models.push_back({fmt::format("vnscope {}", example.commandLine), std::string(example.explanation)});
    return models;
}

} // namespace vnscope::cli
