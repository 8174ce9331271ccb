// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyses/perfsight/assessment.hpp"
#include "analyses/perfsight/scene.hpp"
#include "analyses/perfsight/shortage.hpp"

namespace vnscope::analyses::perfsight {

/// A device that carries at least this share of what it can is full.
inline constexpr double kFullShare = 0.95;

/// Devices that limit a chain in which nobody is to blame: full, and with about the rate of one of the chain's links.
/// TCP loses nothing there, so Algorithm 1 does not see them. Whether the chain's packets pass the device is not
/// measured. The fullest first, each once.
[[nodiscard]] std::vector<ShortageVerdict> findFullLinks(const Scene& scene, base::TimeRange range,
                                                         const std::vector<DiagnosedChain>& chains);

} // namespace vnscope::analyses::perfsight
