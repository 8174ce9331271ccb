// SPDX-License-Identifier: Apache-2.0
// Attributes as in include/uapi/linux/net_namespace.h.
#include "recording/host/netns_numbers.hpp"

#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

namespace vnscope::recording::host {

std::uint32_t NetnsNumbers::inodeOf(std::int32_t number)
{
    if (!m_isAsked)
        askForAll();
    const auto found = m_inodes.find(number);
    return found == m_inodes.end() ? 0 : found->second;
}

void NetnsNumbers::askForAll()
{
    m_isAsked = true;
    for (const OpenNetns& open : m_all) {
        nlmsghdr* const request = m_netlink.request(RTM_GETNSID, 0);
        mnl_nlmsg_put_extra_header(request, sizeof(rtgenmsg));
        mnl_attr_put_u32(request, NETNSA_FD, static_cast<std::uint32_t>(open.file.get()));
        (void)m_netlink.ask(request, [&](const nlmsghdr& message) {
            const Attributes attributes(message, sizeof(rtgenmsg), NETNSA_MAX);
            m_inodes.emplace(static_cast<std::int32_t>(attributes.u32(NETNSA_NSID)), open.netns.inode);
        });
    }
}

} // namespace vnscope::recording::host
