// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "views/chart/format.hpp"

namespace vnscope::views::chart {

/// What the numbers of a column of the store count, as its name tells: `bytes` and `rx_bytes` are bytes, `rate_ab_bps`
/// is a rate, `begin_ns` a moment, `latency_p50_ns` a length of time, `packets` things. None: a number that is a name,
/// as `port_a`, or a text.
[[nodiscard]] Unit unitOfColumn(std::string_view name);

} // namespace vnscope::views::chart
