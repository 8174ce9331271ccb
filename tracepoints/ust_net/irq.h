/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER irq

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/ust_net/irq.h"

#if !defined(VNSCOPE_UST_NET_IRQ_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_UST_NET_IRQ_H

#include <lttng/tracepoint.h>
#include <stdint.h>

/* A softirq, or whatever takes its part in user space, begins and ends: vec 2 sends, 3 receives. */
LTTNG_UST_TRACEPOINT_EVENT_CLASS(
    irq, softirq,
    LTTNG_UST_TP_ARGS(uint32_t, vec),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, vec, vec)
    )
)

LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(irq, softirq, irq, softirq_entry, LTTNG_UST_TP_ARGS(uint32_t, vec))
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(irq, softirq, irq, softirq_exit, LTTNG_UST_TP_ARGS(uint32_t, vec))

#endif /* VNSCOPE_UST_NET_IRQ_H */

#include <lttng/tracepoint-event.h>
