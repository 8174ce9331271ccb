/* SPDX-License-Identifier: MIT */
/*
 * For applications as they are: every port that they start is attached, and let go when it is stopped. The library
 * links no DPDK itself: its functions are those that the application brings along.
 */
#include <dlfcn.h>
#include <errno.h>
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

static void attach(uint16_t port)
{
    if (find("rte_eth_dev_start", ABI) == NULL) {
        fprintf(stderr, "vnscope: the program's DPDK is not compatible with " ABI ": port %u is not traced.\n", port);
        return;
    }
    /* A driver that stops ports by itself leaves them attached. */
    vnscope_dpdk_detach(port);
    const int result = vnscope_dpdk_attach(port, NULL);
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
    if (result == 0)
        vnscope_dpdk_detach(port_id);
    return result;
}
