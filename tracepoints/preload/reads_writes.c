/* SPDX-License-Identifier: MIT */
/* Reads and writes: counted by descriptor, direction and what they moved. */
#include <errno.h>
#include <netinet/in.h>

#include "tracepoints/counter.h"
#include "tracepoints/preload/descriptors.h"
#include "tracepoints/preload/hot.h"
#include "tracepoints/preload/publisher.h"
#include "tracepoints/preload/real.h"
#include "tracepoints/preload/threads.h"

/* One read or write, from before to after: what fits into two registers. */
struct io {
    struct vnscope_descriptor *socket; /* Null: not counted. */
    struct vnscope_thread *thread;
};

/* What is known of a call before: the direction, and those of the program's flags that matter here. */
typedef unsigned call_kind;

#define KIND(direction, flags) ((direction) | ((unsigned)(flags) & (MSG_PEEK | MSG_DONTWAIT | MSG_ERRQUEUE)))

static unsigned direction_of(call_kind kind)
{
    return kind & 1u;
}

/* What is only looked at is counted when it is taken. */
static int is_peeking(call_kind kind)
{
    return direction_of(kind) == VNSCOPE_IO_IN && (kind & MSG_PEEK) != 0;
}

static int is_nonblocking(const struct io *io, call_kind kind)
{
    return io->socket->is_nonblocking || (kind & MSG_DONTWAIT) != 0;
}

VNSCOPE_HOT __attribute__((noinline)) static struct io io_begin(int fd, call_kind kind)
{
    static const struct io kNone = {NULL, NULL};
    struct io io;
    /* What is read from the queue of errors came from no peer. */
    if (!vnscope_counts() || (direction_of(kind) == VNSCOPE_IO_IN && (kind & MSG_ERRQUEUE) != 0))
        return kNone;
    io.socket = vnscope_socket(fd);
    if (io.socket == NULL)
        return kNone;
    if (__builtin_expect(!__atomic_load_n(&vnscope_process.is_started, __ATOMIC_RELAXED), 0))
        vnscope_publisher_start();
    io.thread = vnscope_this_thread();
    if (io.thread == NULL)
        return kNone;
    vnscope_begin_call(io.thread, io.socket->peer,
                       direction_of(kind) == VNSCOPE_IO_IN ? VNSCOPE_READING : VNSCOPE_WRITING);
    return io;
}

static struct vnscope_io_direction *counters_of(const struct io *io, call_kind kind, uint16_t peer)
{
    return &io->thread->accounts[peer][direction_of(kind)].totals;
}

/* Whom a datagram came from or went to, if the socket is not connected. */
static uint16_t peer_of_datagram(const struct io *io, const void *address, socklen_t size)
{
    if (address == NULL || io->socket->peer != VNSCOPE_NO_PEER || io->socket->kind != VNSCOPE_DATAGRAM ||
        size < sizeof(sa_family_t))
        return io->socket->peer;
    return vnscope_peer_of(address, size, VNSCOPE_PORT_OF_SERVERS);
}

/* The kernel tells how long the address is, which may be more than the program had room for. */
static socklen_t smaller(socklen_t room, const socklen_t *size)
{
    return size == NULL || *size > room ? room : *size;
}

static void count_moved(const struct io *io, call_kind kind, uint16_t peer, uint64_t packets, uint64_t bytes)
{
    struct vnscope_io_direction *counters = counters_of(io, kind, peer);
    vnscope_counter_add(&counters->packets, packets);
    vnscope_counter_add(&counters->bytes, bytes);
}

struct outcome {
    ssize_t result; /* As the C library returned it. */
    uint64_t bytes;
    uint16_t peer;
    int would_block; /* The next call like this one has to wait. */
};

__attribute__((cold, noinline)) static void tell_call(const struct io *io, call_kind kind, const struct outcome *outcome,
                                                      uint64_t duration)
{
    const int error = errno;
    vnscope_tell_call(vnscope_number_of(io->socket), (uint8_t)direction_of(kind),
                      outcome->result < 0 ? -error : (int64_t)outcome->bytes, duration, !is_nonblocking(io, kind),
                      vnscope_peer_name(outcome->peer));
    errno = error;
}

/* The descriptor waits for what comes next, or does no longer. One that this thread waits for already is left alone: what
   it waited until now and what it will wait are one sum, and event loops read until there is no more each time. */
static void set_blocked(const struct io *io, unsigned direction, int is_blocked)
{
    const uint32_t before = __atomic_load_n(&io->socket->blocked[direction], __ATOMIC_RELAXED);
    if (__builtin_expect(before == (is_blocked ? io->thread->number + 1 : 0), 1))
        return;
    vnscope_unblock(io->socket, direction);
    if (is_blocked)
        vnscope_block(io->socket, direction);
}

