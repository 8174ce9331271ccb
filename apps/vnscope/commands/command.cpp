// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/command.hpp"

namespace vnscope::cli {

std::vector<ExitCodeMeaning> exitCodes()
{
    return {
        {ExitCode::Done, "done"},
        {ExitCode::Failed, "failed"},
        {ExitCode::Usage, "the command line makes no sense"},
        {ExitCode::DataLost, "--strict was given and data was lost"},
        {ExitCode::Threshold, "a condition of --fail-if holds, or cannot be judged (this wins over 3)"},
    };
}

} // namespace vnscope::cli
