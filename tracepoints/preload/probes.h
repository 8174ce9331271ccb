/* SPDX-License-Identifier: MIT */
/* What the preloaded library asks of its half that needs LTTng, which is loaded only where LTTng is installed. */
#ifndef VNSCOPE_PRELOAD_PROBES_H
#define VNSCOPE_PRELOAD_PROBES_H

#include <signal.h>
#include <stdint.h>

#include "tracepoints/io/records.h"

#define VNSCOPE_PRELOAD_PROBES "vnscope_preload_probes"

struct vnscope_preload_probes {
    int (*is_counters_enabled)(void);
    int (*is_call_enabled)(void);
    void (*counters)(uint32_t pid, const char *element, const char *peer, const char *local,
                     const struct vnscope_io_totals *totals);
    void (*call)(int fd, uint8_t direction, int64_t result, uint64_t duration_ns, uint8_t is_blocking, const char *peer);
    /* Around a fork: LTTng's threads do not survive it. */
    void (*before_fork)(sigset_t *signals);
    void (*after_fork_in_parent)(sigset_t *signals);
    void (*after_fork_in_child)(sigset_t *signals);
    /* Close what is not LTTng's own. Null where LTTng does not have them. */
    int (*safe_close)(int fd, int (*close)(int fd));
    int (*safe_closefrom)(int first, int (*close)(int fd));
};

#endif /* VNSCOPE_PRELOAD_PROBES_H */
