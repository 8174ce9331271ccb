/* SPDX-License-Identifier: MIT */
#include "tracepoints/preload/publisher.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tracepoints/io/totals.h"
#include "tracepoints/preload/hot.h"
#include "tracepoints/preload/memory.h"
#include "tracepoints/preload/peers.h"
#include "tracepoints/preload/probes.h"
#include "tracepoints/preload/real.h"
#include "tracepoints/preload/threads.h"
#include "tracepoints/preload/ticks.h"

enum { kDefaultPeriodMs = 100, kMaxPeriodMs = 3600 * 1000, kMaxNameBytes = 64, kPatienceS = 1 };

static const struct vnscope_preload_probes *probes;
static uint32_t period_ms = kDefaultPeriodMs;
static int is_exit_prepared;
static int is_ended;
static char element[kMaxNameBytes];
static struct vnscope_io_totals *told; /* By peer, and of all waits as VNSCOPE_NO_PEER: what was told last. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* One publication at a time. */
static __thread sigset_t fork_signals __attribute__((tls_model("initial-exec")));

static void read_environment(void)
{
    const char *name = getenv("VNSCOPE_IO_NAME");
    const char *period = getenv("VNSCOPE_IO_PERIOD_MS");
    const unsigned long ms = period == NULL ? 0 : strtoul(period, NULL, 10);
    snprintf(element, sizeof element, "%s", name != NULL && *name != '\0' ? name : program_invocation_short_name);
    if (ms > 0 && ms <= kMaxPeriodMs)
        period_ms = (uint32_t)ms;
}

/* The probes lie beside this library. Without LTTng they cannot be loaded, and nothing is published. */
static void load_probes(void)
{
    static const char kName[] = "libvnscope_preload_probes.so";
    char path[PATH_MAX];
    Dl_info self;
    const char *slash;
    void *library;
    if (dladdr((void *)vnscope_publisher_load, &self) == 0 || self.dli_fname == NULL)
        return;
    slash = strrchr(self.dli_fname, '/');
    if (slash == NULL)
        snprintf(path, sizeof path, "%s", kName);
    else
        snprintf(path, sizeof path, "%.*s%s", (int)(slash + 1 - self.dli_fname), self.dli_fname, kName);
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        probes = (const struct vnscope_preload_probes *)dlsym(library, VNSCOPE_PRELOAD_PROBES);
}

static void keep_larger(uint64_t *kept, uint64_t value)
{
    if (value > *kept)
        *kept = value;
}

static void keep_larger_direction(struct vnscope_io_direction *kept, const struct vnscope_io_direction *value)
{
    keep_larger(&kept->calls, value->calls);
    keep_larger(&kept->packets, value->packets);
    keep_larger(&kept->bytes, value->bytes);
    keep_larger(&kept->time_ns, value->time_ns);
    keep_larger(&kept->wait_ns, value->wait_ns);
}

/* A sum may miss a call that ended while it was made; what is told never falls. */
static void keep_larger_totals(struct vnscope_io_totals *kept, const struct vnscope_io_totals *value)
{
    keep_larger_direction(&kept->in, &value->in);
    keep_larger_direction(&kept->out, &value->out);
    keep_larger(&kept->idle_ns, value->idle_ns);
}

/* A first call that has not returned has no more than time. */
static int is_used(const struct vnscope_io_totals *totals)
{
    return (totals->in.calls | totals->out.calls | totals->in.time_ns | totals->out.time_ns) != 0;
}

static void publish(void)
{
    struct vnscope_io_totals all;
    const uint32_t pid = (uint32_t)getpid();
    memset(&all, 0, sizeof all);
    vnscope_sum_waits(&all);
    vnscope_totals_to_ns(&all);
    keep_larger_totals(&told[VNSCOPE_MAX_PEERS], &all);
    all = told[VNSCOPE_MAX_PEERS];
    for (unsigned peer = 0; peer < vnscope_peer_count(); ++peer) {
        struct vnscope_io_totals totals;
        memset(&totals, 0, sizeof totals);
        vnscope_sum_peer(peer, &totals);
        vnscope_totals_to_ns(&totals);
        keep_larger_totals(&told[peer], &totals);
        totals = told[peer];
        if (peer != VNSCOPE_NO_PEER && is_used(&totals))
            probes->counters(pid, element, vnscope_peer_name(peer), vnscope_peer_local(peer), &totals);
        totals.in.wait_ns = 0; /* One moment may be waited for several peers. */
        totals.out.wait_ns = 0;
        vnscope_io_sum(&all, &totals);
    }
    probes->counters(pid, element, "", "", &all);
}

