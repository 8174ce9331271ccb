/* SPDX-License-Identifier: MIT */
/* What a packet is known by, read from the bytes of its first segment. The bytes are anybody's. */
#ifndef VNSCOPE_DPDK_PACKETS_H
#define VNSCOPE_DPDK_PACKETS_H

#include <stddef.h>
#include <stdint.h>

#include "tracepoints/nf/records.h"

#ifdef __cplusplus
extern "C" {
#endif

/* IPv4's identification, host order; 0 when the Ethernet frame (with up to two VLAN tags) holds no IPv4. */
uint16_t vnscope_dpdk_ipv4_id(const uint8_t *frame, size_t bytes);

/* Of what no router changes: five-tuple, identification, length, TCP's sequence number; 0 without IP. */
uint64_t vnscope_dpdk_hash(const uint8_t *frame, size_t bytes);

/* Sets the packet's own fields, and not `packet` and `element`. Returns 0 without IP. */
int vnscope_dpdk_flow(const uint8_t *frame, size_t bytes, struct vnscope_nf_flow *flow);

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_DPDK_PACKETS_H */
