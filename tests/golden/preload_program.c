/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ordinary program that knows nothing of vnscope: a parent and a forked child over TCP or UDP on the loopback device.
 * It counts what it does itself, and prints "WHO PID IN_CALLS IN_BYTES OUT_CALLS OUT_BYTES".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kDelayMs = 100, kMessage = 1000, kMessages = 5, kFlood = 16 * 1024 * 1024, kThreads = 4 };

static struct {
    uint64_t calls;
    uint64_t bytes;
} in, out;

static void demand(int is_true, const char *what)
{
    if (!is_true) {
        perror(what);
        exit(1);
    }
}

static ssize_t note_in(ssize_t result)
{
    __atomic_fetch_add(&in.calls, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&in.bytes, result > 0 ? (uint64_t)result : 0, __ATOMIC_RELAXED);
    return result;
}

static ssize_t note_out(ssize_t result)
{
    __atomic_fetch_add(&out.calls, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&out.bytes, result > 0 ? (uint64_t)result : 0, __ATOMIC_RELAXED);
    return result;
}

static void report(const char *who)
{
    printf("%s %d %llu %llu %llu %llu\n", who, (int)getpid(), (unsigned long long)in.calls,
           (unsigned long long)in.bytes, (unsigned long long)out.calls, (unsigned long long)out.bytes);
    fflush(stdout);
}

static void sleep_ms(long ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static int bound_socket(int type, uint32_t ip, struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    const int fd = socket(AF_INET, type, 0);
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(ip);
    demand(bind(fd, (struct sockaddr *)address, size) == 0, "bind");
    demand(getsockname(fd, (struct sockaddr *)address, &size) == 0, "getsockname");
    return fd;
}

static int connected(const struct sockaddr_in *address)
{
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    demand(connect(fd, (const struct sockaddr *)address, sizeof *address) == 0, "connect");
    return fd;
}

/* What the child must not inherit: ten datagrams of the parent to itself, at an address of their own. */
static void warm_up(void)
{
    struct sockaddr_in address;
    const int fd = bound_socket(SOCK_DGRAM, INADDR_LOOPBACK + 1, &address);
    char buffer[kMessage] = {0};
    for (int i = 0; i < 10; ++i) {
        demand(note_out(sendto(fd, buffer, 10, 0, (struct sockaddr *)&address, sizeof address)) == 10, "sendto");
        demand(note_in(recvfrom(fd, buffer, sizeof buffer, 0, NULL, NULL)) == 10, "recvfrom");
    }
    close(fd);
}

/* Ends `fd` after a delay and five messages. */
static void send_late(int fd)
{
    char buffer[kMessage] = {0};
    sleep_ms(kDelayMs);
    for (int i = 0; i < kMessages; ++i)
        demand(note_out(write(fd, buffer, sizeof buffer)) == kMessage, "write");
    close(fd);
}

static void receive_all(int fd)
{
    char buffer[65536];
    while (note_in(recv(fd, buffer, sizeof buffer, 0)) > 0) {
    }
    close(fd);
}

static void wait_for(int epoll, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    demand(epoll_wait(epoll, &event, 1, -1) == 1, "epoll_wait");
    epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
}

static void receive_all_nonblocking(int fd)
{
    char buffer[65536];
    const int epoll = epoll_create1(0);
    ssize_t got;
    demand(fcntl(fd, F_SETFL, O_NONBLOCK) == 0, "fcntl");
    for (;;) {
        errno = 0;
        got = note_in(read(fd, buffer, sizeof buffer));
        if (got == 0)
            break;
        if (got < 0) {
            demand(errno == EAGAIN, "read");
            wait_for(epoll, fd, EPOLLIN);
        }
    }
    close(fd);
    close(epoll);
}

static void send_flood_nonblocking(int fd)
{
    static char buffer[65536];
    const int epoll = epoll_create1(0);
    uint64_t left = kFlood;
    demand(fcntl(fd, F_SETFL, O_NONBLOCK) == 0, "fcntl");
    while (left > 0) {
        const ssize_t sent = note_out(send(fd, buffer, left < sizeof buffer ? left : sizeof buffer, MSG_NOSIGNAL));
        if (sent > 0) {
            left -= (uint64_t)sent;
        } else {
            demand(errno == EAGAIN, "send");
            wait_for(epoll, fd, EPOLLOUT);
        }
    }
    close(fd);
    close(epoll);
}

static void receive_late(int fd)
{
    sleep_ms(kDelayMs);
    receive_all(fd);
}

static void *send_from_thread(void *address)
{
    send_late(connected(address));
    return NULL;
}

static void send_from_threads(struct sockaddr_in *address)
{
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; ++i)
        demand(pthread_create(&threads[i], NULL, send_from_thread, address) == 0, "pthread_create");
    for (int i = 0; i < kThreads; ++i)
        pthread_join(threads[i], NULL);
}

static int errors_are_as_without(void)
{
    char byte;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    errno = 0;
    if (read(-1, &byte, 1) != -1 || errno != EBADF)
        return 0;
    errno = 0;
    if (note_in(recv(fd, &byte, 1, 0)) != -1 || errno != ENOTCONN)
        return 0;
    errno = 77;
    if (close(fd) != 0 || errno != 77)
        return 0;
    return 1;
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    struct sockaddr_in address;
    const int listening = bound_socket(SOCK_STREAM, INADDR_LOOPBACK, &address);
    pid_t child;
    int status = 1;
    demand(listen(listening, 16) == 0, "listen");
    warm_up();
    demand(errors_are_as_without(), "errors");
    child = fork();
    if (child == 0) {
        in.calls = in.bytes = out.calls = out.bytes = 0;
        close(listening);
        if (strcmp(mode, "threads") == 0)
            send_from_threads(&address);
        else if (strcmp(mode, "write-blocked") == 0)
            receive_late(connected(&address));
        else
            send_late(connected(&address));
        report("child");
        return 0;
    }
    if (strcmp(mode, "blocking") == 0)
        receive_all(accept(listening, NULL, NULL));
    else if (strcmp(mode, "read-blocked") == 0)
        receive_all_nonblocking(accept(listening, NULL, NULL));
    else if (strcmp(mode, "write-blocked") == 0)
        send_flood_nonblocking(accept4(listening, NULL, NULL, 0));
    else
        for (int i = 0; i < kThreads; ++i)
            receive_all(accept(listening, NULL, NULL));
    demand(waitpid(child, &status, 0) == child && status == 0, "child");
    report("parent");
    return 0;
}
