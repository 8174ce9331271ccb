/* SPDX-License-Identifier: MIT */
/* The settings of a port as the environment has them. */
#ifndef VNSCOPE_DPDK_SETTINGS_H
#define VNSCOPE_DPDK_SETTINGS_H

#include "tracepoints/dpdk_nf/vnscope_dpdk.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VNSCOPE_DPDK_LINK_BYTES 64

struct vnscope_dpdk_environment {
    struct vnscope_dpdk_settings settings; /* Refers to the texts below, and to the environment. */
    char rx_link[VNSCOPE_DPDK_LINK_BYTES];
    char tx_link[VNSCOPE_DPDK_LINK_BYTES];
};

/* What VNSCOPE_DPDK_* say of a port, which they name by number or by `device`. Null, or what cannot be understood. */
const char *vnscope_dpdk_read_environment(uint16_t port, const char *device, struct vnscope_dpdk_environment *result);

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_DPDK_SETTINGS_H */
