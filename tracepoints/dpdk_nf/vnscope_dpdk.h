/* SPDX-License-Identifier: MIT */
/*
 * For authors of DPDK applications: tells what the application reads from and writes to its ports, as events of
 * vnscope_nf. README.md is the contract. Link vnscope_tracepoints_dpdk; an application that is to stay as it is gets
 * libvnscope_dpdk.so preloaded instead. Results are 0, or a negative errno as DPDK's own.
 */
#ifndef VNSCOPE_DPDK_H
#define VNSCOPE_DPDK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* libvnscope_dpdk.so looks for these by name. */
#define VNSCOPE_DPDK_API __attribute__((visibility("default")))

/* What a packet is known by. */
enum vnscope_dpdk_ids {
    VNSCOPE_DPDK_IDS_IPV4, /* IPv4's identification, 16 bits; 0 for other packets. */
    VNSCOPE_DPDK_IDS_HASH, /* 64 bits of addresses, ports, protocol, identification, length, TCP sequence number. */
    VNSCOPE_DPDK_IDS_MBUF, /* A number that stays with the mbuf, within this process and DPDK's secondary ones. */
    VNSCOPE_DPDK_IDS_NONE, /* Packets are only counted. */
};

struct vnscope_dpdk_settings {
    const char *element; /* Unique on the host; null: the program's name, with a number of this process. */
    const char *kind;    /* "firewall", "nat", …; null: "dpdk". */
    const char *rx_link; /* What the port reads from; its writer names it the same. Null: not told by anybody else. */
    const char *tx_link; /* What the port writes to; its reader names it the same. Null: leads out of what is traced. */
    enum vnscope_dpdk_ids ids;
    int is_edge; /* Each packet that leaves here is told with its five-tuple. */
};

/*
 * All queues of a port that was set up; started or not. A null `settings` are those of the environment.
 * -EEXIST: it is attached.
 */
VNSCOPE_DPDK_API int vnscope_dpdk_attach(uint16_t port, const struct vnscope_dpdk_settings *settings);

/* Every port there is, with the settings of the environment; those that are attached stay as they are. */
int vnscope_dpdk_attach_all(void);

/* Tells nothing more of a port. Attach it again only after it was stopped. */
VNSCOPE_DPDK_API int vnscope_dpdk_detach(uint16_t port);

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_DPDK_H */
