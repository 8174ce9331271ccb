/* SPDX-License-Identifier: MIT */
/*
 * Stands between a program and the C library's calls on sockets: counts, and passes on. What the program sees of a call,
 * errno included, is what the C library made of it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tracepoints/counter.h"
#include "tracepoints/preload/publisher.h"
#include "tracepoints/preload/table.h"

#define EXPORT __attribute__((visibility("default")))

/* Called by programs that were built with _FORTIFY_SOURCE. */
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, struct sockaddr *from,
                       socklen_t *from_size);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t room);

#define WRAPPED(X)                                                                                                     \
    X(read) X(__read_chk) X(readv) X(recv) X(__recv_chk) X(recvfrom) X(__recvfrom_chk) X(recvmsg) X(recvmmsg)          \
    X(write) X(writev) X(send) X(sendto) X(sendmsg) X(sendmmsg) X(sendfile) X(sendfile64) X(splice)                    \
    X(epoll_wait) X(epoll_pwait) X(epoll_pwait2) X(poll) X(__poll_chk) X(ppoll) X(__ppoll_chk) X(select)               \
    X(pselect) X(accept) X(accept4) X(connect) X(socket) X(dup2) X(dup3) X(close) X(ioctl) X(fcntl) X(fcntl64)

#define DECLARE_REAL(name) static __typeof__(&name) real_##name;
#define FIND_REAL(name) __atomic_store_n(&real_##name, (__typeof__(&name))dlsym(RTLD_NEXT, #name), __ATOMIC_RELAXED);
WRAPPED(DECLARE_REAL)

