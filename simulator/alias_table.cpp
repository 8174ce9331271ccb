// SPDX-License-Identifier: Apache-2.0
#include "simulator/alias_table.hpp"

#include <numeric>

namespace vnscope::simulator {

AliasTable::AliasTable(std::span<const double> weights) : m_slots(weights.size())
{
    const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    std::vector<double> left;
    std::vector<std::uint32_t> poor;
    std::vector<std::uint32_t> rich;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        left.push_back(weights[i] / mean);
        (left.back() < 1 ? poor : rich).push_back(i);
        m_slots[i].alias = i;
    }
    while (!poor.empty() && !rich.empty()) {
        const std::uint32_t taker = poor.back();
        const std::uint32_t giver = rich.back();
        poor.pop_back();
        m_slots[taker] = {static_cast<std::uint32_t>(left[taker] * 0x1p32), giver};
        left[giver] -= 1 - left[taker];
        if (left[giver] < 1) {
            rich.pop_back();
            poor.push_back(giver);
        }
    }
}

} // namespace vnscope::simulator