/* The call returned, and what it moved was counted. Errno is left as it was: nothing else here changes it. */
static inline void io_end(const struct io *io, call_kind kind, const struct outcome *outcome)
{
    struct vnscope_io_direction *counters = counters_of(io, kind, outcome->peer);
    const uint64_t duration = vnscope_end_call(io->thread);
    vnscope_counter_add(&counters->calls, 1);
    vnscope_counter_add(&counters->time_ns, duration);
    set_blocked(io, direction_of(kind), outcome->would_block);
    if (__builtin_expect(__atomic_load_n(&vnscope_process.is_call_wanted, __ATOMIC_RELAXED), 0))
        tell_call(io, kind, outcome, duration);
}

static int is_would_block(ssize_t result)
{
    return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* A call that moved one message, or a piece of a byte stream; `asked` bytes of it, 0: not known. */
VNSCOPE_HOT __attribute__((noinline)) static ssize_t io_end_bytes(struct io io, call_kind kind, ssize_t result,
                                                                  size_t asked, uint16_t peer)
{
    struct outcome outcome = {result, 0, peer, is_would_block(result)};
    if (result >= 0 && !is_peeking(kind)) {
        const int is_stream = io.socket->kind == VNSCOPE_STREAM;
        outcome.bytes = (uint64_t)result;
        count_moved(&io, kind, peer, result > 0 || !is_stream, outcome.bytes);
        /* Event loops rather wait than repeat such a call. */
        outcome.would_block = is_stream && result > 0 && (size_t)result < asked && is_nonblocking(&io, kind);
    }
    io_end(&io, kind, &outcome);
    return result;
}

static uint16_t peer_of_message(const struct io *io, const struct msghdr *message)
{
    return peer_of_datagram(io, message->msg_name, message->msg_namelen);
}

/* Each message to the peer that it is of; the call to the first one's. */
static int io_end_messages(const struct io *io, call_kind kind, int result, const struct mmsghdr *messages,
                           unsigned asked)
{
    struct outcome outcome = {result, 0, io->socket->peer, is_would_block(result)};
    if (result > 0)
        outcome.peer = peer_of_message(io, &messages[0].msg_hdr);
    if (result >= 0 && !is_peeking(kind)) {
        for (int i = 0; i < result; ++i) {
            count_moved(io, kind, peer_of_message(io, &messages[i].msg_hdr), 1, messages[i].msg_len);
            outcome.bytes += messages[i].msg_len;
        }
        outcome.would_block = is_nonblocking(io, kind) && (unsigned)result < asked;
    }
    io_end(io, kind, &outcome);
    return result;
}

static size_t size_of(const struct iovec *parts, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; ++i)
        size += parts[i].iov_len;
    return size;
}

/* Runs `call`, which moves at most `asked` bytes of `fd`, and returns what it returned. `asked` and `peer` are looked at
   only after it succeeded: the program's pointers may be bad. */
#define COUNTED(fd, direction, flags, asked, peer_, call)                                                              \
    do {                                                                                                               \
        const call_kind kind = KIND(direction, flags);                                                                 \
        const struct io io = io_begin((fd), kind);                                                                     \
        const ssize_t result_ = (call);                                                                                \
        if (io.socket == NULL)                                                                                         \
            return result_;                                                                                            \
        return io_end_bytes(io, kind, result_, result_ > 0 ? (asked) : 0, result_ >= 0 ? (peer_) : io.socket->peer);        \
    } while (0)
