// SPDX-License-Identifier: Apache-2.0
#include "tests/support/made_store.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

namespace vnscope::tests {
namespace {

using storage::StoreWriter;
using storage::TableWriter;
using storage::Value;

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

std::vector<std::string> allTablesSql()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(VNSCOPE_SOURCE_DIR) / "analyses")) {
        const std::filesystem::path file = entry.path() / "tables.sql";
        if (std::filesystem::exists(file))
            files.push_back(file);
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> texts;
    for (const auto& file : files) {
        std::ifstream in(file);
        texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return texts;
}

constexpr std::array<std::string_view, 11> kAnalyses{"bandwidth", "drops",   "map",       "microscope",
                                                     "offload",   "paths",   "perfsight", "quality",
                                                     "softirq",   "streams", "virtqueue"};

void fillSession(StoreWriter& writer, std::int64_t lostEvents)
{
    writer.meta("vnscope_version", "0.1.0");
    writer.meta("begin_ns", kSampleBegin);
    writer.meta("end_ns", kSampleEnd);
    writer.meta("command", "vnscope import trace -o sample.vns");
    writer
        .table("trace", {"trace_id", "path", "host", "domain", "tracer", "kernel_release", "begin_ns", "end_ns",
                         "clock_offset_ns", "events", "discarded_events", "discarded_packets"})
        .append(0, "traces/hypervisor-7/kernel", "hypervisor-7", "kernel", "lttng-modules 2.13.9", "6.1.0-56-amd64",
                kSampleBegin, kSampleEnd, 0, 1'614'010, lostEvents, 0);
    TableWriter streams = writer.table("trace_stream", {"trace_id", "name", "cpu", "state", "events", "bytes"});
    for (int cpu = 0; cpu < 4; ++cpu)
        streams.append(0, fmt::format("ch_{}", cpu), cpu, cpu == 3 ? "partial" : "whole", 403'502 + cpu,
                       11'250'000 + cpu);
    TableWriter classes = writer.table("event_class", {"trace_id", "name", "count", "schema", "missing_fields"});
    classes.append(0, "sched_switch", 702'112, nullptr, "");
    classes.append(0, "net_if_receive_skb", 311'870, "net_if_receive_skb", "");
    classes.append(0, "net_dev_queue", 298'331, "net_dev_queue", "");
    classes.append(0, "net_dev_xmit", 298'120, "net_dev_xmit", "");
    classes.append(0, "skb_kfree", 3'577, "skb_kfree", "reason");
}

struct SampleDevice {
    std::string name;
    std::string kind;
    double share; ///< Of the busiest device's traffic.
};

std::vector<SampleDevice> sampleDevices()
{
    std::vector<SampleDevice> devices{
        {"ens3f0", "nic", 1.0},   {"br-prod", "bridge", 0.02},   {"vxlan42", "vxlan", 0.31},
        {"ovs-system", "ovs", 0}, {"lo", "loopback", 0.05},      {hostileName(), "unknown", 0.004},
        {"ens3f1", "nic", 0.47},  {"eth0@vnet12", "veth", 0.05}, {"eth0@vnet13", "veth", 0.03}};
    while (devices.size() < 27) {
        const std::size_t number = devices.size();
        devices.push_back(
            {fmt::format("vnet{}", number), number % 3 == 0 ? "veth" : "tap", 0.6 / static_cast<double>(number)});
    }
    return devices;
}

/// Adds up traffic in bins of every width that the store keeps.
class BinAdder final {
public:
    void add(std::int64_t device, std::string_view direction, std::int64_t time, std::int64_t packets,
             std::int64_t bytes)
    {
        for (const std::int64_t width : {kMs, 10 * kMs, 100 * kMs, kSecond, 10 * kSecond}) {
            auto& [sumPackets, sumBytes] = m_bins[{width, device, std::string(direction), time - time % width}];
            sumPackets += packets;
            sumBytes += bytes;
        }
    }
    void write(StoreWriter& writer) const
    {
        TableWriter table =
            writer.table("bandwidth", {"device_id", "direction", "begin_ns", "bin_ns", "packets", "bytes", "l3_bytes"});
        for (const auto& [key, sums] : m_bins) {
            const auto& [width, device, direction, begin] = key;
            table.append(device, direction, begin, width, sums.first, sums.second, sums.second - 14 * sums.first);
        }
    }

private:
    std::map<std::tuple<std::int64_t, std::int64_t, std::string, std::int64_t>, std::pair<std::int64_t, std::int64_t>>
        m_bins;
};

/// Packets in one step of 20 ms: waves, a pause, and one short burst that a careless chart would lose.
std::int64_t packetsAt(std::int64_t step, double share, double phase, std::mt19937& random)
{
    const double seconds = static_cast<double>(step) * 0.02;
    double load = 40 + 30 * std::sin(seconds / 4 + phase) + std::uniform_real_distribution<double>(0, 12)(random);
    if (seconds > 30 && seconds < 36)
        load = 0;
    if (step == 2210)
        load = 400;
    return static_cast<std::int64_t>(load * share);
}

void fillDevices(StoreWriter& writer)
{
    std::mt19937 random(7);
    BinAdder bins;
    TableWriter device =
        writer.table("device", {"device_id", "host", "netns", "ifindex", "name", "label", "mac", "kind", "peer_id",
                                "lower_id", "bridge_id", "ambiguous", "evidence", "first_seen_ns", "last_seen_ns"});
    TableWriter traffic =
        writer.table("device_traffic", {"device_id", "rx_packets", "rx_bytes", "rx_l3_bytes", "tx_packets", "tx_bytes",
                                        "tx_l3_bytes", "rx_basis", "tx_basis"});
    std::int64_t id = 0;
    for (const SampleDevice& one : sampleDevices()) {
        std::array<std::int64_t, 2> packets{0, 0};
        std::array<std::int64_t, 2> bytes{0, 0};
        for (std::int64_t step = 0; step < 59'300 / 20; ++step) {
            for (std::size_t direction = 0; direction < 2; ++direction) {
                const std::int64_t count = packetsAt(step, direction == 0 ? one.share : one.share * 0.6,
                                                     static_cast<double>(id) + static_cast<double>(direction), random);
                if (count == 0)
                    continue;
                packets[direction] += count;
                bytes[direction] += count * 1454;
                bins.add(id, direction == 0 ? "rx" : "tx", kSampleBegin + step * 20 * kMs, count, count * 1454);
            }
        }
        const bool isPort = one.kind == "tap" || one.kind == "veth";
        device.append(id, "hypervisor-7", nullptr, id + 2, one.name, one.name, fmt::format("52:54:00:00:00:{:02x}", id),
                      one.kind, nullptr, nullptr, isPort ? Value(1) : Value(), one.name == "lo" ? 1 : 0,
                      isPort ? "forwards what the bridge sends; pairs with no other device" : "has its own NAPI poll",
                      kSampleBegin + id * kMs, kSampleEnd - id * kMs);
        traffic.append(id, packets[0], bytes[0], bytes[0] - 14 * packets[0], packets[1], bytes[1],
                       bytes[1] - 14 * packets[1], one.kind == "nic" ? "estimated" : "exact", "exact");
        ++id;
    }
    bins.write(writer);
}

struct SampleCause {
    std::string_view place;
    std::string_view location;
    Value reason;
    Value reasonName;
    std::int64_t device;
    int count;
};

void fillDrops(StoreWriter& writer)
{
    std::mt19937 random(11);
    TableWriter drop =
        writer.table("packet_drop", {"ts_ns", "cpu", "host", "device_id", "element_id", "place", "location", "reason",
                                     "reason_name", "protocol", "skb", "confidence"});
    const std::vector<SampleCause> causes{{"netfilter", "nft_do_chain+0x1c2", 7, "NETFILTER_DROP", 2, 1834},
                                          {"qdisc", "__dev_queue_xmit+0x9f4", 45, "QDISC_DROP", 0, 402},
                                          {"socket_buffer", "udp_queue_rcv_one_skb+0x3a0", 6, "SOCKET_RCVBUFF", 7, 96},
                                          {"unknown", "0xffffffffc0a41b2c", 61, nullptr, -1, 12}};
    std::map<std::tuple<std::int64_t, std::string, std::int64_t>, std::int64_t> bins;
    for (const SampleCause& cause : causes) {
        for (int number = 0; number < cause.count; ++number) {
            const double where = std::normal_distribution<double>(cause.place == "qdisc" ? 44 : 18, 6)(random);
            const std::int64_t time = kSampleBegin + static_cast<std::int64_t>(std::clamp(where, 0.0, 59.0) * 1e9);
            drop.append(time, number % 4, "hypervisor-7", cause.device < 0 ? Value() : Value(cause.device), nullptr,
                        cause.place, cause.location, cause.reason, cause.reasonName, 0x0800, "ffff9a3c41d20e00",
                        cause.reasonName.isNull() ? "likely" : "certain");
            for (const std::int64_t width : {10 * kMs, 100 * kMs, kSecond, 10 * kSecond})
                ++bins[{width, std::string(cause.place), time - time % width}];
        }
    }
    TableWriter bin = writer.table("drop_bin", {"place", "begin_ns", "bin_ns", "drops"});
    for (const auto& [key, count] : bins)
        bin.append(std::get<1>(key), std::get<2>(key), std::get<0>(key), count);
    writer.table("tx_retry", {"device_id", "retries"}).append(0, 31);
    writer.table("skb_free", {"location", "reason", "reason_name", "verdict", "place", "count", "first_ns", "last_ns"})
        .append("icmp_rcv+0x11b", 1, "NOT_SPECIFIED", "delivered", "", 134, kSampleBegin, kSampleEnd);
}

void fillStreams(StoreWriter& writer)
{
    TableWriter stream = writer.table("stream", {"stream_id",
                                                 "protocol",
                                                 "addr_a",
                                                 "port_a",
                                                 "addr_b",
                                                 "port_b",
                                                 "packets_ab",
                                                 "bytes_ab",
                                                 "payload_bytes_ab",
                                                 "unique_bytes_ab",
                                                 "retransmissions_ab",
                                                 "packets_ba",
                                                 "bytes_ba",
                                                 "payload_bytes_ba",
                                                 "unique_bytes_ba",
                                                 "retransmissions_ba",
                                                 "first_ns",
                                                 "last_ns",
                                                 "rate_ab_bps",
                                                 "rate_ba_bps",
                                                 "first_device_id",
                                                 "origin",
                                                 "continued"});
    for (std::int64_t id = 0; id < 140; ++id) {
        const bool isTcp = id % 4 != 3;
        const bool isIpv6 = id % 9 == 4;
        const std::int64_t packets = 90'000 / (id + 1) + 2;
        const std::int64_t first = kSampleBegin + id * 300 * kMs;
        const std::int64_t last = std::min(first + (60 - id % 50) * kSecond, kSampleEnd);
        const double seconds = static_cast<double>(last - first) / 1e9;
        stream.append(id, isTcp ? "tcp" : "udp",
                      isIpv6 ? fmt::format("fd00:10::{:x}", id) : fmt::format("10.10.0.{}", id % 250), 40'000 + id,
                      isIpv6 ? "fd00:10::ffff" : "10.20.0.4", isTcp ? 5201 : 53, packets, packets * 1454,
                      packets * 1400, isTcp ? Value(packets * 1399) : Value(), isTcp ? Value(id % 7) : Value(),
                      packets / 2, packets * 33, packets, isTcp ? Value(packets) : Value(), isTcp ? Value(0) : Value(),
                      first, last, static_cast<double>(packets) * 1454 * 8 / seconds,
                      static_cast<double>(packets) * 33 * 8 / seconds, 0, "local", id == 5 ? 1 : 0);
    }
}

void fillOffloadAndCpu(StoreWriter& writer)
{
    TableWriter offload =
        writer.table("device_offload", {"device_id", "gro_frames", "gro_delivered", "gro_ratio", "gso_packets",
                                        "gso_bytes", "gso_segments_estimated", "gso_segments_software", "attribution"});
    offload.append(0, 277'300, 138'100, 2.008, 13'770, 182'410'112, 126'003, 0, "napi_poll");
    offload.append(6, 51'210, 51'210, 1.0, 0, 0, 0, 0, "napi_poll");
    offload.append(nullptr, 4'112, 3'001, 1.37, 0, 0, 0, 0, "unattributed");
    TableWriter time = writer.table("softirq_time", {"cpu", "host", "vector", "entries", "total_ns", "max_ns"});
    TableWriter bin = writer.table("softirq_bin", {"cpu", "host", "vector", "begin_ns", "bin_ns", "busy_ns"});
    TableWriter poll = writer.table("napi_poll", {"device_id", "device", "cpu", "host", "polls", "empty_polls",
                                                  "full_polls", "packets", "budget", "max_packets"});
    for (std::int64_t cpu = 0; cpu < 4; ++cpu) {
        std::int64_t total = 0;
        for (std::int64_t step = 0; step < 593; ++step) {
            const std::int64_t busy = (cpu + 1) * 4 * kMs + (step * 7919 % 13) * kMs;
            total += busy;
            const std::int64_t begin = kSampleBegin + step * 100 * kMs;
            bin.append(cpu, "hypervisor-7", "NET_RX", begin - begin % (100 * kMs), 100 * kMs, busy);
        }
        time.append(cpu, "hypervisor-7", "NET_RX", 51'000 + cpu, total, 3'100'000);
        time.append(cpu, "hypervisor-7", "NET_TX", 410 + cpu, 18 * kMs, 240'000);
        poll.append(cpu == 0 ? Value() : Value(0), cpu == 0 ? "(backlog)" : "ens3f0", cpu, "hypervisor-7", 41'007, 120,
                    cpu == 2 ? 388 : 0, cpu == 3 ? Value() : Value(180'400), 41'007 * 64, 64);
    }
}

/// A disk's queue, and one whose guest told nothing.
void fillVirtqueues(StoreWriter& writer)
{
    TableWriter queue =
        writer.table("virtqueue", {"trace_id", "vq", "device", "queue", "pops", "flushed", "bytes", "guest_notifies",
                                   "host_notifies", "max_depth", "pop_waits", "pop_wait_mean_ns", "pop_wait_max_ns",
                                   "services", "service_mean_ns", "service_max_ns"});
    queue.append(0, "0x7fa99f24d010", "0x5620099f42c0", 0, 5'120, 5'119, 2'626'560, 5'121, 5'119, 3, 5'100, 21'500,
                 1'900'000, 5'119, 184'000, 9'200'000);
    queue.append(0, "0x7fa99f24d0c0", Value(), Value(), 9'001, 9'001, 77'000, 0, 12, 1, 0, Value(), Value(), 0, Value(),
                 Value());
}

/// A bridge with two ports, a container behind the first, and two stations of which one moves from port to port.
void fillMap(StoreWriter& writer)
{
    TableWriter node =
        writer.table("topology_node", {"node_id", "kind", "device_id", "host", "netns", "name", "mac", "device_kind",
                                       "ifindex", "addresses", "valid_from_ns", "valid_to_ns"});
    const auto device = [&](std::int64_t id, std::int64_t deviceId, const std::string& name, std::string_view kind) {
        node.append(id, "device", deviceId, "hypervisor-7", "", name, nullptr, kind, deviceId + 2, "", kSampleBegin,
                    kSampleEnd);
    };
    device(0, 1, "br-prod", "bridge");
    device(1, 9, "vnet9", "veth");
    device(2, 10, "vnet10", "tap");
    device(3, 5, hostileName(), "unknown");
    for (const auto& [id, mac] : {std::pair(4, "52:54:00:00:00:a4"), std::pair(5, "52:54:00:00:00:a5")})
        node.append(id, "station", nullptr, "", "", "", mac, "", nullptr, "", kSampleBegin, kSampleEnd);
    TableWriter edge = writer.table("topology_edge", {"edge_id", "from_id", "to_id", "kind", "vlan", "valid_from_ns",
                                                      "valid_to_ns", "method", "evidence", "certainty"});
    edge.append(0, 0, 1, "bridge_port", nullptr, kSampleBegin, kSampleEnd, "statedump", 1, "certain");
    edge.append(1, 0, 2, "bridge_port", nullptr, kSampleBegin, kSampleEnd, "statedump", 1, "certain");
    edge.append(2, 1, 3, "veth_pair", nullptr, kSampleBegin, kSampleEnd, "statedump", 1, "certain");
    edge.append(3, 1, 4, "attached_host", 10, kSampleBegin, kSampleMove, "fdb_event", 3, "inferred");
    edge.append(4, 2, 4, "attached_host", 10, kSampleMove, kSampleEnd, "fdb_event", 2, "inferred");
    edge.append(5, 2, 5, "attached_host", 20, kSampleBegin, kSampleEnd, "fdb_event", 7, "inferred");
    writer
        .table("topology_change", {"change_id", "ts_ns", "kind", "subject_id", "from_id", "to_id", "subject", "detail"})
        .append(0, kSampleMove, "moved", 4, 1, 2, "52:54:00:00:00:a4", "moved away from " + hostileName());
}

/// What vnet9 sends: most of it leaves by ens3f0, some is dropped in the bridge.
void fillPaths(StoreWriter& writer)
{
    TableWriter place = writer.table("place", {"place_id", "kind", "device_id", "name"});
    place.append(0, "source", 9, "vnet9 source");
    place.append(1, "queue", 9, "vnet9 queue");
    place.append(2, "stack", 1, "br-prod stack");
    place.append(3, "queue", 0, "ens3f0 queue");
    place.append(4, "wire", 0, "ens3f0 wire");
    place.append(5, "drop", 5, hostileName() + " drop");
    place.append(6, "upcall", nullptr, "system@ovs-system upcall");
    TableWriter edge = writer.table(
        "flow_edge", {"from_id", "to_id", "packets", "bytes", "latency_p50_ns", "latency_p99_ns", "latency_max_ns"});
    edge.append(0, 1, 41'007, 59'624'178, nullptr, nullptr, nullptr);
    edge.append(1, 2, 40'911, 59'484'594, 3'100, 18'400, 1'250'000);
    edge.append(2, 3, 40'815, 59'345'010, 1'900, 9'700, 88'000);
    edge.append(2, 5, 96, 139'584, 2'200, 4'400, 4'500);
    edge.append(2, 6, 19, 1'862, 310'000, 1'410'000, 1'420'000);
    edge.append(3, 4, 40'815, 59'345'010, 700, 2'600, 41'000);
    writer
        .table("endpoint_flow", {"from_device_id", "to_device_id", "packets", "bytes", "latency_p50_ns",
                                 "latency_p99_ns", "latency_max_ns"})
        .append(9, 10, 1'204, 1'750'616, 21'000, 96'000, 1'310'000);
    writer
        .table("ovs_datapath", {"name", "label", "lookups", "hits", "misses", "hit_rate", "upcall_p50_ns",
                                "upcall_p99_ns", "upcall_max_ns", "to_vswitchd_p50_ns", "in_vswitchd_p50_ns"})
        .append("ovs-system", "ovs-system", 5'120, 5'101, 19, 5'101.0 / 5'120, 310'000, 1'410'000, 1'420'000, 41'000,
                220'000);
}

void fillVerdicts(StoreWriter& writer)
{
    TableWriter analysis =
        writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"});
    for (const std::string_view name : kAnalyses) {
        const bool isPartial = name == "softirq";
        analysis.append(name, 1, fmt::format("Analysis {}", name), fmt::format("What does {} tell?", name),
                        isPartial ? "partial" : "complete", isPartial ? "irq_softirq_raise" : "",
                        isPartial ? "Add `lttng enable-event -k irq_softirq_raise` next time." : "");
    }
    TableWriter quality = writer.table("data_quality", {"quality_id", "trace_id", "ts_ns", "severity", "kind",
                                                        "subject", "count", "message", "advice"});
    quality.append(0, nullptr, nullptr, "info", "unknown_events", "", 702'112,
                   "1 event class is not understood and was only counted: sched_switch.", "");
    quality.append(1, 0, kSampleBegin + 44'200 * kMs, "data_loss", "discarded_events", "ch_2", 12'345,
                   "The tracer discarded 12,345 events of stream ch_2 between +44.2 s and +44.6 s.",
                   "Enlarge the buffers: lttng enable-channel -k --subbuf-size=8M --num-subbuf=8 net");
    quality.append(2, 0, kSampleBegin + 12 * kSecond, "defect", "clock_back", "ch_3", 2,
                   "Time went back twice in stream ch_3; the events were put in order again.",
                   "Use one clock source for all CPUs.");
    quality.append(3, 0, nullptr, "defect", "ambiguous_device", "lo", 3,
                   "Several devices are called lo and nothing tells them apart.",
                   "Record a state dump of each namespace.");
    TableWriter finding = writer.table("finding", {"finding_id", "analysis", "rank", "score", "subject_kind",
                                                   "subject_id", "title", "detail", "begin_ns", "end_ns", "quality"});
    finding.append(
        0, "drops", 1, 0.92, "place", nullptr, "1,834 packets were dropped by a firewall rule at vxlan42",
        "All of them are UDP to port 6666; the rule is in nft_do_chain. Nothing else on this device was dropped.",
        kSampleBegin + 2 * kSecond, kSampleBegin + 38 * kSecond, "12,345 events were lost: the count is a lower bound");
    finding.append(1, "softirq", 2, 0.55, "cpu", 2, "CPU 2 ran out of NAPI budget 388 times",
                   "ens3f0 had more packets waiting than one poll may take.", kSampleBegin + 40 * kSecond,
                   kSampleBegin + 48 * kSecond, "");
    finding.append(2, "streams", 3, 0.2, "stream", 0, "One conversation carries 58 % of all bytes",
                   "10.10.0.0:40000 to 10.20.0.4:5201.", kSampleBegin, kSampleEnd, "");
    TableWriter life = writer.table("skb_lifecycle", {"kind", "count", "meaning"});
    life.append("born", 610'201, "first seen at a device's queue or at receive");
    life.append("freed_unseen", 2'145,
                "the address came back without a free between: GRO, TCP and clones free without events");
}

/// A source, a NAT and a firewall; the NAT stalled, and packets were late at the firewall.
void fillNetworkFunctions(StoreWriter& writer)
{
    TableWriter elements = writer.table("nf_element", {"element_id", "host", "name", "kind", "is_source"});
    elements.append(0, "host", "source", "source", 1);
    elements.append(1, "host", hostileName(), "nat", 0);
    elements.append(2, "host", "fw 1", "firewall", 0);
    TableWriter queues =
        writer.table("nf_queue", {"queue_id", "host", "name", "element_id", "capacity", "full_batch", "packets",
                                  "refused", "peak_pps", "peak_low_pps", "peak_high_pps", "peak_batches"});
    queues.append(0, "host", "in", 1, 1024, 32, 150'000, 0, 1.02e6, 1.01e6, 1.03e6, 4'000);
    queues.append(1, "host", "in", 2, 1024, 32, 150'000, 12, nullptr, nullptr, nullptr, 0);
    queues.append(2, "host", "eth0 (NAPI)", nullptr, nullptr, 64, 9'000, nullptr, 1e6, 0.9e6, 1.1e6, 40);
    writer
        .table("polled_queue", {"queue_id", "kind", "device_id", "polls", "empty_polls", "full_polls", "periods",
                                "queuing_ns", "longest_run", "stalls", "longest_stall_ns"})
        .append(2, "napi", 1, 500, 100, 60, 20, 4'000'000, 5, 0, nullptr);
    writer
        .table("microscope_summary", {"packets_arrived", "packets_lost", "victims_late", "victims_lost", "percentile",
                                      "latency_median_ns", "latency_threshold_ns"})
        .append(150'000, 12, 2, 0, 0.999, 12'000, 480'000);
    writer
        .table("nf_flow",
               {"flow_id", "ip_version", "protocol", "source", "source_port", "destination", "destination_port"})
        .append(7, 4, 17, "10.0.0.99", 2000, "10.0.1.1", 80);
    TableWriter victims = writer.table(
        "victim", {"victim_id", "packet_id", "kind", "begin_ns", "end_ns", "latency_ns", "flow_id", "is_persistent"});
    TableWriter hops = writer.table("victim_hop", {"victim_id", "queue_id", "element_id", "arrival_ns", "read_ns",
                                                   "left_ns", "period_begin_ns", "packets_arrived", "packets_read",
                                                   "peak_pps", "input_score", "processing_score", "seconds"});
    TableWriter relations =
        writer.table("causal_relation", {"victim_id", "victim_packet_id", "victim_element_id", "culprit_kind",
                                         "culprit_element_id", "score", "share", "depth", "culprit_begin_ns",
                                         "culprit_end_ns", "gap_ns", "culprit_packets", "culprit_flow_id"});
    TableWriter steps =
        writer.table("victim_step", {"victim_id", "step", "depth", "queue_id", "element_id", "share", "period_begin_ns",
                                     "period_end_ns", "packets_arrived", "packets_read", "peak_pps", "input_score",
                                     "processing_score", "spans"});
    for (std::int64_t id = 1; id <= 2; ++id) {
        const std::int64_t begin = kSampleBegin + 10 * kSecond + id * kMs;
        victims.append(id, 1'000 + id, "latency", begin, begin + 500'000 + id, 500'000 + id, 7, 0);
        hops.append(id, 1, 2, begin + 300'000, begin + 480'000, begin + 500'000, begin + 100'000, 200, 40, 0.5e6, 150.0,
                    10.0, 200e-6);
        relations.append(id, 1'000 + id, 2, "element", 1, 150e-6, 0.75, 1, begin, begin + 200'000, 300'000, 200,
                         nullptr);
        relations.append(id, 1'000 + id, 2, "source", 0, 50e-6, 0.25, 2, begin - 40'000, begin, 340'000, 200, 7);
        steps.append(id, 1, 0, 1, 2, 1.0, begin + 100'000, begin + 300'000, 200, 40, 0.5e6, 150.0, 10.0,
                     "200 packets: source 360 us, " + hostileName() + " 100 us; expected 400 us");
    }
    TableWriter culprits = writer.table("nf_culprit", {"culprit_rank", "culprit_kind", "culprit_element_id",
                                                       "victims_late", "victims_lost", "share", "worst_latency_ns"});
    culprits.append(1, "element", 1, 2, 0, 0.75, 500'002);
    culprits.append(2, "source", 0, 0, 0, 0.25, nullptr);
    writer
        .table("causal_pattern",
               {"rank", "score", "share", "relations", "culprit_place", "culprit_scope", "culprit_protocol",
                "culprit_source", "culprit_source_ports", "culprit_destination", "culprit_destination_ports",
                "victim_place", "victim_scope", "victim_protocol", "victim_source", "victim_source_ports",
                "victim_destination", "victim_destination_ports"})
        .append(1, 300e-6, 0.75, 2, hostileName(), "instance", nullptr, "", "0", "", "0", "firewall", "type", 17,
                "10.0.0.0/8", "2000-2008", "10.0.1.1", "80");
}

} // namespace

TemporaryDirectory::TemporaryDirectory()
{
    std::string name = (std::filesystem::temp_directory_path() / "vnscope-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("no temporary directory");
    m_path = name;
}

TemporaryDirectory::~TemporaryDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

storage::Store makeStore(const std::filesystem::path& file, const std::function<void(StoreWriter&)>& fill)
{
    const std::vector<std::string> texts = allTablesSql();
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    auto writer = StoreWriter::create(file, views);
    if (!writer)
        throw std::runtime_error(writer.error().text());
    fill(**writer);
    if (auto done = (*writer)->finish(); !done)
        throw std::runtime_error(done.error().text());
    auto store = storage::Store::open(file);
    if (!store)
        throw std::runtime_error(store.error().text());
    return std::move(*store);
}

void fillSample(StoreWriter& writer)
{
    fillSession(writer, 12'345);
    fillDevices(writer);
    fillDrops(writer);
    fillStreams(writer);
    fillOffloadAndCpu(writer);
    fillVirtqueues(writer);
    fillMap(writer);
    fillPaths(writer);
    fillVerdicts(writer);
    fillNetworkFunctions(writer);
}

void fillWithoutAnalyses(StoreWriter& writer)
{
    fillSession(writer, 0);
    TableWriter analysis =
        writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"});
    for (const std::string_view name : kAnalyses) {
        analysis.append(name, 1, fmt::format("Analysis {}", name), "?", "missing_events",
                        fmt::format("event_of_{}", name),
                        fmt::format("Record it with: lttng enable-event -k event_of_{}", name));
    }
}

const std::string& hostileName()
{
    static const std::string name = "<script>alert(\"1\")</script>'&\x1b[31m\xff" + std::string(60, 'x');
    return name;
}

} // namespace vnscope::tests
