/* SPDX-License-Identifier: Apache-2.0 */
/* A made-up middlebox that uses the C API of each provider; providers_test.cpp knows what it does. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tracepoints/element/vnscope_element.h"
#include "tracepoints/io/vnscope_io.h"
#include "tracepoints/nf/vnscope_nf.h"

static void sleep_ms(long ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void emit_elements(void)
{
    const struct vnscope_element_definition proxy = {7, 3, 100000000, "proxy-1", "haproxy", "middlebox", "blue", "vm4"};
    const struct vnscope_element_definition tap = {3, 0, 0, "tap0", "tap", "hypervisor", "", ""};
    struct vnscope_element_counters counters = VNSCOPE_ELEMENT_COUNTERS_INIT;
    vnscope_element_define(&tap);
    vnscope_element_define(&proxy);
    vnscope_element_neighbour(3, 7, "packet");
    for (int i = 0; i < 1000; ++i) {
        vnscope_counter_add(&counters.in_packets, 1);
        vnscope_counter_add(&counters.in_bytes, 1500);
    }
    vnscope_counter_add(&counters.out_packets, 990);
    vnscope_counter_add(&counters.drop_packets, 4);
    counters.out_bytes = VNSCOPE_ELEMENT_NOT_COUNTED;
    counters.in_time_ns = 0x123456789abcdef0;
    counters.queued_packets = 6;
    vnscope_element_sample(7, &counters);
    vnscope_element_attribute(7, "balance_packets", -5000000000);
}

static struct vnscope_io_set io = VNSCOPE_IO_SET("proxy-1");
static struct vnscope_io_peer client;
static struct vnscope_io_peer server;

static void* serve(void* descriptor)
{
    static struct vnscope_io_counters counters;
    const int fd = *(const int*)descriptor;
    vnscope_io_add_counters(&server, &counters);
    sleep_ms(50);
    for (int i = 0; i < 3; ++i) {
        const uint64_t begin = vnscope_clock_ns();
        vnscope_io_returned(&counters.totals.out, begin, send(fd, "0123456789", 10, 0));
    }
    return NULL;
}

/* The main thread reads, and waits 50 ms for the first of three messages of 10 bytes. */
static void emit_io(void)
{
    static struct vnscope_io_counters counters;
    static struct vnscope_io_counters server_counters;
    static struct vnscope_io_counters waits;
    char buffer[10];
    int fds[2];
    pthread_t thread;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
        abort();
    vnscope_io_add_peer(&io, &client, "10.0.0.1:1024");
    vnscope_io_add_peer(&io, &server, "[2001:db8::1]:80");
    server.local = "2001:db8::5";
    vnscope_io_add_counters(&client, &counters);
    vnscope_io_add_counters(&server, &server_counters);
    vnscope_io_add_counters(&io.all, &waits);
    vnscope_io_start(&io, 20);
    if (pthread_create(&thread, NULL, serve, &fds[1]) != 0)
        abort();
    for (int i = 0; i < 3; ++i) {
        const uint64_t begin = vnscope_clock_ns();
        const ssize_t got = recv(fds[0], buffer, sizeof buffer, MSG_WAITALL);
        vnscope_io_returned(&counters.totals.in, begin, got);
    }
    pthread_join(thread, NULL);
    vnscope_io_moved(&server_counters.totals.out, 32, 48000); /* One sendmmsg of 32, told by another thread. */
    vnscope_io_moved(&server_counters.totals.in, 0, 0);       /* One that would have blocked. */
    server_counters.totals.in.wait_ns = 700;
    counters.totals.in.wait_ns = 900;
    waits.totals.in.wait_ns = 1000;
    waits.totals.idle_ns = 5;
    vnscope_io_stop(&io);
    vnscope_io_call(5, VNSCOPE_IO_IN, 10, 1234, 1, "10.0.0.1:1024");
    vnscope_io_call(6, VNSCOPE_IO_OUT, -EAGAIN, 99, 0, "");
}

static void emit_nf(void)
{
    const struct vnscope_nf_queue queue = {11, 2, 1024, 32, "fw0.rx"};
    const struct vnscope_nf_queue out = {12, VNSCOPE_NF_NONE, 0, 0, "wire"};
    struct vnscope_nf_flow flow = {UINT64_MAX, 2, 1400, 4, 17, 53, 40000, {10, 0, 0, 1}, {10, 0, 0, 2}};
    const struct vnscope_nf_batch foreign = {2, 11, 100, 0, 100}; /* More than our API puts into one event. */
    uint64_t ids[150];
    uint16_t short_ids[32];
    for (uint64_t i = 0; i < 150; ++i)
        ids[i] = (i << 40) + i;
    for (unsigned i = 0; i < 32; ++i)
        short_ids[i] = (uint16_t)(65535 - i);
    vnscope_nf_define_element(2, "fw0", "firewall");
    vnscope_nf_define_queue(&queue);
    vnscope_nf_define_queue(&out);
    vnscope_nf_read(2, 11, ids, 3);
    vnscope_nf_read16(2, 11, short_ids, 32);
    vnscope_nf_write(2, 12, ids, 150);
    vnscope_nf_write(2, 12, NULL, 9);
    vnscope_nf_write(2, 12, ids, 0);
    vnscope_nf_write16(2, 12, short_ids, 2);
    lttng_ust_tracepoint(vnscope_nf, read, &foreign, ids);
    vnscope_nf_tell_flow(&flow);
    flow.ip_version = 6;
    flow.packet = 9;
    memset(flow.saddr, 0xfe, sizeof flow.saddr);
    vnscope_nf_tell_flow(&flow);
    vnscope_nf_drop(2, 12, ids + 1, 2, "full");
    vnscope_nf_drop(2, VNSCOPE_NF_NONE, ids + 5, 1, "policy");
}

int main(void)
{
    emit_elements();
    emit_io();
    emit_nf();
    return 0;
}
