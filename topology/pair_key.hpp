// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "topology/node.hpp"

namespace vnscope::topology {

/// Every bit counts in the low ones, which choose the slot of a hash table (the finalizer of MurmurHash3).
[[nodiscard]] constexpr std::size_t mixed(std::uint64_t bits)
{
    bits = (bits ^ (bits >> 33U)) * 0xFF51AFD7ED558CCDULL;
    bits = (bits ^ (bits >> 33U)) * 0xC4CEB9FE1A85EC53ULL;
    return static_cast<std::size_t>(bits ^ (bits >> 33U));
}

/// A node and something of it: a port, a VLAN.
struct PairKey {
    std::uint64_t bits = 0;

    PairKey(NodeId node, int other) : bits((std::uint64_t{node.value} << 32U) | static_cast<std::uint32_t>(other)) {}
    PairKey(NodeId node, NodeId other) : bits((std::uint64_t{node.value} << 32U) | other.value) {}
    bool operator==(const PairKey&) const = default;
};

struct PairHash {
    std::size_t operator()(PairKey key) const noexcept { return mixed(key.bits); }
};

} // namespace vnscope::topology
