// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "recording/host/namespaces.hpp"
#include "recording/host/netlink.hpp"

namespace vnscope::recording::host {

/// Which namespaces the numbers mean that the kernel uses for them inside of one namespace, that of `netlink`.
class NetnsNumbers final {
public:
    NetnsNumbers(Netlink& netlink, const std::vector<OpenNetns>& all) : m_netlink(netlink), m_all(all) {}

    /// The inode, or 0 when nobody here holds that namespace.
    [[nodiscard]] std::uint32_t inodeOf(std::int32_t number);

private:
    void askForAll();

    Netlink& m_netlink;
    const std::vector<OpenNetns>& m_all;
    std::map<std::int32_t, std::uint32_t> m_inodes;
    bool m_isAsked = false;
};

} // namespace vnscope::recording::host
