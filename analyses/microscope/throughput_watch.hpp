// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/flow_table.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::microscope {

/// Finds flows that got through much less for a moment because their packets were held up (Microscope, section 4.1:
/// victims by throughput). Of each such moment one packet stands for the flow: the one that was held up longest.
///
/// Memory: the flows of the packets between two calls of take().
class ThroughputWatch final {
public:
    static constexpr base::Nanoseconds kWindow = 10 * base::kNsPerMs;
    static constexpr std::size_t kWindows = 10; ///< That are compared with each other.
    /// Of fewer packets a window there is always one in which hardly any comes.
    static constexpr std::uint32_t kFewest = 20;

    /// A packet has arrived. What comes after kWindows or before the first one is counted to the nearest.
    void add(FlowId flow, std::uint64_t journey, base::Timestamp end, base::Nanoseconds latency);
    /// The packets that stand for the flows that were slow; then all is forgotten.
    [[nodiscard]] std::vector<std::uint64_t> take();

private:
    struct Window {
        std::uint32_t packets = 0;
        base::Nanoseconds latency = -1; ///< The longest.
        std::uint64_t journey = 0;      ///< And whose.
    };
    using Windows = std::array<Window, kWindows>;

    static void findDips(const Windows& windows, std::size_t count, std::vector<std::uint64_t>& found);

    std::unordered_map<std::uint32_t, Windows> m_flows; ///< By flow.
    base::Timestamp m_begin;
    std::size_t m_last = 0; ///< The last window that anything arrived in.
};

} // namespace vnscope::analyses::microscope
