/* SPDX-License-Identifier: MIT */
/*
 * For authors of elements (switches, drivers in user space, middleboxes): count with vnscope_counter_add(), and tell
 * the counters whenever somebody should know them. README.md is the contract. Link vnscope_tracepoints_element, or
 * compile provider.c once with -llttng-ust -ldl. Nothing is written unless a session records these events.
 */
#ifndef VNSCOPE_ELEMENT_H
#define VNSCOPE_ELEMENT_H

#ifdef __cplusplus
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#endif

#include "tracepoints/element/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void vnscope_element_define(const struct vnscope_element_definition *definition)
{
    lttng_ust_tracepoint(vnscope_element, define, definition);
}

/* coupling: "tcp", "packet" or "call". */
static inline void vnscope_element_neighbour(uint64_t from, uint64_t to, const char *coupling)
{
    lttng_ust_tracepoint(vnscope_element, neighbour, from, to, coupling);
}

static inline void vnscope_element_sample(uint64_t id, const struct vnscope_element_counters *counters)
{
    lttng_ust_tracepoint(vnscope_element, sample, id, counters);
}

static inline void vnscope_element_attribute(uint64_t id, const char *attribute, int64_t value)
{
    lttng_ust_tracepoint(vnscope_element, attribute, id, attribute, value);
}

#ifdef __cplusplus
}
#pragma GCC diagnostic pop
#endif

#endif /* VNSCOPE_ELEMENT_H */
