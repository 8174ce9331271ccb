// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "topology/hash.hpp"
#include "topology/node.hpp"

namespace vnscope::topology {

/// A node and something of it: a port, a VLAN.
struct PairKey {
    std::uint64_t bits = 0;

    PairKey(NodeId node, int other) : bits((std::uint64_t{node.value} << 32U) | static_cast<std::uint32_t>(other)) {}
    PairKey(NodeId node, NodeId other) : bits((std::uint64_t{node.value} << 32U) | other.value) {}
    [[nodiscard]] NodeId node() const { return NodeId{static_cast<std::uint32_t>(bits >> 32U)}; }
    bool operator==(const PairKey&) const = default;
};

struct PairHash {
    std::size_t operator()(PairKey key) const noexcept { return mixed(key.bits); }
};

} // namespace vnscope::topology
