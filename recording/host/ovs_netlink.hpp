// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/genetlink.h>
#include <linux/openvswitch.h>

#include <cstdint>
#include <optional>

#include "recording/host/netlink.hpp"

/// Generic netlink as the kernel's Open vSwitch speaks it: include/uapi/linux/{genetlink,openvswitch}.h.
namespace vnscope::recording::host {

/// What stands before the attributes of its messages.
inline constexpr std::size_t kOvsHeaders = MNL_ALIGN(sizeof(genlmsghdr)) + sizeof(ovs_header);

/// A request for all that `command` gives; OVS's own header follows with the datapath's ifindex (0: all of them).
[[nodiscard]] nlmsghdr* ovsRequest(Netlink& netlink, std::uint16_t family, std::uint8_t command, int datapath);

/// The ifindex of the datapath that a message is about; 0: the message is too short.
[[nodiscard]] int ovsDatapath(const nlmsghdr& message);

/// The number of a generic netlink family; nothing where its module is absent.
[[nodiscard]] std::optional<std::uint16_t> familyNumber(Netlink& netlink, const char* name);

} // namespace vnscope::recording::host
