// SPDX-License-Identifier: Apache-2.0
// Attributes as in include/uapi/linux/{if_link,if_addr,if_bridge,neighbour}.h.
#include "apps/statedump/links.hpp"

#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "recording/host/netns_numbers.hpp"

namespace vnscope::statedump {

using recording::host::Attributes;
using recording::host::Dump;
using recording::host::forEachNested;
using recording::host::Netlink;
using recording::host::NetnsNumbers;

namespace {

/// The kernel counts bridge timers in ticks of user space (USER_HZ).
std::uint32_t ticksToMs(std::uint32_t ticks)
{
    const long perSecond = ::sysconf(_SC_CLK_TCK);
    return perSecond > 0 ? static_cast<std::uint32_t>(ticks * 1000ULL / static_cast<unsigned long>(perSecond)) : 0;
}

/// The answers to a dump of `type`, whose messages begin with a `Header`; `prepare` completes the question.
template <typename Header, typename Prepare>
base::Result<Dump> dump(std::uint16_t type, unsigned char family, Prepare&& prepare)
{
    auto netlink = Netlink::open(NETLINK_ROUTE);
    if (!netlink)
        return tl::unexpected(netlink.error());
    nlmsghdr* const request = netlink->request(type, NLM_F_DUMP);
    auto* const header = static_cast<Header*>(mnl_nlmsg_put_extra_header(request, sizeof(Header)));
    // Every such header begins with the address family.
    *reinterpret_cast<unsigned char*>(header) = family;
    prepare(request);
    return Dump::take(*netlink, request);
}

template <typename Header> base::Result<Dump> dump(std::uint16_t type, unsigned char family)
{
    return dump<Header>(type, family, [](nlmsghdr*) {});
}

template <typename Header> const Header& headerOf(const nlmsghdr& message)
{
    return *static_cast<const Header*>(mnl_nlmsg_get_payload(&message));
}

Tunnel tunnelOf(const Link& link, const Attributes& vxlan)
{
    Tunnel tunnel{link.netns, link.ifindex, vxlan.u32(IFLA_VXLAN_ID), 0, {}, {}};
    if (vxlan.bytes(IFLA_VXLAN_GROUP6, tunnel.remote) || vxlan.bytes(IFLA_VXLAN_LOCAL6, tunnel.local))
        tunnel.family = 6;
    if (vxlan.bytes(IFLA_VXLAN_GROUP, tunnel.remote) || vxlan.bytes(IFLA_VXLAN_LOCAL, tunnel.local))
        tunnel.family = 4;
    (void)vxlan.bytes(tunnel.family == 4 ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, tunnel.local);
    return tunnel;
}

void keepKind(Link& link, const Attributes& info, HostState& state)
{
    link.kind = info.text(IFLA_INFO_KIND);
    if (link.kind == "vlan") {
        link.vlan = info.nested(IFLA_INFO_DATA, IFLA_VLAN_MAX).u16(IFLA_VLAN_ID);
    } else if (link.kind == "bridge") {
        const Attributes bridge = info.nested(IFLA_INFO_DATA, IFLA_BR_MAX);
        state.bridges.push_back({link.netns, link.ifindex, ticksToMs(bridge.u32(IFLA_BR_AGEING_TIME)),
                                 bridge.u8(IFLA_BR_VLAN_FILTERING) != 0});
    } else if (link.kind == "vxlan") {
        state.tunnels.push_back(tunnelOf(link, info.nested(IFLA_INFO_DATA, IFLA_VXLAN_MAX)));
    }
}

void keepLink(const nlmsghdr& message, const Netns& here, NetnsNumbers& numbers, HostState& state)
{
    const auto& header = headerOf<ifinfomsg>(message);
    const Attributes attributes(message, sizeof(ifinfomsg), IFLA_MAX);
    Link link;
    link.netns = here.inode;
    link.ifindex = static_cast<std::uint32_t>(header.ifi_index);
    link.flags = header.ifi_flags;
    link.name = attributes.text(IFLA_IFNAME);
    link.master = attributes.u32(IFLA_MASTER);
    link.mtu = attributes.u32(IFLA_MTU);
    link.link = attributes.u32(IFLA_LINK);
    if (link.link != 0)
        link.linkNetns = attributes.find(IFLA_LINK_NETNSID) == nullptr
                             ? here.inode
                             : numbers.inodeOf(static_cast<std::int32_t>(attributes.u32(IFLA_LINK_NETNSID)));
    (void)attributes.bytes(IFLA_ADDRESS, link.mac);
    keepKind(link, attributes.nested(IFLA_LINKINFO, IFLA_INFO_MAX), state);
    state.links.push_back(std::move(link));
}

/// Several VLANs may come as a range: its two ends.
void keepVlans(std::uint32_t netns, std::uint32_t ifindex, const nlattr* nest, HostState& state)
{
    std::optional<bridge_vlan_info> begin;
    forEachNested(nest, [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) != IFLA_BRIDGE_VLAN_INFO ||
            mnl_attr_get_payload_len(attribute) < sizeof(bridge_vlan_info))
            return;
        const auto& info = *static_cast<const bridge_vlan_info*>(mnl_attr_get_payload(attribute));
        if ((info.flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) != 0) {
            begin = info;
            return;
        }
        constexpr unsigned int kRange = BRIDGE_VLAN_INFO_RANGE_BEGIN | BRIDGE_VLAN_INFO_RANGE_END;
        for (unsigned int vlan = begin ? begin->vid : info.vid; vlan <= info.vid; ++vlan)
            state.bridgeVlans.push_back(
                {netns, ifindex, static_cast<std::uint16_t>(vlan), static_cast<std::uint16_t>(info.flags & ~kRange)});
        begin.reset();
    });
}

} // namespace

