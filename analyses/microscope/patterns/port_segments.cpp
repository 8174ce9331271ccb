// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/port_segments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace vnscope::analyses::microscope::patterns {

namespace {

constexpr double kBitsOfPort = 16;

/// Bits that tell which `chosen` ones of `all` are meant.
double bitsOfChoice(std::size_t all, std::size_t chosen)
{
    if (all == chosen)
        return 0;
    const auto logFactorial = [](std::size_t n) { return std::lgamma(static_cast<double>(n) + 1); };
    return (logFactorial(all) - logFactorial(chosen) - logFactorial(all - chosen)) / std::numbers::ln2;
}

} // namespace

std::vector<PortRange> portSegments(std::span<const std::uint16_t> ports)
{
    struct Best {
        double bits = std::numeric_limits<double>::infinity();
        std::size_t first = 0; ///< Where the last range begins.
    };
    std::vector<Best> best(ports.size() + 1);
    best[0].bits = 0;
    for (std::size_t end = 1; end <= ports.size(); ++end) {
        best[end] = {best[end - 1].bits + kBitsOfPort, end - 1};
        for (std::size_t first = end - 1; first-- > 0;) {
            const std::size_t length = std::size_t{ports[end - 1]} - ports[first] + 1;
            const std::size_t count = end - first;
            if (length > 2 * end)
                break; // Even all ports down to the first one would be too few.
            const double bits = best[first].bits + 2 * kBitsOfPort + bitsOfChoice(length, count);
            if (length <= 2 * count && bits <= best[end].bits)
                best[end] = {bits, first};
        }
    }
    std::vector<PortRange> segments;
    for (std::size_t end = ports.size(); end > 0; end = best[end].first)
        segments.push_back({ports[best[end].first], ports[end - 1]});
    std::reverse(segments.begin(), segments.end());
    return segments;
}

} // namespace vnscope::analyses::microscope::patterns
