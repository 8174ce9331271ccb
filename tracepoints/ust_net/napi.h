/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER napi

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/ust_net/napi.h"

#if !defined(VNSCOPE_UST_NET_NAPI_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_UST_NET_NAPI_H

#include <lttng/tracepoint.h>
#include <stdint.h>

/* The end of one poll of a device: `work` frames of at most `budget` were taken. */
LTTNG_UST_TRACEPOINT_EVENT(
    napi, napi_poll,
    LTTNG_UST_TP_ARGS(uint64_t, napi, const char *, dev_name, int32_t, work, int32_t, budget),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer_hex(uint64_t, napi, napi)
        lttng_ust_field_string(dev_name, dev_name)
        lttng_ust_field_integer(int32_t, work, work)
        lttng_ust_field_integer(int32_t, budget, budget)
    )
)

#endif /* VNSCOPE_UST_NET_NAPI_H */

#include <lttng/tracepoint-event.h>
