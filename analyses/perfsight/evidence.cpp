// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/evidence.hpp"

#include <algorithm>
#include <optional>

namespace vnscope::analyses::perfsight {

namespace {

using Rate = std::optional<double> (*)(const Window&);

/// No Ethernet is slower: what a NIC of unknown speed carries is at most this share of what it can.
constexpr double kSlowestNicBps = 10e6;
/// An upper bound says something only where it rules saturation out.
constexpr double kClearlyIdle = 0.9;

void addBusiest(const std::vector<ElementWindow>& elements, Rate rate, std::string_view name, Evidence& evidence)
{
    std::optional<double> busiest;
    for (const auto& [element, window] : elements) {
        const std::optional<double> bps = rate(window);
        if (element.kind != kPnic || !bps)
            continue;
        const std::uint64_t capacity = element.capacityBps.value_or(0);
        const double share = *bps / (capacity > 0 ? static_cast<double>(capacity) : kSlowestNicBps);
        if (capacity == 0 && share > kClearlyIdle)
            return; // It may be saturated, or not.
        busiest = std::max(busiest.value_or(0.0), share);
    }
    if (busiest)
        evidence.try_emplace(std::string(name), *busiest);
}

} // namespace

void addNicUtilisation(const std::vector<ElementWindow>& elements, Evidence& evidence)
{
    addBusiest(elements, inputBps, kNicRxUtilisation, evidence);
    addBusiest(elements, outputBps, kNicTxUtilisation, evidence);
}

} // namespace vnscope::analyses::perfsight
