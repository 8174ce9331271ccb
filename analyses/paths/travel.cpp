// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/travel.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"

namespace vnscope::analyses::paths {

namespace {

using trackers::Conversations;

/// A packet of which nothing is seen for so long has ended, or cannot be told from another any more. Longer than queues
/// and ovs-vswitchd hold packets.
constexpr base::Nanoseconds kPatience = 4 * base::kNsPerSecond;
/// A packet that goes round in a loop must not grow without bound.
constexpr std::uint32_t kMostHops = 250;

storage::Value idOrNull(PacketId id)
{
    return id == kNoPacket ? storage::Value() : storage::Value(id);
}

storage::Value streamOrNull(std::uint32_t id)
{
    return id == Conversations::kNone ? storage::Value() : storage::Value(id);
}

bool carriesHeaders(const Arrival& arrival)
{
    return arrival.headers != nullptr && arrival.headers->network != tracepoints::NetworkProtocol::Unknown;
}

} // namespace

void Travel::begin(RunContext& context)
{
    m_devices = &context.trackers.devices();
    m_edges.begin(context.store);
    m_rows = context.store.table("packet", {"packet_id", "parent_id", "merged_id", "stream_id", "later_stream_id",
                                            "first_ns", "last_ns", "first_device_id", "last_device_id", "hop_count",
                                            "outcome", "confidence", "l3_bytes", "hops"});
}

Travel::Handle Travel::make(base::Timestamp at)
{
    if (m_journeys.isFull()) {
        ++m_evicted;
        endSilently(m_journeys.oldest());
    }
    return m_journeys.begin(at);
}

void Travel::learn(Journey& journey, const Arrival& arrival) const
{
    if (carriesHeaders(arrival)) {
        const bool showsLess = journey.hasHeaders &&
                               arrival.headers->transport == tracepoints::TransportProtocol::Unknown &&
                               trackers::isSamePacket(journey.headers, *arrival.headers);
        if (showsLess)
            journey.headers.ttl = arrival.headers->ttl;
        else
            journey.headers = *arrival.headers;
        journey.hasHeaders = true;
    }
    if (arrival.l3Bytes > 0)
        journey.l3Bytes = arrival.l3Bytes;
    if (arrival.conversation == Conversations::kNone)
        return;
    if (journey.conversation == Conversations::kNone)
        journey.conversation = arrival.conversation;
    else if (journey.conversation != arrival.conversation)
        journey.laterConversation = arrival.conversation;
}

/// Writes a hop into the packet, without counting it at an edge.
void Travel::note(Journey& journey, PlaceId place, const Arrival& arrival, Join join)
{
    journey.place = place;
    if (arrival.device.isValid()) {
        journey.device = arrival.device;
        if (!journey.firstDevice.isValid())
            journey.firstDevice = arrival.device;
    }
    if (join != Join::Skb)
        journey.confidence = std::min(journey.confidence, confidenceOf(join, journey.hasHeaders));
    if (journey.hops.rows() >= kMostHops)
        return;
    const std::array<std::int64_t, 5> hop{arrival.at - journey.first, place.value, arrival.cpu, journey.l3Bytes,
                                          static_cast<std::int64_t>(join)};
    journey.hops.append(hop);
}

void Travel::count(const Journey& journey, PlaceId from, PlaceId to, std::optional<base::Nanoseconds> latency)
{
    m_edges.add({journey.conversation, from, to}, journey.laterConversation, journey.l3Bytes, latency, m_places,
                *m_devices);
}

void Travel::goTo(Handle handle, PlaceId to, const Arrival& arrival, Join join)
{
    Journey& journey = *m_journeys.find(handle);
    learn(journey, arrival);
    count(journey, journey.place, to, arrival.at - journey.last);
    note(journey, to, arrival, join);
    m_journeys.touch(handle, arrival.at);
}

/// A packet's first place, reached from where nothing was seen of it.
void Travel::enter(Handle handle, PlaceId from, const Arrival& arrival)
{
    Journey& journey = *m_journeys.find(handle);
    journey.packet = m_nextPacket++;
    learn(journey, arrival);
    const PlaceId place = m_places.at(arrival.kind, arrival.device);
    count(journey, from, place);
    note(journey, place, arrival, Join::Skb);
    m_journeys.touch(handle, arrival.at);
}

Travel::Handle Travel::start(const Arrival& arrival, PlaceKind from)
{
    const Handle handle = make(arrival.at);
    Journey& journey = *m_journeys.find(handle);
    if (from == PlaceKind::Source) {
        journey.originDevice = arrival.device;
        journey.origin = arrival.at;
        if (carriesHeaders(arrival))
            m_endpoints.sawSent(*arrival.headers, arrival.device);
    }
    enter(handle, m_places.at(from, arrival.device), arrival);
    return handle;
}

Travel::Handle Travel::startUnknown(base::Timestamp at)
{
    return make(at);
}

Travel::Handle Travel::branch(Handle parentHandle, const Arrival& arrival, Join join)
{
    const Handle handle = make(arrival.at);
    Journey& journey = *m_journeys.find(handle);
    const Journey* parent = m_journeys.find(parentHandle);
    if (parent == nullptr) { // It made room for the new one.
        enter(handle, m_places.at(PlaceKind::Source, arrival.device), arrival);
        return handle;
    }
    journey.packet = m_nextPacket++;
    journey.parent = parent->packet;
    journey.conversation = parent->conversation;
    journey.laterConversation = parent->laterConversation;
    journey.originDevice = parent->originDevice;
    journey.origin = parent->origin;
    journey.confidence = parent->confidence;
    learn(journey, arrival);
    const PlaceId to = m_places.at(arrival.kind, arrival.device);
    count(journey, parent->place, to, arrival.at - parent->last);
    note(journey, to, arrival, join);
    return handle;
}

void Travel::branchOnWire(Handle parentHandle, const Arrival& arrival)
{
    Journey* parent = m_journeys.find(parentHandle);
    Arrival segment = arrival;
    tracepoints::PacketHeaders headers;
    if (parent->hasHeaders) {
        headers = segmentOf(parent->headers, parent->segments, parent->segmentedTo, arrival.l3Bytes);
        segment.headers = &headers;
        parent->segmentedTo += payloadOf(headers);
    }
    ++parent->segments;
    const Handle handle = branch(parentHandle, segment, Join::Segment);
    m_wire.add(handle, *m_journeys.find(handle));
}

void Travel::step(Handle handle, const Arrival& arrival, Join join)
{
    goTo(handle, m_places.at(arrival.kind, arrival.device), arrival, join);
}

void Travel::stepToUpcall(Handle handle, const Arrival& arrival, base::DeviceId datapath)
{
    goTo(handle, m_places.upcall(datapath), arrival, Join::Skb);
}

/// GRO made one packet of `parts`: each of them ends here, and the merged one goes on.
void Travel::merge(Handle merged, std::span<const Handle> parts, const Arrival& arrival)
{
    Journey& journey = *m_journeys.find(merged);
    const PlaceId to = m_places.at(arrival.kind, arrival.device);
    const Journey& head = *m_journeys.find(parts.front());
    journey.packet = m_nextPacket++;
    journey.conversation = head.conversation;
    journey.laterConversation = head.laterConversation;
    journey.originDevice = head.originDevice;
    journey.origin = head.origin;
    learn(journey, arrival);
    note(journey, to, arrival, Join::Merge);
    m_journeys.touch(merged, arrival.at);
    for (const Handle handle : parts) {
        Journey& part = *m_journeys.find(handle);
        part.mergedInto = journey.packet;
        journey.confidence = std::min(journey.confidence, part.confidence);
        // Only of the first frame it is known when it came: GRO keeps that one's skb.
        const bool isFirst = handle == parts.front();
        count(part, part.place, to, isFirst ? std::optional(arrival.at - part.last) : std::nullopt);
        Arrival ending = arrival;
        ending.l3Bytes = part.l3Bytes;
        note(part, to, ending, Join::Merge);
        part.last = arrival.at;
        end(handle, Outcome::Merged);
    }
}

Travel::Handle Travel::arrive(Handle unknown, const Arrival& arrival)
{
    const WirePool::Match match =
        carriesHeaders(arrival) ? m_wire.match(*arrival.headers, m_journeys) : WirePool::Match();
    if (match.parts.size() == 1) {
        const Handle handle = match.parts.front();
        if (unknown != 0)
            m_journeys.end(unknown);
        m_wire.remove(handle, *m_journeys.find(handle));
        goTo(handle, m_places.at(arrival.kind, arrival.device), arrival, match.join);
        return handle;
    }
    if (match.parts.empty()) {
        const Handle handle = unknown != 0 ? unknown : make(arrival.at);
        enter(handle, m_places.at(PlaceKind::Outside, arrival.device), arrival);
        return handle;
    }
    // Room is made before the parts are looked at again, so that it is not made of them.
    const Handle handle = unknown != 0 ? unknown : make(arrival.at);
    if (std::ranges::all_of(match.parts, [&](Handle part) { return m_journeys.find(part) != nullptr; }))
        merge(handle, match.parts, arrival);
    else
        enter(handle, m_places.at(PlaceKind::Outside, arrival.device), arrival);
    return handle;
}

void Travel::leave(Handle handle)
{
    m_wire.add(handle, *m_journeys.find(handle));
}

void Travel::back(Handle handle)
{
    m_wire.remove(handle, *m_journeys.find(handle));
}

Outcome Travel::outcomeOf(const Journey& journey) const
{
    switch (kindOf(journey)) {
    case PlaceKind::Wire: return Outcome::LeftHost;
    case PlaceKind::Stack: return m_endpoints.isHome(journey) ? Outcome::Delivered : Outcome::Unknown;
    case PlaceKind::Queue:
    case PlaceKind::Qdisc: return journey.segments > 0 ? Outcome::Split : Outcome::Unknown;
    default: return Outcome::Unknown;
    }
}

void Travel::end(Handle handle, Outcome outcome)
{
    Journey& journey = *m_journeys.find(handle);
    m_wire.remove(handle, journey);
    if (outcome == Outcome::Delivered)
        m_endpoints.sawDelivered(journey);
    if (journey.packet != kNoPacket)
        write(journey, outcome);
    m_journeys.end(handle);
}

void Travel::endSilently(Handle handle)
{
    Journey& journey = *m_journeys.find(handle);
    end(handle, journey.packet == kNoPacket ? Outcome::Merged : outcomeOf(journey));
}

void Travel::loseSkb(Handle handle, std::uint64_t skb)
{
    Journey* journey = m_journeys.find(handle);
    // A packet that went on under another address has lost this one long ago.
    if (journey == nullptr || journey->skb != skb)
        return;
    if (journey->packet == kNoPacket) {
        endSilently(handle);
        return;
    }
    switch (kindOf(*journey)) {
    case PlaceKind::Wire:
    case PlaceKind::Upcall:
    case PlaceKind::Queue:
    case PlaceKind::Qdisc: journey->isFreed = true; break;
    default: endSilently(handle);
    }
}

void Travel::endIdle(base::Timestamp now)
{
    for (Handle oldest = m_journeys.oldest(); oldest != 0; oldest = m_journeys.oldest()) {
        const Journey& journey = *m_journeys.find(oldest);
        if (now - journey.last < kPatience)
            return;
        // What ovs-vswitchd keeps for so long it does not send on.
        if (journey.packet != kNoPacket && kindOf(journey) == PlaceKind::Upcall)
            end(oldest, Outcome::Dropped);
        else
            endSilently(oldest);
    }
}

void Travel::write(const Journey& journey, Outcome outcome)
{
    m_rows.append(journey.packet, idOrNull(journey.parent), idOrNull(journey.mergedInto),
                  streamOrNull(journey.conversation), streamOrNull(journey.laterConversation), journey.first,
                  journey.last, journey.firstDevice, journey.device, journey.hops.rows(), toText(outcome),
                  journey.confidence, journey.l3Bytes, journey.hops.text());
}

void Travel::finish(RunContext& context)
{
    endIdle(context.range.end);
    for (Handle oldest = m_journeys.oldest(); oldest != 0; oldest = m_journeys.oldest())
        endSilently(oldest);
    m_edges.finish(m_places, *m_devices);
    m_places.write(context.store, context.trackers);
    m_endpoints.write(context.store, *m_devices);
    report(context);
}

void Travel::report(RunContext& context) const
{
    if (m_evicted > 0)
        context.quality.push_back(
            {base::Severity::Defect,
             "paths_evicted",
             fmt::format("More than {} packets were under way at once; the paths of those idle for "
                         "longest were ended early.",
                         Journeys::kMostAlive),
             "Trace for a shorter time, or fewer devices.",
             m_evicted,
             {},
             {},
             "paths"});
    if (m_wire.ambiguous() > 0)
        context.quality.push_back({base::Severity::Info,
                                   "paths_ambiguous",
                                   "Packets came in whose headers fit several that had left; their paths begin anew.",
                                   "Look at packet.outcome = 'left_host' of the same stream for the first half.",
                                   m_wire.ambiguous(),
                                   {},
                                   {},
                                   "paths"});
    const auto& flows = m_endpoints.flows();
    const auto busiest = std::ranges::max_element(flows, {}, [](const auto& flow) { return flow.second.l3Bytes; });
    if (busiest == flows.end())
        return;
    const auto& [pair, flow] = *busiest;
    constexpr double kTail = 0.99;
    context.findings.push_back(
        {0.15, "device", static_cast<std::int64_t>(pair.first.value),
         fmt::format("{} to {} is the busiest pair of endpoints", context.trackers.deviceInWords(pair.first),
                     context.trackers.deviceInWords(pair.second)),
         fmt::format("{} packets, {} bytes without Ethernet headers; 99 % of them took at most {}. See "
                     "endpoint_flow.",
                     flow.packets, flow.l3Bytes, base::formatDuration(flow.latency.quantile(kTail))),
         context.range, ""});
}

} // namespace vnscope::analyses::paths
