// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// Bytes: a positive number and `K`, `M` or `G` (1024s), as LTTng and perf read them.
[[nodiscard]] base::Result<std::uint64_t> parseSize(std::string_view text);

} // namespace vnscope::recording::session
