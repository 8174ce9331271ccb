/* SPDX-License-Identifier: MIT */
/*
 * Stands between a program and the C library's calls on sockets: counts, and passes on. What the program sees of a call,
 * errno included, is what the C library made of it.
 */
#include <dlfcn.h>
#include <pthread.h>

#include "tracepoints/preload/descriptors.h"
#include "tracepoints/preload/hot.h"
#include "tracepoints/preload/peers.h"
#include "tracepoints/preload/publisher.h"
#include "tracepoints/preload/real.h"
#include "tracepoints/preload/threads.h"
#include "tracepoints/preload/ticks.h"

#define DEFINE_REAL(name) __typeof__(&name) vnscope_real_##name;
VNSCOPE_WRAPPED(DEFINE_REAL)

struct vnscope_process vnscope_process;
__thread struct vnscope_mine vnscope_mine;

static pid_t own_pid;

void *vnscope_find_real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

int vnscope_is_own_process(void)
{
    return getpid() == own_pid;
}

/* In a fork's child: counters begin at 0, and all threads but this one are gone. */
static void begin_anew(void)
{
    own_pid = getpid();
    vnscope_threads_begin_anew();
    vnscope_descriptors_begin_anew();
    vnscope_publisher_begin_anew();
}

__attribute__((constructor)) static void prepare(void)
{
    /* All before LTTng is loaded: its threads begin with calls of ours while the loader is locked. */
    VNSCOPE_WRAPPED(VNSCOPE_FIND_REAL)
    own_pid = getpid();
    vnscope_ticks_prepare();
    if (!vnscope_peers_create() || !vnscope_threads_create() || !vnscope_descriptors_create() ||
        !vnscope_publisher_create())
        return;
    pthread_atfork(NULL, NULL, begin_anew);
    vnscope_publisher_load();
    __atomic_store_n(&vnscope_process.is_ready, 1, __ATOMIC_RELEASE);
}
