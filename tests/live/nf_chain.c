/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chain of network functions, each a process of its own, that hand packets on by rings in shared memory and tell of
 * it as the contract of tracepoints/nf asks. The parent stops one of them for a millisecond now and then and writes
 * down when: "ELEMENT BEGIN_NS END_NS" in ns since 1970, one line for each pause.
 *
 *   nf_chain RINGS_FILE PAUSES_FILE SECONDS
 *   nf_chain RINGS_FILE ROLE          (what the parent starts; forked children would not be traced without exec)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tracepoints/nf/vnscope_nf.h"

enum { kSource = 1, kFirstNf = 2, kNfs = 3, kOut = 9, kSlots = 1024, kBatch = 32 };

static const char *const kNames[kNfs] = {"nat", "firewall", "vpn"};

/* One writer, one reader. */
struct ring {
    _Atomic uint64_t head;
    _Atomic uint64_t tail;
    uint64_t packets[kSlots];
};

struct shared {
    _Atomic int is_over;
    struct ring rings[kNfs];
};

static int64_t now_ns(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void sleep_ns(long ns)
{
    const struct timespec time = {0, ns};
    nanosleep(&time, NULL);
}

static uint16_t put(struct ring *ring, const uint64_t *packets, uint16_t count)
{
    const uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    const uint64_t room = kSlots - (tail - atomic_load_explicit(&ring->head, memory_order_acquire));
    const uint16_t fits = (uint16_t)(count < room ? count : room);
    for (uint16_t i = 0; i < fits; ++i)
        ring->packets[(tail + i) % kSlots] = packets[i];
    atomic_store_explicit(&ring->tail, tail + fits, memory_order_release);
    return fits;
}

static uint16_t take(struct ring *ring, uint64_t *packets)
{
    const uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    const uint64_t there = atomic_load_explicit(&ring->tail, memory_order_acquire) - head;
    const uint16_t count = (uint16_t)(there < kBatch ? there : kBatch);
    for (uint16_t i = 0; i < count; ++i)
        packets[i] = ring->packets[(head + i) % kSlots];
    atomic_store_explicit(&ring->head, head + count, memory_order_release);
    return count;
}

static void define(void)
{
    vnscope_nf_define_element(kSource, "source", "source");
    for (uint32_t nf = 0; nf < kNfs; ++nf) {
        const struct vnscope_nf_queue queue = {kFirstNf + nf, kFirstNf + nf, kSlots, kBatch, kNames[nf]};
        vnscope_nf_define_element(kFirstNf + nf, kNames[nf], kNames[nf]);
        vnscope_nf_define_queue(&queue);
    }
    const struct vnscope_nf_queue out = {kOut, VNSCOPE_NF_NONE, 0, 0, "out"};
    vnscope_nf_define_queue(&out);
}

/* Four packets each 200 us: a fifth of what an NF can do. */
static void run_source(struct shared *shared)
{
    uint64_t next = 1;
    define();
    while (!atomic_load(&shared->is_over)) {
        uint64_t packets[4];
        for (int i = 0; i < 4; ++i)
            packets[i] = next++;
        const uint16_t sent = put(&shared->rings[0], packets, 4);
        vnscope_nf_write(kSource, kFirstNf, packets, sent);
        vnscope_nf_drop(kSource, kFirstNf, packets + sent, (uint16_t)(4 - sent), "full");
        sleep_ns(150000);
    }
}

static void work_ns(int64_t ns)
{
    const int64_t end = now_ns(CLOCK_THREAD_CPUTIME_ID) + ns;
    while (now_ns(CLOCK_THREAD_CPUTIME_ID) < end)
        ;
}

static void run_nf(struct shared *shared, uint32_t nf)
{
    const uint32_t element = kFirstNf + nf;
    define();
    while (!atomic_load(&shared->is_over)) {
        uint64_t packets[kBatch];
        const uint16_t got = take(&shared->rings[nf], packets);
        if (got == 0) {
            sleep_ns(20000);
            continue;
        }
        vnscope_nf_read(element, element, packets, got);
        work_ns(got * 10000L);
        const uint16_t sent = nf + 1 < kNfs ? put(&shared->rings[nf + 1], packets, got) : got;
        vnscope_nf_write(element, nf + 1 < kNfs ? element + 1 : kOut, packets, sent);
        if (nf + 1 < kNfs)
            vnscope_nf_drop(element, element + 1, packets + sent, (uint16_t)(got - sent), "full");
    }
}

static pid_t start(char *program, char *rings, const char *role)
{
    const pid_t child = fork();
    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char *const arguments[] = {program, rings, strdup(role), NULL};
    execv("/proc/self/exe", arguments);
    _exit(127);
}

/* Every 40 ms another one, in turn. */
static void pause_in_turn(const pid_t *nfs, const char *file, double seconds)
{
    FILE *const pauses = fopen(file, "w");
    const int64_t end = now_ns(CLOCK_MONOTONIC) + (int64_t)(seconds * 1e9);
    for (uint32_t turn = 0; pauses != NULL && now_ns(CLOCK_MONOTONIC) < end; ++turn) {
        sleep_ns(40000000);
        const uint32_t nf = turn % kNfs;
        kill(nfs[nf], SIGSTOP);
        const int64_t begin = now_ns(CLOCK_REALTIME);
        sleep_ns(1000000);
        kill(nfs[nf], SIGCONT);
        fprintf(pauses, "%s %lld %lld\n", kNames[nf], (long long)begin, (long long)now_ns(CLOCK_REALTIME));
    }
    if (pauses == NULL || fclose(pauses) != 0)
        perror(file);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const int file = open(argv[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct shared)) != 0)
        return 1;
    struct shared *const shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED)
        return 1;
    if (argc == 3) {
        if (strcmp(argv[2], "source") == 0)
            run_source(shared);
        else
            run_nf(shared, (uint32_t)atoi(argv[2]));
        return 0;
    }
    pid_t nfs[kNfs];
    for (int nf = 0; nf < kNfs; ++nf) {
        char role[] = {(char)('0' + nf), 0};
        nfs[nf] = start(argv[0], argv[1], role);
    }
    start(argv[0], argv[1], "source");
    sleep_ns(500000000); /* to be registered with the tracer */
    pause_in_turn(nfs, argv[2], atof(argv[3]));
    atomic_store(&shared->is_over, 1);
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    return 0;
}
