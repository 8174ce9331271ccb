/* SPDX-License-Identifier: MIT */
#include "tracepoints/preload/descriptors.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "tracepoints/preload/memory.h"
#include "tracepoints/preload/real.h"
#include "tracepoints/preload/threads.h"

static int highest_socket; /* Nothing is blocked above it. */

int vnscope_descriptors_create(void)
{
    vnscope_process.descriptors = vnscope_reserve(sizeof(struct vnscope_descriptor) * VNSCOPE_MAX_DESCRIPTORS);
    return vnscope_process.descriptors != NULL;
}

static struct vnscope_descriptor *at(int fd)
{
    return fd >= 0 && fd < VNSCOPE_MAX_DESCRIPTORS ? &vnscope_process.descriptors[fd] : NULL;
}

static void set(int fd, uint8_t kind, int is_nonblocking, uint16_t peer)
{
    struct vnscope_descriptor *descriptor = at(fd);
    if (descriptor == NULL || !vnscope_is_own_process())
        return;
    vnscope_forget(fd);
    descriptor->is_nonblocking = is_nonblocking != 0;
    descriptor->peer = peer;
    if (kind > VNSCOPE_OTHER && fd > __atomic_load_n(&highest_socket, __ATOMIC_RELAXED))
        __atomic_store_n(&highest_socket, fd, __ATOMIC_RELAXED);
    __atomic_store_n(&descriptor->kind, kind, __ATOMIC_RELEASE);
}

static int is_ip(int family)
{
    return family == AF_INET || family == AF_INET6;
}

static uint8_t kind_of_type(int type)
{
    return type == SOCK_STREAM || type == SOCK_SEQPACKET ? VNSCOPE_STREAM : VNSCOPE_DATAGRAM;
}

/* The tracer's own sockets, lttng-ust-sock-*, are no part of the program. */
static int is_tracers(const struct sockaddr *address, socklen_t size)
{
    static const char kTracer[] = "lttng-ust-";
    const size_t begin = offsetof(struct sockaddr_un, sun_path);
    return address->sa_family == AF_UNIX && size > begin &&
           memmem((const char *)address + begin, size - begin, kTracer, sizeof kTracer - 1) != NULL;
}

/* The other end of a socket whose beginning was not seen; of Unix sockets also this end, if only that has a name. */
static uint16_t ask_for_peer(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    uint16_t peer = VNSCOPE_NO_PEER;
    if (getpeername(fd, (struct sockaddr *)&address, &size) != 0 || is_tracers((struct sockaddr *)&address, size))
        return VNSCOPE_NO_PEER;
    peer = vnscope_peer_of_connection(fd, (struct sockaddr *)&address, size, VNSCOPE_PORT_OF_SERVERS);
    size = sizeof address;
    if (peer == VNSCOPE_NO_PEER && address.ss_family == AF_UNIX &&
        getsockname(fd, (struct sockaddr *)&address, &size) == 0)
        peer = vnscope_peer_of((struct sockaddr *)&address, size, VNSCOPE_PORT_NEVER);
    return peer;
}

/* Asks the kernel. Nothing that the program sees changes. */
static void look_up(int fd)
{
    const int error = errno;
    int domain = 0;
    int type = 0;
    socklen_t size = sizeof domain;
    uint8_t kind = VNSCOPE_OTHER;
    uint16_t peer = VNSCOPE_NO_PEER;
    int is_nonblocking = 0;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && (is_ip(domain) || domain == AF_UNIX)) {
        size = sizeof type;
        getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
        peer = ask_for_peer(fd);
        is_nonblocking = (VNSCOPE_REAL(fcntl)(fd, F_GETFL) & O_NONBLOCK) != 0;
        if (is_ip(domain) || peer != VNSCOPE_NO_PEER)
            kind = kind_of_type(type);
    }
    set(fd, kind, is_nonblocking, peer);
    errno = error;
}

struct vnscope_descriptor *vnscope_unknown_socket(int fd)
{
    struct vnscope_descriptor *descriptor = at(fd);
    look_up(fd);
    return descriptor->kind > VNSCOPE_OTHER ? descriptor : NULL;
}

struct vnscope_descriptor *vnscope_known_connection(int fd)
{
    struct vnscope_descriptor *descriptor = at(fd);
    return descriptor != NULL && descriptor->kind > VNSCOPE_OTHER && descriptor->peer != VNSCOPE_NO_PEER ? descriptor
                                                                                                        : NULL;
}

