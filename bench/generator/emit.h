/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VNSCOPE_BENCH_GENERATOR_EMIT_H
#define VNSCOPE_BENCH_GENERATOR_EMIT_H

#include "tracepoints/ust_net/packet.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One function per tracepoint: LTTng's macros are C, and stay out of the model's C++. */
void emit_net_dev_queue(const struct vnscope_ust_packet* packet);
void emit_net_dev_xmit(const struct vnscope_ust_packet* packet, int32_t rc);
void emit_netif_receive_skb(const struct vnscope_ust_packet* packet);
void emit_napi_gro_receive_entry(uint64_t skbaddr, uint32_t len, const char* name);
void emit_napi_poll(uint64_t napi, const char* dev_name, int32_t work, int32_t budget);
void emit_kfree_skb(uint64_t skbaddr, uint64_t location, uint16_t protocol, uint32_t reason);
void emit_consume_skb(uint64_t skbaddr);
void emit_softirq_entry(uint32_t vec);
void emit_softirq_exit(uint32_t vec);

#ifdef __cplusplus
}
#endif

#endif /* VNSCOPE_BENCH_GENERATOR_EMIT_H */