/* The C library's own function of this name; looked up here only by calls before the constructor. */
#define REAL(name)                                                                                                     \
    ({                                                                                                                 \
        if (__atomic_load_n(&real_##name, __ATOMIC_RELAXED) == NULL)                                                   \
            FIND_REAL(name)                                                                                            \
        __atomic_load_n(&real_##name, __ATOMIC_RELAXED);                                                               \
    })

static int is_ready; /* Calls before the constructor are passed on uncounted. */

__attribute__((constructor)) static void prepare(void)
{
    /* All before LTTng is loaded: its threads begin with calls of ours while the loader is locked. */
    WRAPPED(FIND_REAL)
    if (!vnscope_table_create())
        return;
    vnscope_publisher_prepare();
    __atomic_store_n(&is_ready, 1, __ATOMIC_RELEASE);
}

static int counts(void)
{
    return __atomic_load_n(&is_ready, __ATOMIC_RELAXED) && !vnscope_is_publishing();
}

/* One read or write, from before to after. */
struct io {
    int fd;
    uint8_t direction;
    uint8_t is_nonblocking;
    struct vnscope_descriptor *socket; /* Null: not counted. */
    struct vnscope_thread *thread;
    uint64_t begin_ns;
};

static struct io io_begin(int fd, uint8_t direction, int flags)
{
    struct io io = {fd, direction, 0, NULL, NULL, 0};
    /* What is read from the queue of errors came from no peer. */
    if (!counts() || (direction == VNSCOPE_IO_IN && (flags & MSG_ERRQUEUE) != 0))
        return io;
    io.socket = vnscope_ip_socket(fd);
    if (io.socket == NULL)
        return io;
    vnscope_publisher_start();
    io.thread = vnscope_this_thread();
    io.is_nonblocking = io.socket->is_nonblocking || (flags & MSG_DONTWAIT) != 0;
    if (io.thread == NULL)
        io.socket = NULL;
    else
        io.begin_ns = vnscope_clock_ns();
    return io;
}

struct moved {
    ssize_t result; /* As the C library returned it. */
    uint64_t packets;
    uint64_t bytes;
    int is_short; /* Less than was asked for: nonblocking, the next call would block. */
};

static void io_count(const struct io *io, const struct moved *moved, uint64_t duration_ns)
{
    struct vnscope_io_totals *totals = &io->thread->peers[io->socket->peer];
    struct vnscope_io_direction *counters = io->direction == VNSCOPE_IO_IN ? &totals->in : &totals->out;
    vnscope_counter_add(&counters->calls, 1);
    vnscope_counter_add(&counters->packets, moved->packets);
    vnscope_counter_add(&counters->bytes, moved->bytes);
    vnscope_counter_add(&counters->time_ns, duration_ns);
}

static void io_end(const struct io *io, const struct moved *moved)
{
    const int error = errno;
    uint64_t duration_ns;
    if (io->socket == NULL)
        return;
    duration_ns = vnscope_clock_ns() - io->begin_ns;
    io_count(io, moved, duration_ns);
    vnscope_unblock(io->socket, io->direction);
    if ((moved->result < 0 && (error == EAGAIN || error == EWOULDBLOCK)) || (io->is_nonblocking && moved->is_short))
        vnscope_block(io->socket, io->direction);
    if (vnscope_wants_calls())
        vnscope_tell_call(io->fd, io->direction, moved->result < 0 ? -error : (int64_t)moved->bytes, duration_ns,
                          !io->is_nonblocking, vnscope_peer_name(io->socket->peer));
    errno = error;
}

/* A call that moves one message, or a piece of a byte stream of `asked` bytes. */
static ssize_t io_end_bytes(const struct io *io, ssize_t result, size_t asked, int flags)
{
    struct moved moved = {result, 0, 0, 0};
    if (io->socket == NULL)
        return result;
    /* What is only looked at is counted when it is taken. */
    if (result >= 0 && (io->direction == VNSCOPE_IO_OUT || (flags & MSG_PEEK) == 0)) {
        const int is_stream = io->socket->kind == VNSCOPE_STREAM;
        moved.bytes = (uint64_t)result;
        moved.packets = result > 0 || !is_stream;
        moved.is_short = is_stream && result > 0 && (size_t)result < asked;
    }
    io_end(io, &moved);
    return result;
}

static int io_end_messages(const struct io *io, int result, const struct mmsghdr *messages, unsigned asked, int flags)
{
    struct moved moved = {result, 0, 0, 0};
    if (io->socket == NULL)
        return result;
    if (result >= 0 && (io->direction == VNSCOPE_IO_OUT || (flags & MSG_PEEK) == 0)) {
        for (int i = 0; i < result; ++i)
            moved.bytes += messages[i].msg_len;
        moved.packets = (uint64_t)result;
        moved.is_short = (unsigned)result < asked;
    }
    io_end(io, &moved);
    return result;
}

static size_t size_of(const struct iovec *parts, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; ++i)
        size += parts[i].iov_len;
    return size;
}

/* Runs `call`, which reads or writes at most `asked` bytes of `fd`, and returns what it returned. */
#define COUNTED(fd, direction, flags, asked, call)                                                                     \
    do {                                                                                                               \
        const struct io io_ = io_begin((fd), (direction), (flags));                                                    \
        const ssize_t result_ = (call);                                                                                \
        return io_end_bytes(&io_, result_, io_.socket == NULL ? 0 : (asked), (flags));                                 \
    } while (0)

EXPORT ssize_t read(int fd, void *buffer, size_t size)
{
    COUNTED(fd, VNSCOPE_IO_IN, 0, size, REAL(read)(fd, buffer, size));
}

EXPORT ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
    COUNTED(fd, VNSCOPE_IO_IN, 0, size, REAL(__read_chk)(fd, buffer, size, room));
}

EXPORT ssize_t readv(int fd, const struct iovec *parts, int count)
{
    COUNTED(fd, VNSCOPE_IO_IN, 0, size_of(parts, (size_t)count), REAL(readv)(fd, parts, count));
}

EXPORT ssize_t recv(int fd, void *buffer, size_t size, int flags)
{
    COUNTED(fd, VNSCOPE_IO_IN, flags, size, REAL(recv)(fd, buffer, size, flags));
}

EXPORT ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags)
{
    COUNTED(fd, VNSCOPE_IO_IN, flags, size, REAL(__recv_chk)(fd, buffer, size, room, flags));
}

EXPORT ssize_t recvfrom(int fd, void *restrict buffer, size_t size, int flags, struct sockaddr *restrict from,
                        socklen_t *restrict from_size)
{
    COUNTED(fd, VNSCOPE_IO_IN, flags, size, REAL(recvfrom)(fd, buffer, size, flags, from, from_size));
}

EXPORT ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, struct sockaddr *from,
                              socklen_t *from_size)
{
    COUNTED(fd, VNSCOPE_IO_IN, flags, size, REAL(__recvfrom_chk)(fd, buffer, size, room, flags, from, from_size));
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    COUNTED(fd, VNSCOPE_IO_IN, flags, size_of(message->msg_iov, message->msg_iovlen), REAL(recvmsg)(fd, message, flags));
}

EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
    const struct io io = io_begin(fd, VNSCOPE_IO_IN, flags);
    return io_end_messages(&io, REAL(recvmmsg)(fd, messages, count, flags, timeout), messages, count, flags);
}

