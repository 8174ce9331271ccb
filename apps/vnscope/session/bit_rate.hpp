// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/result.hpp"

namespace vnscope::cli {

/// What somebody says an element's link can carry.
struct StatedCapacity {
    std::string element;
    std::uint64_t bps = 0;

    bool operator==(const StatedCapacity&) const = default;
};

/// Bits per second: a positive number, with a fraction if need be, and `k`, `M` or `G` (1000s, as tc and iperf3 read
/// them) or nothing.
[[nodiscard]] base::Result<std::uint64_t> parseBitRate(std::string_view text);

/// `NAME=RATE`. The last = counts: names may have some.
[[nodiscard]] base::Result<StatedCapacity> parseCapacity(std::string_view text);

} // namespace vnscope::cli
