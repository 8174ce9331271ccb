/* SPDX-License-Identifier: MIT */
/* Callbacks of a port's queues, and what they tell. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_prefetch.h>

#include "tracepoints/dpdk_nf/packets.h"
#include "tracepoints/dpdk_nf/settings.h"
#include "tracepoints/dpdk_nf/vnscope_dpdk.h"
#include "tracepoints/nf/vnscope_nf.h"

enum direction { RX, TX, DIRECTIONS };

enum { NAME_BYTES = 192, KIND_BYTES = 32 };

/* What the callback of one queue needs; one thread at a time uses a queue. */
struct queue {
    uint64_t next_definition; /* Cycles: definitions are told again then. */
    uint64_t next_id;         /* VNSCOPE_DPDK_IDS_MBUF: of the next packet without one. */
    uint32_t element;
    uint32_t number;
    uint32_t capacity;
    uint16_t batch;          /* Most packets that a read asked for; 0: none was made yet, or the queue is written. */
    uint8_t is_defined_here; /* Not a link that its reader defines. */
    uint8_t is_edge;
    enum direction direction;
    enum vnscope_dpdk_ids ids;
    const struct rte_eth_rxtx_callback *callback; /* Null: not attached. */
    char name[NAME_BYTES];
    char element_name[NAME_BYTES];
    char kind[KIND_BYTES];
} __rte_cache_aligned;

