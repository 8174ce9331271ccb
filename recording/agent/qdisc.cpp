// SPDX-License-Identifier: Apache-2.0
// Attributes as in include/uapi/linux/{rtnetlink,gen_stats,pkt_sched}.h.
#include "recording/agent/qdisc.hpp"

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cstring>

#include "recording/host/netlink.hpp"

namespace vnscope::recording::agent {

namespace {

constexpr std::uint64_t kBitsPerByte = 8;

/// The payload as a `T`; the rest of one that is shorter is 0.
template <typename T> T payload(const nlattr* attribute)
{
    T value{};
    std::memcpy(&value, mnl_attr_get_payload(attribute),
                std::min<std::size_t>(sizeof(T), mnl_attr_get_payload_len(attribute)));
    return value;
}

std::optional<QdiscKey> keyOf(const nlmsghdr& message)
{
    if (message.nlmsg_type != RTM_NEWQDISC || mnl_nlmsg_get_payload_len(&message) < sizeof(tcmsg))
        return std::nullopt;
    const auto& header = *static_cast<const tcmsg*>(mnl_nlmsg_get_payload(&message));
    return QdiscKey{static_cast<std::uint32_t>(header.tcm_ifindex), header.tcm_parent, header.tcm_handle};
}

void take(const nlattr* attribute, QdiscStats& stats)
{
    switch (mnl_attr_get_type(attribute)) {
    case TCA_STATS_BASIC: {
        const auto basic = payload<gnet_stats_basic>(attribute);
        stats.bytes = basic.bytes;
        stats.packets = std::max<std::uint64_t>(stats.packets, basic.packets);
        break;
    }
    case TCA_STATS_PKT64: // Only there when the 32 bits above do not suffice.
        stats.packets = payload<std::uint64_t>(attribute);
        break;
    case TCA_STATS_QUEUE: {
        const auto queue = payload<gnet_stats_queue>(attribute);
        stats.queuedPackets = queue.qlen;
        stats.queuedBytes = queue.backlog;
        stats.drops = queue.drops;
        stats.requeues = queue.requeues;
        stats.overlimits = queue.overlimits;
        break;
    }
    default: break;
    }
}

std::uint64_t tbfRateBps(const nlattr* options)
{
    const host::Attributes tbf(options, TCA_TBF_MAX);
    if (const nlattr* const rate = tbf.find(TCA_TBF_RATE64)) // Rates that 32 bits cannot hold.
        return payload<std::uint64_t>(rate) * kBitsPerByte;
    const nlattr* const parameters = tbf.find(TCA_TBF_PARMS);
    return parameters == nullptr ? 0 : payload<tc_tbf_qopt>(parameters).rate.rate * kBitsPerByte;
}

} // namespace

std::optional<QdiscStats> parseQdiscStats(const nlmsghdr& message)
{
    const auto key = keyOf(message);
    if (!key)
        return std::nullopt;
    std::optional<QdiscStats> stats;
    host::forEachAttribute(message, sizeof(tcmsg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) != TCA_STATS2)
            return;
        stats.emplace().key = *key;
        host::forEachNested(attribute, [&](const nlattr* each) { take(each, *stats); });
    });
    return stats;
}

std::optional<Qdisc> parseQdisc(const nlmsghdr& message)
{
    const auto key = keyOf(message);
    if (!key)
        return std::nullopt;
    const host::Attributes attributes(message, sizeof(tcmsg), TCA_MAX);
    Qdisc qdisc{*key, attributes.text(TCA_KIND), 0, 0};
    const nlattr* const options = attributes.find(TCA_OPTIONS);
    if (options != nullptr && qdisc.kind == "tbf")
        qdisc.rateBps = tbfRateBps(options);
    if (options != nullptr && qdisc.kind == "pfifo")
        qdisc.limitPackets = payload<tc_fifo_qopt>(options).limit;
    return qdisc;
}

} // namespace vnscope::recording::agent