EXPORT ssize_t write(int fd, const void *buffer, size_t size)
{
    COUNTED(fd, VNSCOPE_IO_OUT, 0, size, REAL(write)(fd, buffer, size));
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count)
{
    COUNTED(fd, VNSCOPE_IO_OUT, 0, size_of(parts, (size_t)count), REAL(writev)(fd, parts, count));
}

EXPORT ssize_t send(int fd, const void *buffer, size_t size, int flags)
{
    COUNTED(fd, VNSCOPE_IO_OUT, flags, size, REAL(send)(fd, buffer, size, flags));
}

EXPORT ssize_t sendto(int fd, const void *buffer, size_t size, int flags, const struct sockaddr *to, socklen_t to_size)
{
    COUNTED(fd, VNSCOPE_IO_OUT, flags, size, REAL(sendto)(fd, buffer, size, flags, to, to_size));
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    COUNTED(fd, VNSCOPE_IO_OUT, flags, size_of(message->msg_iov, message->msg_iovlen), REAL(sendmsg)(fd, message, flags));
}

EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    const struct io io = io_begin(fd, VNSCOPE_IO_OUT, flags);
    return io_end_messages(&io, REAL(sendmmsg)(fd, messages, count, flags), messages, count, flags);
}

EXPORT ssize_t sendfile(int to, int from, off_t *offset, size_t size)
{
    COUNTED(to, VNSCOPE_IO_OUT, 0, size, REAL(sendfile)(to, from, offset, size));
}

EXPORT ssize_t sendfile64(int to, int from, off64_t *offset, size_t size)
{
    COUNTED(to, VNSCOPE_IO_OUT, 0, size, REAL(sendfile64)(to, from, offset, size));
}

/* At least one end is a pipe. */
EXPORT ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t size, unsigned flags)
{
    const struct io in = io_begin(from, VNSCOPE_IO_IN, 0);
    const struct io out = in.socket != NULL ? (struct io){.socket = NULL} : io_begin(to, VNSCOPE_IO_OUT, 0);
    const ssize_t result = REAL(splice)(from, from_offset, to, to_offset, size, flags);
    /* A pipe that is full or empty is why less was moved, as often as not: that alone does not say "would block". */
    io_end_bytes(&in, result, 0, 0);
    return io_end_bytes(&out, result, 0, 0);
}

/* The thread waited since `begin_ns`, for reading or writing as far as the call itself told. */
static void waited(uint64_t begin_ns, int for_in, int for_out)
{
    struct vnscope_thread *thread = vnscope_known_thread();
    uint64_t *counter;
    uint64_t duration_ns;
    if (thread == NULL || begin_ns == 0)
        return;
    duration_ns = vnscope_clock_ns() - begin_ns;
    vnscope_counter_add(&thread->waited_ns, duration_ns);
    if (for_out || __atomic_load_n(&thread->blocked[VNSCOPE_IO_OUT], __ATOMIC_RELAXED) > 0)
        counter = &thread->all.out.wait_ns;
    else if (for_in || __atomic_load_n(&thread->blocked[VNSCOPE_IO_IN], __ATOMIC_RELAXED) > 0)
        counter = &thread->all.in.wait_ns;
    else
        counter = &thread->all.idle_ns;
    vnscope_counter_add(counter, duration_ns);
}

static uint64_t wait_begin(void)
{
    return counts() && vnscope_known_thread() != NULL ? vnscope_clock_ns() : 0;
}

static int asks(const struct pollfd *fds, nfds_t count, short events)
{
    for (nfds_t i = 0; i < count; ++i)
        if (fds[i].fd >= 0 && (fds[i].events & events) != 0)
            return 1;
    return 0;
}

static int has_any(const fd_set *set, int count)
{
    for (int fd = 0; set != NULL && fd < count; ++fd)
        if (FD_ISSET(fd, set))
            return 1;
    return 0;
}

/* Runs `call`, which waits for what `for_in` and `for_out` say. They are looked at first: the call may change them. */
#define WAITED(for_in, for_out, call)                                                                                  \
    do {                                                                                                               \
        const uint64_t begin_ = wait_begin();                                                                          \
        const int in_ = begin_ != 0 && (for_in);                                                                       \
        const int out_ = begin_ != 0 && (for_out);                                                                     \
        const int result_ = (call);                                                                                    \
        waited(begin_, in_, out_);                                                                                     \
        return result_;                                                                                                \
    } while (0)

