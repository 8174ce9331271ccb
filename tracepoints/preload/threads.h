/* SPDX-License-Identifier: MIT */
/*
 * Each thread's own counters, which are added up when they are published: counting takes no lock and allocates nothing.
 * All times are ticks (ticks.h), also in members that are named for the ns as which they are told.
 */
#ifndef VNSCOPE_PRELOAD_THREADS_H
#define VNSCOPE_PRELOAD_THREADS_H

#include <stdint.h>

#include "tracepoints/io/records.h"
#include "tracepoints/preload/peers.h"

/* At a time; what threads beyond do is not counted. */
#define VNSCOPE_MAX_THREADS 1024u

enum vnscope_activity { VNSCOPE_READING, VNSCOPE_WRITING, VNSCOPE_AWAITING_IN, VNSCOPE_AWAITING_OUT, VNSCOPE_IDLING };

/* What one thread did with one peer. */
struct vnscope_account {
    struct vnscope_io_totals totals;
    /* By direction: descriptors whose call would have blocked and was not repeated yet, and the thread's waited when
       there was none of them last. */
    uint32_t blocked[2];
    uint64_t since[2];
};

struct vnscope_thread {
    uint32_t is_used;
    uint32_t number;
    uint32_t blocked[2];          /* Of all peers. */
    uint64_t waited;           /* In epoll_wait and its kin, whatever for. */
    struct vnscope_io_totals all; /* Only wait_ns and idle_ns: each moment once. */
    /* The call that has not returned. */
    uint64_t begin; /* 0: there is none, and the others mean nothing. */
    uint32_t peer;
    uint32_t activity;
    struct vnscope_account accounts[VNSCOPE_MAX_PEERS];
};

/* Called once, before the first other call. 0: no memory. */
int vnscope_threads_create(void);

/* The calling thread's; null when there are no more. Valid until the thread ends. */
struct vnscope_thread *vnscope_this_thread(void);
/* The same; null also when the thread has used no socket so far. */
struct vnscope_thread *vnscope_known_thread(void);
struct vnscope_thread *vnscope_thread_at(uint32_t number);

/* A call begins and ends; all of it counts although it has not returned when counters are told. The end gives ticks. */
void vnscope_begin_call(struct vnscope_thread *thread, uint32_t peer, enum vnscope_activity activity);
uint64_t vnscope_end_call(struct vnscope_thread *thread);

/* A wait in epoll_wait and its kin begins, for what the thread's descriptors are blocked on, and ends. */
void vnscope_begin_wait(struct vnscope_thread *thread);
void vnscope_end_wait(struct vnscope_thread *thread);

/* One more descriptor of the calling thread is blocked; any thread may find that it no longer is. */
void vnscope_thread_blocks(struct vnscope_thread *thread, uint32_t peer, unsigned direction);
void vnscope_thread_unblocks(struct vnscope_thread *thread, uint32_t peer, unsigned direction);

/* Sums over all threads. May be behind by what other threads are just adding, never ahead. */
void vnscope_sum_peer(uint32_t peer, struct vnscope_io_totals *sum);
void vnscope_sum_waits(struct vnscope_io_totals *sum);

/* In a fork's child. */
void vnscope_threads_begin_anew(void);

#endif /* VNSCOPE_PRELOAD_THREADS_H */
