// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/if_link.h>
#include <linux/netlink.h>

#include <cstdint>
#include <optional>

namespace vnscope::recording::agent {

/// A message of an answer to RTM_GETSTATS with IFLA_STATS_LINK_64: rtnl_stats_fill() of net/core/rtnetlink.c. What each
/// counter means is said in include/uapi/linux/if_link.h.
struct LinkStats {
    std::uint32_t ifindex = 0;
    rtnl_link_stats64 counters{}; ///< What an older kernel does not have is 0.
};

[[nodiscard]] std::optional<LinkStats> parseLinkStats(const nlmsghdr& message);

} // namespace vnscope::recording::agent
