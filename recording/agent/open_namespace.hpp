// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "recording/agent/proc_file.hpp"
#include "recording/host/namespaces.hpp"
#include "recording/host/netlink.hpp"

namespace vnscope::recording::agent {

/// What is kept open of a network namespace, so that it need not be entered again. It keeps the namespace alive.
struct OpenNamespace {
    host::Netlink route;                  ///< NETLINK_ROUTE.
    std::optional<host::Netlink> generic; ///< NETLINK_GENERIC.
    ProcFile protocols;                   ///< /proc/net/snmp.
    base::FileDescriptor socket;          ///< For ethtool's ioctl.

    /// Enters `where` and comes back.
    [[nodiscard]] static base::Result<OpenNamespace> open(const host::OpenNetns& where);
};

} // namespace vnscope::recording::agent
