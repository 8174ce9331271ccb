/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER net

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/ust_net/net.h"

#if !defined(VNSCOPE_UST_NET_NET_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_UST_NET_NET_H

#include <lttng/tracepoint.h>
#include <stdint.h>

#include "tracepoints/ust_net/packet.h"

/* A packet at a device: the kernel's net_dev_template, and the headers as flat optional fields. */
LTTNG_UST_TRACEPOINT_EVENT_CLASS(
    net, packet_at_device,
    LTTNG_UST_TP_ARGS(const struct vnscope_ust_packet *, packet),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer_hex(uint64_t, skbaddr, packet->skbaddr)
        lttng_ust_field_integer(uint32_t, len, packet->len)
        lttng_ust_field_string(name, packet->name)
        lttng_ust_field_integer(uint8_t, ip_version, packet->ip_version)
        lttng_ust_field_integer(uint8_t, transport, packet->transport)
        lttng_ust_field_integer(uint8_t, ihl, packet->ihl)
        lttng_ust_field_integer(uint16_t, tot_len, packet->tot_len)
        lttng_ust_field_array(uint8_t, saddr, packet->saddr, 16)
        lttng_ust_field_array(uint8_t, daddr, packet->daddr, 16)
        lttng_ust_field_integer(uint16_t, sport, packet->sport)
        lttng_ust_field_integer(uint16_t, dport, packet->dport)
        lttng_ust_field_integer(uint32_t, seq, packet->seq)
        lttng_ust_field_integer(uint32_t, ack_seq, packet->ack_seq)
        lttng_ust_field_integer(uint8_t, doff, packet->doff)
        lttng_ust_field_integer(uint16_t, tcp_flags, packet->tcp_flags)
    )
)

/* Handed to a device's queue. */
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(net, packet_at_device, net, net_dev_queue,
    LTTNG_UST_TP_ARGS(const struct vnscope_ust_packet *, packet))

/* Put on a backlog, before the stack sees it. */
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(net, packet_at_device, net, netif_rx,
    LTTNG_UST_TP_ARGS(const struct vnscope_ust_packet *, packet))

/* Enters the stack, after GRO. */
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(net, packet_at_device, net, netif_receive_skb,
    LTTNG_UST_TP_ARGS(const struct vnscope_ust_packet *, packet))

/* The driver returned: rc 0 sent, 16 busy (it will be tried again), anything else lost. */
LTTNG_UST_TRACEPOINT_EVENT(
    net, net_dev_xmit,
    LTTNG_UST_TP_ARGS(const struct vnscope_ust_packet *, packet, int32_t, rc),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer_hex(uint64_t, skbaddr, packet->skbaddr)
        lttng_ust_field_integer(uint32_t, len, packet->len)
        lttng_ust_field_integer(int32_t, rc, rc)
        lttng_ust_field_string(name, packet->name)
    )
)

/* One frame of the wire enters GRO. */
LTTNG_UST_TRACEPOINT_EVENT(
    net, napi_gro_receive_entry,
    LTTNG_UST_TP_ARGS(uint64_t, skbaddr, uint32_t, len, const char *, name),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_string(name, name)
        lttng_ust_field_integer_hex(uint64_t, skbaddr, skbaddr)
        lttng_ust_field_integer(uint32_t, len, len)
    )
)

#endif /* VNSCOPE_UST_NET_NET_H */

#include <lttng/tracepoint-event.h>
