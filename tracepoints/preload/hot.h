/* SPDX-License-Identifier: MIT */
/*
 * What every call looks at: one cache line of the process and one of the thread. The kernel has driven most else out of the caches
 * when a call returns, so lines that are touched cost more than what is computed.
 */
#ifndef VNSCOPE_PRELOAD_HOT_H
#define VNSCOPE_PRELOAD_HOT_H

#define VNSCOPE_CACHE_LINE 64

/* Laid beside each other, apart from what is called rarely. */
#define VNSCOPE_HOT __attribute__((hot))

struct vnscope_descriptor;
struct vnscope_thread;

struct vnscope_process {
    int is_ready;       /* 0: calls before the constructor are passed on uncounted. */
    int is_started;     /* The publisher, if there is one. */
    int is_call_wanted; /* A session wants single calls; looked up once a period. */
    int has_tsc;        /* The processor's time stamp counter is the clock (ticks.h). */
    struct vnscope_descriptor *descriptors;
} __attribute__((aligned(VNSCOPE_CACHE_LINE)));

extern struct vnscope_process vnscope_process;

struct vnscope_mine {
    struct vnscope_thread *thread; /* Null: the thread has used no socket so far. */
    int is_publishing;             /* What it reads and writes now is not counted. */
};

extern __thread struct vnscope_mine vnscope_mine __attribute__((tls_model("initial-exec")));

/* Whether this thread's calls are counted. */
static inline int vnscope_counts(void)
{
    return __atomic_load_n(&vnscope_process.is_ready, __ATOMIC_RELAXED) && !vnscope_mine.is_publishing;
}

#endif /* VNSCOPE_PRELOAD_HOT_H */