EXPORT int epoll_wait(int fd, struct epoll_event *events, int count, int timeout)
{
    WAITED(0, 0, REAL(epoll_wait)(fd, events, count, timeout));
}

EXPORT int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout, const sigset_t *mask)
{
    WAITED(0, 0, REAL(epoll_pwait)(fd, events, count, timeout, mask));
}

EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int count, const struct timespec *timeout,
                        const sigset_t *mask)
{
    WAITED(0, 0, REAL(epoll_pwait2)(fd, events, count, timeout, mask));
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    WAITED(asks(fds, count, POLLIN), asks(fds, count, POLLOUT), REAL(poll)(fds, count, timeout));
}

EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room)
{
    WAITED(asks(fds, count, POLLIN), asks(fds, count, POLLOUT), REAL(__poll_chk)(fds, count, timeout, room));
}

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    WAITED(asks(fds, count, POLLIN), asks(fds, count, POLLOUT), REAL(ppoll)(fds, count, timeout, mask));
}

EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                       size_t room)
{
    WAITED(asks(fds, count, POLLIN), asks(fds, count, POLLOUT), REAL(__ppoll_chk)(fds, count, timeout, mask, room));
}

EXPORT int select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict special,
                  struct timeval *restrict timeout)
{
    WAITED(has_any(in, count), has_any(out, count), REAL(select)(count, in, out, special, timeout));
}

EXPORT int pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict special,
                   const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    WAITED(has_any(in, count), has_any(out, count), REAL(pselect)(count, in, out, special, timeout, mask));
}

/* `fd` is what an accept that began at `begin_ns` made: known by the client's address, because its port says little. */
static int accepted(int fd, uint64_t begin_ns)
{
    const int error = errno;
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (!counts())
        return fd;
    waited(begin_ns, 0, 0);
    vnscope_forget(fd);
    if (fd >= 0 && getpeername(fd, (struct sockaddr *)&address, &size) == 0)
        vnscope_new_peer(fd, (const struct sockaddr *)&address, 0);
    errno = error;
    return fd;
}

EXPORT int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict size)
{
    const uint64_t begin = wait_begin();
    return accepted(REAL(accept)(fd, address, size), begin);
}

EXPORT int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict size, int flags)
{
    const uint64_t begin = wait_begin();
    return accepted(REAL(accept4)(fd, address, size, flags), begin);
}

EXPORT int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    const int result = REAL(connect)(fd, address, size);
    const int error = errno;
    if (counts() && (result == 0 || error == EINPROGRESS) && size >= sizeof(struct sockaddr_in))
        vnscope_new_peer(fd, address, 1);
    errno = error;
    return result;
}

static int forgotten(int fd)
{
    if (counts())
        vnscope_forget(fd);
    return fd;
}

EXPORT int socket(int domain, int type, int protocol)
{
    return forgotten(REAL(socket)(domain, type, protocol));
}

EXPORT int dup2(int from, int to)
{
    if (from != to)
        forgotten(to);
    return REAL(dup2)(from, to);
}

EXPORT int dup3(int from, int to, int flags)
{
    forgotten(to);
    return REAL(dup3)(from, to, flags);
}

EXPORT int close(int fd)
{
    return REAL(close)(forgotten(fd));
}

static void flags_changed(int fd, int command, long flags)
{
    if (command == F_SETFL && counts())
        vnscope_set_nonblocking(fd, (flags & O_NONBLOCK) != 0);
}

/* Whatever the third argument is, it fits into a long. */
#define PASS_ON_FCNTL(name)                                                                                            \
    do {                                                                                                               \
        va_list arguments_;                                                                                            \
        long argument_;                                                                                                \
        int result_;                                                                                                   \
        va_start(arguments_, command);                                                                                 \
        argument_ = va_arg(arguments_, long);                                                                          \
        va_end(arguments_);                                                                                            \
        result_ = REAL(name)(fd, command, argument_);                                                                  \
        if (result_ == 0)                                                                                              \
            flags_changed(fd, command, argument_);                                                                     \
        return result_;                                                                                                \
    } while (0)

EXPORT int fcntl(int fd, int command, ...)
{
    PASS_ON_FCNTL(fcntl);
}

EXPORT int fcntl64(int fd, int command, ...)
{
    PASS_ON_FCNTL(fcntl64);
}

EXPORT int ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    void *argument;
    int result;
    va_start(arguments, request);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    result = REAL(ioctl)(fd, request, argument);
    if (result == 0 && request == FIONBIO && counts())
        vnscope_set_nonblocking(fd, *(const int *)argument);
    return result;
}
