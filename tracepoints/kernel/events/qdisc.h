/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the kernel says of its queueing disciplines (include/trace/events/qdisc.h), with device, length and kind besides.
 * Field by field in README.md.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM qdisc

#if !defined(VNSCOPE_EVENTS_QDISC_H) || defined(TRACE_HEADER_MULTI_READ)
#define VNSCOPE_EVENTS_QDISC_H

#include <lttng/tracepoint-event.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/sch_generic.h>

#ifndef VNSCOPE_QDISC_FIELDS
/* The skb may be gone by now, sent and freed by another CPU: its address is all that may be recorded. */
#define VNSCOPE_QDISC_FIELDS(qdisc_, txq, skb) \
	ctf_integer(unsigned int, net_ns, (txq)->dev ? vnscope_net_ns((txq)->dev) : 0) \
	ctf_integer_hex(const void *, qdisc, qdisc_) \
	ctf_integer_hex(const void *, skbaddr, skb) \
	ctf_string(dev, (txq)->dev ? (txq)->dev->name : VNSCOPE_NO_DEVICE) \
	ctf_integer(int, ifindex, (txq)->dev ? (txq)->dev->ifindex : 0) \
	ctf_integer_hex(uint32_t, handle, (qdisc_)->handle) \
	ctf_integer_hex(uint32_t, parent, (qdisc_)->parent) \
	ctf_integer(uint32_t, qlen, qdisc_qlen_sum(qdisc_)) \
	ctf_string(kind, (qdisc_)->ops->id)
#endif

LTTNG_TRACEPOINT_EVENT(qdisc_enqueue,

	TP_PROTO(struct Qdisc *qdisc, const struct netdev_queue *txq, struct sk_buff *skb),

	TP_ARGS(qdisc, txq, skb),

	TP_FIELDS(
		VNSCOPE_QDISC_FIELDS(qdisc, txq, skb)
	)
)

LTTNG_TRACEPOINT_EVENT(qdisc_dequeue,

	TP_PROTO(struct Qdisc *qdisc, const struct netdev_queue *txq, int packets, struct sk_buff *skb),

	TP_ARGS(qdisc, txq, packets, skb),

	/* The kernel counts one packet when it found none. */
	TP_FIELDS(
		VNSCOPE_QDISC_FIELDS(qdisc, txq, skb)
		ctf_integer(int, packets, skb ? packets : 0)
	)
)

#endif /* VNSCOPE_EVENTS_QDISC_H */

/* Read again by LTTng, once per step: outside of the guard. */
#include <lttng/define_trace.h>
