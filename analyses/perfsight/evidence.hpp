// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/perfsight/element.hpp"
#include "analyses/perfsight/window.hpp"

namespace vnscope::analyses::perfsight {

struct ElementWindow {
    Element element;
    Window window;
};

inline constexpr std::string_view kCpuUtilisation = "cpu_utilisation";      ///< Of all CPUs of the host, 0 … 1.
inline constexpr std::string_view kNicRxUtilisation = "nic_rx_utilisation"; ///< Of the busiest NIC, 0 … 1.
inline constexpr std::string_view kNicTxUtilisation = "nic_tx_utilisation";

/// What is known of one host in the window, beside its elements' losses. What is not in here was not measured.
using Evidence = std::map<std::string, double, std::less<>>;

/// Adds the utilisation of the host's NICs from their bytes and capacity, unless it is there already. Of a NIC whose
/// speed nobody knows (virtio does not tell) it is an upper bound, and nothing is added where that could mean anything.
void addNicUtilisation(const std::vector<ElementWindow>& elements, Evidence& evidence);

} // namespace vnscope::analyses::perfsight
