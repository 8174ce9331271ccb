// SPDX-License-Identifier: Apache-2.0
#include "views/chart/exact_time.hpp"

#include <fmt/format.h>

namespace vnscope::views::chart {

std::string formatExactOffset(base::Timestamp time, base::Timestamp origin)
{
    // Unsigned arithmetic: two times may lie further apart than a signed difference can hold.
    const bool isBefore = time < origin;
    const std::uint64_t from = static_cast<std::uint64_t>(isBefore ? time.ns : origin.ns);
    const std::uint64_t to = static_cast<std::uint64_t>(isBefore ? origin.ns : time.ns);
    constexpr std::uint64_t kSecond = base::kNsPerSecond;
    return fmt::format("{}{}.{:09} s", isBefore ? '-' : '+', (to - from) / kSecond, (to - from) % kSecond);
}

} // namespace vnscope::views::chart
