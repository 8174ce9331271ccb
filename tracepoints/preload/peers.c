/* SPDX-License-Identifier: MIT */
#include "tracepoints/preload/peers.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "tracepoints/preload/memory.h"

enum {
    kHashes = 2 * VNSCOPE_MAX_PEERS,
    kKeyBytes = sizeof(((struct sockaddr_un *)0)->sun_path),
    kNameBytes = sizeof "unix:" + kKeyBytes,
    kFirstClientPort = 32768, /* net.ipv4.ip_local_port_range */
};

/* What makes two addresses one. */
struct end {
    uint8_t family;
    uint8_t size; /* Of `bytes`; 0: no address. */
    uint16_t port; /* Host order; 0: does not matter. */
    uint8_t bytes[kKeyBytes];
};

struct key {
    struct end peer;
    struct end local; /* Of IP connections only. */
};

struct peer {
    struct key key;
    uint8_t is_named; /* The other members are complete. */
    char name[kNameBytes];
    char local[INET6_ADDRSTRLEN + sizeof "[]:65535"];
};

struct peers {
    uint32_t count; /* Of numbers that were given away; peer 0 is VNSCOPE_NO_PEER. */
    uint16_t by_hash[kHashes]; /* Open addressing; 0: free. */
    struct peer all[VNSCOPE_MAX_PEERS];
};

static struct peers *peers;

int vnscope_peers_create(void)
{
    peers = vnscope_reserve(sizeof *peers);
    if (peers == NULL)
        return 0;
    peers->count = 1;
    return 1;
}

static void set_ip(struct end *key, uint8_t family, const void *bytes, uint16_t net_port, enum vnscope_port port)
{
    const uint16_t number = ntohs(net_port);
    key->family = family;
    key->size = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
    memcpy(key->bytes, bytes, key->size);
    if (port == VNSCOPE_PORT_ALWAYS || (port == VNSCOPE_PORT_OF_SERVERS && number < kFirstClientPort))
        key->port = number;
}

static void set_path(struct end *key, const struct sockaddr_un *address, size_t size)
{
    const size_t room = size - offsetof(struct sockaddr_un, sun_path);
    /* An abstract name begins with a zero and is as long as the address says. */
    const size_t used = room > 0 && address->sun_path[0] == '\0' ? room : strnlen(address->sun_path, room);
    key->family = AF_UNIX;
    key->size = (uint8_t)(used < kKeyBytes ? used : kKeyBytes);
    memcpy(key->bytes, address->sun_path, key->size);
}

static struct end end_of(const struct sockaddr *address, socklen_t size, enum vnscope_port port)
{
    struct end key = {0, 0, 0, {0}};
    if (size >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        set_ip(&key, AF_INET, &in->sin_addr, in->sin_port, port);
    } else if (size >= sizeof(struct sockaddr_in6) && address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
            set_ip(&key, AF_INET, &in6->sin6_addr.s6_addr[12], in6->sin6_port, port);
        else
            set_ip(&key, AF_INET6, &in6->sin6_addr, in6->sin6_port, port);
    } else if (size >= offsetof(struct sockaddr_un, sun_path) && address->sa_family == AF_UNIX) {
        set_path(&key, (const struct sockaddr_un *)address, size);
    }
    return key;
}

static int is_same_end(const struct end *a, const struct end *b)
{
    return a->family == b->family && a->size == b->size && a->port == b->port && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static int is_same(const struct key *a, const struct key *b)
{
    return is_same_end(&a->peer, &b->peer) && is_same_end(&a->local, &b->local);
}

static uint32_t add_to_hash(uint32_t hash, const struct end *end)
{
    hash = (hash ^ end->port) * 16777619u; /* FNV-1a */
    for (unsigned i = 0; i < end->size; ++i)
        hash = (hash ^ end->bytes[i]) * 16777619u;
    return hash;
}

static uint32_t hash_of(const struct key *key)
{
    const uint32_t hash = add_to_hash(add_to_hash(2166136261u, &key->peer), &key->local);
    return (hash ^ hash >> 16) % kHashes;
}

static void name_path(const struct end *key, char *name)
{
    size_t length = strlen(strcpy(name, "unix:"));
    for (unsigned i = 0; i < key->size; ++i) {
        const char byte = (char)key->bytes[i];
        name[length++] = i == 0 && byte == '\0' ? '@' : isprint((unsigned char)byte) ? byte : '?';
    }
    name[length] = '\0';
}

static void name_ip(const struct end *end, char *name, size_t size)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (end->size == 0)
        return;
    inet_ntop(end->family, end->bytes, text, sizeof text);
    if (end->port != 0)
        snprintf(name, size, end->family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, end->port);
    else
        snprintf(name, size, "%s", text);
}

