/* SPDX-License-Identifier: MIT */
/*
 * For applications as they are: every port that they start is attached, and let go when it is stopped. This library
 * links neither DPDK nor LTTng, and changes nothing for programs that start no port. What attaches is in a library of
 * its own, loaded when the first port is started; it takes DPDK's functions from the program.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_version.h>

#include "tracepoints/dpdk_nf/vnscope_dpdk.h"

#define VNSCOPE_EXPORT __attribute__((visibility("default")))

/* The symbol version of the DPDK that this was built for: one for November's release and those of the year after. */
#if RTE_VERSION < RTE_VERSION_NUM(23, 11, 0, 0)
#define ABI "DPDK_23"
#else
#error "this DPDK's binary interface was not tested"
#endif

typedef int (*port_function)(uint16_t port);

/* The program's own function; null: it has none of our version. */
static port_function find(const char *name, const char *version)
{
    port_function function;
    *(void **)&function = version != NULL ? dlvsym(RTLD_NEXT, name, version) : dlsym(RTLD_NEXT, name);
    return function;
}

static int call_real(const char *name, uint16_t port)
{
    const port_function real = find(name, NULL);
    return real != NULL ? real(port) : -ENOTSUP;
}

/* Of the library that is loaded; null: it could not be, or was not yet. */
static __typeof__(&vnscope_dpdk_attach) attach_port;
static __typeof__(&vnscope_dpdk_detach) detach_port;

/* It lies beside this one. */
static void load_callbacks(void)
{
    static const char kName[] = "libvnscope_dpdk_callbacks.so";
    char path[PATH_MAX];
    Dl_info self;
    if (find("rte_eth_dev_start", ABI) == NULL) {
        fprintf(stderr, "vnscope: the program's DPDK is not compatible with " ABI ": its ports are not traced.\n");
        return;
    }
    if (dladdr((void *)load_callbacks, &self) == 0 || self.dli_fname == NULL)
        return;
    const char *const slash = strrchr(self.dli_fname, '/');
    const int directory = slash != NULL ? (int)(slash + 1 - self.dli_fname) : 0;
    snprintf(path, sizeof path, "%.*s%s", directory, self.dli_fname, kName);
    void *const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "vnscope: ports are not traced: %s.\n", dlerror());
        return;
    }
    *(void **)&detach_port = dlsym(library, "vnscope_dpdk_detach");
    *(void **)&attach_port = dlsym(library, "vnscope_dpdk_attach");
}

static void attach(uint16_t port)
{
    static pthread_once_t is_loaded = PTHREAD_ONCE_INIT;
    pthread_once(&is_loaded, load_callbacks);
    if (attach_port == NULL || detach_port == NULL)
        return;
    /* A driver that stops ports by itself leaves them attached. */
    detach_port(port);
    const int result = attach_port(port, NULL);
    if (result != 0)
        fprintf(stderr, "vnscope: port %u is not traced: %s.\n", port, strerror(-result));
}

VNSCOPE_EXPORT int rte_eth_dev_start(uint16_t port_id)
{
    const int result = call_real("rte_eth_dev_start", port_id);
    if (result == 0)
        attach(port_id);
    return result;
}

VNSCOPE_EXPORT int rte_eth_dev_stop(uint16_t port_id)
{
    const int result = call_real("rte_eth_dev_stop", port_id);
    if (result == 0 && detach_port != NULL)
        detach_port(port_id);
    return result;
}
