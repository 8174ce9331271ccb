/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER skb

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/ust_net/skb.h"

#if !defined(VNSCOPE_UST_NET_SKB_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_UST_NET_SKB_H

#include <lttng/tracepoint.h>
#include <stdint.h>

/* A packet was given up at `location` because of `reason`; protocol is the EtherType in host order. */
LTTNG_UST_TRACEPOINT_EVENT(
    skb, kfree_skb,
    LTTNG_UST_TP_ARGS(uint64_t, skbaddr, uint64_t, location, uint16_t, protocol, uint32_t, reason),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer_hex(uint64_t, skbaddr, skbaddr)
        lttng_ust_field_integer_hex(uint64_t, location, location)
        lttng_ust_field_integer(uint16_t, protocol, protocol)
        lttng_ust_field_integer(uint32_t, reason, reason)
    )
)

/* A packet reached its end as it should. */
LTTNG_UST_TRACEPOINT_EVENT(
    skb, consume_skb,
    LTTNG_UST_TP_ARGS(uint64_t, skbaddr),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer_hex(uint64_t, skbaddr, skbaddr)
    )
)

#endif /* VNSCOPE_UST_NET_SKB_H */

#include <lttng/tracepoint-event.h>
