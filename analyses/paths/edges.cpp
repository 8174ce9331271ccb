// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/edges.hpp"

namespace vnscope::analyses::paths {

namespace {

using trackers::Conversations;
using trackers::Device;
using trackers::DeviceKind;

constexpr double kMedian = 0.5;
constexpr double kTail = 0.99;

bool pollsByNapi(const Device& device)
{
    return device.kind == DeviceKind::Veth && device.receivesByNapi;
}

/// Whether the kernel's counters of this step include the Ethernet header; see docs/decisions/0007.
bool countsLinkHeader(const Place& from, const Place& to, const trackers::DeviceTracker& devices)
{
    const bool isArrival =
        to.kind == PlaceKind::Receive || (to.kind == PlaceKind::Stack && from.kind != PlaceKind::Receive);
    if (isArrival) {
        const Device& receiver = devices.at(to.device);
        const bool wasHandedUp = from.kind == PlaceKind::Stack || from.kind == PlaceKind::Upcall;
        return !wasHandedUp && trackers::countsLinkHeader(receiver.kind) && !pollsByNapi(receiver);
    }
    const bool isDeparture = from.kind == PlaceKind::Queue || from.kind == PlaceKind::Qdisc;
    if (isDeparture && from.device.isValid()) {
        const Device& sender = devices.at(from.device);
        return sender.kind != DeviceKind::Loopback && !(sender.peer.isValid() && pollsByNapi(devices.at(sender.peer)));
    }
    return true;
}

std::uint64_t linkBytes(const Place& from, const Place& to, const trackers::DeviceTracker& devices)
{
    const base::DeviceId device = to.device.isValid() ? to.device : from.device;
    if (!device.isValid() || !countsLinkHeader(from, to, devices))
        return 0;
    return devices.at(device).linkHeaderBytes;
}

storage::Value quantile(const LatencySketch& latency, double share)
{
    return latency.count() == 0 ? storage::Value() : storage::Value(latency.quantile(share));
}

storage::Value longest(const LatencySketch& latency)
{
    return latency.count() == 0 ? storage::Value() : storage::Value(latency.max());
}

} // namespace

std::size_t Edges::Hash::operator()(const Step& step) const
{
    constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15U;
    const std::uint64_t places = (std::uint64_t{step.from.value} << 32U) | step.to.value;
    const std::uint64_t hash = (places ^ (std::uint64_t{step.conversation} << 16U)) * kMultiplier;
    return static_cast<std::size_t>(hash ^ (hash >> 32U));
}

void Edges::begin(storage::StoreWriter& store)
{
    m_rows = store.table(
        "flow_edge", {"from_id", "to_id", "packets", "bytes", "latency_p50_ns", "latency_p99_ns", "latency_max_ns"});
    m_streamRows = store.table("stream_edge", {"stream_id", "part", "from_id", "to_id", "packets", "bytes",
                                               "latency_p50_ns", "latency_p99_ns", "latency_max_ns"});
}

void Edges::Traffic::merge(const Traffic& other)
{
    packets += other.packets;
    l3Bytes += other.l3Bytes;
    latency.merge(other.latency);
}

Edges::Traffic& Edges::open(Open& in, const Step& step, const Places& places, const trackers::DeviceTracker& devices)
{
    if (const auto found = in.find(step); found != in.end())
        return found->second;
    if (m_open.size() + m_later.size() >= kMostOpen) {
        flush(places, devices);
        ++m_part;
    }
    return in[step];
}

void Edges::flush(const Places& places, const trackers::DeviceTracker& devices)
{
    for (const auto& [step, traffic] : m_open)
        m_sums[{Conversations::kNone, step.from, step.to}].merge(traffic);
    // In the sums each packet is once.
    for (const auto& [step, traffic] : m_later)
        m_open[step].merge(traffic);
    for (const auto& [step, traffic] : m_open) {
        if (step.conversation == Conversations::kNone)
            continue;
        const std::uint64_t bytes =
            traffic.l3Bytes + traffic.packets * linkBytes(places[step.from], places[step.to], devices);
        m_streamRows.append(step.conversation, m_part, step.from, step.to, traffic.packets, bytes,
                            quantile(traffic.latency, kMedian), quantile(traffic.latency, kTail),
                            longest(traffic.latency));
    }
    m_open.clear();
    m_later.clear();
}

void Edges::finish(const Places& places, const trackers::DeviceTracker& devices)
{
    flush(places, devices);
    for (const auto& [step, traffic] : m_sums)
        m_rows.append(step.from, step.to, traffic.packets,
                      traffic.l3Bytes + traffic.packets * linkBytes(places[step.from], places[step.to], devices),
                      quantile(traffic.latency, kMedian), quantile(traffic.latency, kTail), longest(traffic.latency));
}

} // namespace vnscope::analyses::paths