void vnscope_forget(int fd)
{
    struct vnscope_descriptor *descriptor = at(fd);
    if (descriptor == NULL || descriptor->kind == VNSCOPE_UNKNOWN || !vnscope_is_own_process())
        return;
    vnscope_unblock(descriptor, VNSCOPE_IO_IN);
    vnscope_unblock(descriptor, VNSCOPE_IO_OUT);
    descriptor->peer = VNSCOPE_NO_PEER;
    __atomic_store_n(&descriptor->kind, VNSCOPE_UNKNOWN, __ATOMIC_RELEASE);
}

void vnscope_made(int fd, int domain, int type)
{
    const int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    /* A Unix stream has no name before it is connected. */
    const int is_counted = is_ip(domain) || (domain == AF_UNIX && kind == SOCK_DGRAM);
    set(fd, is_counted ? kind_of_type(kind) : VNSCOPE_OTHER, (type & SOCK_NONBLOCK) != 0, VNSCOPE_NO_PEER);
}

static uint8_t type_of(int fd)
{
    int type = SOCK_STREAM;
    socklen_t size = sizeof type;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    return kind_of_type(type);
}

void vnscope_connected(int fd, const struct sockaddr *address, socklen_t size, int is_pending)
{
    struct vnscope_descriptor *descriptor = vnscope_socket(fd); /* Also finds out whether it blocks. */
    const uint16_t peer =
        is_tracers(address, size) ? VNSCOPE_NO_PEER
                                  : vnscope_peer_of_connection(fd, address, size, VNSCOPE_PORT_ALWAYS);
    if (at(fd) == NULL)
        return;
    if (descriptor == NULL && peer == VNSCOPE_NO_PEER) /* Not of the kinds that are counted. */
        return;
    set(fd, descriptor != NULL ? descriptor->kind : type_of(fd), at(fd)->is_nonblocking, peer);
    if (is_pending && vnscope_this_thread() != NULL)
        vnscope_block(at(fd), VNSCOPE_IO_OUT);
}

void vnscope_accepted(int fd, const struct sockaddr *address, socklen_t size, int is_nonblocking)
{
    const uint16_t peer = vnscope_peer_of_connection(fd, address, size, VNSCOPE_PORT_NEVER);
    if (peer != VNSCOPE_NO_PEER && is_ip(address->sa_family))
        set(fd, VNSCOPE_STREAM, is_nonblocking, peer);
    else
        vnscope_forget(fd); /* Looked up when it is used. */
}

void vnscope_copied(int from, int to)
{
    const struct vnscope_descriptor *source = at(from);
    if (source != NULL)
        set(to, source->kind, source->is_nonblocking, source->peer);
}

void vnscope_set_nonblocking(int fd, int is_nonblocking)
{
    struct vnscope_descriptor *descriptor = at(fd);
    if (descriptor != NULL)
        descriptor->is_nonblocking = is_nonblocking != 0;
}

void vnscope_block(struct vnscope_descriptor *descriptor, unsigned direction)
{
    struct vnscope_thread *thread = vnscope_this_thread();
    uint32_t before = 0;
    if (thread != NULL && __atomic_compare_exchange_n(&descriptor->blocked[direction], &before, thread->number + 1, 0,
                                                      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        vnscope_thread_blocks(thread, descriptor->peer, direction);
    /* Else it did already, since an earlier call. */
}

void vnscope_unblock(struct vnscope_descriptor *descriptor, unsigned direction)
{
    uint32_t owner;
    if (__atomic_load_n(&descriptor->blocked[direction], __ATOMIC_RELAXED) == 0)
        return;
    owner = __atomic_exchange_n(&descriptor->blocked[direction], 0, __ATOMIC_ACQ_REL);
    if (owner != 0)
        vnscope_thread_unblocks(vnscope_thread_at(owner - 1), descriptor->peer, direction);
}

void vnscope_descriptors_begin_anew(void)
{
    for (int fd = 0; fd <= highest_socket; ++fd) {
        vnscope_process.descriptors[fd].blocked[VNSCOPE_IO_IN] = 0;
        vnscope_process.descriptors[fd].blocked[VNSCOPE_IO_OUT] = 0;
    }
}
