// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace vnscope::topology {

/// Every bit counts in the low ones, which choose the slot of a hash table (the finalizer of MurmurHash3).
[[nodiscard]] constexpr std::size_t mixed(std::uint64_t bits)
{
    bits = (bits ^ (bits >> 33U)) * 0xFF51AFD7ED558CCDULL;
    bits = (bits ^ (bits >> 33U)) * 0xC4CEB9FE1A85EC53ULL;
    return static_cast<std::size_t>(bits ^ (bits >> 33U));
}

} // namespace vnscope::topology
