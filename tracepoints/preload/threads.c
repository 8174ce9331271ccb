/* SPDX-License-Identifier: MIT */
#include "tracepoints/preload/threads.h"

#include <pthread.h>
#include <stddef.h>

#include "tracepoints/io/totals.h"
#include "tracepoints/preload/memory.h"

static struct vnscope_thread *threads[VNSCOPE_MAX_THREADS];
static uint32_t thread_count; /* Ever tried to take; may exceed the array. */
static pthread_key_t thread_key;

/* The thread ended: another one may go on with its counters. */
static void release_thread(void *argument)
{
    struct vnscope_thread *thread = argument;
    vnscope_mine.thread = NULL;
    __atomic_store_n(&thread->begin, 0, __ATOMIC_RELEASE); /* It may have been cancelled inside a call. */
    __atomic_store_n(&thread->is_used, 0, __ATOMIC_RELEASE);
}

int vnscope_threads_create(void)
{
    return pthread_key_create(&thread_key, release_thread) == 0;
}

static uint32_t known_threads(void)
{
    const uint32_t count = __atomic_load_n(&thread_count, __ATOMIC_ACQUIRE);
    return count < VNSCOPE_MAX_THREADS ? count : VNSCOPE_MAX_THREADS;
}

struct vnscope_thread *vnscope_thread_at(uint32_t number)
{
    return __atomic_load_n(&threads[number], __ATOMIC_ACQUIRE);
}

