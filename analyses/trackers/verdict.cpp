// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/verdict.hpp"

#include <algorithm>
#include <array>

namespace vnscope::analyses::trackers {

namespace {

constexpr std::string_view kDrop = "drop";

/// A function that frees skbs which are not lost, when the kernel gave no better reason than "not specified".
/// Names are prefixes: compilers append .isra.0, .part.0, .constprop.0.
struct HarmlessFunction {
    std::string_view prefix;
    std::string_view what;
};
constexpr std::array kHarmlessFunctions{
    HarmlessFunction{"br_pass_frame_up",
                     "copy"}, // the bridge's own copy of a broadcast, not wanted (net/bridge/br_input.c)
    HarmlessFunction{"icmp_rcv", "delivered"},   // a handled ICMP message (net/ipv4/icmp.c)
    HarmlessFunction{"icmpv6_rcv", "delivered"}, // the same for ICMPv6, neighbour discovery included
    HarmlessFunction{"ping_rcv", "delivered"},
    HarmlessFunction{"ndisc_rcv", "delivered"},
    HarmlessFunction{"igmp_rcv", "delivered"},
    HarmlessFunction{"igmp6_event_", "delivered"},
    HarmlessFunction{"arp_process", "delivered"},   // a handled ARP message (net/ipv4/arp.c)
    HarmlessFunction{"ip6_mc_input", "other_host"}, // multicast of a group that nobody here joined
    HarmlessFunction{"ip_mc_", "other_host"},
    HarmlessFunction{"tcp_v4_rcv", "teardown"}, // a segment that TIME_WAIT answered (net/ipv4/tcp_ipv4.c)
    HarmlessFunction{"tcp_v6_rcv", "teardown"},
    HarmlessFunction{"tcp_rcv_state_process", "delivered"}, // FIN and ACK without data at the end of a connection
    HarmlessFunction{"tcp_done", "teardown"},
    HarmlessFunction{"sk_stream_kill_queues", "teardown"}, // queues of a closed socket (net/core/stream.c)
    HarmlessFunction{"inet_sock_destruct", "teardown"},
    HarmlessFunction{"__sk_destruct", "teardown"},
    HarmlessFunction{"skb_queue_purge", "teardown"},
    HarmlessFunction{"skb_release_data", "part_of_another"}, // members of a fragment list go with their head
    HarmlessFunction{"kfree_skb_list", "part_of_another"},
    HarmlessFunction{"napi_skb_free_stolen_head", "part_of_another"},
    HarmlessFunction{"unix_", "not_a_packet"},    // local sockets
    HarmlessFunction{"netlink_", "not_a_packet"}, // control messages of the kernel
    HarmlessFunction{"rtnl", "not_a_packet"},
    HarmlessFunction{"genl", "not_a_packet"},
    HarmlessFunction{"ovs_vport_cmd_", "not_a_packet"},
    HarmlessFunction{"ovs_dp_cmd_", "not_a_packet"},
    HarmlessFunction{"ovs_flow_cmd_", "not_a_packet"},
    HarmlessFunction{"nfnetlink_", "not_a_packet"},
    HarmlessFunction{"nfnl_", "not_a_packet"},
    HarmlessFunction{"audit_", "not_a_packet"},
    HarmlessFunction{"packet_rcv", "copy"}, // a sniffer's copy that its filter did not want
    HarmlessFunction{"tpacket_rcv", "copy"},
};

/// Reasons that tell what refused the packet; "" as place: it is not a loss, `what` says why.
struct ReasonRule {
    std::string_view reason;
    std::string_view place;
    std::string_view what = kDrop;
};
constexpr std::array kReasonRules{
    // Not losses.
    ReasonRule{"OTHERHOST", "", "other_host"}, // flooded to us, meant for another host
    ReasonRule{"UNICAST_IN_L2_MULTICAST", "", "other_host"},
    ReasonRule{"CONSUMED", "", "delivered"},
    ReasonRule{"TCP_OLD_DATA", "", "duplicate"}, // sent again although it had arrived
    ReasonRule{"TCP_OLD_ACK", "", "duplicate"},
    ReasonRule{"TCP_OLD_SEQUENCE", "", "duplicate"},
    ReasonRule{"TCP_OFOMERGE", "", "duplicate"},
    ReasonRule{"IPV6_NDISC_NS_OTHERHOST", "", "other_host"},
    ReasonRule{"SOCKET_CLOSE", "", "teardown"},
    ReasonRule{"QUEUE_PURGE", "", "teardown"},
    ReasonRule{"UNIX_DISCONNECT", "", "not_a_packet"},
    ReasonRule{"UNIX_SKIP_OOB", "", "not_a_packet"},
    // Losses, by what refused them.
    ReasonRule{"NETFILTER_DROP", "netfilter"},
    ReasonRule{"BPF_CGROUP_EGRESS", "netfilter"},
    ReasonRule{"TC_EGRESS", "qdisc"},
    ReasonRule{"TC_INGRESS", "netfilter"},
    ReasonRule{"SOCKET_FILTER", "netfilter"},
    ReasonRule{"SECURITY_HOOK", "netfilter"},
    ReasonRule{"XFRM_POLICY", "netfilter"},
    ReasonRule{"XDP", "netfilter"},
    ReasonRule{"QDISC_DROP", "qdisc"},
    ReasonRule{"QDISC_OVERLIMIT", "qdisc"},
    ReasonRule{"QDISC_CONGESTED", "qdisc"},
    ReasonRule{"CAKE_FLOOD", "qdisc"},
    ReasonRule{"FQ_BAND_LIMIT", "qdisc"},
    ReasonRule{"FQ_HORIZON_LIMIT", "qdisc"},
    ReasonRule{"FQ_FLOW_LIMIT", "qdisc"},
    ReasonRule{"DUALPI2_STEP_DROP", "qdisc"},
    ReasonRule{"CPU_BACKLOG", "backlog"},
    ReasonRule{"SOCKET_RCVBUFF", "socket_buffer"},
    ReasonRule{"SOCKET_BACKLOG", "socket_buffer"},
    ReasonRule{"PROTO_MEM", "socket_buffer"},
    ReasonRule{"TCP_OFO_QUEUE_PRUNE", "socket_buffer"},
    ReasonRule{"TCP_LISTEN_OVERFLOW", "socket_buffer"},
    ReasonRule{"FULL_RING", "tun_ring"},
    ReasonRule{"TAP_FILTER", "tun_ring"},
    ReasonRule{"TAP_TXFILTER", "tun_ring"},
    ReasonRule{"NO_SOCKET", "no_socket"},
    ReasonRule{"NEIGH_CREATEFAIL", "neighbour"},
    ReasonRule{"NEIGH_FAILED", "neighbour"},
    ReasonRule{"NEIGH_QUEUEFULL", "neighbour"},
    ReasonRule{"NEIGH_DEAD", "neighbour"},
    ReasonRule{"NEIGH_HH_FILLFAIL", "neighbour"},
    ReasonRule{"IP_OUTNOROUTES", "routing"},
    ReasonRule{"IP_INNOROUTES", "routing"},
    ReasonRule{"IP_INADDRERRORS", "routing"},
    ReasonRule{"IP_RPFILTER", "routing"},
    ReasonRule{"IP_LOCAL_SOURCE", "routing"},
    ReasonRule{"IP_INVALID_SOURCE", "routing"},
    ReasonRule{"IP_INVALID_DEST", "routing"},
    ReasonRule{"IP_LOCALNET", "routing"},
    ReasonRule{"PKT_TOO_BIG", "routing"},
    ReasonRule{"BRIDGE_INGRESS_STP_STATE", "bridge"},
    ReasonRule{"LOCAL_MAC", "bridge"},
    ReasonRule{"MAC_INVALID_SOURCE", "bridge"},
    ReasonRule{"NO_TX_TARGET", "bridge"},
    ReasonRule{"DEV_READY", "tx_driver"},
    ReasonRule{"DEV_HDR", "tx_driver"},
    ReasonRule{"SKB_GSO_SEG", "tx_driver"},
};

/// Functions that refuse packets: where, when the reason is not specified or not known.
struct PlaceRule {
    std::string_view prefix;
    std::string_view place;
};
constexpr std::array kPlaceRules{
    PlaceRule{"nft_do_chain", "netfilter"},
    PlaceRule{"nf_hook_slow", "netfilter"},
    PlaceRule{"ipt_do_table", "netfilter"},
    PlaceRule{"ip6t_do_table", "netfilter"},
    PlaceRule{"br_handle_", "bridge"},
    PlaceRule{"br_forward", "bridge"},
    PlaceRule{"__br_forward", "bridge"},
    PlaceRule{"br_dev_", "bridge"},
    PlaceRule{"br_flood", "bridge"},
    PlaceRule{"br_", "bridge"},
    PlaceRule{"ovs_", "ovs"},
    PlaceRule{"do_execute_actions", "ovs"},
    PlaceRule{"tun_", "tun_ring"},
    PlaceRule{"tap_", "tun_ring"},
    PlaceRule{"enqueue_to_backlog", "backlog"},
    PlaceRule{"netif_rx", "backlog"},
    PlaceRule{"neigh_", "neighbour"},
    PlaceRule{"arp_error_report", "neighbour"},
    PlaceRule{"ndisc_error_report", "neighbour"},
    PlaceRule{"ip_error", "routing"},
    PlaceRule{"ip_forward", "routing"},
    PlaceRule{"ip6_forward", "routing"},
    PlaceRule{"ip_rcv_finish", "routing"},
    PlaceRule{"ip6_pkt_drop", "routing"},
    PlaceRule{"udp_queue_rcv", "socket_buffer"},
    PlaceRule{"__udp_queue_rcv", "socket_buffer"},
    PlaceRule{"udpv6_queue_rcv", "socket_buffer"},
    PlaceRule{"sock_queue_rcv", "socket_buffer"},
    PlaceRule{"__udp4_lib_rcv", "no_socket"},
    PlaceRule{"__udp6_lib_rcv", "no_socket"},
    PlaceRule{"tcp_", "tcp"},
    PlaceRule{"dev_hard_start_xmit", "tx_driver"},
    PlaceRule{"validate_xmit_skb", "tx_driver"},
    PlaceRule{"veth_xmit", "tx_driver"},
    PlaceRule{"__dev_queue_xmit", "qdisc"},
    PlaceRule{"__dev_xmit_skb", "qdisc"},
    PlaceRule{"sch_", "qdisc"},
    PlaceRule{"netem_", "qdisc"},
    PlaceRule{"tbf_", "qdisc"},
    PlaceRule{"pfifo_", "qdisc"},
    PlaceRule{"qdisc_", "qdisc"},
    PlaceRule{"ip_", "protocol"},
    PlaceRule{"ip6_", "protocol"},
    PlaceRule{"__netif_receive_skb_core", "protocol"},
};

constexpr std::string_view kNotSpecified = "NOT_SPECIFIED";

bool isSilent(const FreeFacts& facts)
{
    // NO_SOCKET is what icmp_rcv of Linux 5.17 to 6.1 ends with when it handled a message, and ping_rcv with a reply
    // that a raw socket has got already (net/ipv4/icmp.c, net/ipv4/ping.c): neither is a loss.
    const bool isIcmp = facts.isIcmp || facts.function.starts_with("icmp") || facts.function.starts_with("ping_");
    return !facts.hasReason || facts.reason == kNotSpecified || (isIcmp && facts.reason == "NO_SOCKET");
}

std::string_view placeOf(const FreeFacts& facts)
{
    const auto rule = std::ranges::find_if(
        kPlaceRules, [&](const PlaceRule& candidate) { return facts.function.starts_with(candidate.prefix); });
    return rule == kPlaceRules.end() ? std::string_view() : rule->place;
}

Verdict harmless(std::string_view what)
{
    return {false, what, {}, true};
}

} // namespace

Verdict judge(const FreeFacts& facts)
{
    if (!facts.isPacket)
        return harmless("not_a_packet");
    if (isSilent(facts)) {
        const auto known = std::ranges::find_if(kHarmlessFunctions, [&](const HarmlessFunction& candidate) {
            return facts.function.starts_with(candidate.prefix);
        });
        if (known != kHarmlessFunctions.end())
            return harmless(known->what);
        if (facts.isGroPart)
            return harmless("part_of_another");
        if (facts.function.empty() && facts.isIcmp)
            return {false, "delivered", {}, false}; // Without a symbol a handled ping is the likeliest by far.
    } else {
        const auto rule = std::ranges::find(kReasonRules, facts.reason, &ReasonRule::reason);
        if (rule != kReasonRules.end())
            return {rule->what == kDrop, rule->what, rule->place, true};
        if (facts.reason.starts_with("TCP_"))
            return {true, kDrop, "tcp", true};
        if (!facts.reason.empty()) {
            const std::string_view place = placeOf(facts);
            return {true, kDrop, place.empty() ? "protocol" : place, true};
        }
    }
    if (const std::string_view place = placeOf(facts); !place.empty())
        return {true, kDrop, place, true};
    if (!facts.function.empty())
        return {true, kDrop, "other", true};
    return {true, kDrop, facts.isQueued ? "qdisc" : "unknown", false};
}

} // namespace vnscope::analyses::trackers
