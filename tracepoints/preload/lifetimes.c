/* SPDX-License-Identifier: MIT */
/* Where descriptors begin, change and end, and where the process does. */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>

#include "tracepoints/preload/descriptors.h"
#include "tracepoints/preload/hot.h"
#include "tracepoints/preload/publisher.h"
#include "tracepoints/preload/real.h"
#include "tracepoints/preload/threads.h"

VNSCOPE_EXPORT int socket(int domain, int type, int protocol)
{
    const int fd = VNSCOPE_REAL(socket)(domain, type, protocol);
    if (fd >= 0 && vnscope_counts())
        vnscope_made(fd, domain, type);
    return fd;
}

VNSCOPE_EXPORT int connect(int fd, const struct sockaddr* address, socklen_t size)
{
    const int result = VNSCOPE_REAL(connect)(fd, address, size);
    const int error = errno;
    if (vnscope_counts() && (result == 0 || error == EINPROGRESS) && size >= sizeof(sa_family_t))
        vnscope_connected(fd, address, size, result != 0);
    errno = error;
    return result;
}

/* A thread that waits for connections waits for no peer, and does not make its program one of event loops: not counted.
   `room` is what the program gave for the address; the kernel may tell a longer one. */
static int accept_end(int fd, const struct sockaddr* address, socklen_t room, const socklen_t* size, int flags)
{
    const int error = errno;
    struct sockaddr_storage asked;
    socklen_t asked_size = sizeof asked;
    if (fd < 0 || !vnscope_counts())
        return fd;
    if (address != NULL && size != NULL && *size >= sizeof(sa_family_t) && *size <= room)
        vnscope_accepted(fd, address, *size, (flags & SOCK_NONBLOCK) != 0);
    else if (getpeername(fd, (struct sockaddr*)&asked, &asked_size) == 0)
        vnscope_accepted(fd, (struct sockaddr*)&asked, asked_size, (flags & SOCK_NONBLOCK) != 0);
    else
        vnscope_forget(fd);
    errno = error;
    return fd;
}

VNSCOPE_EXPORT int accept(int fd, struct sockaddr* restrict address, socklen_t* restrict size)
{
    const socklen_t room = size != NULL ? *size : 0;
    return accept_end(VNSCOPE_REAL(accept)(fd, address, size), address, room, size, 0);
}

VNSCOPE_EXPORT int accept4(int fd, struct sockaddr* restrict address, socklen_t* restrict size, int flags)
{
    const socklen_t room = size != NULL ? *size : 0;
    return accept_end(VNSCOPE_REAL(accept4)(fd, address, size, flags), address, room, size, flags);
}

static int copied(int from, int to)
{
    if (to >= 0 && to != from && vnscope_counts())
        vnscope_copied(from, to);
    return to;
}

VNSCOPE_EXPORT int dup(int fd)
{
    return copied(fd, VNSCOPE_REAL(dup)(fd));
}

VNSCOPE_EXPORT int dup2(int from, int to)
{
    return copied(from, VNSCOPE_REAL(dup2)(from, to));
}

VNSCOPE_EXPORT int dup3(int from, int to, int flags)
{
    return copied(from, VNSCOPE_REAL(dup3)(from, to, flags));
}

/* To be called before the descriptor is closed: another thread may get its number at once. */
static void forget(int fd)
{
    if (vnscope_counts())
        vnscope_forget(fd);
}

VNSCOPE_EXPORT int close(int fd)
{
    /* One that is counted is the program's; of others, the tracer keeps its own. */
    const int is_programs = !vnscope_counts() || vnscope_known_connection(fd) != NULL;
    forget(fd);
    return is_programs ? VNSCOPE_REAL(close)(fd) : vnscope_close_but_tracers(fd, VNSCOPE_REAL(close));
}

VNSCOPE_EXPORT int fclose(FILE* file)
{
    const int error = errno;
    const int fd = file != NULL ? fileno(file) : -1;
    errno = error;
    forget(fd);
    return VNSCOPE_REAL(fclose)(file);
}

static int close_one(int fd)
{
    forget(fd);
    return VNSCOPE_REAL(close)(fd);
}

VNSCOPE_EXPORT void closefrom(int first)
{
    if (!vnscope_counts() || !vnscope_closefrom_but_tracers(first < 0 ? 0 : first, close_one))
        VNSCOPE_REAL(closefrom)(first);
}

/* Descriptors that a program may have: beyond there is nothing to close. */
static unsigned last_descriptor(unsigned last)
{
    const long limit = sysconf(_SC_OPEN_MAX);
    return limit > 0 && last >= (unsigned long)limit ? (unsigned)limit - 1 : last;
}

VNSCOPE_EXPORT int close_range(unsigned first, unsigned last, int flags)
{
    const int error = errno;
    if (flags != 0 || first > last || !vnscope_counts())
        return VNSCOPE_REAL(close_range)(first, last, flags);
    if (last >= INT_MAX && first <= INT_MAX && vnscope_closefrom_but_tracers((int)first, close_one))
        return 0;
    last = last_descriptor(last);
    for (unsigned fd = first; fd <= last; ++fd)
        vnscope_close_but_tracers((int)fd, close_one);
    errno = error;
    return 0;
}

static void flags_changed(int fd, int command, long argument, int result)
{
    if (result < 0 || !vnscope_counts())
        return;
    if (command == F_SETFL)
        vnscope_set_nonblocking(fd, (argument & O_NONBLOCK) != 0);
    else if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
        vnscope_copied(fd, result);
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
        result_ = VNSCOPE_REAL(name)(fd, command, argument_);                                                          \
        flags_changed(fd, command, argument_, result_);                                                                \
        return result_;                                                                                                \
    } while (0)

VNSCOPE_EXPORT int fcntl(int fd, int command, ...)
{
    PASS_ON_FCNTL(fcntl);
}

VNSCOPE_EXPORT int fcntl64(int fd, int command, ...)
{
    PASS_ON_FCNTL(fcntl64);
}

VNSCOPE_EXPORT int ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    void* argument;
    int result;
    va_start(arguments, request);
    argument = va_arg(arguments, void*);
    va_end(arguments);
    result = VNSCOPE_REAL(ioctl)(fd, request, argument);
    if (result == 0 && request == FIONBIO && vnscope_counts())
        vnscope_set_nonblocking(fd, *(const int*)argument);
    return result;
}

VNSCOPE_EXPORT void _exit(int status)
{
    vnscope_publish_last();
    VNSCOPE_REAL(_exit)(status);
    __builtin_unreachable();
}

VNSCOPE_EXPORT void _Exit(int status)
{
    vnscope_publish_last();
    VNSCOPE_REAL(_exit)(status);
    __builtin_unreachable();
}
