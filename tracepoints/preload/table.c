/* SPDX-License-Identifier: MIT */
#include "tracepoints/preload/table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tracepoints/io/totals.h"

enum { kPeerNameBytes = INET6_ADDRSTRLEN + 8, kPeerHashes = 2 * VNSCOPE_MAX_PEERS };

struct peers {
    uint32_t count; /* Peer 0 is VNSCOPE_NO_PEER. */
    char names[VNSCOPE_MAX_PEERS][kPeerNameBytes];
    uint16_t by_hash[kPeerHashes]; /* Open addressing; 0: free. */
};

static struct vnscope_descriptor *descriptors;
static struct peers *peers;
static struct vnscope_thread *threads[VNSCOPE_MAX_THREADS];
static uint32_t thread_count;
static int highest_socket; /* Nothing is to be forgotten above it. */
static pthread_mutex_t peers_mutex = PTHREAD_MUTEX_INITIALIZER; /* New peers only. */
static pthread_key_t thread_key;
static __thread struct vnscope_thread *this_thread __attribute__((tls_model("initial-exec")));
static __thread uint32_t this_number __attribute__((tls_model("initial-exec")));

/* Zeroed pages that cost memory only where they are touched. */
static void *reserve(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* The thread ended: another one may go on with its counters. */
static void release_thread(void *thread)
{
    this_thread = NULL;
    __atomic_store_n(&((struct vnscope_thread *)thread)->is_used, 0, __ATOMIC_RELEASE);
}

int vnscope_table_create(void)
{
    descriptors = reserve(sizeof *descriptors * VNSCOPE_MAX_DESCRIPTORS);
    peers = reserve(sizeof *peers);
    if (descriptors == NULL || peers == NULL || pthread_key_create(&thread_key, release_thread) != 0)
        return 0;
    peers->count = 1;
    return 1;
}

static void use_thread(uint32_t number)
{
    this_thread = threads[number];
    this_number = number;
    pthread_setspecific(thread_key, this_thread);
}

static int take_free_thread(void)
{
    const uint32_t count = __atomic_load_n(&thread_count, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < count && i < VNSCOPE_MAX_THREADS; ++i) {
        struct vnscope_thread *thread = __atomic_load_n(&threads[i], __ATOMIC_ACQUIRE);
        uint32_t unused = 0;
        if (thread != NULL &&
            __atomic_compare_exchange_n(&thread->is_used, &unused, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            use_thread(i);
            return 1;
        }
    }
    return 0;
}

static void take_new_thread(void)
{
    struct vnscope_thread *thread = reserve(sizeof *thread);
    const uint32_t number = thread == NULL ? VNSCOPE_MAX_THREADS : __atomic_fetch_add(&thread_count, 1, __ATOMIC_ACQ_REL);
    if (number >= VNSCOPE_MAX_THREADS) {
        if (thread != NULL)
            munmap(thread, sizeof *thread);
        return;
    }
    thread->is_used = 1;
    __atomic_store_n(&threads[number], thread, __ATOMIC_RELEASE);
    use_thread(number);
}

struct vnscope_thread *vnscope_known_thread(void)
{
    return this_thread;
}

struct vnscope_thread *vnscope_this_thread(void)
{
    if (this_thread == NULL && !take_free_thread() &&
        __atomic_load_n(&thread_count, __ATOMIC_RELAXED) < VNSCOPE_MAX_THREADS)
        take_new_thread();
    return this_thread;
}

static void name_of(const struct sockaddr *address, int has_port, char *name)
{
    char text[INET6_ADDRSTRLEN] = "";
    uint16_t port;
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        port = ntohs(in6->sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
            inet_ntop(AF_INET, &in6->sin6_addr.s6_addr[12], text, sizeof text);
        else
            inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
    } else {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        port = ntohs(in->sin_port);
        inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    }
    if (has_port)
        snprintf(name, kPeerNameBytes, strchr(text, ':') != NULL ? "[%s]:%u" : "%s:%u", text, port);
    else
        snprintf(name, kPeerNameBytes, "%s", text);
}

static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *name != '\0'; ++name)
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    return hash % kPeerHashes;
}

static uint16_t peer_of(const char *name)
{
    uint32_t at = hash_of(name);
    uint16_t peer = VNSCOPE_NO_PEER;
    pthread_mutex_lock(&peers_mutex);
    for (; peers->by_hash[at] != 0; at = (at + 1) % kPeerHashes) {
        if (strcmp(peers->names[peers->by_hash[at]], name) == 0) {
            peer = peers->by_hash[at];
            break;
        }
    }
    if (peer == VNSCOPE_NO_PEER && peers->count < VNSCOPE_MAX_PEERS) {
        peer = (uint16_t)peers->count;
        strcpy(peers->names[peer], name);
        peers->by_hash[at] = peer;
        __atomic_store_n(&peers->count, peers->count + 1u, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&peers_mutex);
    return peer;
}

static struct vnscope_descriptor *at(int fd)
{
    return fd >= 0 && fd < VNSCOPE_MAX_DESCRIPTORS && descriptors != NULL ? &descriptors[fd] : NULL;
}

static int is_ip(int family)
{
    return family == AF_INET || family == AF_INET6;
}

static uint8_t kind_of(int fd)
{
    int domain = 0;
    int type = 0;
    socklen_t size = sizeof domain;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || !is_ip(domain))
        return VNSCOPE_OTHER;
    size = sizeof type;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    return type == SOCK_STREAM ? VNSCOPE_STREAM : VNSCOPE_DATAGRAM;
}

