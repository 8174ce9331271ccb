/* SPDX-License-Identifier: MIT */
/* What a packet is known by, read from the bytes of its first segment. The bytes are anybody's. */
#ifndef VNSCOPE_DPDK_PACKETS_H
#define VNSCOPE_DPDK_PACKETS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tracepoints/nf/records.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As vnscope_dpdk_ipv4_id(), for any frame. */
uint16_t vnscope_dpdk_ipv4_id_behind_tags(const uint8_t *frame, size_t bytes);

/* IPv4's identification, host order; 0 when the Ethernet frame (with up to two VLAN tags) holds no IPv4. */
static inline uint16_t vnscope_dpdk_ipv4_id(const uint8_t *frame, size_t bytes)
{
    static const uint8_t kTypeAndVersion[4] = {0x08, 0x00, 0x40, 0x00};
    static const uint8_t kMask[4] = {0xff, 0xff, 0xf0, 0x00};
    uint32_t wanted;
    uint32_t mask;
    uint32_t word;
    memcpy(&wanted, kTypeAndVersion, sizeof wanted);
    memcpy(&mask, kMask, sizeof mask);
    if (__builtin_expect(bytes >= 34, 1)) {
        memcpy(&word, frame + 12, sizeof word);
        if (__builtin_expect((word & mask) == wanted, 1))
            return (uint16_t)(frame[18] << 8 | frame[19]);
    }
    return vnscope_dpdk_ipv4_id_behind_tags(frame, bytes);
}

/* Of what no router changes: five-tuple, identification, length, TCP's sequence number; 0 without IP. */
uint64_t vnscope_dpdk_hash(const uint8_t *frame, size_t bytes);

/* Sets the packet's own fields, and not `packet` and `element`. Returns 0 without IP. */
int vnscope_dpdk_flow(const uint8_t *frame, size_t bytes, struct vnscope_nf_flow *flow);

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_DPDK_PACKETS_H */
