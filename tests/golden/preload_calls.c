/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ordinary program that knows nothing of vnscope: uses each call of the C library that reads, writes or waits, each on
 * a connection of its own, within one process. It counts and measures what it does itself, and prints one line per peer:
 * "PEER IN_CALLS IN_PACKETS IN_BYTES IN_NS IN_WAIT_NS OUT_CALLS OUT_PACKETS OUT_BYTES OUT_NS OUT_WAIT_NS".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kMessages = 3, kDelayMs = 60, kPeers = 128, kName = 160 };

/* What the compiler calls under _FORTIFY_SOURCE. */
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, struct sockaddr *from,
                       socklen_t *from_size);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t room);

struct direction {
    uint64_t calls, packets, bytes, ns, wait_ns;
};
struct peer {
    char name[kName];
    struct direction in, out;
};
static struct peer peers[kPeers];
static int peer_count;

static void demand(int is_true, const char *what)
{
    if (!is_true) {
        perror(what);
        exit(1);
    }
}

static struct peer *peer_named(const char *name)
{
    for (int i = 0; i < peer_count; ++i)
        if (strcmp(peers[i].name, name) == 0)
            return &peers[i];
    demand(peer_count < kPeers, "peers");
    snprintf(peers[peer_count].name, kName, "%s", name);
    return &peers[peer_count++];
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void sleep_ms(long ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void count(struct direction *direction, uint64_t packets, ssize_t bytes, uint64_t begin_ns)
{
    direction->ns += now_ns() - begin_ns;
    direction->calls += 1;
    direction->packets += packets;
    direction->bytes += bytes > 0 ? (uint64_t)bytes : 0;
}

/* --- Connections ------------------------------------------------------------------------------------------------- */

/* Both ends of a TCP connection, and what each is called by the other: the server is 127.1.0.`number`:port, the client
   127.2.0.`number`. */
struct connection {
    int client, server;
    struct peer *of_client, *of_server; /* Whom the client, the server talks to. */
};

static struct sockaddr_in address_of(uint32_t ip)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(ip);
    return address;
}

static int bound(int type, struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    const int fd = socket(AF_INET, type, 0);
    demand(bind(fd, (struct sockaddr *)address, size) == 0, "bind");
    demand(getsockname(fd, (struct sockaddr *)address, &size) == 0, "getsockname");
    return fd;
}

static struct peer *peer_at(const struct sockaddr_in *address, int has_port)
{
    char name[kName];
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    if (has_port)
        snprintf(name, sizeof name, "%s:%d", text, ntohs(address->sin_port));
    else
        snprintf(name, sizeof name, "%s", text);
    return peer_named(name);
}

static struct connection connection_between(uint32_t number)
{
    struct sockaddr_in server = address_of(0x7f010000u + number);
    struct sockaddr_in client = address_of(0x7f020000u + number);
    const int listening = bound(SOCK_STREAM, &server);
    struct connection made;
    demand(listen(listening, 4) == 0, "listen");
    made.client = bound(SOCK_STREAM, &client);
    demand(connect(made.client, (struct sockaddr *)&server, sizeof server) == 0, "connect");
    made.server = number % 2 == 0 ? accept(listening, NULL, NULL) : accept4(listening, NULL, NULL, 0);
    demand(made.server >= 0, "accept");
    close(listening);
    made.of_client = peer_at(&server, 1);
    made.of_server = peer_at(&client, 0);
    return made;
}

static void disconnect(const struct connection *connection)
{
    close(connection->client);
    close(connection->server);
}

/* --- Every call that writes -------------------------------------------------------------------------------------- */

static char out_buffer[4096];
static int file = -1;
static int pipe_ends[2];

static ssize_t by_write(int fd, size_t size) { return write(fd, out_buffer, size); }
static ssize_t by_writev(int fd, size_t size)
{
    const struct iovec parts[] = {{out_buffer, 10}, {out_buffer, size - 10}};
    return writev(fd, parts, 2);
}
static ssize_t by_send(int fd, size_t size) { return send(fd, out_buffer, size, MSG_NOSIGNAL); }
static ssize_t by_sendto(int fd, size_t size) { return sendto(fd, out_buffer, size, 0, NULL, 0); }
static ssize_t by_sendmsg(int fd, size_t size)
{
    struct iovec parts[] = {{out_buffer, 10}, {out_buffer, size - 10}};
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(fd, &message, 0);
}
static ssize_t by_sendmmsg(int fd, size_t size)
{
    struct iovec part = {out_buffer, size};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    return sendmmsg(fd, &message, 1, 0) == 1 ? (ssize_t)message.msg_len : -1;
}
static ssize_t by_sendfile(int fd, size_t size)
{
    off_t offset = 0;
    return sendfile(fd, file, &offset, size);
}
static ssize_t by_sendfile64(int fd, size_t size)
{
    off64_t offset = 0;
    return sendfile64(fd, file, &offset, size);
}
static ssize_t by_splice_out(int fd, size_t size)
{
    demand(write(pipe_ends[1], out_buffer, size) == (ssize_t)size, "write to pipe");
    return splice(pipe_ends[0], NULL, fd, NULL, size, 0);
}

static ssize_t (*const kWrites[])(int, size_t) = {by_write,   by_writev,   by_send,       by_sendto,    by_sendmsg,
                                                  by_sendmmsg, by_sendfile, by_sendfile64, by_splice_out};

/* --- Every call that reads --------------------------------------------------------------------------------------- */

static char in_buffer[4096];

static ssize_t by_read(int fd, size_t size) { return read(fd, in_buffer, size); }
static ssize_t by_read_chk(int fd, size_t size) { return __read_chk(fd, in_buffer, size, sizeof in_buffer); }
static ssize_t by_readv(int fd, size_t size)
{
    const struct iovec parts[] = {{in_buffer, 10}, {in_buffer + 10, size - 10}};
    return readv(fd, parts, 2);
}
static ssize_t by_recv(int fd, size_t size) { return recv(fd, in_buffer, size, 0); }
static ssize_t by_recv_chk(int fd, size_t size) { return __recv_chk(fd, in_buffer, size, sizeof in_buffer, 0); }
static ssize_t by_recvfrom(int fd, size_t size) { return recvfrom(fd, in_buffer, size, 0, NULL, NULL); }
static ssize_t by_recvfrom_chk(int fd, size_t size)
{
    return __recvfrom_chk(fd, in_buffer, size, sizeof in_buffer, 0, NULL, NULL);
}
static ssize_t by_recvmsg(int fd, size_t size)
{
    struct iovec parts[] = {{in_buffer, 10}, {in_buffer + 10, size - 10}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return recvmsg(fd, &message, 0);
}
static ssize_t by_recvmmsg(int fd, size_t size)
{
    struct iovec part = {in_buffer, size};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    return recvmmsg(fd, &message, 1, 0, NULL) == 1 ? (ssize_t)message.msg_len : -1;
}
static ssize_t by_splice_in(int fd, size_t size)
{
    const ssize_t moved = splice(fd, NULL, pipe_ends[1], NULL, size, 0);
    demand(read(pipe_ends[0], in_buffer, size) == moved, "read from pipe");
    return moved;
}

static ssize_t (*const kReads[])(int, size_t) = {by_read,     by_read_chk,     by_readv,   by_recv,     by_recv_chk,
                                                 by_recvfrom, by_recvfrom_chk, by_recvmsg, by_recvmmsg, by_splice_in};

enum { kWriteCount = sizeof kWrites / sizeof kWrites[0], kReadCount = sizeof kReads / sizeof kReads[0] };

static void write_on(const struct connection *connection, ssize_t (*call)(int, size_t), size_t size)
{
    const uint64_t begin = now_ns();
    const ssize_t result = call(connection->client, size);
    count(&connection->of_client->out, 1, result, begin);
    demand(result == (ssize_t)size, "write");
}

static void read_on(const struct connection *connection, ssize_t (*call)(int, size_t), size_t size)
{
    const uint64_t begin = now_ns();
    const ssize_t result = call(connection->server, size);
    count(&connection->of_server->in, 1, result, begin);
    demand(result == (ssize_t)size, "read");
}

static void use_all_calls(void)
{
    char name[] = "/tmp/vnscope-calls-XXXXXX";
    file = mkstemp(name);
    unlink(name);
    demand(write(file, out_buffer, sizeof out_buffer) == sizeof out_buffer, "write to file");
    demand(pipe(pipe_ends) == 0, "pipe");
    for (int i = 0; i < kReadCount; ++i) {
        const struct connection connection = connection_between(1 + (uint32_t)i);
        for (int message = 0; message < kMessages; ++message) {
            const size_t size = 100 + (size_t)(10 * i + message);
            write_on(&connection, kWrites[i % kWriteCount], size);
            read_on(&connection, kReads[i], size);
        }
        disconnect(&connection);
    }
}

/* --- Datagrams --------------------------------------------------------------------------------------------------- */

static void use_datagrams(void)
{
    struct sockaddr_in sink = address_of(0x7f010064u);
    struct sockaddr_in log = address_of(0x7f010065u);
    struct iovec part = {out_buffer, 50};
    struct mmsghdr messages[3];
    const int fd = bound(SOCK_DGRAM, &sink);
    const int sender = socket(AF_INET, SOCK_DGRAM, 0);
    struct peer *of_sender = peer_at(&sink, ntohs(sink.sin_port) < 32768);
    struct peer *of_log;
    struct peer *nobody = peer_named("");
    uint64_t begin;
    memset(messages, 0, sizeof messages);
    log.sin_port = htons(5140);
    of_log = peer_at(&log, 1);
    for (int i = 0; i < 3; ++i) {
        messages[i].msg_hdr.msg_iov = &part;
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &sink;
        messages[i].msg_hdr.msg_namelen = sizeof sink;
    }
    begin = now_ns();
    demand(sendmmsg(sender, messages, 3, 0) == 3, "sendmmsg");
    count(&of_sender->out, 3, 150, begin);
    /* Nobody listens there: the first is lost without a word. */
    begin = now_ns();
    demand(sendto(sender, out_buffer, 70, 0, (struct sockaddr *)&log, sizeof log) == 70, "sendto");
    count(&of_log->out, 1, 70, begin);
    for (int i = 0; i < 3; ++i)
        messages[i].msg_hdr.msg_name = NULL;
    begin = now_ns();
    demand(recvmmsg(fd, messages, 3, MSG_DONTWAIT, NULL) == 3, "recvmmsg");
    count(&nobody->in, 3, 150, begin);
    close(fd);
    close(sender);
}

/* --- Unix sockets ------------------------------------------------------------------------------------------------ */

static void use_unix_sockets(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    const int client = socket(AF_UNIX, SOCK_STREAM, 0);
    char name[kName];
    struct connection connection = {.client = client};
    int unnamed[2];
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/vnscope-calls-%d", (int)getpid());
    snprintf(name, sizeof name, "unix:%s", address.sun_path);
    demand(bind(listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(listening, 1) == 0, "unix");
    demand(connect(client, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    connection.server = accept(listening, NULL, NULL);
    connection.of_client = connection.of_server = peer_named(name);
    write_on(&connection, by_send, 333);
    read_on(&connection, by_recv, 333);
    disconnect(&connection);
    close(listening);
    unlink(address.sun_path);
    /* Between a program's own processes; not counted. */
    demand(socketpair(AF_UNIX, SOCK_STREAM, 0, unnamed) == 0, "socketpair");
    demand(write(unnamed[0], out_buffer, 10) == 10 && read(unnamed[1], in_buffer, 10) == 10, "socketpair");
    close(unnamed[0]);
    close(unnamed[1]);
}

/* --- Every call that waits --------------------------------------------------------------------------------------- */

static int with_epoll(int fd, int (*wait)(int, struct epoll_event *))
{
    const int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    int ready;
    demand(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
    ready = wait(epoll, &event);
    close(epoll);
    return ready;
}
static int epoll_waits(int epoll, struct epoll_event *event) { return epoll_wait(epoll, event, 1, -1); }
static int epoll_pwaits(int epoll, struct epoll_event *event) { return epoll_pwait(epoll, event, 1, -1, NULL); }
static int epoll_pwaits2(int epoll, struct epoll_event *event) { return epoll_pwait2(epoll, event, 1, NULL, NULL); }

static int by_epoll_wait(int fd) { return with_epoll(fd, epoll_waits); }
static int by_epoll_pwait(int fd) { return with_epoll(fd, epoll_pwaits); }
static int by_epoll_pwait2(int fd) { return with_epoll(fd, epoll_pwaits2); }
static int by_poll(int fd)
{
    struct pollfd asked = {fd, POLLIN, 0};
    return poll(&asked, 1, -1);
}
static int by_poll_chk(int fd)
{
    struct pollfd asked = {fd, POLLIN, 0};
    return __poll_chk(&asked, 1, -1, sizeof asked);
}
static int by_ppoll(int fd)
{
    struct pollfd asked = {fd, POLLIN, 0};
    return ppoll(&asked, 1, NULL, NULL);
}
static int by_ppoll_chk(int fd)
{
    struct pollfd asked = {fd, POLLIN, 0};
    return __ppoll_chk(&asked, 1, NULL, NULL, sizeof asked);
}
static int by_select(int fd)
{
    fd_set asked;
    FD_ZERO(&asked);
    FD_SET(fd, &asked);
    return select(fd + 1, &asked, NULL, NULL, NULL);
}
static int by_pselect(int fd)
{
    fd_set asked;
    FD_ZERO(&asked);
    FD_SET(fd, &asked);
    return pselect(fd + 1, &asked, NULL, NULL, NULL, NULL);
}

static int (*const kWaits[])(int) = {by_epoll_wait, by_epoll_pwait, by_epoll_pwait2, by_poll,   by_poll_chk,
                                     by_ppoll,      by_ppoll_chk,   by_select,       by_pselect};
enum { kWaitCount = sizeof kWaits / sizeof kWaits[0] };

static void *send_late(void *argument)
{
    const struct connection *connection = argument;
    sleep_ms(kDelayMs);
    write_on(connection, by_send, 40);
    return NULL;
}

/* A call that would block, unless the way of waiting says itself what it waits for. */
static void try_to_read(const struct connection *connection)
{
    const uint64_t begin = now_ns();
    const ssize_t result = read(connection->server, in_buffer, sizeof in_buffer);
    count(&connection->of_server->in, 0, 0, begin);
    demand(result == -1 && errno == EAGAIN, "read");
}

static void wait_in_all_ways(void)
{
    for (int i = 0; i < kWaitCount; ++i) {
        struct connection connection = connection_between(50 + (uint32_t)i);
        pthread_t sender;
        uint64_t begin;
        demand(fcntl(connection.server, F_SETFL, O_NONBLOCK) == 0, "fcntl");
        if (i < 3)
            try_to_read(&connection);
        demand(pthread_create(&sender, NULL, send_late, &connection) == 0, "pthread_create");
        begin = now_ns();
        demand(kWaits[i](connection.server) == 1, "wait");
        connection.of_server->in.wait_ns += now_ns() - begin;
        read_on(&connection, by_recv, 40);
        pthread_join(sender, NULL);
        disconnect(&connection);
    }
}

/* --- Descriptors that change their meaning ------------------------------------------------------------------------ */

static void write_through_copies(void)
{
    struct connection connection = connection_between(70);
    const int original = connection.client;
    const int copies[] = {dup(original), dup2(original, 200), dup3(original, 201, O_CLOEXEC),
                          fcntl(original, F_DUPFD, 202)};
    close(original);
    for (int i = 0; i < 4; ++i) {
        demand(copies[i] >= 0, "dup");
        connection.client = copies[i];
        write_on(&connection, by_write, 20);
        close(copies[i]);
    }
    read_on(&connection, by_read, 80);
    close(connection.server);
}

static void close_range_of(int fd) { demand(close_range((unsigned)fd, (unsigned)fd, 0) == 0, "close_range"); }
static void close_file_of(int fd) { demand(fclose(fdopen(fd, "w")) == 0, "fclose"); }
static void close_all_from(int fd) { closefrom(fd); }

static void (*const kCloses[])(int) = {close_range_of, close_file_of, close_all_from};

/* The number of a closed connection soon means another one. */
static void close_in_all_ways(void)
{
    for (int i = 0; i < 3; ++i) {
        const struct connection before = connection_between(80 + 2 * (uint32_t)i);
        struct connection after;
        close(before.server);
        kCloses[i](before.client);
        after = connection_between(81 + 2 * (uint32_t)i);
        write_on(&after, by_write, 60);
        read_on(&after, by_read, 60);
        disconnect(&after);
    }
}

/* What a vfork's child does to its descriptors is not done to the parent's. */
static void start_programs(void)
{
    struct connection connection = connection_between(90);
    char *const arguments[] = {"true", NULL};
    pid_t child = vfork();
    if (child == 0) {
        close(connection.server);
        close(connection.client);
        execv("/bin/true", arguments);
        _exit(1);
    }
    demand(child > 0 && waitpid(child, NULL, 0) == child, "vfork");
    demand(posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0, "posix_spawn");
    demand(waitpid(child, NULL, 0) == child, "waitpid");
    write_on(&connection, by_write, 30);
    read_on(&connection, by_read, 30);
    disconnect(&connection);
}

/* As daemons do; with what a tracer in this process has opened. */
static void close_everything(void)
{
    struct connection connection;
    for (int fd = 3; fd < 1024; ++fd)
        close(fd);
    closefrom(3);
    close_range(3, ~0u, 0);
    connection = connection_between(95);
    write_on(&connection, by_write, 90);
    read_on(&connection, by_read, 90);
    disconnect(&connection);
}

/* A read that is served only after a while, as a sample in between shows. */
static void stall(void)
{
    struct connection connection = connection_between(99);
    pthread_t sender;
    demand(pthread_create(&sender, NULL, send_late, &connection) == 0, "pthread_create");
    read_on(&connection, by_read, 40);
    pthread_join(sender, NULL);
    disconnect(&connection);
}

static void print_direction(const struct direction *it)
{
    printf(" %llu %llu %llu %llu %llu", (unsigned long long)it->calls, (unsigned long long)it->packets,
           (unsigned long long)it->bytes, (unsigned long long)it->ns, (unsigned long long)it->wait_ns);
}

int main(void)
{
    use_all_calls();
    use_datagrams();
    use_unix_sockets();
    wait_in_all_ways();
    write_through_copies();
    start_programs();
    stall();
    close_in_all_ways();
    close_everything();
    for (int i = 0; i < peer_count; ++i) {
        if (peers[i].in.calls + peers[i].out.calls == 0)
            continue; /* Connected, and no more. */
        printf("%s", peers[i].name[0] != '\0' ? peers[i].name : "-");
        print_direction(&peers[i].in);
        print_direction(&peers[i].out);
        printf("\n");
    }
    fflush(stdout);
    _exit(0);
}
