/* SPDX-License-Identifier: MIT */
/* What is known of the program's file descriptors. Asks the kernel at most once for each. */
#ifndef VNSCOPE_PRELOAD_DESCRIPTORS_H
#define VNSCOPE_PRELOAD_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "tracepoints/preload/hot.h"

/* What is beyond is not counted. */
#define VNSCOPE_MAX_DESCRIPTORS (1 << 20)

enum vnscope_kind {
    VNSCOPE_UNKNOWN = 0,
    VNSCOPE_OTHER, /* Not counted: files, pipes, unnamed Unix sockets, … */
    VNSCOPE_STREAM,
    VNSCOPE_DATAGRAM,
};

struct vnscope_descriptor {
    uint8_t kind;
    uint8_t is_nonblocking;
    uint16_t peer;
    uint32_t blocked[2]; /* By direction: number of the thread, plus one, whose call would have blocked; 0: none. */
} __attribute__((aligned(16))); /* None is in two cache lines. */

/* Called once, before the first other call. 0: no memory. */
int vnscope_descriptors_create(void);

/* The same as vnscope_socket() for one that nothing is known of. */
struct vnscope_descriptor *vnscope_unknown_socket(int fd) __attribute__((cold));

/* The state of `fd`; null when it is not counted. */
static inline struct vnscope_descriptor *vnscope_socket(int fd)
{
    struct vnscope_descriptor *descriptor;
    uint8_t kind;
    if (fd < 0 || fd >= VNSCOPE_MAX_DESCRIPTORS)
        return NULL;
    descriptor = &vnscope_process.descriptors[fd];
    kind = __atomic_load_n(&descriptor->kind, __ATOMIC_ACQUIRE);
    if (__builtin_expect(kind == VNSCOPE_UNKNOWN, 0))
        return vnscope_unknown_socket(fd);
    return kind > VNSCOPE_OTHER ? descriptor : NULL;
}

static inline int vnscope_number_of(const struct vnscope_descriptor *descriptor)
{
    return (int)(descriptor - vnscope_process.descriptors);
}

/* The same, null also when it is not known yet or has no peer. Calls nobody. */
struct vnscope_descriptor *vnscope_known_connection(int fd);

/* `fd` is closed, or means something else from now on. */
void vnscope_forget(int fd);
/* `fd` is what socket() made, connect() connected, accept() made, dup() copied. Errno may change. */
void vnscope_made(int fd, int domain, int type);
void vnscope_connected(int fd, const struct sockaddr *address, socklen_t size, int is_pending);
void vnscope_accepted(int fd, const struct sockaddr *address, socklen_t size, int is_nonblocking);
void vnscope_copied(int from, int to);
void vnscope_set_nonblocking(int fd, int is_nonblocking);

/* A call of `fd` would have blocked, or no longer does. */
void vnscope_block(struct vnscope_descriptor *descriptor, unsigned direction);
void vnscope_unblock(struct vnscope_descriptor *descriptor, unsigned direction);

/* In a fork's child. */
void vnscope_descriptors_begin_anew(void);

#endif /* VNSCOPE_PRELOAD_DESCRIPTORS_H */
