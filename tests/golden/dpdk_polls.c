/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DPDK application on a ring (net_ring0) that records with DPDK's own tracing what it polls. It says for each poll
 * "poll N", N being the packets that it took. Arguments: those of the EAL.
 */
/* Trace points of the fast path are inline, so the application decides. DPDK's configuration, which compilers include
 * first, undefines it. */
#define RTE_ENABLE_TRACE_FP 1
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

enum { BURST = 32, DESCRIPTORS = 512, POOL = 1023, ROUNDS = 12 };

static struct rte_mempool* pool;
static uint16_t port;

static void require(int is_good, const char* what)
{
    if (!is_good) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

static void offer(unsigned count)
{
    for (unsigned i = 0; i < count; ++i) {
        struct rte_mbuf* packet = rte_pktmbuf_alloc(pool);
        require(packet != NULL && rte_eth_tx_burst(port, 0, &packet, 1) == 1, "rte_eth_tx_burst");
    }
}

static void drain(void)
{
    struct rte_mbuf* packets[BURST];
    uint16_t count;
    do {
        count = rte_eth_rx_burst(port, 0, packets, BURST);
        printf("poll %u\n", count);
        rte_delay_us_block(count);
        rte_pktmbuf_free_bulk(packets, count);
    } while (count > 0);
}

int main(int argc, char** argv)
{
    require(rte_eal_init(argc, argv) >= 0, "rte_eal_init");
    pool = rte_pktmbuf_pool_create("packets", POOL, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
    require(pool != NULL, "rte_pktmbuf_pool_create");
    const struct rte_eth_conf configuration = {0};
    require(rte_eth_dev_get_port_by_name("net_ring0", &port) == 0, "net_ring0");
    require(rte_eth_dev_configure(port, 1, 1, &configuration) == 0, "rte_eth_dev_configure");
    require(rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool) == 0, "rte_eth_rx_queue_setup");
    require(rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL) == 0, "rte_eth_tx_queue_setup");
    require(rte_eth_dev_start(port) == 0, "rte_eth_dev_start");
    for (unsigned round = 1; round <= ROUNDS; ++round) {
        offer(round);
        drain();
        offer(BURST);
        drain();
        offer(BURST * (1 + round % 4) + round);
        drain();
    }
    rte_eth_dev_stop(port);
    rte_eal_cleanup();
    return 0;
}
