/* SPDX-License-Identifier: MIT */
/*
 * For authors of network functions: tells which packets were read from and written to which queue. README.md is the
 * contract. Link vnscope_tracepoints_nf, or compile provider.c once with -llttng-ust -ldl. Each call costs one test of
 * a flag unless a session records its event. `ids` may be null when packets cannot be told apart.
 */
#ifndef VNSCOPE_NF_H
#define VNSCOPE_NF_H

#include <stddef.h>

#ifdef __cplusplus
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#endif

#include "tracepoints/nf/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void vnscope_nf_define_element(uint32_t element, const char *name, const char *kind)
{
    lttng_ust_tracepoint(vnscope_nf, element, element, name, kind);
}

static inline void vnscope_nf_define_queue(const struct vnscope_nf_queue *queue)
{
    lttng_ust_tracepoint(vnscope_nf, queue, queue);
}

static inline void vnscope_nf_tell_flow(const struct vnscope_nf_flow *flow)
{
    lttng_ust_tracepoint(vnscope_nf, flow, flow);
}

/* Whether `batch` still has a part to tell after this one; moves it there. */
static inline int vnscope_nf_next_part(struct vnscope_nf_batch *batch)
{
    batch->first = (uint16_t)(batch->first + batch->ids);
    return batch->ids > 0 && batch->first < batch->count;
}

static inline uint16_t vnscope_nf_part_ids(const struct vnscope_nf_batch *batch)
{
    const uint32_t left = (uint32_t)batch->count - batch->first;
    return (uint16_t)(left < VNSCOPE_NF_MAX_IDS ? left : VNSCOPE_NF_MAX_IDS);
}

/* Tells a batch of `packets` in parts of at most VNSCOPE_NF_MAX_IDS ids. */
#define VNSCOPE_NF_TELL_(event, element_, queue_, ids_, packets, ...)                                                  \
    do {                                                                                                               \
        struct vnscope_nf_batch part_ = {(element_), (queue_), (packets), 0, 0};                                       \
        if (!lttng_ust_tracepoint_enabled(vnscope_nf, event) || part_.count == 0)                                      \
            break;                                                                                                     \
        do {                                                                                                           \
            part_.ids = (ids_) == NULL ? 0 : vnscope_nf_part_ids(&part_);                                              \
            lttng_ust_do_tracepoint(vnscope_nf, event, &part_, (ids_) == NULL ? NULL : (ids_) + part_.first,           \
                                    ##__VA_ARGS__);                                                                    \
        } while (vnscope_nf_next_part(&part_));                                                                        \
    } while (0)

static inline void vnscope_nf_read(uint32_t element, uint32_t queue, const uint64_t *ids, uint16_t count)
{
    VNSCOPE_NF_TELL_(read, element, queue, ids, count);
}

static inline void vnscope_nf_write(uint32_t element, uint32_t queue, const uint64_t *ids, uint16_t count)
{
    VNSCOPE_NF_TELL_(write, element, queue, ids, count);
}

/* With ids of 16 bits, such as IPv4 identifications: a quarter of the trace. */
static inline void vnscope_nf_read16(uint32_t element, uint32_t queue, const uint16_t *ids, uint16_t count)
{
    VNSCOPE_NF_TELL_(read16, element, queue, ids, count);
}

static inline void vnscope_nf_write16(uint32_t element, uint32_t queue, const uint16_t *ids, uint16_t count)
{
    VNSCOPE_NF_TELL_(write16, element, queue, ids, count);
}

/* queue: the one that had no room, or VNSCOPE_NF_NONE. */
static inline void vnscope_nf_drop(uint32_t element, uint32_t queue, const uint64_t *ids, uint16_t count,
                                   const char *reason)
{
    VNSCOPE_NF_TELL_(drop, element, queue, ids, count, reason);
}

#ifdef __cplusplus
}
#pragma GCC diagnostic pop
#endif

#endif /* VNSCOPE_NF_H */