static void look_for_wishes(void)
{
    const int is_wanted = probes != NULL && probes->is_call_enabled();
    __atomic_store_n(&vnscope_process.is_call_wanted, is_wanted && !__atomic_load_n(&is_ended, __ATOMIC_ACQUIRE), __ATOMIC_RELAXED);
}

static void publish_if_wanted(void)
{
    if (probes == NULL || !probes->is_counters_enabled())
        return;
    vnscope_mine.is_publishing = 1;
    publish();
    vnscope_mine.is_publishing = 0;
}

static void *publish_for_ever(void *unused)
{
    const struct timespec period = {period_ms / 1000, (long)(period_ms % 1000) * 1000000};
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&mutex);
        look_for_wishes();
        publish_if_wanted();
        pthread_mutex_unlock(&mutex);
        nanosleep(&period, NULL);
    }
    return NULL;
}

void vnscope_publish_last(void)
{
    const int error = errno;
    /* Waits for the publisher's thread, but not for ever: this may be a signal's handler, or that thread stopped. */
    struct timespec until;
    if (!__atomic_load_n(&vnscope_process.is_started, __ATOMIC_RELAXED) || !vnscope_is_own_process() ||
        __atomic_exchange_n(&is_ended, 1, __ATOMIC_ACQ_REL))
        return;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += kPatienceS;
    /* Never unlocked: once LTTng has ended, which is next, its probes must not be called. */
    if (pthread_mutex_timedlock(&mutex, &until) == 0)
        publish_if_wanted();
    __atomic_store_n(&vnscope_process.is_call_wanted, 0, __ATOMIC_RELAXED);
    errno = error;
}

static void start(void)
{
    sigset_t all;
    sigset_t before;
    pthread_t thread;
    pthread_attr_t detached;
    /* Only now: what is registered before main() runs after LTTng has ended. */
    if (!is_exit_prepared && atexit(vnscope_publish_last) == 0)
        is_exit_prepared = 1;
    sigfillset(&all);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_create(&thread, &detached, publish_for_ever, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
}

void vnscope_publisher_start(void)
{
    int error;
    if (__atomic_exchange_n(&vnscope_process.is_started, 1, __ATOMIC_ACQ_REL) || probes == NULL)
        return;
    error = errno;
    start();
    errno = error;
}

static void before_fork(void)
{
    if (probes != NULL)
        probes->before_fork(&fork_signals);
}

static void after_fork_in_parent(void)
{
    if (probes != NULL)
        probes->after_fork_in_parent(&fork_signals);
}

static void after_fork_in_child(void)
{
    if (probes != NULL)
        probes->after_fork_in_child(&fork_signals);
    look_for_wishes();
}

int vnscope_publisher_create(void)
{
    told = vnscope_reserve(sizeof *told * (VNSCOPE_MAX_PEERS + 1));
    return told != NULL;
}

void vnscope_publisher_load(void)
{
    read_environment();
    load_probes();
    look_for_wishes();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

void vnscope_publisher_begin_anew(void)
{
    madvise(told, sizeof *told * (VNSCOPE_MAX_PEERS + 1), MADV_DONTNEED); /* Zeroed again. */
    pthread_mutex_init(&mutex, NULL);
    vnscope_process.is_started = 0;
    is_ended = 0;
}

void vnscope_tell_call(int fd, uint8_t direction, int64_t result, uint64_t duration, uint8_t is_blocking,
                       const char *peer)
{
    probes->call(fd, direction, result, vnscope_ticks_to_ns(duration), is_blocking, peer);
}

int vnscope_close_but_tracers(int fd, int (*close)(int))
{
    return probes != NULL && probes->safe_close != NULL ? probes->safe_close(fd, close) : close(fd);
}

int vnscope_closefrom_but_tracers(int first, int (*close)(int))
{
    if (probes == NULL || probes->safe_closefrom == NULL)
        return 0;
    probes->safe_closefrom(first, close);
    return 1;
}
