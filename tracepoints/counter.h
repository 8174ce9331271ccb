/* SPDX-License-Identifier: MIT */
/* Counters with one writing thread and any number of readers: no lock, no atomic read-modify-write, no allocation. */
#ifndef VNSCOPE_COUNTER_H
#define VNSCOPE_COUNTER_H

#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Only the counter's own thread adds. */
static inline void vnscope_counter_add(uint64_t *counter, uint64_t amount)
{
    __atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + amount, __ATOMIC_RELAXED);
}

static inline uint64_t vnscope_counter_read(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

/* Nanoseconds of the monotonic clock, which is the one LTTng's events carry. */
static inline uint64_t vnscope_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_COUNTER_H */
