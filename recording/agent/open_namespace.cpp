// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/open_namespace.hpp"

#include <sys/socket.h>

#include <utility>

namespace vnscope::recording::agent {

namespace {

/// Room for the counters of some thirty devices; a message of one has 232 bytes, its description about 1,200. With what
/// the kernel puts behind it (struct skb_shared_info) it fits into 8 KiB; for more it would have to allocate whole
/// pages.
constexpr std::size_t kAnswerBytes = 7680;

} // namespace

base::Result<OpenNamespace> OpenNamespace::open(const host::OpenNetns& where)
{
    const auto visit = host::NetnsVisit::enter(where);
    if (!visit)
        return tl::unexpected(visit.error());
    auto route = host::Netlink::open(NETLINK_ROUTE, kAnswerBytes);
    if (!route)
        return tl::unexpected(route.error());
    auto generic = host::Netlink::open(NETLINK_GENERIC, kAnswerBytes);
    // thread-self: the threads of liblttng-ust stay in the namespace that we came from.
    return OpenNamespace{std::move(*route), generic ? std::optional(std::move(*generic)) : std::nullopt,
                         ProcFile("/proc/thread-self/net/snmp"),
                         base::FileDescriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))};
}

} // namespace vnscope::recording::agent
