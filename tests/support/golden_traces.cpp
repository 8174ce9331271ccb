// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden_traces.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tests/support/ctf_writer.hpp"

namespace vnscope::tests::support {

namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint32_t kEthernetHeader = 14;
constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint32_t kNetRxSoftirq = 3;
constexpr std::int32_t kBudget = 64;

struct EventNames {
    const char* queue;
    const char* xmit;
    const char* receive;
    const char* poll;
    const char* kfree;
    const char* consume;
    const char* softirqEntry;
    const char* softirqExit;
};

EventNames eventNames(KernelSpelling spelling)
{
    switch (spelling) {
    case KernelSpelling::Lttng26:
        return {"net_dev_queue", "net_dev_xmit", "netif_receive_skb", "napi_poll",
                "skb_kfree",     "skb_consume",  "softirq_entry",     "softirq_exit"};
    case KernelSpelling::Lttng27:
        return {"net_dev_queue", "net_dev_xmit", "net_if_receive_skb", "napi_poll",
                "skb_kfree",     "skb_consume",  "irq_softirq_entry",  "irq_softirq_exit"};
    case KernelSpelling::Perf: break;
    }
    return {"net:net_dev_queue", "net:net_dev_xmit", "net:netif_receive_skb", "napi:napi_poll",
            "skb:kfree_skb",     "skb:consume_skb",  "irq:softirq_entry",     "irq:softirq_exit"};
}

// As lttng-modules 2.13 declares them, cut to UDP over IPv4.
constexpr const char* kNetworkHeaderType =
    R"(enum : integer { size = 8; align = 8; signed = 0; encoding = none; base = 10; } {
			"_unknown" = 0, "_ipv4" = 1, "_ipv6" = 2,
		} _network_header_type;)";
