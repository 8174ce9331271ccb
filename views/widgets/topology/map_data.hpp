// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "topology/topology_timeline.hpp"

namespace vnscope::views::widgets::topology {

/// What the explorer keeps of a store: the map over time, and what belongs to its nodes. Does not change once it is
/// read, so that several threads may look at it.
struct MapData {
    struct PortVlan {
        int vlan = 0;
        base::TimeRange valid;
    };

    vnscope::topology::TopologyTimeline timeline;
    std::vector<std::optional<std::int64_t>> devices; ///< By node: its row of the table `device`.
    std::vector<std::string> addresses;               ///< By node: IP addresses, comma-separated.
    std::multimap<std::int64_t, PortVlan> portVlans;  ///< By device.

    [[nodiscard]] std::optional<std::int64_t> deviceOf(vnscope::topology::NodeId node) const;
    [[nodiscard]] std::string addressesOf(vnscope::topology::NodeId node) const;
    /// VLANs that were seen on any connection or port, in order.
    [[nodiscard]] std::vector<int> vlans() const;
};

/// Fails as topology::readTimeline() does.
[[nodiscard]] base::Result<MapData> readMap(const storage::Store& store);

} // namespace vnscope::views::widgets::topology
