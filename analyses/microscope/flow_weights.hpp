// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/flow_table.hpp"

namespace vnscope::analyses::microscope {

struct FlowShare {
    FlowId flow;
    double share = 0; ///< 0..1
};

/// How much each flow adds to something. The largest are known at any time.
class FlowWeights final {
public:
    static constexpr std::size_t kLargest = 16;

    void add(FlowId flow, double weight);
    /// The flows that are more of it than they are of all traffic, the largest surplus first.
    [[nodiscard]] std::vector<FlowShare> surplus(const FlowTable& flows, std::size_t most) const;
    [[nodiscard]] double total() const { return m_total; }

private:
    std::unordered_map<std::uint32_t, double> m_weights;
    std::array<FlowId, kLargest> m_largest{};
    double m_least = 0; ///< Weight of the smallest of the largest.
    double m_total = 0;
};

} // namespace vnscope::analyses::microscope
