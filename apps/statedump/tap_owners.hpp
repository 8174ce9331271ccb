// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "apps/statedump/host_state.hpp"

namespace vnscope::statedump {

/// The processes that hold a tun or tap device open, as far as this process may look (root: all).
[[nodiscard]] std::vector<TapOwner> findTapOwners();

} // namespace vnscope::statedump
