/* SPDX-License-Identifier: MIT */
/*
 * What the preloaded library knows of descriptors, peers and threads. Counting takes no lock and allocates nothing: each
 * thread writes counters of its own, which are added up when they are published.
 */
#ifndef VNSCOPE_PRELOAD_TABLE_H
#define VNSCOPE_PRELOAD_TABLE_H

#include <stdint.h>
#include <sys/socket.h>

#include "tracepoints/io/records.h"

/* Peers beyond are counted together; descriptors and threads beyond not at all. */
#define VNSCOPE_MAX_DESCRIPTORS 65536
#define VNSCOPE_MAX_PEERS 4096
#define VNSCOPE_MAX_THREADS 1024

/* Peer of descriptors whose other end is not known, and of those beyond VNSCOPE_MAX_PEERS. */
#define VNSCOPE_NO_PEER 0u

enum vnscope_kind { VNSCOPE_UNKNOWN = 0, VNSCOPE_OTHER, VNSCOPE_STREAM, VNSCOPE_DATAGRAM };

/* One thread's counters, by peer. */
struct vnscope_thread {
    uint32_t is_used;
    int64_t blocked[2];           /* By direction: its calls that would have blocked and were not repeated yet. */
    uint64_t waited_ns;           /* In epoll_wait and its kin, whatever for. */
    struct vnscope_io_totals all; /* Only wait_ns and idle_ns. */
    struct vnscope_io_totals peers[VNSCOPE_MAX_PEERS];
};

/* A call that would have blocked, until it is repeated. */
struct vnscope_blocked {
    uint32_t thread;       /* Number of the thread plus one; 0: none. */
    uint64_t at_waited_ns; /* Of that thread, then. */
};

struct vnscope_descriptor {
    uint8_t kind;
    uint8_t is_nonblocking;
    uint16_t peer;
    struct vnscope_blocked blocked[2]; /* By direction. */
};

/* Called once, before the first other call. 0: no memory. */
int vnscope_table_create(void);

/* The calling thread's counters; null when there are no more. Valid until the thread ends. */
struct vnscope_thread *vnscope_this_thread(void);
/* The same; null also when the thread has not used an IP socket so far. */
struct vnscope_thread *vnscope_known_thread(void);

/* The state of `fd`, looked up in the kernel when it is not known yet; null when it is no IP socket. */
struct vnscope_descriptor *vnscope_ip_socket(int fd);

/* Forgets what was known of `fd`: it is closed, or means something else from now on. */
void vnscope_forget(int fd);
/* The same, and the peer is the one of this address; with its port if `has_port`. */
void vnscope_new_peer(int fd, const struct sockaddr *address, int has_port);
void vnscope_set_nonblocking(int fd, int is_nonblocking);

/* A call of `fd` would have blocked, or no longer does. */
void vnscope_block(struct vnscope_descriptor *descriptor, unsigned direction);
void vnscope_unblock(struct vnscope_descriptor *descriptor, unsigned direction);

const char *vnscope_peer_name(unsigned peer);
unsigned vnscope_peer_count(void);
/* Sums over all threads. */
void vnscope_sum_peer(unsigned peer, struct vnscope_io_totals *sum);
void vnscope_sum_waits(struct vnscope_io_totals *sum);

/* In a fork's child: counters begin at 0, and all threads but this one are gone. */
void vnscope_table_begin_anew(void);

#endif /* VNSCOPE_PRELOAD_TABLE_H */
