/* SPDX-License-Identifier: MIT */
/* What an element tells of itself; README.md is the contract. Texts are never null. */
#ifndef VNSCOPE_ELEMENT_RECORDS_H
#define VNSCOPE_ELEMENT_RECORDS_H

#include <stdint.h>

#include "tracepoints/counter.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VNSCOPE_ELEMENT_VERSION 1u

/* A counter of a sample that the element does not have. */
#define VNSCOPE_ELEMENT_NOT_COUNTED UINT64_MAX

struct vnscope_element_definition {
    uint64_t id;     /* Unique on the host; not 0. */
    uint64_t parent; /* 0: none. */
    uint64_t capacity_bps; /* 0: unknown. */
    const char *name;
    const char *kind;
    const char *layer; /* nic driver softirq switch hypervisor guest middlebox */
    const char *tenant;
    const char *vm;
};

/* Cumulative since the element began; queued_packets is what is in it now. */
struct vnscope_element_counters {
    uint64_t in_packets;
    uint64_t out_packets;
    uint64_t in_bytes;
    uint64_t out_bytes;
    uint64_t drop_packets;
    uint64_t in_time_ns;
    uint64_t out_time_ns;
    uint64_t queued_packets;
};

/* Everything is 0: the element counts all. Set what it does not count to VNSCOPE_ELEMENT_NOT_COUNTED. */
#define VNSCOPE_ELEMENT_COUNTERS_INIT {0, 0, 0, 0, 0, 0, 0, 0}

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_ELEMENT_RECORDS_H */
