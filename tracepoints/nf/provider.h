/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER vnscope_nf

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/nf/provider.h"

#if !defined(VNSCOPE_NF_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_NF_PROVIDER_H

#include <lttng/tracepoint.h>
#include <lttng/ust-version.h>
#include <stdint.h>

#include "tracepoints/nf/records.h"

/*
 * LTTng's headers read this file once for each of their stages. In the one that makes the functions which write events (only
 * there lttng_ust__get_dynamic_len is a macro), fields that lie in the record as in the trace are written at once: LTTng's own
 * macros make a call for each, which took a seventh to a quarter of the time of an event. Other versions of LTTng get the fields
 * one by one; the trace is the same.
 */
#undef VNSCOPE_NF_BATCH_FIELDS
#if defined(lttng_ust__get_dynamic_len) && LTTNG_UST_MAJOR_VERSION == 2 && LTTNG_UST_MINOR_VERSION == 13
#define VNSCOPE_NF_BATCH_FIELDS(type)                                                                                  \
    __chan->ops->event_write(&__ctx, r, VNSCOPE_NF_BATCH_HEAD_BYTES, lttng_ust_rb_alignof(uint32_t));                  \
    __chan->ops->event_write(&__ctx, ids, sizeof(type) * lttng_ust__get_dynamic_len(ids), lttng_ust_rb_alignof(type));
#else
#define VNSCOPE_NF_BATCH_FIELDS(type)                                                                                  \
    lttng_ust_field_integer(uint32_t, element, r->element)                                                             \
    lttng_ust_field_integer(uint32_t, queue, r->queue)                                                                 \
    lttng_ust_field_integer(uint16_t, count, r->count)                                                                 \
    lttng_ust_field_integer(uint16_t, first, r->first)                                                                 \
    lttng_ust_field_sequence(type, ids, ids, uint16_t, r->ids)
#endif

/* A network function, or a source of packets; repeated for traces that begin later. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_nf, element,
    LTTNG_UST_TP_ARGS(uint32_t, element, const char *, name, const char *, kind),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, version, VNSCOPE_NF_VERSION)
        lttng_ust_field_integer(uint32_t, element, element)
        lttng_ust_field_string(name, name)
        lttng_ust_field_string(kind, kind)
    )
)

/* A queue; repeated as elements are. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_nf, queue,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_queue *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, version, VNSCOPE_NF_VERSION)
        lttng_ust_field_integer(uint32_t, queue, r->queue)
        lttng_ust_field_string(name, r->name)
        lttng_ust_field_integer(uint32_t, reader, r->reader)
        lttng_ust_field_integer(uint32_t, capacity, r->capacity)
        lttng_ust_field_integer(uint16_t, batch, r->batch)
    )
)

/* Packets were taken from a queue, or put into one; ids of 64 bits. */
LTTNG_UST_TRACEPOINT_EVENT_CLASS(
    vnscope_nf, batch,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_batch *, r, const uint64_t *, ids),
    LTTNG_UST_TP_FIELDS(VNSCOPE_NF_BATCH_FIELDS(uint64_t))
)
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(vnscope_nf, batch, vnscope_nf, read,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_batch *, r, const uint64_t *, ids))
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(vnscope_nf, batch, vnscope_nf, write,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_batch *, r, const uint64_t *, ids))

/* The same with ids of 16 bits. */
LTTNG_UST_TRACEPOINT_EVENT_CLASS(
    vnscope_nf, batch16,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_batch *, r, const uint16_t *, ids),
    LTTNG_UST_TP_FIELDS(VNSCOPE_NF_BATCH_FIELDS(uint16_t))
)
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(vnscope_nf, batch16, vnscope_nf, read16,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_batch *, r, const uint16_t *, ids))
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(vnscope_nf, batch16, vnscope_nf, write16,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_batch *, r, const uint16_t *, ids))

/* The headers of a packet at the edge of what is traced. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_nf, flow,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_flow *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, element, r->element)
        lttng_ust_field_integer(uint64_t, packet, r->packet)
        lttng_ust_field_integer(uint32_t, length, r->length)
        lttng_ust_field_integer(uint8_t, ip_version, r->ip_version)
        lttng_ust_field_integer(uint8_t, protocol, r->protocol)
        lttng_ust_field_array(uint8_t, saddr, r->saddr, 16)
        lttng_ust_field_array(uint8_t, daddr, r->daddr, 16)
        lttng_ust_field_integer(uint16_t, sport, r->sport)
        lttng_ust_field_integer(uint16_t, dport, r->dport)
    )
)

/* Packets were given up. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_nf, drop,
    LTTNG_UST_TP_ARGS(const struct vnscope_nf_batch *, r, const uint64_t *, ids, const char *, reason),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, element, r->element)
        lttng_ust_field_integer(uint32_t, queue, r->queue)
        lttng_ust_field_integer(uint16_t, count, r->count)
        lttng_ust_field_integer(uint16_t, first, r->first)
        lttng_ust_field_string(reason, reason)
        lttng_ust_field_sequence(uint64_t, ids, ids, uint16_t, r->ids)
    )
)

#endif /* VNSCOPE_NF_PROVIDER_H */

#include <lttng/tracepoint-event.h>
