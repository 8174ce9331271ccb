// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyses/microscope/patterns/address.hpp"

namespace vnscope::analyses::microscope::patterns {

/// The prefixes of one dimension that weigh at least as much as is asked for. Whatever is heavy in several dimensions
/// is heavy in each of them, so that no other prefix has to be looked at.
class PrefixTree {
public:
    /// Addresses of one prefix: a part of `order()`.
    struct Node {
        std::uint32_t first = 0;
        std::uint32_t end = 0;
    };

    /// `bits`: of an address. Takes memory for the addresses, and for at most 1/threshold nodes per level.
    PrefixTree(std::span<const Address> addresses, std::span<const double> weights, double leastWeight, unsigned bits);

    /// Indices of the addresses, by address.
    const std::vector<std::uint32_t>& order() const { return m_order; }
    /// By address; none overlaps another one. Length 0 to the address' bits.
    const std::vector<Node>& nodes(unsigned length) const { return m_nodes[length]; }
    /// Whether some heavy prefix of this length holds other addresses than the longer ones below it.
    bool isUseful(unsigned length) const { return m_isUseful[length]; }

private:
    void descend(std::span<const Address> addresses, std::span<const double> weights, Node node, unsigned length,
                 unsigned bits, double leastWeight);

    std::vector<std::uint32_t> m_order;
    std::vector<std::vector<Node>> m_nodes;
    std::vector<bool> m_isUseful;
};

} // namespace vnscope::analyses::microscope::patterns
