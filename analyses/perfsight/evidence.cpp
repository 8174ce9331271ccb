// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/evidence.hpp"

#include <algorithm>
#include <optional>

namespace vnscope::analyses::perfsight {

namespace {

using Rate = std::optional<double> (*)(const Window&);

void addBusiest(const std::vector<ElementWindow>& elements, Rate rate, std::string_view name, Evidence& evidence)
{
    std::optional<double> busiest;
    for (const auto& [element, window] : elements) {
        const std::optional<double> bps = rate(window);
        if (element.kind == kPnic && bps && element.capacityBps.value_or(0) > 0)
            busiest = std::max(busiest.value_or(0.0), *bps / static_cast<double>(*element.capacityBps));
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
