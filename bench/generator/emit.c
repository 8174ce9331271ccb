/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/generator/emit.h"

#include "tracepoints/ust_net/irq.h"
#include "tracepoints/ust_net/napi.h"
#include "tracepoints/ust_net/net.h"
#include "tracepoints/ust_net/skb.h"

void emit_net_dev_queue(const struct vnscope_ust_packet* packet)
{
    lttng_ust_tracepoint(net, net_dev_queue, packet);
}

void emit_net_dev_xmit(const struct vnscope_ust_packet* packet, int32_t rc)
{
    lttng_ust_tracepoint(net, net_dev_xmit, packet, rc);
}

void emit_netif_receive_skb(const struct vnscope_ust_packet* packet)
{
    lttng_ust_tracepoint(net, netif_receive_skb, packet);
}

void emit_napi_gro_receive_entry(uint64_t skbaddr, uint32_t len, const char* name)
{
    lttng_ust_tracepoint(net, napi_gro_receive_entry, skbaddr, len, name);
}

void emit_napi_poll(uint64_t napi, const char* dev_name, int32_t work, int32_t budget)
{
    lttng_ust_tracepoint(napi, napi_poll, napi, dev_name, work, budget);
}

void emit_kfree_skb(uint64_t skbaddr, uint64_t location, uint16_t protocol, uint32_t reason)
{
    lttng_ust_tracepoint(skb, kfree_skb, skbaddr, location, protocol, reason);
}

void emit_consume_skb(uint64_t skbaddr)
{
    lttng_ust_tracepoint(skb, consume_skb, skbaddr);
}

void emit_softirq_entry(uint32_t vec)
{
    lttng_ust_tracepoint(irq, softirq_entry, vec);
}

void emit_softirq_exit(uint32_t vec)
{
    lttng_ust_tracepoint(irq, softirq_exit, vec);
}