base::Result<void> readLinks(const OpenNetns& here, const std::vector<OpenNetns>& all, HostState& state)
{
    const auto links = dump<ifinfomsg>(RTM_GETLINK, AF_UNSPEC);
    if (!links)
        return tl::unexpected(links.error());
    auto netlink = Netlink::open(NETLINK_ROUTE);
    if (!netlink)
        return tl::unexpected(netlink.error());
    NetnsNumbers numbers(*netlink, all);
    links->forEach([&](const nlmsghdr& message) { keepLink(message, here.netns, numbers, state); });
    return {};
}

base::Result<void> readBridgeVlans(const OpenNetns& here, HostState& state)
{
    const auto ports = dump<ifinfomsg>(RTM_GETLINK, AF_BRIDGE, [](nlmsghdr* request) {
        mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN);
    });
    if (!ports)
        return tl::unexpected(ports.error());
    ports->forEach([&](const nlmsghdr& message) {
        const Attributes attributes(message, sizeof(ifinfomsg), IFLA_MAX);
        if (const nlattr* const nest = attributes.find(IFLA_AF_SPEC))
            keepVlans(here.netns.inode, static_cast<std::uint32_t>(headerOf<ifinfomsg>(message).ifi_index), nest,
                      state);
    });
    return {};
}

base::Result<void> readAddresses(const OpenNetns& here, HostState& state)
{
    const auto addresses = dump<ifaddrmsg>(RTM_GETADDR, AF_UNSPEC);
    if (!addresses)
        return tl::unexpected(addresses.error());
    addresses->forEach([&](const nlmsghdr& message) {
        const auto& header = headerOf<ifaddrmsg>(message);
        const Attributes attributes(message, sizeof(ifaddrmsg), IFA_MAX);
        Address address{here.netns.inode,
                        header.ifa_index,
                        static_cast<std::uint8_t>(header.ifa_family == AF_INET ? 4 : 6),
                        header.ifa_prefixlen,
                        {}};
        // On a point-to-point link IFA_ADDRESS is the other end's.
        if (attributes.bytes(IFA_LOCAL, address.address) || attributes.bytes(IFA_ADDRESS, address.address))
            state.addresses.push_back(address);
    });
    return {};
}

base::Result<void> readFdb(const OpenNetns& here, HostState& state)
{
    const auto entries = dump<ndmsg>(RTM_GETNEIGH, AF_BRIDGE);
    if (!entries)
        return tl::unexpected(entries.error());
    entries->forEach([&](const nlmsghdr& message) {
        const auto& header = headerOf<ndmsg>(message);
        const Attributes attributes(message, sizeof(ndmsg), NDA_MAX);
        FdbEntry entry{here.netns.inode,
                       static_cast<std::uint32_t>(header.ndm_ifindex),
                       attributes.u32(NDA_MASTER),
                       attributes.u16(NDA_VLAN),
                       header.ndm_state,
                       header.ndm_flags,
                       {}};
        // Without a master it is the address list of a device, not an entry of a bridge.
        if (entry.bridge != 0 && attributes.bytes(NDA_LLADDR, entry.mac))
            state.fdb.push_back(entry);
    });
    return {};
}

} // namespace vnscope::statedump
