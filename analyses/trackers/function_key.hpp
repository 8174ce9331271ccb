// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace vnscope::analyses::trackers {

/// What a network function has in `nf_element.function_key` and its events in `event.function_key`: its own number is
/// unique on its host only. `host`: as Trackers::host() numbers them.
[[nodiscard]] constexpr std::uint64_t functionKey(std::uint32_t host, std::uint32_t number)
{
    return std::uint64_t{host} << 32U | number;
}

} // namespace vnscope::analyses::trackers
