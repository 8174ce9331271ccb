// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>

namespace vnscope::recording::agent {

/// A network device as rtnetlink describes it.
struct Device {
    std::uint32_t ifindex = 0;
    std::uint32_t master = 0;
    std::uint32_t link = 0; ///< The peer of a veth, the lower device of a vlan; 0: none.
    /// The kernel's number for the namespace that `link` is in; nothing: this one.
    std::optional<std::int32_t> linkNetns;
    std::uint32_t queueLength = 0; ///< tx_queue_len, packets.
    bool hasCarrier = false;       ///< A tap has one while a process holds it open.
    std::uint16_t type = 0;        ///< ARPHRD_*.
    std::string name;
    std::string kind;           ///< "veth", "bridge", "tun", …; empty: made by a driver, not by a user.
    std::uint64_t speedBps = 0; ///< Of the link, bits/s; 0: unknown.

    [[nodiscard]] bool isLoopback() const;
    /// A network card, or what a hypervisor shows as one.
    [[nodiscard]] bool isPhysical() const;
    [[nodiscard]] bool isTap() const { return kind == "tun"; }
};

/// Without the speed, which rtnetlink does not tell.
[[nodiscard]] std::optional<Device> parseDevice(const nlmsghdr& message);

/// The speed of the link as the driver tells it to ethtool, bits/s; 0: it does not. `socket` is any socket in the
/// device's namespace.
[[nodiscard]] std::uint64_t linkSpeedBps(int socket, const std::string& device);

} // namespace vnscope::recording::agent
