// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <vector>

#include "views/diagnosis/victim_story.hpp"

namespace vnscope::cli {

/// CSV, one row for each victim.
void writeVictimRows(const std::vector<views::diagnosis::VictimLine>& victims, std::ostream& out);
/// CSV, one row for each cause of one victim.
void writeCauseRows(const views::diagnosis::VictimStory& victim, std::ostream& out);

} // namespace vnscope::cli
