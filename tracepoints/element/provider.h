/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER vnscope_element

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/element/provider.h"

#if !defined(VNSCOPE_ELEMENT_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_ELEMENT_PROVIDER_H

#include <lttng/tracepoint.h>
#include <stdint.h>

#include "tracepoints/element/records.h"

/* An element of the data plane; repeated for traces that begin later. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_element, define,
    LTTNG_UST_TP_ARGS(const struct vnscope_element_definition *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, version, VNSCOPE_ELEMENT_VERSION)
        lttng_ust_field_integer(uint64_t, id, r->id)
        lttng_ust_field_integer(uint64_t, parent, r->parent)
        lttng_ust_field_string(name, r->name)
        lttng_ust_field_string(kind, r->kind)
        lttng_ust_field_string(layer, r->layer)
        lttng_ust_field_string(tenant, r->tenant)
        lttng_ust_field_string(vm, r->vm)
        lttng_ust_field_integer(uint64_t, capacity_bps, r->capacity_bps)
    )
)

/* Packets or bytes go from one element to another. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_element, neighbour,
    LTTNG_UST_TP_ARGS(uint64_t, from, uint64_t, to, const char *, coupling),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint64_t, from, from)
        lttng_ust_field_integer(uint64_t, to, to)
        lttng_ust_field_string(coupling, coupling)
    )
)

/* Counters of an element, now. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_element, sample,
    LTTNG_UST_TP_ARGS(uint64_t, id, const struct vnscope_element_counters *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint64_t, id, id)
        lttng_ust_field_integer(uint64_t, in_packets, vnscope_counter_read(&r->in_packets))
        lttng_ust_field_integer(uint64_t, out_packets, vnscope_counter_read(&r->out_packets))
        lttng_ust_field_integer(uint64_t, in_bytes, vnscope_counter_read(&r->in_bytes))
        lttng_ust_field_integer(uint64_t, out_bytes, vnscope_counter_read(&r->out_bytes))
        lttng_ust_field_integer(uint64_t, drop_packets, vnscope_counter_read(&r->drop_packets))
        lttng_ust_field_integer(uint64_t, in_time_ns, vnscope_counter_read(&r->in_time_ns))
        lttng_ust_field_integer(uint64_t, out_time_ns, vnscope_counter_read(&r->out_time_ns))
        lttng_ust_field_integer(uint64_t, queued_packets, vnscope_counter_read(&r->queued_packets))
    )
)

/* Any other value of an element, now. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_element, attribute,
    LTTNG_UST_TP_ARGS(uint64_t, id, const char *, attribute, int64_t, value),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint64_t, id, id)
        lttng_ust_field_string(attribute, attribute)
        lttng_ust_field_integer(int64_t, value, value)
    )
)

#endif /* VNSCOPE_ELEMENT_PROVIDER_H */

#include <lttng/tracepoint-event.h>
