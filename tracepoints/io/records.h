/* SPDX-License-Identifier: MIT */
/* What a middlebox counts of its input and output; README.md is the contract. */
#ifndef VNSCOPE_IO_RECORDS_H
#define VNSCOPE_IO_RECORDS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VNSCOPE_IO_VERSION 1u

#define VNSCOPE_IO_IN 0u
#define VNSCOPE_IO_OUT 1u

struct vnscope_io_direction {
    uint64_t calls;   /* Reads, or writes, whatever came of them. */
    uint64_t packets; /* Messages; on a byte stream one for each call that moved bytes. */
    uint64_t bytes;
    uint64_t time_ns; /* Inside the calls. */
    uint64_t wait_ns; /* Outside of them: from "would block" until the call could be repeated. */
};

/* Cumulative since the process began. */
struct vnscope_io_totals {
    struct vnscope_io_direction in;
    struct vnscope_io_direction out;
    uint64_t idle_ns; /* Waited without anything that a direction wanted. */
};

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_IO_RECORDS_H */
