/* SPDX-License-Identifier: MIT */
#ifndef VNSCOPE_UST_NET_PACKET_H
#define VNSCOPE_UST_NET_PACKET_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a program tells of one packet. A program without headers leaves ip_version at 0; every field after it is then
 * not looked at by readers.
 */
struct vnscope_ust_packet {
    uint64_t skbaddr;   /* Identity of the packet until it is consumed or dropped. */
    uint32_t len;       /* Bytes: with the Ethernet header when sent, without it when received. */
    const char *name;   /* Device. */
    uint8_t ip_version; /* 4, 6, or 0: no headers. */
    uint8_t transport;  /* 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6; 0: no transport header. */
    uint8_t saddr[16];  /* As on the wire; IPv4 uses the first four bytes. */
    uint8_t daddr[16];
    uint16_t tot_len;   /* IPv4 total length or IPv6 payload length, bytes. */
    uint16_t sport;     /* Ports in host order; 0 without ports. */
    uint16_t dport;
    uint32_t seq;       /* TCP, host order. */
    uint32_t ack_seq;
    uint16_t tcp_flags; /* Low nine bits: NS CWR ECE URG ACK PSH RST SYN FIN. */
    uint8_t ihl;        /* IPv4 header length in 32-bit words. */
    uint8_t doff;       /* TCP header length in 32-bit words. */
};

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_UST_NET_PACKET_H */
