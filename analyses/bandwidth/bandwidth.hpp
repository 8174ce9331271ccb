// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "analyses/analysis.hpp"

namespace vnscope::analyses::bandwidth {

/// Tx/Rx packets and bytes per device, over time and in total, as the kernel's own counters count. See README.md.
[[nodiscard]] std::unique_ptr<Analysis> create();

} // namespace vnscope::analyses::bandwidth
