// SPDX-License-Identifier: Apache-2.0
#include "analyses/bandwidth/bandwidth.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "analyses/trackers/napi_frames.hpp"
#include "analyses/trackers/time_bins.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_bandwidth_kTables.hpp"

namespace vnscope::analyses::bandwidth {

namespace {

using tracepoints::EventType;
using tracepoints::NetworkProtocol;
using tracepoints::SkbAtDevice;
using tracepoints::TransportProtocol;
using trackers::ReceivePath;

/// Values of one bin, in the order of the table's columns.
using Bins = trackers::TimeBins<3>;

struct Direction {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t l3Bytes = 0;
    bool isObserved = false;
    bool isEstimated = false;
    Bins bins;
};

/// Packets that one CPU worked on.
struct CpuShare {
    std::uint64_t rx = 0;
    std::uint64_t tx = 0;
};

struct Traffic {
    Direction rx;
    Direction tx;
    std::vector<CpuShare> cpus; ///< By CPU index.
    /// What GRO merged was seen as one skb, but the NIC counted each frame with headers of its own.
    std::uint64_t groFrames = 0;
    std::uint64_t groDelivered = 0;
    std::uint64_t mergedCharged = 0;  ///< Merged frames whose headers are already in `rx`.
    std::uint64_t tcpHeaderBytes = 0; ///< Sum over delivered TCP data skbs, link header included.
    std::uint64_t tcpDataPackets = 0;
};

/// An skb put on a CPU's backlog: received only if the backlog had room, which the next event there tells.
struct BacklogEntry {
    std::uint64_t skb = 0; ///< 0: none waits.
    base::Timestamp at;
    base::DeviceId device;
    std::uint64_t l3Bytes = 0;
    std::uint64_t linkBytes = 0;
};

/// Copies of broadcasts that a port's bridge counted as received, not yet booked on the bridge.
struct BridgeCopies {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
};

class Bandwidth final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    Traffic& traffic(base::DeviceId device);
    void add(base::DeviceId device, bool isRx, base::Timestamp at, std::uint64_t packets, std::uint64_t l3Bytes,
             std::uint64_t linkBytes);
    void addToCpu(Traffic& of, bool isRx, std::uint64_t packets);
    void onXmit(const Event& event, const trackers::Trackers& state);
    void onBacklog(const Event& event, const trackers::Trackers& state);
    void settleBacklog(const Event& event, std::uint32_t cpuIndex);
    void onReceive(const Event& event, const trackers::Trackers& state);
    void onGroEntry(const Event& event, const trackers::Trackers& state);
    void onGroFrames(const trackers::AttributedFrames& frames, base::Timestamp at);
    void chargeMergedHeaders(base::DeviceId device, base::Timestamp at);
    void onBurst(const Event& event, const trackers::Trackers& state);
    void countBridgeCopy(const Event& event, const trackers::Trackers& state);
    void bookBridgeCopies(base::DeviceId port, BridgeCopies& copies, base::Timestamp at,
                          const trackers::Trackers& state);
    void writeTotals(RunContext& context);
    void writeCpus(RunContext& context) const;
    void report(RunContext& context) const;

    static constexpr std::uint32_t kNoCpu = std::numeric_limits<std::uint32_t>::max();

