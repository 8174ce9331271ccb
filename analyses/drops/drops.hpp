// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "analyses/analysis.hpp"

namespace vnscope::analyses::drops {

/// Every lost packet by device, place and reason; and what kfree_skb freed without a loss. See README.md.
[[nodiscard]] std::unique_ptr<Analysis> create();

} // namespace vnscope::analyses::drops
