/* SPDX-License-Identifier: MIT */
#include "tracepoints/preload/probes.h"

#include <lttng/ust-fork.h>

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "tracepoints/io/provider.h"

/* Exported by liblttng-ust-common for liblttng-ust-fd, but in no installed header: lttng-ust 2.13, include/lttng/ust-fd.h. */
int lttng_ust_safe_close_fd(int fd, int (*close)(int fd)) __attribute__((weak));
int lttng_ust_safe_closefrom_fd(int first, int (*close)(int fd)) __attribute__((weak));

static int is_counters_enabled(void)
{
    return lttng_ust_tracepoint_enabled(vnscope_io, counters);
}

static int is_call_enabled(void)
{
    return lttng_ust_tracepoint_enabled(vnscope_io, call);
}

static void counters(uint32_t pid, const char *element, const char *peer, const char *local,
                     const struct vnscope_io_totals *totals)
{
    lttng_ust_tracepoint(vnscope_io, counters, pid, element, peer, local, totals);
}

static void call(int fd, uint8_t direction, int64_t result, uint64_t duration_ns, uint8_t is_blocking, const char *peer)
{
    lttng_ust_tracepoint(vnscope_io, call, fd, direction, result, duration_ns, is_blocking, peer);
}

__attribute__((visibility("default"))) const struct vnscope_preload_probes vnscope_preload_probes = {
    is_counters_enabled,
    is_call_enabled,
    counters,
    call,
    lttng_ust_before_fork,
    lttng_ust_after_fork_parent,
    lttng_ust_after_fork_child,
    lttng_ust_safe_close_fd,
    lttng_ust_safe_closefrom_fd,
};
