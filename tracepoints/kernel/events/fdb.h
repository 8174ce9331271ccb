/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The one event of include/trace/events/bridge.h whose name does not begin with br_; see br.h. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM fdb

#if !defined(VNSCOPE_EVENTS_FDB_H) || defined(TRACE_HEADER_MULTI_READ)
#define VNSCOPE_EVENTS_FDB_H

#include <lttng/tracepoint-event.h>
#include <linux/if_ether.h>
#include <linux/types.h>

LTTNG_TRACEPOINT_EVENT_CODE(fdb_delete,

	TP_PROTO(struct net_bridge *br, struct net_bridge_fdb_entry *f),

	TP_ARGS(br, f),

	/* Another CPU may move the entry meanwhile: all fields speak of the port that is read once. */
	TP_locvar(
		const struct net_bridge_port *port;
	),

	TP_code_pre(
		tp_locvar->port = READ_ONCE(f->dst);
	),

	TP_FIELDS(
		VNSCOPE_BRIDGE_FIELDS(br, tp_locvar->port)
		ctf_array_hex(unsigned char, addr, f->key.addr.addr, ETH_ALEN)
		ctf_integer(uint16_t, vid, f->key.vlan_id)
		ctf_integer_hex(unsigned long, flags, READ_ONCE(f->flags))
	),

	TP_code_post()
)

#endif /* VNSCOPE_EVENTS_FDB_H */

/* Read again by LTTng, once per step: outside of the guard. */
#include <lttng/define_trace.h>
