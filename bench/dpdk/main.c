/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What vnscope_dpdk costs a DPDK application, in bursts of 32 packets on a ring device: CPU time with the callbacks
 * less CPU time without, each time in turns. Arguments: those of the EAL, "--", ipv4|hash|mbuf|none. Run it as it is,
 * or while a session records vnscope_nf (bench/counters/record PROGRAM discard …).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>

#include "tracepoints/dpdk_nf/vnscope_dpdk.h"

enum { BURST = 32, DESCRIPTORS = 512, POOL = 2047, PACKETS = 512, FRAME_BYTES = 64, TURNS = 21, BURSTS_A_TURN = 3000 };

static struct rte_mempool* pool;
static uint16_t port;

static void require(int is_good, const char* what)
{
    if (!is_good) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

static void open_port(void)
{
    const struct rte_eth_conf configuration = {0};
    require(rte_eth_dev_get_port_by_name("net_ring0", &port) == 0, "--vdev=net_ring0");
    require(rte_eth_dev_configure(port, 1, 1, &configuration) == 0, "rte_eth_dev_configure");
    require(rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool) == 0, "rte_eth_rx_queue_setup");
    require(rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL) == 0, "rte_eth_tx_queue_setup");
    require(rte_eth_dev_start(port) == 0, "rte_eth_dev_start");
}

/* Packets that go round: written to the ring and read from it for ever. */
static void fill_ring(void)
{
    for (uint16_t i = 0; i < PACKETS; ++i) {
        struct rte_mbuf* packet = rte_pktmbuf_alloc(pool);
        require(packet != NULL, "rte_pktmbuf_alloc");
        char* const frame = rte_pktmbuf_append(packet, FRAME_BYTES);
        memset(frame, 0, FRAME_BYTES);
        ((struct rte_ether_hdr*)frame)->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
        struct rte_ipv4_hdr* const ip = (struct rte_ipv4_hdr*)(frame + sizeof(struct rte_ether_hdr));
        ip->version_ihl = RTE_IPV4_VHL_DEF;
        ip->packet_id = rte_cpu_to_be_16(i);
        ip->next_proto_id = IPPROTO_UDP;
        require(rte_eth_tx_burst(port, 0, &packet, 1) == 1, "rte_eth_tx_burst");
    }
}

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* ns of one read and one write of BURST packets. */
static double turn(void)
{
    struct rte_mbuf* packets[BURST];
    const double begin = cpu_ns();
    for (int i = 0; i < BURSTS_A_TURN; ++i) {
        const uint16_t count = rte_eth_rx_burst(port, 0, packets, BURST);
        require(rte_eth_tx_burst(port, 0, packets, count) == count, "rte_eth_tx_burst");
    }
    return (cpu_ns() - begin) / BURSTS_A_TURN;
}

static int is_more(const void* a, const void* b)
{
    return (*(const double*)a > *(const double*)b) - (*(const double*)a < *(const double*)b);
}

static enum vnscope_dpdk_ids ids_of(const char* name)
{
    static const char* const names[] = {"ipv4", "hash", "mbuf", "none"};
    for (unsigned i = 0; i < RTE_DIM(names); ++i)
        if (strcmp(name, names[i]) == 0)
            return (enum vnscope_dpdk_ids)i;
    require(0, name);
    return VNSCOPE_DPDK_IDS_NONE;
}

int main(int argc, char** argv)
{
    const int used = rte_eal_init(argc, argv);
    require(used >= 0 && used + 2 == argc, "rte_eal_init");
    const struct vnscope_dpdk_settings settings = {"bench", "bench", NULL, NULL, ids_of(argv[used + 1]), 0};
    pool = rte_pktmbuf_pool_create("packets", POOL, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
    require(pool != NULL, "rte_pktmbuf_pool_create");
    open_port();
    fill_ring();
    double costs[TURNS];
    turn();
    for (int i = 0; i < TURNS; ++i) {
        const double without = turn();
        require(vnscope_dpdk_attach(port, &settings) == 0, "vnscope_dpdk_attach");
        const double with = turn();
        require(vnscope_dpdk_detach(port) == 0, "vnscope_dpdk_detach");
        costs[i] = (with - without) / (2 * BURST);
    }
    qsort(costs, TURNS, sizeof *costs, is_more);
    printf("%s: %.2f ns a packet and callback (quartiles %.2f, %.2f)\n", argv[used + 1], costs[TURNS / 2],
           costs[TURNS / 4], costs[TURNS * 3 / 4]);
    rte_eth_dev_stop(port);
    rte_eal_cleanup();
    return 0;
}
