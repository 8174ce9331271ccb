/* SPDX-License-Identifier: MIT */
/*
 * Time as cheap as it comes, taken twice for each call: the processor's time stamp counter where the kernel itself trusts it
 * (clocksource tsc), else CLOCK_MONOTONIC. Counters hold ticks until they are told.
 */
#ifndef VNSCOPE_PRELOAD_TICKS_H
#define VNSCOPE_PRELOAD_TICKS_H

#include "tracepoints/counter.h"
#include "tracepoints/io/records.h"
#include "tracepoints/preload/hot.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* Called once, before the first other call. */
void vnscope_ticks_prepare(void);

static inline uint64_t vnscope_ticks(void)
{
#if defined(__x86_64__)
    if (vnscope_process.has_tsc)
        return __rdtsc();
#endif
    return vnscope_clock_ns();
}

/* By the clock that LTTng's events carry, compared since vnscope_ticks_prepare(). */
uint64_t vnscope_ticks_to_ns(uint64_t ticks);
/* All times of `totals`. */
void vnscope_totals_to_ns(struct vnscope_io_totals *totals);

#endif /* VNSCOPE_PRELOAD_TICKS_H */
