/* SPDX-License-Identifier: MIT */
/* Waiting for descriptors: time that belongs to what the thread could not read or write, or to nobody. */
#include <string.h>

#include "tracepoints/preload/descriptors.h"
#include "tracepoints/preload/hot.h"
#include "tracepoints/preload/real.h"
#include "tracepoints/preload/threads.h"

/* A thread that has used no socket waits for something else. Asking without waiting costs nothing here. */
VNSCOPE_HOT static struct vnscope_thread *wait_begin(int is_waiting)
{
    struct vnscope_thread *thread = is_waiting && vnscope_counts() ? vnscope_mine.thread : NULL;
    if (thread != NULL)
        vnscope_begin_wait(thread);
    return thread;
}

VNSCOPE_HOT static int wait_end(struct vnscope_thread *thread, int result)
{
    if (thread != NULL)
        vnscope_end_wait(thread); /* Leaves errno alone. */
    return result;
}

static int is_time(const struct timespec *timeout)
{
    return timeout == NULL || timeout->tv_sec != 0 || timeout->tv_nsec != 0;
}

VNSCOPE_HOT VNSCOPE_EXPORT int epoll_wait(int fd, struct epoll_event *events, int count, int timeout)
{
    struct vnscope_thread *thread = wait_begin(timeout != 0);
    return wait_end(thread, VNSCOPE_REAL(epoll_wait)(fd, events, count, timeout));
}

VNSCOPE_HOT VNSCOPE_EXPORT int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout, const sigset_t *mask)
{
    struct vnscope_thread *thread = wait_begin(timeout != 0);
    return wait_end(thread, VNSCOPE_REAL(epoll_pwait)(fd, events, count, timeout, mask));
}

VNSCOPE_EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int count, const struct timespec *timeout,
                                const sigset_t *mask)
{
    struct vnscope_thread *thread = wait_begin(is_time(timeout));
    return wait_end(thread, VNSCOPE_REAL(epoll_pwait2)(fd, events, count, timeout, mask));
}

/* `poll` and `select` say themselves what is waited for: connections that the call names are blocked while it lasts. */
static void mark(int fd, int for_in, int for_out, void (*change)(struct vnscope_descriptor *, unsigned))
{
    struct vnscope_descriptor *connection = for_in || for_out ? vnscope_known_connection(fd) : NULL;
    if (connection == NULL)
        return;
    if (for_in)
        change(connection, VNSCOPE_IO_IN);
    if (for_out)
        change(connection, VNSCOPE_IO_OUT);
}

static void mark_polled(struct pollfd *fds, nfds_t count, void (*change)(struct vnscope_descriptor *, unsigned))
{
    for (nfds_t i = 0; i < count; ++i)
        mark(fds[i].fd, (fds[i].events & (POLLIN | POLLRDNORM)) != 0, (fds[i].events & (POLLOUT | POLLWRNORM)) != 0,
             change);
}

static struct vnscope_thread *poll_begin(struct pollfd *fds, nfds_t count, int is_waiting)
{
    if (is_waiting && vnscope_counts() && vnscope_mine.thread != NULL)
        mark_polled(fds, count, vnscope_block);
    return wait_begin(is_waiting);
}

static int poll_end(struct vnscope_thread *thread, struct pollfd *fds, nfds_t count, int result)
{
    wait_end(thread, result);
    if (thread != NULL)
        mark_polled(fds, count, vnscope_unblock);
    return result;
}

VNSCOPE_EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    struct vnscope_thread *thread = poll_begin(fds, count, timeout != 0);
    return poll_end(thread, fds, count, VNSCOPE_REAL(poll)(fds, count, timeout));
}

VNSCOPE_EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room)
{
    struct vnscope_thread *thread = poll_begin(fds, count, timeout != 0);
    return poll_end(thread, fds, count, VNSCOPE_REAL(__poll_chk)(fds, count, timeout, room));
}

VNSCOPE_EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    struct vnscope_thread *thread = poll_begin(fds, count, is_time(timeout));
    return poll_end(thread, fds, count, VNSCOPE_REAL(ppoll)(fds, count, timeout, mask));
}

VNSCOPE_EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                               size_t room)
{
    struct vnscope_thread *thread = poll_begin(fds, count, is_time(timeout));
    return poll_end(thread, fds, count, VNSCOPE_REAL(__ppoll_chk)(fds, count, timeout, mask, room));
}

/* What a select asks for: the call overwrites the program's own sets. Descriptors from FD_SETSIZE on are not looked at. */
struct selection {
    int count;
    fd_set in;
    fd_set out;
};

static void copy_set(fd_set *to, const fd_set *from, int count)
{
    const size_t bytes = ((size_t)count + NFDBITS - 1) / NFDBITS * sizeof(fd_mask);
    if (from != NULL)
        memcpy(to, from, bytes);
    else
        memset(to, 0, bytes);
}

static void mark_selected(const struct selection *selection, void (*change)(struct vnscope_descriptor *, unsigned))
{
    for (int fd = 0; fd < selection->count; ++fd)
        mark(fd, FD_ISSET(fd, &selection->in) != 0, FD_ISSET(fd, &selection->out) != 0, change);
}

static struct vnscope_thread *select_begin(struct selection *selection, int count, const fd_set *in, const fd_set *out,
                                           int is_waiting)
{
    if (!is_waiting || count <= 0 || !vnscope_counts() || vnscope_mine.thread == NULL)
        selection->count = 0;
    else
        selection->count = count < FD_SETSIZE ? count : FD_SETSIZE;
    copy_set(&selection->in, in, selection->count);
    copy_set(&selection->out, out, selection->count);
    mark_selected(selection, vnscope_block);
    return wait_begin(is_waiting);
}

static int select_end(struct vnscope_thread *thread, const struct selection *selection, int result)
{
    wait_end(thread, result);
    mark_selected(selection, vnscope_unblock);
    return result;
}

VNSCOPE_EXPORT int select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict special,
                          struct timeval *restrict timeout)
{
    struct selection asked;
    struct vnscope_thread *thread =
        select_begin(&asked, count, in, out, timeout == NULL || timeout->tv_sec != 0 || timeout->tv_usec != 0);
    return select_end(thread, &asked, VNSCOPE_REAL(select)(count, in, out, special, timeout));
}

VNSCOPE_EXPORT int pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict special,
                           const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    struct selection asked;
    struct vnscope_thread *thread = select_begin(&asked, count, in, out, is_time(timeout));
    return select_end(thread, &asked, VNSCOPE_REAL(pselect)(count, in, out, special, timeout, mask));
}
