/* SPDX-License-Identifier: MIT */
/*
 * Each thread's own counters, which are added up when they are published: counting takes no lock and allocates nothing.
 * All times are ticks (ticks.h), also in members that are named for the ns as which they are told.
 */
#ifndef VNSCOPE_PRELOAD_THREADS_H
#define VNSCOPE_PRELOAD_THREADS_H

#include <stddef.h>
#include <stdint.h>

#include "tracepoints/io/records.h"
#include "tracepoints/preload/hot.h"
#include "tracepoints/preload/peers.h"
#include "tracepoints/preload/ticks.h"

/* At a time; what threads beyond do is not counted. */
#define VNSCOPE_MAX_THREADS 1024u

enum vnscope_activity { VNSCOPE_READING, VNSCOPE_WRITING, VNSCOPE_AWAITING_IN, VNSCOPE_AWAITING_OUT, VNSCOPE_IDLING };

#define VNSCOPE_WAITS 3u /* The activities from VNSCOPE_AWAITING_IN on. */

/* What one thread did with one peer in one direction. */
struct vnscope_account {
    struct vnscope_io_direction totals;
    uint32_t blocked; /* Descriptors whose call would have blocked and was not repeated yet. */
    uint64_t since;   /* The thread's `waited` when there was none of them last. */
} __attribute__((aligned(VNSCOPE_CACHE_LINE)));

struct vnscope_thread {
    uint32_t is_used;
    uint32_t number;
    uint32_t blocked[2]; /* Of all peers. */
    uint64_t waited;     /* In epoll_wait and its kin, whatever for. */
    /* The call that has not returned. */
    uint64_t begin; /* 0: there is none, and the others mean nothing. */
    uint32_t peer;
    uint32_t activity;
    uint64_t waits[VNSCOPE_WAITS]; /* By activity: each moment once. */
    struct vnscope_account accounts[VNSCOPE_MAX_PEERS][2];
};

_Static_assert(offsetof(struct vnscope_thread, accounts) == VNSCOPE_CACHE_LINE, "each call looks at all before");

/* Called once, before the first other call. 0: no memory. */
int vnscope_threads_create(void);

/* Gives the calling thread its counters, if it has none; null when there are no more. */
struct vnscope_thread *vnscope_take_thread(void) __attribute__((cold));
struct vnscope_thread *vnscope_thread_at(uint32_t number);

/* The calling thread's; null when there are no more. Valid until the thread ends. */
static inline struct vnscope_thread *vnscope_this_thread(void)
{
    struct vnscope_thread *thread = vnscope_mine.thread;
    return __builtin_expect(thread != NULL, 1) ? thread : vnscope_take_thread();
}

/* A call begins and ends; all of it counts although it has not returned when counters are told. The end gives ticks. */
static inline void vnscope_begin_call(struct vnscope_thread *thread, uint32_t peer, enum vnscope_activity activity)
{
    __atomic_store_n(&thread->peer, peer, __ATOMIC_RELAXED);
    __atomic_store_n(&thread->activity, activity, __ATOMIC_RELAXED);
    __atomic_store_n(&thread->begin, vnscope_ticks(), __ATOMIC_RELEASE);
}

static inline uint64_t vnscope_end_call(struct vnscope_thread *thread)
{
    const uint64_t begin = thread->begin;
    /* 0: a signal's handler made a call of its own meanwhile. */
    const uint64_t duration = begin == 0 ? 0 : vnscope_ticks() - begin;
    __atomic_store_n(&thread->begin, 0, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_RELEASE); /* Not to be seen with the next call's peer. */
    return duration;
}

/* A wait in epoll_wait and its kin begins, for what the thread's descriptors are blocked on, and ends. */
static inline void vnscope_begin_wait(struct vnscope_thread *thread)
{
    enum vnscope_activity activity = VNSCOPE_IDLING;
    if (__atomic_load_n(&thread->blocked[VNSCOPE_IO_OUT], __ATOMIC_RELAXED) > 0)
        activity = VNSCOPE_AWAITING_OUT;
    else if (__atomic_load_n(&thread->blocked[VNSCOPE_IO_IN], __ATOMIC_RELAXED) > 0)
        activity = VNSCOPE_AWAITING_IN;
    vnscope_begin_call(thread, VNSCOPE_NO_PEER, activity);
}

static inline void vnscope_end_wait(struct vnscope_thread *thread)
{
    const uint32_t activity = thread->activity;
    const uint64_t duration = vnscope_end_call(thread);
    vnscope_counter_add(&thread->waited, duration);
    if (activity >= VNSCOPE_AWAITING_IN) /* Else of a call that a signal's handler made meanwhile. */
        vnscope_counter_add(&thread->waits[activity - VNSCOPE_AWAITING_IN], duration);
}

/* One more descriptor of the calling thread is blocked; any thread may find that it no longer is. */
void vnscope_thread_blocks(struct vnscope_thread *thread, uint32_t peer, unsigned direction);
void vnscope_thread_unblocks(struct vnscope_thread *thread, uint32_t peer, unsigned direction);

/* Sums over all threads. May be behind by what other threads are just adding, never ahead. */
void vnscope_sum_peer(uint32_t peer, struct vnscope_io_totals *sum);
void vnscope_sum_waits(struct vnscope_io_totals *sum);

/* In a fork's child. */
void vnscope_threads_begin_anew(void);

#endif /* VNSCOPE_PRELOAD_THREADS_H */
