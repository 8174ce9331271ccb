// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vnscope::simulator {

/// Draws indexes with given weights in constant time (Vose: A linear algorithm for generating random numbers with a
/// given distribution, 1991).
class AliasTable final {
public:
    AliasTable() = default;
    /// Weights are positive.
    explicit AliasTable(std::span<const double> weights);

    /// The index that a uniform number of 64 bits means.
    [[nodiscard]] std::uint32_t draw(std::uint64_t bits) const
    {
        const auto slot = static_cast<std::uint32_t>(((bits >> 32U) * m_slots.size()) >> 32U);
        const Slot& entry = m_slots[slot];
        return static_cast<std::uint32_t>(bits) < entry.threshold ? slot : entry.alias;
    }

private:
    struct Slot {
        std::uint32_t threshold = 0xffff'ffff; ///< Below it, of 2^32: the slot itself.
        std::uint32_t alias = 0;
    };
    std::vector<Slot> m_slots;
};

} // namespace vnscope::simulator
