// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/datapath_stats.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "recording/host/ovs_netlink.hpp"

namespace vnscope::recording::agent {

namespace {

template <typename T> void copy(const nlattr* attribute, T& to)
{
    std::memcpy(&to, mnl_attr_get_payload(attribute),
                std::min<std::size_t>(sizeof(T), mnl_attr_get_payload_len(attribute)));
}

std::string_view textOf(const nlattr* attribute)
{
    const auto* const begin = static_cast<const char*>(mnl_attr_get_payload(attribute));
    return {begin, ::strnlen(begin, mnl_attr_get_payload_len(attribute))};
}

} // namespace

std::optional<DatapathStats> parseDatapathStats(const nlmsghdr& message)
{
    DatapathStats stats;
    stats.datapath = host::ovsDatapath(message);
    if (stats.datapath == 0)
        return std::nullopt;
    bool isCounted = false;
    host::forEachAttribute(message, host::kOvsHeaders, [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == OVS_DP_ATTR_NAME)
            stats.name = textOf(attribute);
        if (mnl_attr_get_type(attribute) == OVS_DP_ATTR_STATS) {
            copy(attribute, stats.counters);
            isCounted = true;
        }
    });
    return isCounted ? std::optional(stats) : std::nullopt;
}

std::optional<VportStats> parseVportStats(const nlmsghdr& message)
{
    VportStats stats;
    stats.datapath = host::ovsDatapath(message);
    if (stats.datapath == 0)
        return std::nullopt;
    bool isCounted = false;
    host::forEachAttribute(message, host::kOvsHeaders, [&](const nlattr* attribute) {
        switch (mnl_attr_get_type(attribute)) {
        case OVS_VPORT_ATTR_PORT_NO: copy(attribute, stats.port); break;
        case OVS_VPORT_ATTR_IFINDEX: copy(attribute, stats.ifindex); break;
        case OVS_VPORT_ATTR_NAME: stats.name = textOf(attribute); break;
        case OVS_VPORT_ATTR_STATS:
            copy(attribute, stats.counters);
            isCounted = true;
            break;
        default: break;
        }
    });
    return isCounted ? std::optional(stats) : std::nullopt;
}

} // namespace vnscope::recording::agent
