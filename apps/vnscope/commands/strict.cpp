// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/strict.hpp"

#include <fmt/format.h>

namespace vnscope::cli {

ExitCode judgeLosses(const std::vector<std::string>& losses, bool isStrict, const Console& console)
{
    if (losses.empty())
        return ExitCode::Done;
    const std::string more = losses.size() > 1 ? fmt::format(" (and {} more)", losses.size() - 1) : std::string();
    console.warn(fmt::format("data was lost: {}{}; the table data_quality has the advice", losses.front(), more));
    return isStrict ? ExitCode::DataLost : ExitCode::Done;
}

} // namespace vnscope::cli
