/* SPDX-License-Identifier: MIT */
/* Who a program talks to, as small numbers. No lock: also for signal handlers, and across forks. */
#ifndef VNSCOPE_PRELOAD_PEERS_H
#define VNSCOPE_PRELOAD_PEERS_H

#include <stdint.h>
#include <sys/socket.h>

/* Peers beyond are counted together, as VNSCOPE_NO_PEER. */
#define VNSCOPE_MAX_PEERS 4096u

/* Of descriptors whose other end is not known or has no name. */
#define VNSCOPE_NO_PEER 0u

/* A client's port says little, and each connection has another one. */
enum vnscope_port {
    VNSCOPE_PORT_NEVER,
    VNSCOPE_PORT_ALWAYS,
    VNSCOPE_PORT_OF_SERVERS, /* Below 32768, where Linux's own choice for clients begins. */
};

/* Called once, before the first other call. 0: no memory. */
int vnscope_peers_create(void);

/* "10.0.0.1:80", "[2001:db8::1]:80", "10.0.0.1", "unix:/run/x.sock"; VNSCOPE_NO_PEER for anything else. */
uint16_t vnscope_peer_of(const struct sockaddr *address, socklen_t size, enum vnscope_port port);

/* The same of a connected socket; this end's address makes it another peer, and is its local name: with its port where
 * the peer's is left out. */
uint16_t vnscope_peer_of_connection(int fd, const struct sockaddr *address, socklen_t size, enum vnscope_port port);

/* Numbers below may be peers; one without a name is none (yet). */
unsigned vnscope_peer_count(void);
const char *vnscope_peer_name(unsigned peer);
/* "" where it does not matter. */
const char *vnscope_peer_local(unsigned peer);

#endif /* VNSCOPE_PRELOAD_PEERS_H */
