// SPDX-License-Identifier: Apache-2.0
// Attributes as in include/uapi/linux/if_link.h.
#include "recording/agent/device.hpp"

#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "recording/host/netlink.hpp"

namespace vnscope::recording::agent {

bool Device::isLoopback() const
{
    return type == ARPHRD_LOOPBACK;
}

bool Device::isPhysical() const
{
    return kind.empty() && type == ARPHRD_ETHER;
}

std::optional<Device> parseDevice(const nlmsghdr& message)
{
    if (message.nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg))
        return std::nullopt;
    const auto& header = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
    const host::Attributes attributes(message, sizeof(ifinfomsg), IFLA_MAX);
    Device device;
    device.ifindex = static_cast<std::uint32_t>(header.ifi_index);
    device.type = header.ifi_type;
    device.name = attributes.text(IFLA_IFNAME);
    device.master = attributes.u32(IFLA_MASTER);
    device.link = attributes.u32(IFLA_LINK);
    if (attributes.find(IFLA_LINK_NETNSID) != nullptr)
        device.linkNetns = static_cast<std::int32_t>(attributes.u32(IFLA_LINK_NETNSID));
    device.queueLength = attributes.u32(IFLA_TXQLEN);
    device.hasCarrier = attributes.u8(IFLA_CARRIER) != 0;
    device.kind = attributes.nested(IFLA_LINKINFO, IFLA_INFO_MAX).text(IFLA_INFO_KIND);
    return device;
}

std::uint64_t linkSpeedBps(int socket, const std::string& device)
{
    constexpr std::uint64_t kBpsPerMbps = 1'000'000;
    ethtool_cmd command{};
    command.cmd = ETHTOOL_GSET;
    ifreq request{};
    device.copy(request.ifr_name, sizeof request.ifr_name - 1);
    request.ifr_data = reinterpret_cast<char*>(&command);
    if (::ioctl(socket, SIOCETHTOOL, &request) != 0)
        return 0;
    const std::uint32_t mbps = ethtool_cmd_speed(&command);
    return mbps == static_cast<std::uint32_t>(SPEED_UNKNOWN) ? 0 : mbps * kBpsPerMbps;
}

} // namespace vnscope::recording::agent
