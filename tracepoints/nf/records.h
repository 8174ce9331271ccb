/* SPDX-License-Identifier: MIT */
/* What a network function tells of its queues and packets; README.md is the contract. Texts are never null. */
#ifndef VNSCOPE_NF_RECORDS_H
#define VNSCOPE_NF_RECORDS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VNSCOPE_NF_VERSION 1u

/* No element reads the queue; or no queue had to do with it. */
#define VNSCOPE_NF_NONE UINT32_MAX

/* Packet ids of one event; readers keep no more. */
#define VNSCOPE_NF_MAX_IDS 64u

struct vnscope_nf_queue {
    uint32_t queue;    /* Unique on the host. */
    uint32_t reader;   /* Element that reads it, or VNSCOPE_NF_NONE. */
    uint32_t capacity; /* Packets; 0: unknown. */
    uint16_t batch;    /* A read that gives fewer emptied the queue; 0: unknown. */
    const char *name;
};

/* Packets that were read or written together, or a part of them. Its first bytes are those of the event (provider.h). */
struct vnscope_nf_batch {
    uint32_t element;
    uint32_t queue;
    uint16_t count; /* Packets of the whole batch. */
    uint16_t first; /* Place of the first id in the batch. */
    uint16_t ids;   /* Ids told here; 0: the element does not tell packets apart. */
};

#define VNSCOPE_NF_BATCH_HEAD_BYTES 14u

struct vnscope_nf_flow {
    uint64_t packet;
    uint32_t element;
    uint32_t length;     /* Bytes from the IP header on; 0: unknown. */
    uint8_t ip_version;  /* 4 or 6. */
    uint8_t protocol;    /* IP protocol number. */
    uint16_t sport;      /* Host order; 0 without ports. */
    uint16_t dport;
    uint8_t saddr[16];   /* As on the wire; IPv4 uses the first four bytes. */
    uint8_t daddr[16];
};

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_NF_RECORDS_H */
