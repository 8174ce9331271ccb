// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "storage/base/time.hpp"

namespace vnscope::views::chart {

/// formatOffset() to the nanosecond, for moments that lie close together: "+12.345678901 s".
[[nodiscard]] std::string formatExactOffset(base::Timestamp time, base::Timestamp origin);

} // namespace vnscope::views::chart