/* Asks the kernel. Nothing that the program sees changes. */
static void look_up(int fd, struct vnscope_descriptor *descriptor)
{
    const int error = errno;
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    const uint8_t kind = kind_of(fd);
    if (kind != VNSCOPE_OTHER) {
        char name[kPeerNameBytes];
        if (fd > __atomic_load_n(&highest_socket, __ATOMIC_RELAXED))
            __atomic_store_n(&highest_socket, fd, __ATOMIC_RELAXED);
        descriptor->is_nonblocking = (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
        if (getpeername(fd, (struct sockaddr *)&address, &size) == 0 && is_ip(address.ss_family)) {
            name_of((const struct sockaddr *)&address, 1, name);
            descriptor->peer = peer_of(name);
        }
    }
    __atomic_store_n(&descriptor->kind, kind, __ATOMIC_RELEASE);
    errno = error;
}

struct vnscope_descriptor *vnscope_ip_socket(int fd)
{
    struct vnscope_descriptor *descriptor = at(fd);
    if (descriptor == NULL)
        return NULL;
    if (__atomic_load_n(&descriptor->kind, __ATOMIC_ACQUIRE) == VNSCOPE_UNKNOWN)
        look_up(fd, descriptor);
    return descriptor->kind >= VNSCOPE_STREAM ? descriptor : NULL;
}

void vnscope_forget(int fd)
{
    struct vnscope_descriptor *descriptor = at(fd);
    if (descriptor == NULL)
        return;
    vnscope_unblock(descriptor, VNSCOPE_IO_IN);
    vnscope_unblock(descriptor, VNSCOPE_IO_OUT);
    descriptor->peer = VNSCOPE_NO_PEER;
    __atomic_store_n(&descriptor->kind, VNSCOPE_UNKNOWN, __ATOMIC_RELEASE);
}

void vnscope_new_peer(int fd, const struct sockaddr *address, int has_port)
{
    struct vnscope_descriptor *descriptor = at(fd);
    if (descriptor == NULL || !is_ip(address->sa_family))
        return;
    vnscope_forget(fd);
    if (vnscope_ip_socket(fd) != NULL) {
        char name[kPeerNameBytes];
        name_of(address, has_port, name);
        descriptor->peer = peer_of(name);
    }
}

void vnscope_set_nonblocking(int fd, int is_nonblocking)
{
    struct vnscope_descriptor *descriptor = at(fd);
    if (descriptor != NULL)
        descriptor->is_nonblocking = is_nonblocking != 0;
}

void vnscope_block(struct vnscope_descriptor *descriptor, unsigned direction)
{
    struct vnscope_blocked *blocked = &descriptor->blocked[direction];
    uint32_t before = 0;
    if (vnscope_this_thread() == NULL ||
        !__atomic_compare_exchange_n(&blocked->thread, &before, this_number + 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return; /* It did already, since an earlier call. */
    blocked->at_waited_ns = this_thread->waited_ns;
    __atomic_fetch_add(&this_thread->blocked[direction], 1, __ATOMIC_RELAXED);
}

void vnscope_unblock(struct vnscope_descriptor *descriptor, unsigned direction)
{
    struct vnscope_blocked *blocked = &descriptor->blocked[direction];
    uint32_t owner;
    if (__atomic_load_n(&blocked->thread, __ATOMIC_RELAXED) == 0)
        return;
    owner = __atomic_exchange_n(&blocked->thread, 0, __ATOMIC_ACQ_REL);
    if (owner == 0)
        return;
    __atomic_fetch_sub(&threads[owner - 1]->blocked[direction], 1, __ATOMIC_RELAXED);
    /* What another thread waited cannot be compared with this one's clock. */
    if (this_thread != NULL && owner == this_number + 1) {
        struct vnscope_io_totals *totals = &this_thread->peers[descriptor->peer];
        struct vnscope_io_direction *io = direction == VNSCOPE_IO_IN ? &totals->in : &totals->out;
        vnscope_counter_add(&io->wait_ns, this_thread->waited_ns - blocked->at_waited_ns);
    }
}

const char *vnscope_peer_name(unsigned peer)
{
    return peers->names[peer];
}

unsigned vnscope_peer_count(void)
{
    return __atomic_load_n(&peers->count, __ATOMIC_ACQUIRE);
}

void vnscope_sum_peer(unsigned peer, struct vnscope_io_totals *sum)
{
    for (uint32_t i = 0; i < VNSCOPE_MAX_THREADS; ++i) {
        const struct vnscope_thread *thread = __atomic_load_n(&threads[i], __ATOMIC_ACQUIRE);
        if (thread == NULL)
            return;
        vnscope_io_sum(sum, &thread->peers[peer]);
    }
}

void vnscope_sum_waits(struct vnscope_io_totals *sum)
{
    for (uint32_t i = 0; i < VNSCOPE_MAX_THREADS; ++i) {
        const struct vnscope_thread *thread = __atomic_load_n(&threads[i], __ATOMIC_ACQUIRE);
        if (thread == NULL)
            return;
        vnscope_io_sum(sum, &thread->all);
    }
}

void vnscope_table_begin_anew(void)
{
    pthread_mutex_init(&peers_mutex, NULL);
    for (uint32_t i = 0; i < VNSCOPE_MAX_THREADS && threads[i] != NULL; ++i) {
        struct vnscope_thread *thread = threads[i];
        madvise(thread, sizeof *thread, MADV_DONTNEED); /* Zeroed again. */
        thread->is_used = thread == this_thread;
    }
    for (int fd = 0; fd <= highest_socket; ++fd) {
        descriptors[fd].blocked[VNSCOPE_IO_IN].thread = 0;
        descriptors[fd].blocked[VNSCOPE_IO_OUT].thread = 0;
    }
}
