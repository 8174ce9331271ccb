// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/link_stats.hpp"

#include <algorithm>
#include <cstring>

#include "recording/host/netlink.hpp"

namespace vnscope::recording::agent {

std::optional<LinkStats> parseLinkStats(const nlmsghdr& message)
{
    if (mnl_nlmsg_get_payload_len(&message) < sizeof(if_stats_msg))
        return std::nullopt;
    const auto& header = *static_cast<const if_stats_msg*>(mnl_nlmsg_get_payload(&message));
    std::optional<LinkStats> stats;
    host::forEachAttribute(message, sizeof(if_stats_msg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) != IFLA_STATS_LINK_64)
            return;
        stats.emplace().ifindex = header.ifindex;
        std::memcpy(&stats->counters, mnl_attr_get_payload(attribute),
                    std::min<std::size_t>(sizeof stats->counters, mnl_attr_get_payload_len(attribute)));
    });
    return stats;
}

} // namespace vnscope::recording::agent