static void name_peer(struct peer *peer)
{
    if (peer->key.peer.family == AF_UNIX)
        name_path(&peer->key.peer, peer->name);
    else
        name_ip(&peer->key.peer, peer->name, sizeof peer->name);
    name_ip(&peer->key.local, peer->local, sizeof peer->local);
}

/* A number of its own for `key`, which nobody can find yet. */
static uint16_t take_number(const struct key *key)
{
    uint32_t number = __atomic_load_n(&peers->count, __ATOMIC_RELAXED);
    do {
        if (number >= VNSCOPE_MAX_PEERS)
            return VNSCOPE_NO_PEER;
    } while (!__atomic_compare_exchange_n(&peers->count, &number, number + 1, 1, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    peers->all[number].key = *key;
    name_peer(&peers->all[number]);
    __atomic_store_n(&peers->all[number].is_named, 1, __ATOMIC_RELEASE);
    return (uint16_t)number;
}

static uint16_t number_of(const struct key *key)
{
    uint16_t taken = VNSCOPE_NO_PEER;
    if (key->peer.size == 0)
        return VNSCOPE_NO_PEER;
    for (uint32_t at = hash_of(key);; at = (at + 1) % kHashes) {
        uint16_t found = __atomic_load_n(&peers->by_hash[at], __ATOMIC_ACQUIRE);
        if (found == 0) {
            /* A number is lost when another thread is first: then both were about to add a peer at once. */
            if (taken == VNSCOPE_NO_PEER && (taken = take_number(key)) == VNSCOPE_NO_PEER)
                return VNSCOPE_NO_PEER;
            if (__atomic_compare_exchange_n(&peers->by_hash[at], &found, taken, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
                return taken;
        }
        if (is_same(&peers->all[found].key, key))
            return found;
    }
}

uint16_t vnscope_peer_of(const struct sockaddr *address, socklen_t size, enum vnscope_port port)
{
    const struct key key = {end_of(address, size, port), {0, 0, 0, {0}}};
    return number_of(&key);
}

uint16_t vnscope_peer_of_connection(int fd, const struct sockaddr *address, socklen_t size, enum vnscope_port port)
{
    struct key key = {end_of(address, size, port), {0, 0, 0, {0}}};
    struct sockaddr_storage local;
    socklen_t local_size = sizeof local;
    const int error = errno;
    if (key.peer.size != 0 && key.peer.family != AF_UNIX &&
        getsockname(fd, (struct sockaddr *)&local, &local_size) == 0)
        key.local = end_of((struct sockaddr *)&local, local_size,
                           key.peer.port != 0 ? VNSCOPE_PORT_NEVER : VNSCOPE_PORT_ALWAYS);
    errno = error;
    return number_of(&key);
}

unsigned vnscope_peer_count(void)
{
    return __atomic_load_n(&peers->count, __ATOMIC_ACQUIRE);
}

const char *vnscope_peer_name(unsigned peer)
{
    return __atomic_load_n(&peers->all[peer].is_named, __ATOMIC_ACQUIRE) ? peers->all[peer].name : "";
}

const char *vnscope_peer_local(unsigned peer)
{
    return __atomic_load_n(&peers->all[peer].is_named, __ATOMIC_ACQUIRE) ? peers->all[peer].local : "";
}
