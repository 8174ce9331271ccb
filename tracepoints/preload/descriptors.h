/* SPDX-License-Identifier: MIT */
/* What is known of the program's file descriptors. Asks the kernel at most once for each. */
#ifndef VNSCOPE_PRELOAD_DESCRIPTORS_H
#define VNSCOPE_PRELOAD_DESCRIPTORS_H

#include <stdint.h>
#include <sys/socket.h>

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
};

/* Called once, before the first other call. 0: no memory. */
int vnscope_descriptors_create(void);

/* The state of `fd`; null when it is not counted. */
struct vnscope_descriptor *vnscope_socket(int fd);
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
