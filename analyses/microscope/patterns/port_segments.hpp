// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "analyses/microscope/patterns/pattern.hpp"

namespace vnscope::analyses::microscope::patterns {

/// Ranges of ports that take the fewest bits to write down: 16 for a port alone, 32 for a range and as many as tell
/// which of its ports are meant (minimum description length). At least half of a range's ports are meant. Optimal, by
/// dynamic programming; a tie makes fewer ranges. `ports` are sorted and distinct.
std::vector<PortRange> portSegments(std::span<const std::uint16_t> ports);

} // namespace vnscope::analyses::microscope::patterns
