// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/flow_weights.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

void FlowWeights::add(FlowId flow, double weight)
{
    m_total += weight;
    if (!flow.isValid() || weight <= 0)
        return;
    const double sum = m_weights[flow.value] += weight;
    if (sum <= m_least || std::find(m_largest.begin(), m_largest.end(), flow) != m_largest.end())
        return;
    const auto weightOf = [&](FlowId id) { return id.isValid() ? m_weights.at(id.value) : 0.0; };
    const auto isLess = [&](FlowId a, FlowId b) { return weightOf(a) < weightOf(b); };
    *std::min_element(m_largest.begin(), m_largest.end(), isLess) = flow;
    m_least = weightOf(*std::min_element(m_largest.begin(), m_largest.end(), isLess));
}

std::vector<FlowShare> FlowWeights::surplus(const FlowTable& flows, std::size_t most) const
{
    std::vector<FlowShare> shares;
    if (m_total <= 0)
        return shares;
    for (const FlowId flow : m_largest) {
        const double surplus = flow.isValid() ? m_weights.at(flow.value) / m_total - flows.share(flow) : 0;
        if (surplus > 0)
            shares.push_back({flow, surplus});
    }
    std::sort(shares.begin(), shares.end(), [](const FlowShare& a, const FlowShare& b) {
        return std::pair(-a.share, a.flow) < std::pair(-b.share, b.flow);
    });
    shares.resize(std::min(shares.size(), most));
    return shares;
}

} // namespace vnscope::analyses::microscope
