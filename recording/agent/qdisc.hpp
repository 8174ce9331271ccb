// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>

namespace vnscope::recording::agent {

/// What tells the queueing disciplines of a namespace apart.
struct QdiscKey {
    std::uint32_t ifindex = 0;
    std::uint32_t parent = 0; ///< TC_H_ROOT, or the class that it is in.
    std::uint32_t handle = 0; ///< 0 for those that the kernel made by itself.

    [[nodiscard]] bool operator==(const QdiscKey&) const = default;
};

/// TCA_STATS2 of a message of RTM_GETQDISC: tc_fill_qdisc() of net/sched/sch_api.c, net/core/gen_stats.c.
struct QdiscStats {
    QdiscKey key;
    std::uint64_t bytes = 0;   ///< Most count what they send; so do those that we know.
    std::uint64_t packets = 0; ///< Segments, where the device cuts large packets.
    std::uint32_t queuedPackets = 0;
    std::uint32_t queuedBytes = 0;
    std::uint32_t drops = 0;
    std::uint32_t requeues = 0;   ///< Times that the device took nothing.
    std::uint32_t overlimits = 0; ///< Times that a packet had to wait for its turn.
};

[[nodiscard]] std::optional<QdiscStats> parseQdiscStats(const nlmsghdr& message);

/// What does not change with each packet.
struct Qdisc {
    QdiscKey key;
    std::string kind;               ///< "tbf", "pfifo_fast", …
    std::uint64_t rateBps = 0;      ///< Bits per second that a tbf lets through; 0: no limit, or of another kind.
    std::uint32_t limitPackets = 0; ///< Of a pfifo; 0: unknown.
};

[[nodiscard]] std::optional<Qdisc> parseQdisc(const nlmsghdr& message);

} // namespace vnscope::recording::agent
