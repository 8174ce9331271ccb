/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER vnscope_io

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/io/provider.h"

#if !defined(VNSCOPE_IO_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_IO_PROVIDER_H

#include <lttng/tracepoint.h>
#include <stdint.h>

#include "tracepoints/io/records.h"

/* What a process read from one peer, or from all, and wrote to it. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_io, counters,
    LTTNG_UST_TP_ARGS(uint32_t, pid, const char *, element, const char *, peer, const char *, local,
                      const struct vnscope_io_totals *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, version, VNSCOPE_IO_VERSION)
        lttng_ust_field_integer(uint32_t, pid, pid)
        lttng_ust_field_string(element, element)
        lttng_ust_field_string(peer, peer)
        lttng_ust_field_string(local, local)
        lttng_ust_field_integer(uint64_t, in_calls, r->in.calls)
        lttng_ust_field_integer(uint64_t, in_packets, r->in.packets)
        lttng_ust_field_integer(uint64_t, in_bytes, r->in.bytes)
        lttng_ust_field_integer(uint64_t, in_time_ns, r->in.time_ns)
        lttng_ust_field_integer(uint64_t, in_wait_ns, r->in.wait_ns)
        lttng_ust_field_integer(uint64_t, out_calls, r->out.calls)
        lttng_ust_field_integer(uint64_t, out_packets, r->out.packets)
        lttng_ust_field_integer(uint64_t, out_bytes, r->out.bytes)
        lttng_ust_field_integer(uint64_t, out_time_ns, r->out.time_ns)
        lttng_ust_field_integer(uint64_t, out_wait_ns, r->out.wait_ns)
        lttng_ust_field_integer(uint64_t, idle_ns, r->idle_ns)
    )
)

/* One read or write returned. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_io, call,
    LTTNG_UST_TP_ARGS(int32_t, fd, uint8_t, direction, int64_t, bytes, uint64_t, duration_ns, uint8_t, is_blocking,
                      const char *, peer),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(int32_t, fd, fd)
        lttng_ust_field_integer(uint8_t, direction, direction)
        lttng_ust_field_integer(int64_t, bytes, bytes)
        lttng_ust_field_integer(uint64_t, duration_ns, duration_ns)
        lttng_ust_field_integer(uint8_t, is_blocking, is_blocking)
        lttng_ust_field_string(peer, peer)
    )
)

#endif /* VNSCOPE_IO_PROVIDER_H */

#include <lttng/tracepoint-event.h>
