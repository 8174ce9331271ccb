/* SPDX-License-Identifier: MIT */
/* Counters of several threads, or peers, added up. */
#ifndef VNSCOPE_IO_TOTALS_H
#define VNSCOPE_IO_TOTALS_H

#include "tracepoints/counter.h"
#include "tracepoints/io/records.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void vnscope_io_sum_direction(struct vnscope_io_direction *sum, const struct vnscope_io_direction *part)
{
    sum->calls += vnscope_counter_read(&part->calls);
    sum->packets += vnscope_counter_read(&part->packets);
    sum->bytes += vnscope_counter_read(&part->bytes);
    sum->time_ns += vnscope_counter_read(&part->time_ns);
    sum->wait_ns += vnscope_counter_read(&part->wait_ns);
}

static inline void vnscope_io_sum(struct vnscope_io_totals *sum, const struct vnscope_io_totals *part)
{
    vnscope_io_sum_direction(&sum->in, &part->in);
    vnscope_io_sum_direction(&sum->out, &part->out);
    sum->idle_ns += vnscope_counter_read(&part->idle_ns);
}

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_IO_TOTALS_H */