/* Once made they stay: a callback that was removed may still run. */
static struct queue *queues[RTE_MAX_ETHPORTS][DIRECTIONS][RTE_MAX_QUEUES_PER_PORT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Of VNSCOPE_DPDK_IDS_MBUF. The flag says that the field is set: drivers and allocation reset flags, and no field. */
static int id_offset = -1;
static uint64_t id_flag;

/* FNV-1a; never VNSCOPE_NF_NONE. */
static uint32_t number_of(const char *name, uint32_t seed)
{
    uint32_t hash = 2166136261u ^ seed;
    for (; *name != '\0'; ++name)
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    return hash == VNSCOPE_NF_NONE ? 0 : hash;
}

/* Tells processes apart that have no names of their own, also those of different PID namespaces. */
static uint32_t process_number(void)
{
    static uint32_t number;
    if (number == 0) {
        char text[64];
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        snprintf(text, sizeof text, "%ld %lld.%09ld", (long)getpid(), (long long)now.tv_sec, now.tv_nsec);
        number = number_of(text, 0);
    }
    return number;
}

static void define(struct queue *q)
{
    const struct vnscope_nf_queue definition = {
        .queue = q->number,
        .reader = q->direction == RX ? q->element : VNSCOPE_NF_NONE,
        .capacity = q->capacity,
        .batch = q->batch,
        .name = q->name,
    };
    vnscope_nf_define_element(q->element, q->element_name, q->kind);
    if (q->is_defined_here)
        vnscope_nf_define_queue(&definition);
}

/* At once when a session begins, and then once a second: the contract asks for ten, but recordings may be short. */
static inline void repeat_definitions(struct queue *q)
{
    if (!lttng_ust_tracepoint_enabled(vnscope_nf, element))
        return;
    const uint64_t now = rte_rdtsc();
    if (now < q->next_definition)
        return;
    q->next_definition = now + rte_get_tsc_hz();
    define(q);
}

static const uint8_t *start_of(const struct rte_mbuf *packet)
{
    return rte_pktmbuf_mtod(packet, const uint8_t *);
}

/* The number that the packet has already, else its first. */
static uint64_t number_in_mbuf(struct queue *q, struct rte_mbuf *packet)
{
    uint64_t *const number = RTE_MBUF_DYNFIELD(packet, id_offset, uint64_t *);
    if ((packet->ol_flags & id_flag) == 0) {
        *number = q->next_id++;
        packet->ol_flags |= id_flag;
    }
    return *number;
}

static inline uint64_t id_of(struct queue *q, struct rte_mbuf *packet, enum vnscope_dpdk_ids kind)
{
    switch (kind) {
    case VNSCOPE_DPDK_IDS_IPV4: return vnscope_dpdk_ipv4_id(start_of(packet), rte_pktmbuf_data_len(packet));
    case VNSCOPE_DPDK_IDS_HASH: return vnscope_dpdk_hash(start_of(packet), rte_pktmbuf_data_len(packet));
    case VNSCOPE_DPDK_IDS_MBUF: return number_in_mbuf(q, packet);
    case VNSCOPE_DPDK_IDS_NONE: break;
    }
    return 0;
}

/* For hashes, which keep the processor from looking at the next packets meanwhile. With other ids it does so by itself, and
   was slower with this. */
static inline void prefetch(struct rte_mbuf *const *packets, uint16_t count)
{
    for (uint16_t i = 0; i < count; ++i)
        rte_prefetch0(start_of(packets[i]));
}

/* One event of at most VNSCOPE_NF_MAX_IDS ids after the other. */
#define TELL_PARTS(event, id_type, kind)                                                                               \
    do {                                                                                                               \
        id_type ids[VNSCOPE_NF_MAX_IDS];                                                                               \
        struct vnscope_nf_batch part = {q->element, q->number, count, 0, 0};                                           \
        do {                                                                                                           \
            part.ids = vnscope_nf_part_ids(&part);                                                                     \
            if ((kind) == VNSCOPE_DPDK_IDS_HASH)                                                                       \
                prefetch(packets + part.first, part.ids);                                                              \
            for (uint16_t i = 0; i < part.ids; ++i)                                                                    \
                ids[i] = (id_type)id_of(q, packets[part.first + i], kind);                                             \
            lttng_ust_do_tracepoint(vnscope_nf, event, &part, ids);                                                    \
        } while (vnscope_nf_next_part(&part));                                                                         \
    } while (0)

static void tell_read(struct queue *q, struct rte_mbuf *const *packets, uint16_t count)
{
    switch (q->ids) {
    case VNSCOPE_DPDK_IDS_IPV4:
        if (lttng_ust_tracepoint_enabled(vnscope_nf, read16))
            TELL_PARTS(read16, uint16_t, VNSCOPE_DPDK_IDS_IPV4);
        break;
    case VNSCOPE_DPDK_IDS_NONE: vnscope_nf_read(q->element, q->number, NULL, count); break;
    default:
        if (lttng_ust_tracepoint_enabled(vnscope_nf, read))
            TELL_PARTS(read, uint64_t, q->ids);
    }
}

static void tell_write(struct queue *q, struct rte_mbuf *const *packets, uint16_t count)
{
    switch (q->ids) {
    case VNSCOPE_DPDK_IDS_IPV4:
        if (lttng_ust_tracepoint_enabled(vnscope_nf, write16))
            TELL_PARTS(write16, uint16_t, VNSCOPE_DPDK_IDS_IPV4);
        break;
    case VNSCOPE_DPDK_IDS_NONE: vnscope_nf_write(q->element, q->number, NULL, count); break;
    default:
        if (lttng_ust_tracepoint_enabled(vnscope_nf, write))
            TELL_PARTS(write, uint64_t, q->ids);
    }
}

static void tell_flows(struct queue *q, struct rte_mbuf *const *packets, uint16_t count)
{
    for (uint16_t i = 0; i < count; ++i) {
        struct vnscope_nf_flow flow = {.element = q->element};
        if (!vnscope_dpdk_flow(start_of(packets[i]), rte_pktmbuf_data_len(packets[i]), &flow))
            continue;
        flow.packet = id_of(q, packets[i], q->ids);
        vnscope_nf_tell_flow(&flow);
    }
}

static uint16_t after_rx(uint16_t port, uint16_t queue, struct rte_mbuf *packets[], uint16_t count, uint16_t asked,
                         void *user)
{
    struct queue *const q = user;
    (void)port;
    (void)queue;
    if (asked > q->batch) {
        q->batch = asked;
        q->next_definition = 0;
    }
    repeat_definitions(q);
    if (count > 0)
        tell_read(q, packets, count);
    return count;
}

static uint16_t before_tx(uint16_t port, uint16_t queue, struct rte_mbuf *packets[], uint16_t count, void *user)
{
    struct queue *const q = user;
    (void)port;
    (void)queue;
    repeat_definitions(q);
    if (count == 0)
        return count;
    tell_write(q, packets, count);
    if (q->is_edge && lttng_ust_tracepoint_enabled(vnscope_nf, flow))
        tell_flows(q, packets, count);
    return count;
}

static int prepare_mbuf_ids(void)
{
    static const struct rte_mbuf_dynfield field = {
        .name = "vnscope_packet_id", .size = sizeof(uint64_t), .align = _Alignof(uint64_t)};
    static const struct rte_mbuf_dynflag flag = {.name = "vnscope_packet_id"};
    if (id_offset >= 0)
        return 0;
    const int offset = rte_mbuf_dynfield_register(&field);
    const int bit = offset < 0 ? -1 : rte_mbuf_dynflag_register(&flag);
    if (offset < 0 || bit < 0)
        return -ENOSPC;
    id_flag = RTE_BIT64(bit);
    id_offset = offset;
    return 0;
}

/* Descriptors; 0 where the driver does not tell. */
static uint32_t capacity_of(uint16_t port, enum direction direction, uint16_t queue)
{
    struct rte_eth_rxq_info rx;
    struct rte_eth_txq_info tx;
    if (direction == RX)
        return rte_eth_rx_queue_info_get(port, queue, &rx) == 0 ? rx.nb_desc : 0;
    return rte_eth_tx_queue_info_get(port, queue, &tx) == 0 ? tx.nb_desc : 0;
}

static void describe(struct queue *q, const char *device, uint16_t queue, const struct vnscope_dpdk_settings *settings)
{
    const char *const link = q->direction == RX ? settings->rx_link : settings->tx_link;
    const char *const name = settings->element != NULL ? settings->element : program_invocation_short_name;
    q->element = number_of(name, settings->element != NULL ? 0 : process_number());
    snprintf(q->element_name, sizeof q->element_name, "%s", name);
    snprintf(q->kind, sizeof q->kind, "%s", settings->kind != NULL ? settings->kind : "dpdk");
    if (link != NULL)
        snprintf(q->name, sizeof q->name, "%s.%u", link, queue);
    else
        snprintf(q->name, sizeof q->name, "%.63s.%s.%s%u", name, device, q->direction == RX ? "rx" : "tx", queue);
    q->number = number_of(q->name, link != NULL ? 0 : q->element);
    q->is_defined_here = link == NULL || q->direction == RX;
    q->is_edge = settings->is_edge != 0;
    q->ids = settings->ids;
    q->next_id = (uint64_t)q->number << 32;
    q->batch = 0;
    q->next_definition = 0;
}

/* Made when it is first asked for; null without memory. */
static struct queue *slot(uint16_t port, enum direction direction, uint16_t queue)
{
    struct queue **const place = &queues[port][direction][queue];
    if (*place == NULL) {
        *place = aligned_alloc(_Alignof(struct queue), sizeof(struct queue));
        if (*place != NULL)
            memset(*place, 0, sizeof(struct queue));
    }
    return *place;
}

static int attach_queue(uint16_t port, enum direction direction, uint16_t queue, const char *device,
                        const struct vnscope_dpdk_settings *settings)
{
    struct queue *const q = slot(port, direction, queue);
    if (q == NULL)
        return -ENOMEM;
    if (q->callback != NULL)
        return -EEXIST;
    q->direction = direction;
    q->capacity = capacity_of(port, direction, queue);
    describe(q, device, queue, settings);
    define(q);
    /* First in line after the driver: what other callbacks drop was read, too. */
    q->callback = direction == RX ? rte_eth_add_first_rx_callback(port, queue, after_rx, q)
                                  : rte_eth_add_tx_callback(port, queue, before_tx, q);
    return q->callback != NULL ? 0 : -ENOTSUP;
}

static void detach_locked(uint16_t port)
{
    for (enum direction direction = RX; direction < DIRECTIONS; ++direction) {
        for (uint16_t i = 0; i < RTE_MAX_QUEUES_PER_PORT; ++i) {
            struct queue *const q = queues[port][direction][i];
            if (q == NULL || q->callback == NULL)
                continue;
            if (direction == RX)
                rte_eth_remove_rx_callback(port, i, q->callback);
            else
                rte_eth_remove_tx_callback(port, i, q->callback);
            q->callback = NULL;
        }
    }
}

static int attach_locked(uint16_t port, const char *device, const struct rte_eth_dev_info *info,
                         const struct vnscope_dpdk_settings *settings)
{
    const uint16_t counts[DIRECTIONS] = {info->nb_rx_queues, info->nb_tx_queues};
    int result = settings->ids == VNSCOPE_DPDK_IDS_MBUF ? prepare_mbuf_ids() : 0;
    for (enum direction direction = RX; direction < DIRECTIONS; ++direction)
        for (uint16_t i = 0; i < counts[direction] && result == 0; ++i)
            result = attach_queue(port, direction, i, device, settings);
    if (result != 0 && result != -EEXIST)
        detach_locked(port);
    return result;
}

int vnscope_dpdk_attach(uint16_t port, const struct vnscope_dpdk_settings *settings)
{
    struct vnscope_dpdk_environment environment;
    struct rte_eth_dev_info info;
    char device[RTE_ETH_NAME_MAX_LEN];
    int result = rte_eth_dev_info_get(port, &info);
    if (result == 0)
        result = rte_eth_dev_get_name_by_port(port, device);
    if (result != 0)
        return result;
    if (settings == NULL) {
        const char *const mistake = vnscope_dpdk_read_environment(port, device, &environment);
        if (mistake != NULL) {
            fprintf(stderr, "vnscope: %s.\n", mistake);
            return -EINVAL;
        }
        settings = &environment.settings;
    }
    pthread_mutex_lock(&lock);
    result = attach_locked(port, device, &info, settings);
    pthread_mutex_unlock(&lock);
    return result;
}

int vnscope_dpdk_attach_all(void)
{
    uint16_t port;
    int result = 0;
    RTE_ETH_FOREACH_DEV(port)
    {
        const int attached = vnscope_dpdk_attach(port, NULL);
        if (attached != 0 && attached != -EEXIST)
            result = attached;
    }
    return result;
}

int vnscope_dpdk_detach(uint16_t port)
{
    if (port >= RTE_MAX_ETHPORTS)
        return -ENODEV;
    pthread_mutex_lock(&lock);
    detach_locked(port);
    pthread_mutex_unlock(&lock);
    return 0;
}
