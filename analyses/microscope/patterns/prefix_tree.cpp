// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/prefix_tree.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace vnscope::analyses::microscope::patterns {

namespace {

double weightOf(std::span<const double> weights, std::span<const std::uint32_t> order, PrefixTree::Node node)
{
    double sum = 0;
    for (std::uint32_t rank = node.first; rank < node.end; ++rank)
        sum += weights[order[rank]];
    return sum;
}

} // namespace

PrefixTree::PrefixTree(std::span<const Address> addresses, std::span<const double> weights, double leastWeight,
                       unsigned bits)
    : m_order(addresses.size()), m_nodes(bits + 1), m_isUseful(bits + 1)
{
    std::iota(m_order.begin(), m_order.end(), 0U);
    std::sort(m_order.begin(), m_order.end(), [&](std::uint32_t left, std::uint32_t right) {
        return std::tie(addresses[left], left) < std::tie(addresses[right], right);
    });
    const Node all{0, static_cast<std::uint32_t>(m_order.size())};
    if (!m_order.empty() && weightOf(weights, m_order, all) >= leastWeight)
        descend(addresses, weights, all, 0, bits, leastWeight);
}

void PrefixTree::descend(std::span<const Address> addresses, std::span<const double> weights, Node node,
                         unsigned length, unsigned bits, double leastWeight)
{
    m_nodes[length].push_back(node);
    if (length == bits) {
        m_isUseful[length] = true;
        return;
    }
    const Address first = addresses[m_order[node.first]];
    const auto middle =
        std::partition_point(m_order.begin() + node.first, m_order.begin() + node.end,
                             [&](std::uint32_t index) { return commonLength(first, addresses[index]) > length; });
    const Node left{node.first, static_cast<std::uint32_t>(middle - m_order.begin())};
    const Node right{left.end, node.end};
    if (right.first == right.end)
        return descend(addresses, weights, left, length + 1, bits, leastWeight);
    m_isUseful[length] = true;
    for (const Node half : {left, right}) {
        if (weightOf(weights, m_order, half) >= leastWeight)
            descend(addresses, weights, half, length + 1, bits, leastWeight);
    }
}

} // namespace vnscope::analyses::microscope::patterns
