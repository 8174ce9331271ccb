// SPDX-License-Identifier: Apache-2.0
#include "recording/host/ovs_netlink.hpp"

namespace vnscope::recording::host {

nlmsghdr* ovsRequest(Netlink& netlink, std::uint16_t family, std::uint8_t command, int datapath)
{
    nlmsghdr* const request = netlink.request(family, NLM_F_DUMP);
    auto* const generic = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
    generic->cmd = command;
    generic->version = OVS_DATAPATH_VERSION;
    static_cast<ovs_header*>(mnl_nlmsg_put_extra_header(request, sizeof(ovs_header)))->dp_ifindex = datapath;
    return request;
}

int ovsDatapath(const nlmsghdr& message)
{
    if (mnl_nlmsg_get_payload_len(&message) < kOvsHeaders)
        return 0;
    const auto* const payload = static_cast<const char*>(mnl_nlmsg_get_payload(&message));
    return reinterpret_cast<const ovs_header*>(payload + sizeof(genlmsghdr))->dp_ifindex;
}

std::optional<std::uint16_t> familyNumber(Netlink& netlink, const char* name)
{
    nlmsghdr* const request = netlink.request(GENL_ID_CTRL, 0);
    auto* const generic = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
    generic->cmd = CTRL_CMD_GETFAMILY;
    generic->version = 1;
    mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, name);
    std::optional<std::uint16_t> number;
    (void)netlink.ask(request, [&](const nlmsghdr& message) {
        number = Attributes(message, sizeof(genlmsghdr), CTRL_ATTR_MAX).u16(CTRL_ATTR_FAMILY_ID);
    });
    return number;
}

} // namespace vnscope::recording::host
