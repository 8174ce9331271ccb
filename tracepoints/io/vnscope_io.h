/* SPDX-License-Identifier: MIT */
/*
 * For authors of middleboxes: counts reads and writes per peer, and tells the counters periodically or on demand.
 * README.md is the contract. Link vnscope_tracepoints_io, or compile provider.c once with -llttng-ust -ldl.
 *
 *     static struct vnscope_io_set io = VNSCOPE_IO_SET("my-proxy");
 *     vnscope_io_start(&io, 100);                              once: published every 100 ms
 *     vnscope_io_add_peer(&io, &server, "10.0.0.1:80");        once for each peer
 *     server.local = "10.0.0.5";                               where this program is at, if it is known
 *     vnscope_io_add_counters(&server, &counters);             once for each thread that talks to it
 *
 *     uint64_t begin = vnscope_clock_ns();
 *     ssize_t got = recv(fd, buffer, size, 0);
 *     vnscope_io_returned(&counters.totals.in, begin, got);
 *
 * Nothing is allocated and nothing locked: all memory is the caller's, and stays until the set is no longer published.
 */
#ifndef VNSCOPE_IO_H
#define VNSCOPE_IO_H

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif

#include "tracepoints/counter.h"
#include "tracepoints/io/provider.h"
#include "tracepoints/io/totals.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What one thread counts of one peer. Only that thread writes. */
struct vnscope_io_counters {
    struct vnscope_io_totals totals;
    struct vnscope_io_counters* next;
};

struct vnscope_io_peer {
    const char* name;
    const char* local; /* This program's own address towards the peer; NULL: not known. */
    struct vnscope_io_counters* first;
    struct vnscope_io_peer* next;
};

/* All peers of a middlebox. */
struct vnscope_io_set {
    const char* element;
    struct vnscope_io_peer* first;
    struct vnscope_io_peer all; /* For counters of no single peer: idle_ns, and what was waited for any peer. */
    pthread_mutex_t mutex;      /* Of the publisher; counting never takes it. */
    pthread_cond_t wake;
    pthread_t publisher;
    uint64_t period_ns;
    int is_stopping;
};

#define VNSCOPE_IO_SET(name)                                                                                           \
    {                                                                                                                  \
        (name), NULL, {"", NULL, NULL, NULL}, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0             \
    }

static inline void vnscope_io_add_peer(struct vnscope_io_set* set, struct vnscope_io_peer* peer, const char* name)
{
    peer->name = name;
    peer->local = NULL;
    peer->first = NULL;
    peer->next = __atomic_load_n(&set->first, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&set->first, &peer->next, peer, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
    }
}

static inline void vnscope_io_add_counters(struct vnscope_io_peer* peer, struct vnscope_io_counters* counters)
{
    counters->next = __atomic_load_n(&peer->first, __ATOMIC_RELAXED);
    while (
        !__atomic_compare_exchange_n(&peer->first, &counters->next, counters, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
    }
}

/* `packets` with `bytes` together were moved by one call whose time is not taken. */
static inline void vnscope_io_moved(struct vnscope_io_direction* direction, uint64_t packets, uint64_t bytes)
{
    vnscope_counter_add(&direction->calls, 1);
    vnscope_counter_add(&direction->packets, packets);
    vnscope_counter_add(&direction->bytes, bytes);
}

/* A read or write that began at `begin_ns` (vnscope_clock_ns()) returned `result`: bytes, or negative. */
static inline void vnscope_io_returned(struct vnscope_io_direction* direction, uint64_t begin_ns, ssize_t result)
{
    vnscope_counter_add(&direction->time_ns, vnscope_clock_ns() - begin_ns);
    vnscope_io_moved(direction, result > 0, result > 0 ? (uint64_t)result : 0);
}

static inline struct vnscope_io_totals vnscope_io_peer_totals(const struct vnscope_io_peer* peer)
{
    struct vnscope_io_totals sum = {{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, 0};
    const struct vnscope_io_counters* each = __atomic_load_n(&peer->first, __ATOMIC_ACQUIRE);
    for (; each != NULL; each = each->next)
        vnscope_io_sum(&sum, &each->totals);
    return sum;
}

/* One event for each peer and one for all. Any thread may call it at any time. */
static inline void vnscope_io_publish(const struct vnscope_io_set* set)
{
    struct vnscope_io_totals all = vnscope_io_peer_totals(&set->all);
    const struct vnscope_io_peer* peer = __atomic_load_n(&set->first, __ATOMIC_ACQUIRE);
    const uint32_t pid = (uint32_t)getpid();
    if (!lttng_ust_tracepoint_enabled(vnscope_io, counters))
        return;
    for (; peer != NULL; peer = peer->next) {
        struct vnscope_io_totals totals = vnscope_io_peer_totals(peer);
        lttng_ust_do_tracepoint(vnscope_io, counters, pid, set->element, peer->name,
                                peer->local == NULL ? "" : peer->local, &totals);
        /* One moment may be waited for several peers: it counts once for all, where the author counted it. */
        totals.in.wait_ns = 0;
        totals.out.wait_ns = 0;
        vnscope_io_sum(&all, &totals);
    }
    lttng_ust_do_tracepoint(vnscope_io, counters, pid, set->element, "", "", &all);
}

static inline void* vnscope_io_publish_until_stopped(void* argument)
{
    struct vnscope_io_set* set = (struct vnscope_io_set*)argument;
    pthread_mutex_lock(&set->mutex);
    while (!set->is_stopping) {
        struct timespec until;
        uint64_t due;
        vnscope_io_publish(set);
        due = vnscope_clock_ns() + set->period_ns;
        until.tv_sec = (time_t)(due / 1000000000u);
        until.tv_nsec = (long)(due % 1000000000u);
        pthread_cond_timedwait(&set->wake, &set->mutex, &until);
    }
    pthread_mutex_unlock(&set->mutex);
    vnscope_io_publish(set);
    return NULL;
}

/* Publishes every `period_ms` from a thread of its own, which takes no signals. 0, or an errno. Not inherited by fork.
 */
static inline int vnscope_io_start(struct vnscope_io_set* set, uint32_t period_ms)
{
    sigset_t all;
    sigset_t before;
    pthread_condattr_t monotonic;
    int error;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&set->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    set->period_ns = (uint64_t)period_ms * 1000000u;
    set->is_stopping = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    error = pthread_create(&set->publisher, NULL, vnscope_io_publish_until_stopped, set);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* Publishes once more and ends the thread of vnscope_io_start(). */
static inline void vnscope_io_stop(struct vnscope_io_set* set)
{
    pthread_mutex_lock(&set->mutex);
    set->is_stopping = 1;
    pthread_cond_signal(&set->wake);
    pthread_mutex_unlock(&set->mutex);
    pthread_join(set->publisher, NULL);
}

/* One read or write returned `result`: bytes, or a negative errno. Costs nothing to speak of unless it is recorded. */
static inline void vnscope_io_call(int fd, uint8_t direction, int64_t result, uint64_t duration_ns, int is_blocking,
                                   const char* peer)
{
    lttng_ust_tracepoint(vnscope_io, call, fd, direction, result, duration_ns, (uint8_t)is_blocking, peer);
}

#ifdef __cplusplus
}
#pragma GCC diagnostic pop
#endif

#endif /* VNSCOPE_IO_H */
