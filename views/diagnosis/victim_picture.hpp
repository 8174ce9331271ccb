// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "storage/base/time.hpp"
#include "views/diagnosis/victim_story.hpp"
#include "views/diagram/diagram.hpp"

namespace vnscope::views::diagnosis {

struct VictimPicture {
    diagram::Diagram diagram;
    /// By box, when it happened: the packet's way, its wait in a queue from when that began to build up, what a culprit
    /// did.
    std::vector<base::TimeRange> periods;
};

/// Who made the packet wait where: causes above, the queues where it waited below them, the packet at the end. The
/// width of the lines is the share of its wait.
[[nodiscard]] VictimPicture timedPictureOf(const VictimStory& victim);
[[nodiscard]] diagram::Diagram pictureOf(const VictimStory& victim);

} // namespace vnscope::views::diagnosis
