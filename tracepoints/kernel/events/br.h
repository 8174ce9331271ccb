/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the kernel says of a bridge's forwarding database (include/trace/events/bridge.h), with ifindex, namespace and
 * flags besides. Field by field in README.md. LTTng wants events to be named for their provider, hence "br".
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM br

#if !defined(VNSCOPE_EVENTS_BR_H) || defined(TRACE_HEADER_MULTI_READ)
#define VNSCOPE_EVENTS_BR_H

#include <lttng/tracepoint-event.h>
#include <linux/if_ether.h>
#include <linux/neighbour.h>
#include <linux/netdevice.h>
#include <linux/types.h>

LTTNG_TRACEPOINT_EVENT_CODE(br_fdb_add,

	TP_PROTO(struct ndmsg *ndm, struct net_device *dev, const unsigned char *addr, u16 vid, u16 nlh_flags),

	TP_ARGS(ndm, dev, addr, vid, nlh_flags),

	TP_locvar(
		const struct net_device *bridge;
	),

	TP_code_pre(
		tp_locvar->bridge = vnscope_bridge_of(dev);
	),

	TP_FIELDS(
		ctf_integer(unsigned int, net_ns, vnscope_net_ns(dev))
		ctf_string(br_dev, tp_locvar->bridge ? tp_locvar->bridge->name : VNSCOPE_NO_DEVICE)
		ctf_string(dev, dev->name)
		ctf_integer(int, br_ifindex, tp_locvar->bridge ? tp_locvar->bridge->ifindex : 0)
		ctf_integer(int, ifindex, dev->ifindex)
		ctf_array_hex(unsigned char, addr, addr, ETH_ALEN)
		ctf_integer(uint16_t, vid, vid)
		ctf_integer_hex(uint8_t, ndm_flags, ndm->ndm_flags)
		ctf_integer_hex(uint16_t, ndm_state, ndm->ndm_state)
		ctf_integer_hex(uint16_t, nlh_flags, nlh_flags)
	),

	TP_code_post()
)

LTTNG_TRACEPOINT_EVENT(br_fdb_external_learn_add,

	TP_PROTO(struct net_bridge *br, struct net_bridge_port *p, const unsigned char *addr, u16 vid),

	TP_ARGS(br, p, addr, vid),

	TP_FIELDS(
		VNSCOPE_BRIDGE_FIELDS(br, p)
		ctf_array_hex(unsigned char, addr, addr, ETH_ALEN)
		ctf_integer(uint16_t, vid, vid)
	)
)

LTTNG_TRACEPOINT_EVENT(br_fdb_update,

	TP_PROTO(struct net_bridge *br, struct net_bridge_port *source, const unsigned char *addr, u16 vid,
		unsigned long flags),

	TP_ARGS(br, source, addr, vid, flags),

	TP_FIELDS(
		VNSCOPE_BRIDGE_FIELDS(br, source)
		ctf_array_hex(unsigned char, addr, addr, ETH_ALEN)
		ctf_integer(uint16_t, vid, vid)
		ctf_integer(uint8_t, added_by_user, !!(flags & BIT(BR_FDB_ADDED_BY_USER)))
		ctf_integer_hex(unsigned long, flags, flags)
	)
)

#endif /* VNSCOPE_EVENTS_BR_H */

/* Read again by LTTng, once per step: outside of the guard. */
#include <lttng/define_trace.h>
