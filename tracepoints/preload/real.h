/* SPDX-License-Identifier: MIT */
/* The C library's own functions, behind those of this library that have their names. */
#ifndef VNSCOPE_PRELOAD_REAL_H
#define VNSCOPE_PRELOAD_REAL_H

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define VNSCOPE_EXPORT __attribute__((visibility("default")))

/* Called by programs that were built with _FORTIFY_SOURCE. */
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, struct sockaddr *from,
                       socklen_t *from_size);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t room);

#define VNSCOPE_WRAPPED(X)                                                                                             \
    X(read) X(__read_chk) X(readv) X(recv) X(__recv_chk) X(recvfrom) X(__recvfrom_chk) X(recvmsg) X(recvmmsg)          \
    X(write) X(writev) X(send) X(sendto) X(sendmsg) X(sendmmsg) X(sendfile) X(sendfile64) X(splice)                    \
    X(epoll_wait) X(epoll_pwait) X(epoll_pwait2) X(poll) X(__poll_chk) X(ppoll) X(__ppoll_chk) X(select)               \
    X(pselect) X(accept) X(accept4) X(connect) X(socket) X(dup) X(dup2) X(dup3) X(close) X(close_range) X(closefrom)   \
    X(fclose) X(ioctl) X(fcntl) X(fcntl64) X(_exit)

#define VNSCOPE_DECLARE_REAL(name) extern __typeof__(&name) vnscope_real_##name;
VNSCOPE_WRAPPED(VNSCOPE_DECLARE_REAL)

/* `name` as the next library has it; null: there is none. */
void *vnscope_find_real(const char *name);

#define VNSCOPE_FIND_REAL(name)                                                                                        \
    __atomic_store_n(&vnscope_real_##name, (__typeof__(&name))vnscope_find_real(#name), __ATOMIC_RELAXED);

/* The C library's own function of this name; looked up here only by calls before our constructor. */
#define VNSCOPE_REAL(name)                                                                                             \
    ({                                                                                                                 \
        if (__builtin_expect(__atomic_load_n(&vnscope_real_##name, __ATOMIC_RELAXED) == NULL, 0))                      \
            VNSCOPE_FIND_REAL(name)                                                                                    \
        __atomic_load_n(&vnscope_real_##name, __ATOMIC_RELAXED);                                                       \
    })

/* Whether this is the process that the tables are of, and not a vfork's child, which shares its memory. */
int vnscope_is_own_process(void);

#endif /* VNSCOPE_PRELOAD_REAL_H */
