/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DPDK application on two rings (net_ring0, net_ring1) that attaches its ports itself, and says what it did:
 * "read PORT QUEUE ID..." and "write PORT QUEUE ID..." for each burst, where ID is the IPv4 identification that it gave
 * the packet; "offered N" and "sent N" at the end. Arguments: those of the EAL, "--", what packets are known by.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#include "tracepoints/dpdk_nf/vnscope_dpdk.h"

enum { DESCRIPTORS = 512, LONGEST_BURST = 128, POOL = 8191, RING_SIZE = 1024 };

struct frame {
    struct rte_ether_hdr ethernet;
    struct rte_ipv4_hdr ip;
    struct rte_udp_hdr udp;
    char payload[18];
};
_Static_assert(sizeof(struct frame) == 60, "as on the wire");

static struct rte_mempool* pool;
static uint16_t next_id = 1;
static uint64_t offered;
static uint64_t sent;

static void require(int is_good, const char* what)
{
    if (!is_good) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

static struct rte_mbuf* make_packet(void)
{
    struct rte_mbuf* const packet = rte_pktmbuf_alloc(pool);
    require(packet != NULL, "rte_pktmbuf_alloc");
    struct frame* const frame = (struct frame*)rte_pktmbuf_append(packet, sizeof *frame);
    memset(frame, 0, sizeof *frame);
    frame->ethernet.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
    frame->ip.version_ihl = RTE_IPV4_VHL_DEF;
    frame->ip.total_length = rte_cpu_to_be_16(sizeof *frame - sizeof frame->ethernet);
    frame->ip.packet_id = rte_cpu_to_be_16(next_id++);
    frame->ip.next_proto_id = IPPROTO_UDP;
    frame->ip.src_addr = RTE_BE32(RTE_IPV4(10, 0, 0, 1));
    frame->ip.dst_addr = RTE_BE32(RTE_IPV4(10, 0, 0, 2));
    frame->udp.src_port = RTE_BE16(1000);
    frame->udp.dst_port = RTE_BE16(2000);
    return packet;
}

static void print_burst(const char* what, uint16_t port, uint16_t queue, struct rte_mbuf** packets, uint16_t count)
{
    printf("%s %u %u", what, port, queue);
    for (uint16_t i = 0; i < count; ++i) {
        const struct frame* const frame = rte_pktmbuf_mtod(packets[i], const struct frame*);
        printf(" %u", rte_be_to_cpu_16(frame->ip.packet_id));
    }
    printf("\n");
}

/* What the ring does not take is given up. */
static void write_burst(uint16_t port, uint16_t queue, struct rte_mbuf** packets, uint16_t count)
{
    print_burst("write", port, queue, packets, count);
    const uint16_t taken = rte_eth_tx_burst(port, queue, packets, count);
    rte_pktmbuf_free_bulk(packets + taken, count - taken);
    offered += count;
    sent += taken;
}

static uint16_t read_burst(uint16_t port, uint16_t queue, struct rte_mbuf** packets, uint16_t most)
{
    const uint16_t count = rte_eth_rx_burst(port, queue, packets, most);
    if (count > 0)
        print_burst("read", port, queue, packets, count);
    return count;
}

static void generate(uint16_t port, uint16_t queue, uint16_t count)
{
    struct rte_mbuf* packets[LONGEST_BURST];
    for (uint16_t i = 0; i < count; ++i)
        packets[i] = make_packet();
    write_burst(port, queue, packets, count);
}

static void forward(uint16_t from, uint16_t queue, uint16_t to)
{
    struct rte_mbuf* packets[LONGEST_BURST];
    for (uint16_t count; (count = read_burst(from, queue, packets, 32)) > 0;)
        write_burst(to, 0, packets, count);
}

static void drain(uint16_t port, uint16_t most)
{
    struct rte_mbuf* packets[LONGEST_BURST];
    for (uint16_t count; (count = read_burst(port, 0, packets, most)) > 0;)
        rte_pktmbuf_free_bulk(packets, count);
}

static uint16_t open_port(const char* name, uint16_t port_queues)
{
    const struct rte_eth_conf configuration = {0};
    uint16_t port;
    require(rte_eth_dev_get_port_by_name(name, &port) == 0, name);
    require(rte_eth_dev_configure(port, port_queues, port_queues, &configuration) == 0, "rte_eth_dev_configure");
    for (uint16_t i = 0; i < port_queues; ++i) {
        require(rte_eth_rx_queue_setup(port, i, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool) == 0, "rte_eth_rx_queue_setup");
        require(rte_eth_tx_queue_setup(port, i, DESCRIPTORS, SOCKET_ID_ANY, NULL) == 0, "rte_eth_tx_queue_setup");
    }
    return port;
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
    pool = rte_pktmbuf_pool_create("packets", POOL, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
    require(pool != NULL, "rte_pktmbuf_pool_create");
    const uint16_t loop = open_port("net_ring0", 2);
    const uint16_t out = open_port("net_ring1", 1);

    /* A ring gives its own port what the port was given. */
    const struct vnscope_dpdk_settings inner = {"fw", "firewall", "loop", "loop", ids_of(argv[used + 1]), 0};
    const struct vnscope_dpdk_settings edge = {"fw", "firewall", NULL, NULL, ids_of(argv[used + 1]), 1};
    require(vnscope_dpdk_attach(loop, &inner) == 0, "vnscope_dpdk_attach");
    require(vnscope_dpdk_attach(loop, &inner) == -EEXIST, "refusing to attach twice");
    require(vnscope_dpdk_attach(out, &edge) == 0, "vnscope_dpdk_attach");
    require(vnscope_dpdk_attach(RTE_MAX_ETHPORTS, NULL) < 0, "refusing a port that is not there");
    require(rte_eth_dev_start(loop) == 0 && rte_eth_dev_start(out) == 0, "rte_eth_dev_start");

    generate(loop, 0, 1);
    generate(loop, 0, 32);
    generate(loop, 0, 100);
    generate(loop, 1, 7);
    forward(loop, 0, out);
    forward(loop, 1, out);
    drain(out, 64);
    for (int i = 0; i < RING_SIZE / 100 + 1; ++i)
        generate(out, 0, 100);
    drain(out, 64);

    require(vnscope_dpdk_detach(out) == 0, "vnscope_dpdk_detach");
    struct rte_mbuf* untold[1] = {make_packet()};
    require(rte_eth_tx_burst(out, 0, untold, 1) == 1, "rte_eth_tx_burst");
    printf("offered %llu\nsent %llu\n", (unsigned long long)offered, (unsigned long long)sent);
    rte_eth_dev_stop(loop);
    rte_eth_dev_stop(out);
    rte_eal_cleanup();
    return 0;
}
