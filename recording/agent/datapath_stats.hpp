// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/netlink.h>
#include <linux/openvswitch.h>

#include <cstdint>
#include <optional>
#include <string>

/// What the kernel's Open vSwitch tells of itself: include/uapi/linux/openvswitch.h.
namespace vnscope::recording::agent {

struct DatapathStats {
    int datapath = 0;      ///< Its ifindex.
    std::string_view name; ///< In the message.
    ovs_dp_stats counters{};
};

struct VportStats {
    int datapath = 0;
    std::uint32_t port = 0;
    std::uint32_t ifindex = 0; ///< Of its device; 0: none.
    std::string_view name;     ///< In the message.
    ovs_vport_stats counters{};
};

[[nodiscard]] std::optional<DatapathStats> parseDatapathStats(const nlmsghdr& message);
[[nodiscard]] std::optional<VportStats> parseVportStats(const nlmsghdr& message);

} // namespace vnscope::recording::agent