#define READ(flags, asked, call) COUNTED(fd, VNSCOPE_IO_IN, flags, asked, io.socket->peer, call)
#define WRITTEN(flags, asked, call) COUNTED(fd, VNSCOPE_IO_OUT, flags, asked, io.socket->peer, call)

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t read(int fd, void *buffer, size_t size)
{
    READ(0, size, VNSCOPE_REAL(read)(fd, buffer, size));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
    READ(0, size, VNSCOPE_REAL(__read_chk)(fd, buffer, size, room));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t readv(int fd, const struct iovec *parts, int count)
{
    READ(0, size_of(parts, (size_t)count), VNSCOPE_REAL(readv)(fd, parts, count));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t recv(int fd, void *buffer, size_t size, int flags)
{
    READ(flags, size, VNSCOPE_REAL(recv)(fd, buffer, size, flags));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags)
{
    READ(flags, size, VNSCOPE_REAL(__recv_chk)(fd, buffer, size, room, flags));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t recvfrom(int fd, void *restrict buffer, size_t size, int flags, struct sockaddr *restrict from,
                                socklen_t *restrict from_size)
{
    const socklen_t room_of_from = from != NULL && from_size != NULL ? *from_size : 0;
    COUNTED(fd, VNSCOPE_IO_IN, flags, size, peer_of_datagram(&io, from, smaller(room_of_from, from_size)),
            VNSCOPE_REAL(recvfrom)(fd, buffer, size, flags, from, from_size));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, struct sockaddr *from,
                                      socklen_t *from_size)
{
    const socklen_t room_of_from = from != NULL && from_size != NULL ? *from_size : 0;
    COUNTED(fd, VNSCOPE_IO_IN, flags, size, peer_of_datagram(&io, from, smaller(room_of_from, from_size)),
            VNSCOPE_REAL(__recvfrom_chk)(fd, buffer, size, room, flags, from, from_size));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    const socklen_t room_of_from = message->msg_namelen;
    COUNTED(fd, VNSCOPE_IO_IN, flags, size_of(message->msg_iov, message->msg_iovlen),
            peer_of_datagram(&io, message->msg_name, smaller(room_of_from, &message->msg_namelen)),
            VNSCOPE_REAL(recvmsg)(fd, message, flags));
}

VNSCOPE_HOT VNSCOPE_EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
    const call_kind kind = KIND(VNSCOPE_IO_IN, flags);
    const struct io io = io_begin(fd, kind);
    const int result = VNSCOPE_REAL(recvmmsg)(fd, messages, count, flags, timeout);
    return io.socket == NULL ? result : io_end_messages(&io, kind, result, messages, count);
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t write(int fd, const void *buffer, size_t size)
{
    WRITTEN(0, size, VNSCOPE_REAL(write)(fd, buffer, size));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t writev(int fd, const struct iovec *parts, int count)
{
    WRITTEN(0, size_of(parts, (size_t)count), VNSCOPE_REAL(writev)(fd, parts, count));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t send(int fd, const void *buffer, size_t size, int flags)
{
    WRITTEN(flags, size, VNSCOPE_REAL(send)(fd, buffer, size, flags));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t sendto(int fd, const void *buffer, size_t size, int flags, const struct sockaddr *to,
                              socklen_t to_size)
{
    COUNTED(fd, VNSCOPE_IO_OUT, flags, size, peer_of_datagram(&io, to, to_size),
            VNSCOPE_REAL(sendto)(fd, buffer, size, flags, to, to_size));
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    COUNTED(fd, VNSCOPE_IO_OUT, flags, size_of(message->msg_iov, message->msg_iovlen), peer_of_message(&io, message),
            VNSCOPE_REAL(sendmsg)(fd, message, flags));
}

VNSCOPE_HOT VNSCOPE_EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    const call_kind kind = KIND(VNSCOPE_IO_OUT, flags);
    const struct io io = io_begin(fd, kind);
    const int result = VNSCOPE_REAL(sendmmsg)(fd, messages, count, flags);
    return io.socket == NULL ? result : io_end_messages(&io, kind, result, messages, count);
}

/* Whether the socket is why nothing, or less, was moved: the other end of a splice or sendfile may be it as well. */
static int is_socket_waiting(const struct io *io, call_kind kind)
{
    struct pollfd socket = {vnscope_number_of(io->socket), direction_of(kind) == VNSCOPE_IO_IN ? POLLIN : POLLOUT, 0};
    return VNSCOPE_REAL(poll)(&socket, 1, 0) == 0;
}

/* A call that moved a piece of a byte stream inside the kernel; `asked` as above. */
static ssize_t io_end_inside(const struct io *io, call_kind kind, ssize_t result, size_t asked)
{
    const int error = errno;
    const int is_short = is_nonblocking(io, kind) && result > 0 && (size_t)result < asked;
    struct outcome outcome = {result, result > 0 ? (uint64_t)result : 0, io->socket->peer, 0};
    outcome.would_block = (is_would_block(result) || is_short) && is_socket_waiting(io, kind);
    if (result > 0)
        count_moved(io, kind, outcome.peer, 1, outcome.bytes);
    errno = error;
    io_end(io, kind, &outcome);
    return result;
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t sendfile(int to, int from, off_t *offset, size_t size)
{
    const struct io io = io_begin(to, VNSCOPE_IO_OUT);
    const ssize_t result = VNSCOPE_REAL(sendfile)(to, from, offset, size);
    return io.socket == NULL ? result : io_end_inside(&io, VNSCOPE_IO_OUT, result, size);
}

VNSCOPE_HOT VNSCOPE_EXPORT ssize_t sendfile64(int to, int from, off64_t *offset, size_t size)
{
    const struct io io = io_begin(to, VNSCOPE_IO_OUT);
    const ssize_t result = VNSCOPE_REAL(sendfile64)(to, from, offset, size);
    return io.socket == NULL ? result : io_end_inside(&io, VNSCOPE_IO_OUT, result, size);
}

/* At least one end is a pipe. */
VNSCOPE_HOT VNSCOPE_EXPORT ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t size, unsigned flags)
{
    const int io_flags = (flags & SPLICE_F_NONBLOCK) != 0 ? MSG_DONTWAIT : 0;
    const struct io in = io_begin(from, KIND(VNSCOPE_IO_IN, io_flags));
    const call_kind kind = KIND(in.socket != NULL ? VNSCOPE_IO_IN : VNSCOPE_IO_OUT, io_flags);
    const struct io io = in.socket != NULL ? in : io_begin(to, kind);
    const ssize_t result = VNSCOPE_REAL(splice)(from, from_offset, to, to_offset, size, flags);
    return io.socket == NULL ? result : io_end_inside(&io, kind, result, 0);
}
