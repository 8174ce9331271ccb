/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the kernel says of Open vSwitch's datapath (net/openvswitch/openvswitch_trace.h), with the flow key's addresses,
 * VLAN and port besides. Field by field in README.md. LTTng wants events to be named for their provider, hence "ovs".
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ovs

#if !defined(VNSCOPE_EVENTS_OVS_H) || defined(TRACE_HEADER_MULTI_READ)
#define VNSCOPE_EVENTS_OVS_H

#include <lttng/tracepoint-event.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/openvswitch.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#ifndef VNSCOPE_OVS_PACKET_FIELDS
#define VNSCOPE_OVS_PACKET_FIELDS(dp, skb) \
	ctf_integer(unsigned int, net_ns, vnscope_datapath_net_ns(dp)) \
	ctf_integer_hex(const void *, dpaddr, dp) \
	ctf_string(dp_name, vnscope_datapath_name(dp)) \
	ctf_string(dev_name, (skb)->dev ? (skb)->dev->name : VNSCOPE_NO_DEVICE) \
	ctf_integer_hex(const void *, skbaddr, skb) \
	ctf_integer(unsigned int, len, (skb)->len) \
	ctf_integer(uint16_t, gso_size, skb_shinfo(skb)->gso_size) \
	ctf_integer(uint16_t, gso_segs, skb_shinfo(skb)->gso_segs)

#define VNSCOPE_OVS_KEY_FIELDS(key) \
	ctf_integer_hex(uint32_t, ovs_flow_hash, (key)->ovs_flow_hash) \
	ctf_integer_hex(uint32_t, recirc_id, (key)->recirc_id) \
	ctf_integer_network_hex(uint16_t, key_eth_type, (key)->eth.type) \
	ctf_array_hex(unsigned char, key_eth_src, (key)->eth.src, ETH_ALEN) \
	ctf_array_hex(unsigned char, key_eth_dst, (key)->eth.dst, ETH_ALEN) \
	ctf_integer_network_hex(uint16_t, key_vlan_tci, (key)->eth.vlan.tci) \
	ctf_integer(uint32_t, key_in_port, (key)->phy.in_port)
#endif

LTTNG_TRACEPOINT_EVENT(ovs_do_execute_action,

	TP_PROTO(struct datapath *dp, struct sk_buff *skb, struct sw_flow_key *key, const struct nlattr *a, int rem),

	TP_ARGS(dp, skb, key, a, rem),

	TP_FIELDS(
		VNSCOPE_OVS_PACKET_FIELDS(dp, skb)
		VNSCOPE_OVS_KEY_FIELDS(key)
		ctf_integer(uint8_t, action_type, nla_type(a))
		ctf_integer(unsigned int, action_len, nla_len(a))
		ctf_integer(uint32_t, action_arg, vnscope_action_argument(a))
		ctf_integer(uint8_t, is_last, nla_is_last(a, rem))
	)
)

LTTNG_TRACEPOINT_EVENT(ovs_dp_upcall,

	TP_PROTO(struct datapath *dp, struct sk_buff *skb, const struct sw_flow_key *key,
		const struct dp_upcall_info *upcall_info),

	TP_ARGS(dp, skb, key, upcall_info),

	TP_FIELDS(
		VNSCOPE_OVS_PACKET_FIELDS(dp, skb)
		VNSCOPE_OVS_KEY_FIELDS(key)
		ctf_integer(uint8_t, upcall_cmd, upcall_info->cmd)
		ctf_integer(uint32_t, upcall_portid, upcall_info->portid)
		ctf_integer(uint16_t, upcall_mru, upcall_info->mru)
	)
)

#endif /* VNSCOPE_EVENTS_OVS_H */

/* Read again by LTTng, once per step: outside of the guard. */
#include <lttng/define_trace.h>
