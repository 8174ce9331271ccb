// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/diagnosis/victim_story.hpp"
#include "views/diagram/diagram.hpp"

namespace vnscope::views::diagnosis {

/// Who made the packet wait where: causes above, the queues where it waited below them, the packet at the end. The
/// width of the lines is the share of its wait.
[[nodiscard]] diagram::Diagram pictureOf(const VictimStory& victim);

} // namespace vnscope::views::diagnosis