constexpr const char* kNetworkHeader = R"(variant <_network_header_type> {
			struct { } _unknown;
			struct {
				integer { size = 4; align = 4; signed = 0; encoding = none; base = 10; byte_order = be; } _version;
				integer { size = 4; align = 4; signed = 0; encoding = none; base = 10; byte_order = be; } _ihl;
				integer { size = 8; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _tos;
				integer { size = 16; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _tot_len;
				integer { size = 16; align = 8; signed = 0; encoding = none; base = 16; byte_order = be; } _id;
				integer { size = 16; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _frag_off;
				integer { size = 8; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _ttl;
				enum : integer { size = 8; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } {
					"_unknown" = 0, "_icmp" = 1, "_unknown" = 2 ... 5, "_tcp" = 6, "_unknown" = 7 ... 16, "_udp" = 17,
					"_unknown" = 18 ... 255,
				} _protocol;
				integer { size = 16; align = 8; signed = 0; encoding = none; base = 16; byte_order = be; } _checksum;
				struct { } align(8) _saddr_padding;
				integer { size = 8; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _saddr[4];
				struct { } align(8) _daddr_padding;
				integer { size = 8; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _daddr[4];
				enum : integer { size = 8; align = 8; signed = 0; encoding = none; base = 10; } {
					"_unknown" = 0, "_tcp" = 1, "_udp" = 2, "_icmp" = 3,
				} _transport_header_type;
				variant <_transport_header_type> {
					struct { } _unknown;
					struct { } _tcp;
					struct {
						integer { size = 16; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _source_port;
						integer { size = 16; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _dest_port;
						integer { size = 16; align = 8; signed = 0; encoding = none; base = 10; byte_order = be; } _len;
						integer { size = 16; align = 8; signed = 0; encoding = none; base = 16; byte_order = be; } _check;
					} _udp;
					struct { } _icmp;
				} _transport_header;
			} _ipv4;
			struct { } _ipv6;
		} _network_header;)";

std::vector<EnvironmentEntry> environment(KernelSpelling spelling)
{
    if (spelling == KernelSpelling::Perf) {
        return {{"host", "golden"},    {"sysname", "Linux"}, {"release", "6.1.0-golden"}, {"version", "6.1.192"},
                {"machine", "x86_64"}, {"domain", "kernel"}, {"tracer_name", "perf"}};
    }
    return {{"hostname", "golden"},
            {"domain", "kernel"},
            {"sysname", "Linux"},
            {"kernel_release", "6.1.0-golden"},
            {"tracer_name", "lttng-modules"},
            {"tracer_major", std::int64_t{2}},
            {"tracer_minor", std::int64_t{spelling == KernelSpelling::Lttng26 ? 6 : 13}},
            {"tracer_patchlevel", std::int64_t{0}}};
}

TraceOptions kernelOptions(KernelSpelling spelling, const KernelStory& story)
{
    TraceOptions options;
    options.environment = environment(spelling);
    options.packetBytes = story.packetBytes;
    options.clock.offsetSeconds = story.beginNs / kNsPerSecond;
    options.clock.offsetCycles = story.beginNs % kNsPerSecond;
    switch (spelling) {
    case KernelSpelling::Lttng26: options.style = TraceStyle::LttngCompact; break;
    case KernelSpelling::Lttng27: options.style = TraceStyle::LttngLarge; break;
    case KernelSpelling::Perf:
        options.style = TraceStyle::Perf;
        options.packetAlignment = 1;
        options.clock.name = "perf_clock";
        break;
    }
    return options;
}

/// One trace of the story: its event classes, and what fills their fields.
class KernelTrace final {
public:
    KernelTrace(const std::filesystem::path& directory, KernelSpelling spelling, const KernelStory& story)
        : m_spelling(spelling),
          m_story(story),
          m_writer(directory, kernelOptions(spelling, story)),
          m_payload(m_writer.payload())
    {
        const EventNames names = eventNames(spelling);
        m_queue = declare(names.queue, packetFields());
        m_receive = declare(names.receive, packetFields());
        m_xmit = declare(names.xmit, xmitFields());
        m_poll = declare(names.poll, {integerField("napi", 64, kHex), stringField("dev_name"),
                                      integerField("work", 32, kSigned), integerField("budget", 32, kSigned)});
        m_kfree = declare(names.kfree, kfreeFields());
        m_consume = declare(names.consume, {integerField("skbaddr", 64, kHex)});
        m_softirqEntry = declare(names.softirqEntry, {integerField("vec", 32)});
        m_softirqExit = declare(names.softirqExit, {integerField("vec", 32)});
    }

    base::Result<KernelStoryTruth> write()
    {
        for (std::uint32_t cpu = 0; cpu < m_story.cpus; ++cpu) {
            writeCpu(cpu);
        }
        if (auto done = m_writer.finish(); !done) {
            return tl::unexpected(done.error());
        }
        return m_truth;
    }

private:
    static constexpr IntegerStyle kHex{.base = 16};
    static constexpr IntegerStyle kSigned{.isSigned = true};

    [[nodiscard]] bool isPerf() const { return m_spelling == KernelSpelling::Perf; }

    EventClassId declare(const char* name, std::vector<Field> fields)
    {
        if (isPerf()) {
            fields.insert(fields.begin(), {integerField("perf_ip", 64, kHex), integerField("perf_tid", 32, kSigned),
                                           integerField("common_type", 32), integerField("common_pid", 32, kSigned)});
        }
        return m_writer.declareEvent(name, std::move(fields));
    }

    [[nodiscard]] std::vector<Field> packetFields() const
    {
        std::vector<Field> fields{integerField("skbaddr", 64, kHex), integerField("len", 32), stringField("name")};
        if (m_spelling == KernelSpelling::Lttng27) {
            fields.push_back(rawField(kNetworkHeaderType));
            fields.push_back(rawField(kNetworkHeader));
        }
        return fields;
    }

    /// perf keeps the order of the kernel's format file, LTTng has its own.
    [[nodiscard]] std::vector<Field> xmitFields() const
    {
        const Field skb = integerField("skbaddr", 64, kHex);
        const Field length = integerField("len", 32);
        const Field rc = integerField("rc", 32, kSigned);
        const Field name = stringField("name");
        return isPerf() ? std::vector{skb, length, rc, name} : std::vector{skb, rc, length, name};
    }

    /// lttng-modules <= 2.6 knew no reason; lttng-modules keeps 8 bits of it, perf all 32.
    [[nodiscard]] std::vector<Field> kfreeFields() const
    {
        std::vector<Field> fields{integerField("skbaddr", 64, kHex), integerField("location", 64, kHex),
                                  integerField("protocol", 16)};
        if (m_spelling != KernelSpelling::Lttng26) {
            fields.push_back(integerField("reason", isPerf() ? 32 : 8));
        }
        return fields;
    }

    BitBuffer& begin()
    {
        m_payload.clear();
        if (isPerf()) {
            m_payload.put(0xffffffff81000000, 64);
            m_payload.put(1, 32);
            m_payload.put(1, 32);
            m_payload.put(1, 32);
        }
        return m_payload;
    }

    void emit(EventClassId id)
    {
        m_stream->event(id, m_time, m_payload);
        m_time += m_story.stepNs;
        ++m_truth.events;
    }

    void putHeaders(std::uint32_t cpu, std::uint16_t length)
    {
        if (m_spelling != KernelSpelling::Lttng27) {
            return;
        }
        m_payload.put(1, 8); // IPv4
        m_payload.putBigEndian(4, 4);
        m_payload.putBigEndian(5, 4);
        m_payload.putBigEndian(0, 8);
        m_payload.putBigEndian(length, 16);
        m_payload.putBigEndian(m_truth.received & 0xffff, 16);
        m_payload.putBigEndian(0x4000, 16);
        m_payload.putBigEndian(64, 8);
        m_payload.putBigEndian(kUdp, 8);
        m_payload.putBigEndian(0, 16);
        m_payload.putBigEndian(0x0a000001 + (cpu << 8), 32); // 10.0.<cpu>.1
        m_payload.putBigEndian(0x0a000002 + (cpu << 8), 32);
        m_payload.put(2, 8); // UDP
        m_payload.putBigEndian(4000, 16);
        m_payload.putBigEndian(5000, 16);
        m_payload.putBigEndian(length - 20U, 16);
        m_payload.putBigEndian(0, 16);
    }

    void packet(EventClassId id, std::uint64_t skb, std::uint32_t length, const std::string& device, std::uint32_t cpu)
    {
        begin().put(skb, 64);
        m_payload.put(length, 32);
        m_payload.putString(device);
        putHeaders(cpu, static_cast<std::uint16_t>(m_story.receivedBytes));
        emit(id);
    }

    void xmit(std::uint64_t skb, const std::string& device)
    {
        const std::uint32_t length = m_story.receivedBytes + kEthernetHeader;
        begin().put(skb, 64);
        m_payload.put(isPerf() ? length : 0, 32);
        m_payload.put(isPerf() ? 0 : length, 32);
        m_payload.putString(device);
        emit(m_xmit);
    }

    void kfree(std::uint64_t skb)
    {
        begin().put(skb, 64);
        m_payload.put(m_story.dropLocation, 64);
        m_payload.put(kEtherTypeIpv4, 16);
        if (m_spelling != KernelSpelling::Lttng26) {
            m_payload.put(m_story.dropReason, isPerf() ? 32 : 8);
        }
        emit(m_kfree);
        ++m_truth.dropped;
    }

    void forward(std::uint32_t cpu, std::uint32_t number)
    {
        const std::uint64_t skb = 0xffff888000000000 + cpu * 0x100000ULL + number % 64 * 0x100ULL;
        packet(m_receive, skb, m_story.receivedBytes, fmt::format("eth{}", cpu), cpu);
        ++m_truth.received;
        if (m_story.dropEvery != 0 && (number + 1) % m_story.dropEvery == 0) {
            kfree(skb);
            return;
        }
        const std::string out = fmt::format("veth{}", cpu);
        packet(m_queue, skb, m_story.receivedBytes + kEthernetHeader, out, cpu);
        ++m_truth.queued;
        xmit(skb, out);
        ++m_truth.sent;
        begin().put(skb, 64);
        emit(m_consume);
        ++m_truth.consumed;
    }

    void softirq(EventClassId id)
    {
        begin().put(kNetRxSoftirq, 32);
        emit(id);
    }

    void poll(std::uint32_t cpu, std::uint32_t work)
    {
        begin().put(0xffff888100000000 + cpu * 0x1000ULL, 64);
        m_payload.putString(fmt::format("eth{}", cpu));
        m_payload.put(work, 32);
        m_payload.put(kBudget, 32);
        emit(m_poll);
        ++m_truth.polls;
    }

    void writeCpu(std::uint32_t cpu)
    {
        m_stream = &m_writer.addStream(cpu);
        // One tick apart at least, so that the order over all CPUs is one only.
        m_time = cpu + m_story.pollGapNs / m_story.cpus * cpu;
        for (std::uint32_t done = 0; done < m_story.packetsPerCpu;) {
            const std::uint32_t work = std::min(m_story.packetsPerPoll, m_story.packetsPerCpu - done);
            softirq(m_softirqEntry);
            for (std::uint32_t number = 0; number < work; ++number) {
                forward(cpu, done + number);
            }
            poll(cpu, work);
            softirq(m_softirqExit);
            done += work;
            m_time += m_story.pollGapNs;
        }
    }

    KernelSpelling m_spelling;
    const KernelStory& m_story;
    CtfWriter m_writer;
    BitBuffer m_payload;
    CtfStream* m_stream = nullptr;
    std::uint64_t m_time = 0;
    KernelStoryTruth m_truth;
    EventClassId m_queue = 0;
    EventClassId m_receive = 0;
    EventClassId m_xmit = 0;
    EventClassId m_poll = 0;
    EventClassId m_kfree = 0;
    EventClassId m_consume = 0;
    EventClassId m_softirqEntry = 0;
    EventClassId m_softirqExit = 0;
};

} // namespace

base::Result<KernelStoryTruth> writeKernelTrace(const std::filesystem::path& directory, KernelSpelling spelling,
                                                const KernelStory& story)
{
    return KernelTrace(directory, spelling, story).write();
}

base::Result<void> writeDpdkTrace(const std::filesystem::path& directory, const DpdkStory& story)
{
    constexpr std::uint64_t kTscHz = 2'000'000'000;
    TraceOptions options;
    options.style = TraceStyle::Dpdk;
    options.environment = {{"dpdk_version", "DPDK 22.11.0"}, {"tracer_name", "dpdk"}};
    options.clock = {"dpdk", kTscHz, story.beginNs / kNsPerSecond,
                     story.beginNs % kNsPerSecond * (kTscHz / kNsPerSecond)};
    CtfWriter writer(directory, options);
    const auto declare = [&](const char* name, const char* table, const char* count) {
        return writer.declareEvent(name, {rawField("uint16_t port_id;"), rawField("uint16_t queue_id;"),
                                          rawField(fmt::format("uint64_t {};", table)),
                                          rawField(fmt::format("uint16_t {};", count))});
    };
    const EventClassId rx =
        declare(story.isSplit ? "lib.ethdev.rx.burst.nonempty" : "lib.ethdev.rx.burst", "pkt_tbl", "nb_rx");
    const EventClassId empty =
        writer.declareEvent("lib.ethdev.rx.burst.empty", {rawField("uint16_t port_id;"), rawField("uint16_t queue_id;"),
                                                          rawField("uint64_t pkt_tbl;")});
    const EventClassId tx = declare("lib.ethdev.tx.burst", "pkts_tbl", "nb_pkts");
    BitBuffer payload = writer.payload();
    for (std::uint32_t thread = 0; thread < story.threads; ++thread) {
        CtfStream& stream = writer.addStream(thread);
        for (std::uint64_t burst = 0; burst < story.bursts; ++burst) {
            payload.clear();
            payload.put(thread, 16);
            payload.put(0, 16);
            payload.put(0x100000000, 64);
            payload.put(story.packets, 16);
            const std::uint64_t time = burst * 20'000 + thread * 2;
            stream.event(rx, time, payload);
            stream.event(tx, time + 10'000, payload);
        }
        if (story.isSplit) {
            payload.clear();
            payload.put(thread, 16);
            payload.put(0, 16);
            payload.put(0x100000000, 64);
            stream.event(empty, story.bursts * 20'000, payload);
        }
    }
    return writer.finish();
}

} // namespace vnscope::tests::support