    trackers::NapiFrames m_frames;
    std::uint32_t m_cpu = kNoCpu;                    ///< Index of the CPU of the event that is being processed.
    std::deque<Traffic> m_traffic;                   ///< By device.
    std::vector<BacklogEntry> m_backlog;             ///< By CPU index.
    std::map<base::DeviceId, BridgeCopies> m_copies; ///< By port.
    storage::TableWriter m_rows;
};

const AnalysisInfo& Bandwidth::info() const
{
    static const AnalysisInfo kInfo{
        "bandwidth",
        2,
        "Bandwidth",
        "How much does each network device send and receive, and when?",
        {{{EventType::NetDevXmit, EventType::EthdevTxBurst}, true, "transmitted packets and bytes"},
         {{EventType::NetIfReceiveSkb, EventType::NetIfRx, EventType::EthdevRxBurst},
          true,
          "received packets and bytes"},
         {{EventType::NapiGroReceiveEntry},
          false,
          "frames received before GRO merged them (a NIC's rx is then too low)"},
         {{EventType::NetIfRx}, false, "packets that were received but dropped from the backlog"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Bandwidth::subscriptions() const
{
    return {EventType::NetDevXmit, EventType::NetIfRx,     EventType::NetIfReceiveSkb, EventType::NapiGroReceiveEntry,
            EventType::NapiPoll,   EventType::EventsLost,  EventType::EthdevRxBurst,   EventType::EthdevTxBurst,
            EventType::SkbKfree,   EventType::BrFdbUpdate, EventType::BrFdbAdd,        EventType::FdbDelete};
}

void Bandwidth::begin(RunContext& context)
{
    m_rows = context.store.table("bandwidth",
                                 {"device_id", "direction", "begin_ns", "bin_ns", "packets", "bytes", "l3_bytes"});
}

Traffic& Bandwidth::traffic(base::DeviceId device)
{
    while (m_traffic.size() <= device.value)
        m_traffic.emplace_back();
    return m_traffic[device.value];
}

void Bandwidth::add(base::DeviceId device, bool isRx, base::Timestamp at, std::uint64_t packets, std::uint64_t l3Bytes,
                    std::uint64_t linkBytes)
{
    Traffic& of = traffic(device);
    Direction& direction = isRx ? of.rx : of.tx;
    direction.isObserved = true;
    direction.packets += packets;
    direction.bytes += l3Bytes + linkBytes;
    direction.l3Bytes += l3Bytes;
    if (m_cpu != kNoCpu)
        addToCpu(of, isRx, packets);
    direction.bins.add(at, {packets, l3Bytes + linkBytes, l3Bytes},
                       [&](base::Nanoseconds width, base::Timestamp begin, const Bins::Sums& sums) {
                           m_rows.append(device, isRx ? "rx" : "tx", begin, width, sums[0], sums[1], sums[2]);
                       });
}

void Bandwidth::addToCpu(Traffic& of, bool isRx, std::uint64_t packets)
{
    if (of.cpus.size() <= m_cpu)
        of.cpus.resize(m_cpu + 1U);
    (isRx ? of.cpus[m_cpu].rx : of.cpus[m_cpu].tx) += packets;
}

void Bandwidth::process(const Event& event, RunContext& context)
{
    const trackers::Trackers& state = context.trackers;
    m_cpu = state.cpuIndex();
    settleBacklog(event, state.cpuIndex());
    switch (event.record.type) {
    case EventType::NetDevXmit: onXmit(event, state); break;
    case EventType::NetIfRx: onBacklog(event, state); break;
    case EventType::NetIfReceiveSkb: onReceive(event, state); break;
    case EventType::NapiGroReceiveEntry: onGroEntry(event, state); break;
    case EventType::SkbKfree: countBridgeCopy(event, state); break;
    case EventType::BrFdbUpdate:
    case EventType::BrFdbAdd:
    case EventType::FdbDelete:
        // At once, before the port moves on to another bridge.
        if (const auto copies = m_copies.find(state.sighting().device); copies != m_copies.end())
            bookBridgeCopies(copies->first, copies->second, event.record.time, state);
        break;
    case EventType::EthdevRxBurst:
    case EventType::EthdevTxBurst: onBurst(event, state); break;
    default: break;
    }
    const bool isCountedAlready =
        event.record.type == EventType::NapiGroReceiveEntry && state.sighting().skb->isFrameOfPeer;
    if (isCountedAlready)
        return;
    if (const auto frames = m_frames.process(event, context.trackers); frames.frames > 0)
        onGroFrames(frames, event.record.time);
}

void Bandwidth::onXmit(const Event& event, const trackers::Trackers& state)
{
    const auto& sent = event.as<tracepoints::NetDevXmit>();
    if (sent.rc != 0) // Not taken by the driver; the drops analysis tells a retry from a loss.
        return;
    const base::DeviceId id = state.sighting().device;
    const trackers::Device& device = state.devices().at(id);
    const std::uint64_t link = std::min(device.linkHeaderBytes, sent.length);
    // The loopback driver counts after it took the Ethernet header off (drivers/net/loopback.c), and so does a veth
    // whose peer polls by NAPI: there both ends' counters are the poll's (veth_xdp_rcv, drivers/net/veth.c).
    const bool countsLink = device.kind != trackers::DeviceKind::Loopback && !state.sighting().leftByNapi;
    add(id, false, event.record.time, 1, sent.length - link, countsLink ? link : 0);
}

/// Drivers count what they put on the backlog as received, unless it was full: then kfree_skb follows at once, on the
/// same CPU, before any other event of this kind (enqueue_to_backlog, net/core/dev.c).
void Bandwidth::onBacklog(const Event& event, const trackers::Trackers& state)
{
    const auto& at = event.as<SkbAtDevice>();
    const base::DeviceId id = state.sighting().device;
    const trackers::Device& device = state.devices().at(id);
    const bool countsLink = trackers::countsLinkHeader(device.kind);
    m_backlog[state.cpuIndex()] = {at.skb, event.record.time, id, at.length, countsLink ? device.linkHeaderBytes : 0};
}

void Bandwidth::settleBacklog(const Event& event, std::uint32_t cpuIndex)
{
    if (m_backlog.size() <= cpuIndex)
        m_backlog.resize(cpuIndex + 1U);
    BacklogEntry& waiting = m_backlog[cpuIndex];
    if (waiting.skb == 0)
        return;
    const bool wasRefused =
        event.record.type == EventType::SkbKfree && event.as<tracepoints::SkbKfree>().skb == waiting.skb;
    if (!wasRefused)
        add(waiting.device, true, waiting.at, 1, waiting.l3Bytes, waiting.linkBytes);
    waiting.skb = 0;
}

/// A frame that a veth's peer sent is known by its length before GRO may merge it.
void Bandwidth::onGroEntry(const Event& event, const trackers::Trackers& state)
{
    const trackers::Sighting& sighting = state.sighting();
    if (!sighting.skb->isFrameOfPeer)
        return;
    const std::uint64_t link = std::min(state.devices().at(sighting.device).linkHeaderBytes, sighting.skb->length);
    add(sighting.device, true, event.record.time, 1, sighting.skb->length - link, 0);
}

void Bandwidth::onReceive(const Event& event, const trackers::Trackers& state)
{
    const trackers::Sighting& sighting = state.sighting();
    const auto& at = event.as<SkbAtDevice>();
    const trackers::Device& device = state.devices().at(sighting.device);
    if (sighting.path == ReceivePath::Backlog)
        return; // Counted when it was put on the backlog.
    if (sighting.path == ReceivePath::Gro) {
        if (sighting.skb->isFrameOfPeer)
            return; // Counted frame by frame when it entered GRO.
        Traffic& of = traffic(sighting.device);
        ++of.groDelivered;
        if (at.headers.transport == TransportProtocol::Tcp) {
            const std::uint64_t ip = at.headers.network == NetworkProtocol::Ipv6 ? 40U : at.headers.headerWords * 4U;
            of.tcpHeaderBytes += device.linkHeaderBytes + ip + at.headers.tcpHeaderWords * 4U;
            ++of.tcpDataPackets;
        }
        add(sighting.device, true, event.record.time, 0, at.length, device.linkHeaderBytes);
        return;
    }
    // What an upper device is handed has lost its Ethernet header already, whatever kind of device it turns out to be.
    const bool countsLink = sighting.path != ReceivePath::Reinjected && trackers::countsLinkHeader(device.kind);
    add(sighting.device, true, event.record.time, 1, at.length, countsLink ? device.linkHeaderBytes : 0);
}

void Bandwidth::onGroFrames(const trackers::AttributedFrames& frames, base::Timestamp at)
{
    if (!frames.device.isValid())
        return;
    traffic(frames.device).groFrames += frames.frames;
    add(frames.device, true, at, frames.frames, 0, 0);
    chargeMergedHeaders(frames.device, at);
}

/// A frame that GRO merged into another left its payload there and lost its headers. Their size is estimated from the
/// TCP packets that the same device delivered.
void Bandwidth::chargeMergedHeaders(base::DeviceId device, base::Timestamp at)
{
    Traffic& of = traffic(device);
    const std::uint64_t merged = of.groFrames > of.groDelivered ? of.groFrames - of.groDelivered : 0;
    if (merged <= of.mergedCharged || of.tcpDataPackets == 0)
        return;
    const std::uint64_t header = (of.tcpHeaderBytes + of.tcpDataPackets / 2) / of.tcpDataPackets;
    const std::uint64_t frames = merged - of.mergedCharged;
    of.mergedCharged = merged;
    of.rx.isEstimated = true;
    const std::uint64_t link = std::min<std::uint64_t>(trackers::kEthernetHeaderBytes, header);
    add(device, true, at, 0, frames * (header - link), frames * link);
}

/// A bridge counts its own copy of a broadcast as received before it looks whether it may have it, and frees it when
/// not (br_pass_frame_up, net/bridge/br_input.c): the free is then the only trace of that count.
void Bandwidth::countBridgeCopy(const Event& event, const trackers::Trackers& state)
{
    const trackers::Sighting& sighting = state.sighting();
    if (sighting.skb == nullptr || !sighting.device.isValid())
        return;
    if (state.symbols().find(event.as<tracepoints::SkbKfree>().location).function != "br_pass_frame_up")
        return;
    BridgeCopies& copies = m_copies[sighting.device];
    ++copies.packets;
    copies.bytes += sighting.skb->length;
    // Which bridge a port belongs to shows with its first FDB event; until then the copies wait.
    bookBridgeCopies(sighting.device, copies, event.record.time, state);
}

void Bandwidth::bookBridgeCopies(base::DeviceId port, BridgeCopies& copies, base::Timestamp at,
                                 const trackers::Trackers& state)
{
    const base::DeviceId bridge = state.devices().at(port).bridge;
    if (!bridge.isValid() || copies.packets == 0)
        return;
    add(bridge, true, at, copies.packets, copies.bytes, 0);
    copies = BridgeCopies();
}

/// DPDK counts packets, never bytes.
void Bandwidth::onBurst(const Event& event, const trackers::Trackers& state)
{
    const auto& burst = event.as<tracepoints::EthdevBurst>();
    if (burst.packets > 0)
        add(state.sighting().device, event.record.type == EventType::EthdevRxBurst, event.record.time, burst.packets, 0,
            0);
}

void Bandwidth::finish(RunContext& context)
{
    m_cpu = kNoCpu;
    for (const trackers::AttributedFrames& rest : m_frames.finish())
        onGroFrames(rest, context.range.end);
    for (auto& [port, copies] : m_copies)
        bookBridgeCopies(port, copies, context.range.end, context.trackers);
    for (m_cpu = 0; m_cpu < m_backlog.size(); ++m_cpu)
        if (const BacklogEntry& waiting = m_backlog[m_cpu]; waiting.skb != 0)
            add(waiting.device, true, waiting.at, 1, waiting.l3Bytes, waiting.linkBytes);
    for (std::uint32_t index = 0; index < m_traffic.size(); ++index) {
        const base::DeviceId id{index};
        Traffic& of = m_traffic[index];
        for (const bool isRx : {true, false})
            (isRx ? of.rx : of.tx)
                .bins.finish([&](base::Nanoseconds width, base::Timestamp begin, const Bins::Sums& sums) {
                    m_rows.append(id, isRx ? "rx" : "tx", begin, width, sums[0], sums[1], sums[2]);
                });
    }
    writeTotals(context);
    writeCpus(context);
    report(context);
}

void Bandwidth::writeCpus(RunContext& context) const
{
    const trackers::Trackers& state = context.trackers;
    storage::TableWriter rows =
        context.store.table("device_cpu", {"device_id", "host", "cpu", "rx_packets", "tx_packets"});
    for (std::uint32_t device = 0; device < m_traffic.size(); ++device) {
        const std::vector<CpuShare>& cpus = m_traffic[device].cpus;
        for (std::uint32_t index = 0; index < cpus.size(); ++index) {
            const trackers::CpuState& cpu = state.cpus()[index];
            if (cpus[index].rx + cpus[index].tx > 0)
                rows.append(device, state.hostName(cpu.host), cpu.cpu, cpus[index].rx, cpus[index].tx);
        }
    }
}

/// The three columns of one direction and its basis; NULL where the trace cannot tell.
struct Columns {
    storage::Value packets, bytes, l3Bytes;
    std::string_view basis = "unobserved";
};

Columns columnsOf(const Direction& direction, bool isObservable, bool isDpdk)
{
    Columns columns;
    if (!isObservable)
        return columns;
    columns.packets = direction.packets;
    if (!isDpdk) {
        columns.bytes = direction.bytes;
        columns.l3Bytes = direction.l3Bytes;
    }
    columns.basis = direction.isEstimated ? "estimated" : "exact";
    return columns;
}

void Bandwidth::writeTotals(RunContext& context)
{
    storage::TableWriter totals =
        context.store.table("device_traffic", {"device_id", "rx_packets", "rx_bytes", "rx_l3_bytes", "tx_packets",
                                               "tx_bytes", "tx_l3_bytes", "rx_basis", "tx_basis"});
    const bool hasRx =
        isRecorded(context.session, EventType::NetIfReceiveSkb) || isRecorded(context.session, EventType::NetIfRx);
    const bool hasTx = isRecorded(context.session, EventType::NetDevXmit);
    const bool hasDpdk =
        isRecorded(context.session, EventType::EthdevRxBurst) || isRecorded(context.session, EventType::EthdevTxBurst);
    for (std::uint32_t index = 0; index < context.trackers.devices().devices().size(); ++index) {
        const base::DeviceId id{index};
        const trackers::Device& device = context.trackers.devices().at(id);
        const Traffic& of = traffic(id);
        const bool isDpdk = hasDpdk && of.rx.bytes + of.tx.bytes == 0 && of.rx.packets + of.tx.packets > 0;
        // Receiving on a VLAN device leaves no event of its own: the stack turns the lower device's skb into its skb
        // without passing a tracepoint again (net/core/dev.c, another_round).
        const bool hasRxEvents = of.rx.isObserved || (hasRx && device.kind != trackers::DeviceKind::Vlan);
        const Columns rx = columnsOf(of.rx, hasRxEvents, isDpdk);
        const Columns tx = columnsOf(of.tx, of.tx.isObserved || hasTx, isDpdk);
        totals.append(id, rx.packets, rx.bytes, rx.l3Bytes, tx.packets, tx.bytes, tx.l3Bytes, rx.basis, tx.basis);
        if (!hasRxEvents && hasRx)
            context.quality.push_back(
                {base::Severity::Info,
                 "vlan_rx_unobserved",
                 fmt::format("What VLAN device {} received cannot be seen: the kernel has no event for it.",
                             context.trackers.deviceInWords(id)),
                 "Read its lower device's rx instead.",
                 1,
                 {},
                 {},
                 context.trackers.deviceLabel(id)});
    }
}

/// The busiest device, so that a reader knows where to look first.
void Bandwidth::report(RunContext& context) const
{
    const auto busiest =
        std::ranges::max_element(m_traffic, {}, [](const Traffic& of) { return of.rx.bytes + of.tx.bytes; });
    if (busiest == m_traffic.end() || busiest->rx.bytes + busiest->tx.bytes == 0)
        return;
    const base::DeviceId id{static_cast<std::uint32_t>(busiest - m_traffic.begin())};
    const double seconds = static_cast<double>(context.range.length()) / static_cast<double>(base::kNsPerSecond);
    const std::uint64_t bytes = busiest->rx.bytes + busiest->tx.bytes;
    const std::string rate =
        seconds > 0 ? fmt::format(", {:.3g} Mbit/s on average", static_cast<double>(bytes) * 8.0 / seconds / 1e6)
                    : std::string();
    context.findings.push_back({0.1, "device", static_cast<std::int64_t>(id.value),
                                fmt::format("{} is the busiest device", context.trackers.deviceInWords(id)),
                                fmt::format("{} packets and {} bytes in both directions{}.",
                                            busiest->rx.packets + busiest->tx.packets, bytes, rate),
                                context.range, busiest->rx.isEstimated ? "bytes that GRO merged are estimated" : ""});
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Bandwidth>();
}

} // namespace vnscope::analyses::bandwidth