static struct vnscope_thread *take_free_thread(void)
{
    for (uint32_t i = 0; i < known_threads(); ++i) {
        struct vnscope_thread *thread = vnscope_thread_at(i);
        uint32_t unused = 0;
        if (thread != NULL &&
            __atomic_compare_exchange_n(&thread->is_used, &unused, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return thread;
    }
    return NULL;
}

static struct vnscope_thread *take_new_thread(void)
{
    struct vnscope_thread *thread;
    uint32_t number;
    if (known_threads() == VNSCOPE_MAX_THREADS)
        return NULL;
    thread = vnscope_reserve(sizeof *thread);
    if (thread == NULL)
        return NULL;
    number = __atomic_fetch_add(&thread_count, 1, __ATOMIC_ACQ_REL);
    if (number >= VNSCOPE_MAX_THREADS) {
        munmap(thread, sizeof *thread);
        return NULL;
    }
    thread->is_used = 1;
    thread->number = number;
    __atomic_store_n(&threads[number], thread, __ATOMIC_RELEASE);
    return thread;
}

struct vnscope_thread *vnscope_take_thread(void)
{
    struct vnscope_thread *thread = take_free_thread();
    vnscope_mine.thread = thread != NULL ? thread : take_new_thread();
    pthread_setspecific(thread_key, vnscope_mine.thread);
    return vnscope_mine.thread;
}

void vnscope_thread_blocks(struct vnscope_thread *thread, uint32_t peer, unsigned direction)
{
    struct vnscope_account *account = &thread->accounts[peer][direction];
    __atomic_fetch_add(&thread->blocked[direction], 1, __ATOMIC_RELAXED);
    if (__atomic_load_n(&account->blocked, __ATOMIC_RELAXED) == 0)
        __atomic_store_n(&account->since, thread->waited, __ATOMIC_RELAXED);
    __atomic_fetch_add(&account->blocked, 1, __ATOMIC_RELEASE);
}

void vnscope_thread_unblocks(struct vnscope_thread *thread, uint32_t peer, unsigned direction)
{
    struct vnscope_account *account = &thread->accounts[peer][direction];
    const uint64_t since = __atomic_load_n(&account->since, __ATOMIC_RELAXED);
    __atomic_fetch_sub(&thread->blocked[direction], 1, __ATOMIC_RELAXED);
    if (__atomic_fetch_sub(&account->blocked, 1, __ATOMIC_ACQ_REL) == 1)
        __atomic_fetch_add(&account->totals.wait_ns, vnscope_counter_read(&thread->waited) - since, __ATOMIC_RELAXED);
}

/* What a thread is in since when: a call that has not returned. */
struct pending {
    uint32_t peer;
    uint32_t activity;
    uint64_t duration;
};

static struct pending pending_of(const struct vnscope_thread *thread)
{
    struct pending pending = {0, VNSCOPE_IDLING, 0};
    const uint64_t begin = __atomic_load_n(&thread->begin, __ATOMIC_ACQUIRE);
    pending.peer = __atomic_load_n(&thread->peer, __ATOMIC_RELAXED);
    pending.activity = __atomic_load_n(&thread->activity, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (begin != 0 && begin == __atomic_load_n(&thread->begin, __ATOMIC_RELAXED)) {
        const uint64_t now = vnscope_ticks();
        pending.duration = now > begin ? now - begin : 0;
    }
    return pending;
}

/* What was waited for a descriptor that is still blocked. */
static uint64_t unfinished_wait(const struct vnscope_thread *thread, uint32_t peer, unsigned direction)
{
    const struct vnscope_account *account = &thread->accounts[peer][direction];
    const uint64_t waited = vnscope_counter_read(&thread->waited);
    const struct pending pending = pending_of(thread);
    const uint64_t until = waited + (pending.activity >= VNSCOPE_AWAITING_IN ? pending.duration : 0);
    uint64_t since;
    if (__atomic_load_n(&account->blocked, __ATOMIC_ACQUIRE) == 0)
        return 0;
    since = __atomic_load_n(&account->since, __ATOMIC_RELAXED);
    return until > since ? until - since : 0;
}

/* What was counted is read before what is not counted yet: a call that ends in between is missed, not counted twice. */
static void sum_account(const struct vnscope_thread *thread, uint32_t peer, struct vnscope_io_totals *sum)
{
    struct pending pending;
    vnscope_io_sum_direction(&sum->in, &thread->accounts[peer][VNSCOPE_IO_IN].totals);
    vnscope_io_sum_direction(&sum->out, &thread->accounts[peer][VNSCOPE_IO_OUT].totals);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    sum->in.wait_ns += unfinished_wait(thread, peer, VNSCOPE_IO_IN);
    sum->out.wait_ns += unfinished_wait(thread, peer, VNSCOPE_IO_OUT);
    pending = pending_of(thread);
    if (pending.peer == peer && pending.activity <= VNSCOPE_WRITING)
        (pending.activity == VNSCOPE_READING ? &sum->in : &sum->out)->time_ns += pending.duration;
}

void vnscope_sum_peer(uint32_t peer, struct vnscope_io_totals *sum)
{
    for (uint32_t i = 0; i < known_threads(); ++i) {
        const struct vnscope_thread *thread = vnscope_thread_at(i);
        if (thread != NULL)
            sum_account(thread, peer, sum);
    }
}

/* Where the time of a wait is told; null for reads and writes. */
static uint64_t *wait_counter(struct vnscope_io_totals *totals, uint32_t activity)
{
    switch (activity) {
    case VNSCOPE_AWAITING_IN:
        return &totals->in.wait_ns;
    case VNSCOPE_AWAITING_OUT:
        return &totals->out.wait_ns;
    case VNSCOPE_IDLING:
        return &totals->idle_ns;
    default:
        return NULL;
    }
}

/* What was counted first, as above. */
static void sum_waits(const struct vnscope_thread *thread, struct vnscope_io_totals *sum)
{
    struct pending pending;
    uint64_t *counter;
    for (uint32_t i = 0; i < VNSCOPE_WAITS; ++i)
        *wait_counter(sum, VNSCOPE_AWAITING_IN + i) += vnscope_counter_read(&thread->waits[i]);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    pending = pending_of(thread);
    counter = wait_counter(sum, pending.activity);
    if (counter != NULL)
        *counter += pending.duration;
}

void vnscope_sum_waits(struct vnscope_io_totals *sum)
{
    for (uint32_t i = 0; i < known_threads(); ++i) {
        const struct vnscope_thread *thread = vnscope_thread_at(i);
        if (thread != NULL)
            sum_waits(thread, sum);
    }
}

void vnscope_threads_begin_anew(void)
{
    for (uint32_t i = 0; i < known_threads(); ++i) {
        struct vnscope_thread *thread = threads[i];
        if (thread == NULL)
            continue;
        madvise(thread, sizeof *thread, MADV_DONTNEED); /* Zeroed again. */
        thread->number = i;
        thread->is_used = thread == vnscope_mine.thread;
    }
}
