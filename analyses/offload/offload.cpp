// SPDX-License-Identifier: Apache-2.0
#include "analyses/offload/offload.hpp"

#include <deque>

#include <fmt/format.h>

#include "analyses/trackers/napi_frames.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_offload_kTables.hpp"

namespace vnscope::analyses::offload {

namespace {

using tracepoints::EventType;
using tracepoints::NetworkProtocol;
using tracepoints::PacketHeaders;
using tracepoints::SkbAtDevice;
using tracepoints::TransportProtocol;

/// What one frame carries when nothing else is known: Ethernet's usual MTU. A jumbo network shows fewer super-packets
/// than there are, never more.
constexpr std::uint32_t kUsualMtu = 1500;

struct Counters {
    std::uint64_t groFrames = 0;
    std::uint64_t groDelivered = 0;
    std::uint64_t gsoPackets = 0;
    std::uint64_t gsoBytes = 0;
    std::uint64_t segmentsEstimated = 0;
    std::uint64_t segmentsSoftware = 0;
    trackers::FrameAttribution attribution = trackers::FrameAttribution::Unattributed;

    [[nodiscard]] bool isEmpty() const { return groFrames + groDelivered + gsoPackets + segmentsSoftware == 0; }
};

std::string_view toText(trackers::FrameAttribution attribution)
{
    switch (attribution) {
    case trackers::FrameAttribution::NapiPoll: return "napi_poll";
    case trackers::FrameAttribution::DeliveredSkb: return "delivered_skb";
    case trackers::FrameAttribution::OwnEvent: return "own_event";
    case trackers::FrameAttribution::Unattributed: return "unattributed";
    }
    return "unattributed";
}

class Offload final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext&) override {}
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    Counters& counters(base::DeviceId device);
    void onFrames(const trackers::AttributedFrames& frames);
    void onQueue(const Event& event, const trackers::Trackers& state);
    void report(RunContext& context) const;

    trackers::NapiFrames m_frames;
    std::deque<Counters> m_byDevice;
    Counters m_unattributed;
};

const AnalysisInfo& Offload::info() const
{
    static const AnalysisInfo kInfo{
        "offload",
        1,
        "Offloading",
        "How many frames do devices and the stack merge into one skb (GRO), and split from one (GSO/TSO)?",
        {{{EventType::NapiGroReceiveEntry}, false, "GRO: frames per delivered skb"},
         {{EventType::NapiPoll}, false, "which device GRO's frames belong to"},
         {{EventType::NetDevQueue, EventType::NetIfReceiveSkb}, true, "super-packets"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Offload::subscriptions() const
{
    std::vector<EventType> events = trackers::NapiFrames::subscriptions();
    events.insert(events.end(), {EventType::NetDevQueue, EventType::NetDevXmit});
    return events;
}

Counters& Offload::counters(base::DeviceId device)
{
    if (!device.isValid())
        return m_unattributed;
    while (m_byDevice.size() <= device.value)
        m_byDevice.emplace_back();
    return m_byDevice[device.value];
}

void Offload::onFrames(const trackers::AttributedFrames& frames)
{
    Counters& of = counters(frames.device);
    of.groFrames += frames.frames;
    of.attribution = frames.attribution;
}

void Offload::process(const Event& event, RunContext& context)
{
    const trackers::Sighting& sighting = context.trackers.sighting();
    switch (event.record.type) {
    case EventType::NetIfReceiveSkb:
        if (sighting.path == trackers::ReceivePath::Gro)
            ++counters(sighting.device).groDelivered;
        break;
    case EventType::NetDevQueue: onQueue(event, context.trackers); break;
    case EventType::NetDevXmit:
        // An skb that was never queued here is a piece of one that was: software segmentation happens in between.
        if (!sighting.wasQueuedHere && event.as<tracepoints::NetDevXmit>().rc == 0)
            ++counters(sighting.device).segmentsSoftware;
        break;
    default: break;
    }
    if (const auto frames = m_frames.process(event, context.trackers); frames.frames > 0)
        onFrames(frames);
}

void Offload::onQueue(const Event& event, const trackers::Trackers& state)
{
    const auto& at = event.as<SkbAtDevice>();
    const trackers::Device& device = state.devices().at(state.sighting().device);
    const PacketHeaders& headers = at.headers;
    const std::uint32_t network = at.length > device.linkHeaderBytes ? at.length - device.linkHeaderBytes : 0;
    if (network <= kUsualMtu || device.kind == trackers::DeviceKind::Loopback)
        return;
    const std::uint32_t ip = headers.network == NetworkProtocol::Ipv6 ? 40U : headers.headerWords * 4U;
    const std::uint32_t transport = headers.transport == TransportProtocol::Tcp ? headers.tcpHeaderWords * 4U : 8U;
    const std::uint32_t headerBytes = headers.network == NetworkProtocol::Unknown ? 0U : ip + transport;
    if (network <= headerBytes || headerBytes >= kUsualMtu)
        return;
    const std::uint32_t segmentPayload = kUsualMtu - headerBytes;
    Counters& of = counters(state.sighting().device);
    ++of.gsoPackets;
    of.gsoBytes += at.length;
    of.segmentsEstimated += (network - headerBytes + segmentPayload - 1) / segmentPayload;
}

void Offload::finish(RunContext& context)
{
    for (const trackers::AttributedFrames& rest : m_frames.finish())
        onFrames(rest);
    storage::TableWriter rows = context.store.table(
        "device_offload", {"device_id", "gro_frames", "gro_delivered", "gro_ratio", "gso_packets", "gso_bytes",
                           "gso_segments_estimated", "gso_segments_software", "attribution"});
    const auto append = [&rows](base::DeviceId device, const Counters& of) {
        const storage::Value ratio =
            of.groFrames == 0 || of.groDelivered == 0
                ? storage::Value()
                : storage::Value(static_cast<double>(of.groFrames) / static_cast<double>(of.groDelivered));
        rows.append(device, of.groFrames, of.groDelivered, ratio, of.gsoPackets, of.gsoBytes, of.segmentsEstimated,
                    of.segmentsSoftware, of.groFrames == 0 ? std::string_view() : toText(of.attribution));
    };
    for (std::uint32_t index = 0; index < m_byDevice.size(); ++index)
        if (!m_byDevice[index].isEmpty())
            append({index}, m_byDevice[index]);
    if (!m_unattributed.isEmpty())
        append({}, m_unattributed);
    report(context);
}

void Offload::report(RunContext& context) const
{
    if (m_unattributed.groFrames == 0)
        return;
    context.quality.push_back(
        {base::Severity::Defect,
         "unattributed_gro",
         fmt::format("{} frames entered GRO on devices that the trace does not name.", m_unattributed.groFrames),
         "Record napi_poll too: it names the device of each poll.",
         m_unattributed.groFrames,
         {},
         {},
         "offload"});
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Offload>();
}

} // namespace vnscope::analyses::offload
