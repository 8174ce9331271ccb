/* SPDX-License-Identifier: MIT */
#include "tracepoints/preload/ticks.h"

#include <fcntl.h>
#include <string.h>

#include "tracepoints/preload/real.h"

static uint64_t first_ticks;
static uint64_t first_ns;

/* A kernel that found the counters of its processors unequal or unsteady uses another clock. */
static int does_kernel_use_tsc(void)
{
    static const char kFile[] = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    char name[8] = "";
    const int fd = open(kFile, O_RDONLY | O_CLOEXEC);
    ssize_t size;
    if (fd < 0)
        return 0;
    size = VNSCOPE_REAL(read)(fd, name, sizeof name - 1);
    VNSCOPE_REAL(close)(fd);
    return size > 0 && strcmp(name, "tsc\n") == 0;
}

void vnscope_ticks_prepare(void)
{
#if defined(__x86_64__)
    vnscope_process.has_tsc = does_kernel_use_tsc();
#else
    (void)does_kernel_use_tsc;
#endif
    first_ticks = vnscope_ticks();
    first_ns = vnscope_clock_ns();
}

/* ns per tick. */
static double ratio(void)
{
    const uint64_t ticks = vnscope_ticks() - first_ticks;
    const uint64_t ns = vnscope_clock_ns() - first_ns;
    return vnscope_process.has_tsc && ticks > 0 ? (double)ns / (double)ticks : 1.0;
}

uint64_t vnscope_ticks_to_ns(uint64_t ticks)
{
    return (uint64_t)((double)ticks * ratio());
}

static void direction_to_ns(struct vnscope_io_direction *direction, double ns_per_tick)
{
    direction->time_ns = (uint64_t)((double)direction->time_ns * ns_per_tick);
    direction->wait_ns = (uint64_t)((double)direction->wait_ns * ns_per_tick);
}

void vnscope_totals_to_ns(struct vnscope_io_totals *totals)
{
    const double ns_per_tick = ratio();
    direction_to_ns(&totals->in, ns_per_tick);
    direction_to_ns(&totals->out, ns_per_tick);
    totals->idle_ns = (uint64_t)((double)totals->idle_ns * ns_per_tick);
}
