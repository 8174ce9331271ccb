// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/paths.hpp"

#include <algorithm>
#include <vector>

#include "analyses/paths/ovs_datapaths.hpp"
#include "analyses/paths/travel.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_paths_kTables.hpp"

namespace vnscope::analyses::paths {

namespace {

using tracepoints::EventType;
using tracepoints::NetworkProtocol;
using tracepoints::OvsPacket;
using tracepoints::PacketHeaders;
using tracepoints::SkbAtDevice;
using trackers::Appearance;
using trackers::CopyOf;
using trackers::ReceivePath;
using trackers::SkbState;
using trackers::Trackers;
using Handle = Travel::Handle;

/// The same as the drops analysis: longer than a loaded host's upcalls take.
constexpr base::Nanoseconds kUpcallPatience = base::kNsPerSecond;

bool carriesHeaders(const PacketHeaders& headers)
{
    return headers.network != NetworkProtocol::Unknown;
}

/// The skb of an event that can begin a new life.
std::uint64_t addressOf(const Event& event)
{
    return event.record.type == EventType::NapiGroReceiveEntry ? event.as<tracepoints::SkbOnly>().skb
                                                               : event.as<SkbAtDevice>().skb;
}

class Paths final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    /// What one CPU does with packets, as far as a copy or a segment may come of it.
    struct Cpu {
        Handle received = 0; ///< The packet it received last.
        Handle queued = 0;   ///< The packet it queued last.
        /// Open vSwitch carries out actions on a packet.
        bool isInAction = false;
        std::uint64_t actionSkb = 0;
        Handle actionPacket = 0; ///< 0: not known which; its headers may tell.
        OvsPacket action;
    };

    void onQueue(const Event& event, Trackers& state);
    void onXmit(const Event& event, Trackers& state);
    void onBacklog(const Event& event, Trackers& state);
    void onGroEntry(const Event& event, Trackers& state);
    void onReceive(const Event& event, Trackers& state);
    void onCopy(const Event& event, Trackers& state);
    void onConsume(Trackers& state, const Event& event);
    void onKfree(const Event& event, Trackers& state);
    void onQdisc(const Event& event, Trackers& state);
    void onUpcall(const Event& event, Trackers& state);
    void onAction(const Event& event, Trackers& state);

    [[nodiscard]] Arrival arrivalOf(const Event& event, const Trackers& state, PlaceKind kind) const;
    [[nodiscard]] static Arrival arrivalAt(const Event& event, const Trackers& state, PlaceKind kind);
    [[nodiscard]] Cpu& cpuOf(const Trackers& state);
    [[nodiscard]] Journey* journeyOf(const Trackers& state, std::uint64_t address);
    void bind(SkbState& skb, Handle handle, std::uint64_t address);
    Handle beginAtQueue(Cpu& cpu, const Arrival& arrival, const Trackers& state);
    Handle continueFromAction(Cpu& cpu, const Arrival& arrival, const Trackers& state);
    Handle returnFromUpcall(Upcall* upcall, const Arrival& arrival);
    [[nodiscard]] bool isFloodedCopy(const Cpu& cpu, const Arrival& arrival, const Trackers& state);
    void learnSwitchPorts(const Journey& journey, const Arrival& arrival);
    Handle copyOrArrival(Cpu& cpu, Handle unknown, const Arrival& arrival, const Trackers& state);
    void deliver(Handle handle, const Event& event, const Trackers& state);
    [[nodiscard]] bool isSwitchPort(base::DeviceId device) const;

    Travel m_travel;
    OvsDatapaths m_ovs;
    std::vector<Cpu> m_cpus;
    std::vector<bool> m_switchPorts; ///< By device: forwarded a packet unchanged.
};

const AnalysisInfo& Paths::info() const
{
    static const AnalysisInfo kInfo{
        "paths",
        2,
        "Paths of packets",
        "Which way does each packet take, where does it wait, and who talks to whom inside the host?",
        {{{EventType::NetDevQueue}, true, "where packets are sent"},
         {{EventType::NetIfReceiveSkb}, true, "where packets are received"},
         {{EventType::NetDevXmit}, false, "packets that leave the host, and segments of super-packets"},
         {{EventType::NetIfRx, EventType::NapiGroReceiveEntry}, false, "the wait between a device and the stack"},
         {{EventType::SkbConsume, EventType::SkbKfree}, false, "where paths end, and what was dropped"},
         {{EventType::SkbCopyDatagram}, false, "what programs received, and the wait for them"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Paths::subscriptions() const
{
    return {EventType::NetDevQueue,         EventType::NetDevXmit,      EventType::NetIfRx,
            EventType::NapiGroReceiveEntry, EventType::NetIfReceiveSkb, EventType::SkbCopyDatagram,
            EventType::SkbConsume,          EventType::SkbKfree,        EventType::QdiscEnqueue,
            EventType::OvsUpcall,           EventType::OvsExecuteAction};
}

void Paths::begin(RunContext& context)
{
    m_travel.begin(context);
    m_ovs.begin(context);
}

void Paths::process(const Event& event, RunContext& context)
{
    Trackers& state = context.trackers;
    m_travel.endIdle(event.record.time);
    m_ovs.giveUp(event.record.time - kUpcallPatience);
    if (state.sighting().replacedJourney != SkbState::kNoJourney)
        m_travel.loseSkb(state.sighting().replacedJourney, addressOf(event));
    switch (event.record.type) {
    case EventType::NetDevQueue: onQueue(event, state); break;
    case EventType::NetDevXmit: onXmit(event, state); break;
    case EventType::NetIfRx: onBacklog(event, state); break;
    case EventType::NapiGroReceiveEntry: onGroEntry(event, state); break;
    case EventType::NetIfReceiveSkb: onReceive(event, state); break;
    case EventType::SkbCopyDatagram: onCopy(event, state); break;
    case EventType::SkbConsume: onConsume(state, event); break;
    case EventType::SkbKfree: onKfree(event, state); break;
    case EventType::QdiscEnqueue: onQdisc(event, state); break;
    case EventType::OvsUpcall: onUpcall(event, state); break;
    case EventType::OvsExecuteAction: onAction(event, state); break;
    default: break;
    }
}

Paths::Cpu& Paths::cpuOf(const Trackers& state)
{
    if (m_cpus.size() <= state.cpuIndex())
        m_cpus.resize(state.cpuIndex() + std::size_t{1});
    return m_cpus[state.cpuIndex()];
}

/// The packet that the event's skb, which lives at `address`, is.
Journey* Paths::journeyOf(const Trackers& state, std::uint64_t address)
{
    const SkbState* skb = state.sighting().skb;
    Journey* journey = skb == nullptr ? nullptr : m_travel.find(skb->journey);
    // A packet that went on under another address has left this one.
    return journey != nullptr && journey->skb == address ? journey : nullptr;
}

void Paths::bind(SkbState& skb, Handle handle, std::uint64_t address)
{
    skb.journey = handle;
    if (Journey* journey = m_travel.find(handle))
        journey->skb = address;
}

/// Where and when, for an event that shows no headers or length.
Arrival Paths::arrivalAt(const Event& event, const Trackers& state, PlaceKind kind)
{
    Arrival arrival;
    arrival.at = event.record.time;
    arrival.kind = kind;
    arrival.device = state.sighting().device;
    arrival.cpu = event.record.cpu;
    return arrival;
}

Arrival Paths::arrivalOf(const Event& event, const Trackers& state, PlaceKind kind) const
{
    const auto& at = event.as<SkbAtDevice>();
    Arrival arrival = arrivalAt(event, state, kind);
    arrival.skb = at.skb;
    const std::uint32_t link =
        kind == PlaceKind::Queue ? state.devices().at(state.sighting().device).linkHeaderBytes : 0;
    arrival.l3Bytes = at.length - std::min(link, at.length);
    arrival.headers = state.sighting().headers;
    arrival.conversation = state.sighting().conversation;
    return arrival;
}

bool Paths::isSwitchPort(base::DeviceId device) const
{
    return device.isValid() && device.value < m_switchPorts.size() && m_switchPorts[device.value];
}

/// What goes from one device to another with all its headers as they were, TTL included, was switched, not routed.
void Paths::learnSwitchPorts(const Journey& journey, const Arrival& arrival)
{
    const bool isForwarded = m_travel.kindOf(journey) == PlaceKind::Stack && journey.device != arrival.device;
    if (!isForwarded || !journey.hasHeaders || !carriesHeaders(*arrival.headers) || isSwitchPort(journey.device) ||
        arrival.headers->ttl != journey.headers.ttl)
        return;
    if (m_switchPorts.size() <= journey.device.value)
        m_switchPorts.resize(journey.device.value + std::size_t{1});
    m_switchPorts[journey.device.value] = true;
}

/// A packet without headers (ARP) that leaves by another port of a switch while this CPU receives one of the same
/// length. Without the switch it may as well be an answer.
bool Paths::isFloodedCopy(const Cpu& cpu, const Arrival& arrival, const Trackers& state)
{
    const Journey* received = m_travel.find(cpu.received);
    return received != nullptr && m_cpus[state.cpuIndex()].received != 0 &&
           state.cpus()[state.cpuIndex()].receiving != 0 && !received->hasHeaders &&
           !carriesHeaders(*arrival.headers) && received->l3Bytes == arrival.l3Bytes &&
           m_travel.kindOf(*received) == PlaceKind::Stack && received->device != arrival.device &&
           (isSwitchPort(received->device) || state.devices().at(received->device).bridge.isValid());
}

Handle Paths::returnFromUpcall(Upcall* upcall, const Arrival& arrival)
{
    if (upcall == nullptr || m_travel.find(upcall->journey) == nullptr)
        return 0;
    const Handle handle = upcall->journey;
    m_ovs.answer(*upcall, arrival.at);
    return handle;
}

/// Open vSwitch sends a packet, or a clone of it, by a port; the packet may be one that comes back from ovs-vswitchd.
Handle Paths::continueFromAction(Cpu& cpu, const Arrival& arrival, const Trackers& state)
{
    const std::uint64_t skb = arrival.skb;
    const bool isSame = skb == cpu.actionSkb;
    Join join = Join::Skb;
    if (cpu.actionPacket == 0) {
        Upcall* upcall =
            m_ovs.waiting(state.host(), cpu.action, carriesHeaders(*arrival.headers) ? arrival.headers : nullptr);
        cpu.actionPacket = returnFromUpcall(upcall, arrival);
        join = Join::Upcall;
    }
    const Journey* packet = m_travel.find(cpu.actionPacket);
    const bool fits = packet != nullptr && (packet->hasHeaders && carriesHeaders(*arrival.headers)
                                                ? trackers::isSamePacket(packet->headers, *arrival.headers)
                                                : packet->hasHeaders == carriesHeaders(*arrival.headers) &&
                                                      packet->l3Bytes == arrival.l3Bytes);
    if (!fits)
        return 0;
    if (!isSame)
        return m_travel.branch(cpu.actionPacket, arrival, Join::Clone);
    if (m_travel.kindOf(*packet) == PlaceKind::Upcall)
        join = Join::Upcall;
    m_travel.step(cpu.actionPacket, arrival, join);
    cpu.isInAction = false;
    return cpu.actionPacket;
}

/// A packet under an address that is new here: a copy of one we know, or one that is sent now.
Handle Paths::beginAtQueue(Cpu& cpu, const Arrival& arrival, const Trackers& state)
{
    if (cpu.isInAction) {
        if (const Handle handle = continueFromAction(cpu, arrival, state))
            return handle;
    }
    const trackers::Sighting& sighting = state.sighting();
    const bool isCopy = sighting.copyOf == CopyOf::Received && m_travel.find(cpu.received) != nullptr;
    if (isCopy || isFloodedCopy(cpu, arrival, state))
        return m_travel.branch(cpu.received, arrival, Join::Clone);
    if (sighting.copyOf == CopyOf::Upcalled) {
        if (const Handle handle = returnFromUpcall(m_ovs.waiting(state.host(), *arrival.headers), arrival)) {
            m_travel.step(handle, arrival, Join::Upcall);
            return handle;
        }
    }
    return m_travel.start(arrival, PlaceKind::Source);
}

void Paths::onQueue(const Event& event, Trackers& state)
{
    const trackers::Sighting& sighting = state.sighting();
    Cpu& cpu = cpuOf(state);
    Arrival arrival = arrivalOf(event, state, PlaceKind::Queue);
    if (Journey* journey = journeyOf(state, arrival.skb);
        journey != nullptr && sighting.appearance == Appearance::Continued) {
        learnSwitchPorts(*journey, arrival);
        // What a VLAN device sends, the device below it sends too, and that one receives for both.
        if (m_travel.kindOf(*journey) == PlaceKind::Queue && journey->originDevice == journey->device)
            m_travel.endpoints().sawSent(*arrival.headers, arrival.device);
        m_travel.step(sighting.skb->journey, arrival);
        if (cpu.actionSkb == arrival.skb)
            cpu.isInAction = false;
    } else {
        bind(*sighting.skb, beginAtQueue(cpu, arrival, state), arrival.skb);
    }
    cpu.queued = sighting.skb->journey;
}

void Paths::onXmit(const Event& event, Trackers& state)
{
    const auto& sent = event.as<tracepoints::NetDevXmit>();
    const trackers::Sighting& sighting = state.sighting();
    if (sent.rc != 0)
        return;
    m_ovs.sawLookup(sighting.device, true);
    Arrival arrival = arrivalAt(event, state, PlaceKind::Wire);
    arrival.l3Bytes = sent.length - std::min(state.devices().at(sighting.device).linkHeaderBytes, sent.length);
    if (sighting.wasQueuedHere) {
        // On a veth the packet is at the other end before its driver returns.
        Journey* journey = journeyOf(state, sent.skb);
        const bool isStillHere = journey != nullptr && sighting.skb->lastEvent == EventType::NetDevXmit &&
                                 sighting.skb->device == sighting.device;
        if (!isStillHere)
            return;
        m_travel.step(sighting.skb->journey, arrival);
        m_travel.leave(sighting.skb->journey);
        return;
    }
    const Cpu& cpu = cpuOf(state);
    const Journey* queued = m_travel.find(cpu.queued);
    const bool isSegment =
        queued != nullptr && queued->device == sighting.device &&
        (m_travel.kindOf(*queued) == PlaceKind::Queue || m_travel.kindOf(*queued) == PlaceKind::Qdisc);
    // A segment that was received at the other end of a veth already has a path of its own.
    const SkbState* skb = std::as_const(state).skbs().find(state.host(), sent.skb);
    const Journey* known = skb == nullptr ? nullptr : m_travel.find(skb->journey);
    if (isSegment && (known == nullptr || known->parent != queued->packet))
        m_travel.branchOnWire(cpu.queued, arrival);
}

/// Not continued: a copy of what this CPU works on, or something from elsewhere.
Handle Paths::copyOrArrival(Cpu& cpu, Handle unknown, const Arrival& arrival, const Trackers& state)
{
    switch (state.sighting().copyOf) {
    case CopyOf::OvsAction:
        if (cpu.isInAction) {
            if (const Handle handle = continueFromAction(cpu, arrival, state))
                return handle;
        }
        break;
    case CopyOf::Queued:
        if (Journey* queued = m_travel.find(cpu.queued)) {
            ++queued->segments;
            return m_travel.branch(cpu.queued, arrival, Join::Segment);
        }
        break;
    default: break;
    }
    return m_travel.arrive(unknown, arrival);
}

void Paths::onBacklog(const Event& event, Trackers& state)
{
    const trackers::Sighting& sighting = state.sighting();
    Arrival arrival = arrivalOf(event, state, PlaceKind::Receive);
    if (journeyOf(state, arrival.skb) != nullptr && sighting.appearance == Appearance::Continued)
        m_travel.step(sighting.skb->journey, arrival);
    else
        bind(*sighting.skb, copyOrArrival(cpuOf(state), 0, arrival, state), arrival.skb);
}

void Paths::onGroEntry(const Event& event, Trackers& state)
{
    const trackers::Sighting& sighting = state.sighting();
    const std::uint64_t address = event.as<tracepoints::SkbOnly>().skb;
    if (Journey* journey = journeyOf(state, address);
        journey != nullptr && sighting.appearance == Appearance::Continued) {
        m_travel.back(sighting.skb->journey);
        m_travel.step(sighting.skb->journey, arrivalAt(event, state, PlaceKind::Receive));
        return;
    }
    bind(*sighting.skb, m_travel.startUnknown(event.record.time), address);
}

void Paths::onReceive(const Event& event, Trackers& state)
{
    const trackers::Sighting& sighting = state.sighting();
    Cpu& cpu = cpuOf(state);
    Arrival arrival = arrivalOf(event, state, PlaceKind::Stack);
    m_ovs.sawLookup(sighting.device, false);
    Journey* journey = journeyOf(state, arrival.skb);
    const bool isFrame = journey != nullptr && journey->packet == kNoPacket;
    if (isFrame) {
        // The frame's own time is when it came in; only now it is known as what.
        Arrival frame = arrival;
        frame.kind = PlaceKind::Receive;
        frame.at = journey->first;
        bind(*sighting.skb, copyOrArrival(cpu, sighting.skb->journey, frame, state), arrival.skb);
        arrival.conversation = trackers::Conversations::kNone;
        m_travel.step(sighting.skb->journey, arrival);
    } else if (journey != nullptr && sighting.appearance == Appearance::Continued) {
        m_travel.step(sighting.skb->journey, arrival);
    } else {
        bind(*sighting.skb, copyOrArrival(cpu, 0, arrival, state), arrival.skb);
    }
    cpu.received = sighting.skb->journey;
    cpu.isInAction = false;
}

void Paths::deliver(Handle handle, const Event& event, const Trackers& state)
{
    m_travel.step(handle, arrivalAt(event, state, PlaceKind::Deliver));
    m_travel.end(handle, Outcome::Delivered);
}

void Paths::onCopy(const Event& event, Trackers& state)
{
    if (journeyOf(state, event.as<tracepoints::SkbCopyDatagram>().skb) != nullptr)
        deliver(state.sighting().skb->journey, event, state);
    else if (state.sawOvs() && state.sighting().skb == nullptr)
        m_ovs.sawRead(state.host(), event.as<tracepoints::SkbCopyDatagram>().length, event.record.time);
}

void Paths::onConsume(Trackers& state, const Event& event)
{
    Journey* journey = journeyOf(state, event.as<tracepoints::SkbOnly>().skb);
    if (journey == nullptr)
        return;
    const SkbState& skb = *state.sighting().skb;
    if (journey->packet != kNoPacket && state.isRefusedByOvs()) {
        m_travel.step(skb.journey, arrivalAt(event, state, PlaceKind::Drop));
        m_travel.end(skb.journey, Outcome::Dropped);
    } else if (journey->packet == kNoPacket || m_travel.kindOf(*journey) != PlaceKind::Stack) {
        m_travel.loseSkb(skb.journey, journey->skb);
    } else if (m_travel.endpoints().isHome(*journey)) {
        deliver(skb.journey, event, state);
    } else {
        m_travel.end(skb.journey, Outcome::Consumed);
    }
}

void Paths::onKfree(const Event& event, Trackers& state)
{
    Journey* journey = journeyOf(state, event.as<tracepoints::SkbKfree>().skb);
    if (journey == nullptr)
        return;
    const Handle handle = state.sighting().skb->journey;
    if (journey->packet == kNoPacket || m_travel.kindOf(*journey) == PlaceKind::Upcall) {
        m_travel.loseSkb(handle, journey->skb);
        return;
    }
    const trackers::Verdict verdict = trackers::judge(state.factsOf(event.as<tracepoints::SkbKfree>()));
    if (verdict.isDrop) {
        m_travel.step(handle, arrivalAt(event, state, PlaceKind::Drop));
        m_travel.end(handle, Outcome::Dropped);
    } else if (verdict.what == "delivered") {
        deliver(handle, event, state);
    } else if (m_travel.kindOf(*journey) == PlaceKind::Stack) {
        m_travel.end(handle, Outcome::Consumed);
    } else {
        m_travel.loseSkb(handle, journey->skb);
    }
}

void Paths::onQdisc(const Event& event, Trackers& state)
{
    const Journey* journey = journeyOf(state, event.as<tracepoints::QdiscOperation>().skb);
    if (journey != nullptr && journey->packet != kNoPacket && m_travel.kindOf(*journey) == PlaceKind::Queue)
        m_travel.step(state.sighting().skb->journey, arrivalAt(event, state, PlaceKind::Qdisc));
}

void Paths::onUpcall(const Event& event, Trackers& state)
{
    const auto& packet = event.as<OvsPacket>();
    m_ovs.sawPort(state.sighting().device, state.sighting().datapath);
    Upcall upcall;
    upcall.question = packet;
    upcall.host = state.host();
    upcall.device = state.sighting().device;
    upcall.datapath = state.sighting().datapath;
    upcall.asked = event.record.time;
    if (Journey* journey = journeyOf(state, packet.skb); journey != nullptr && journey->packet != kNoPacket) {
        upcall.journey = state.sighting().skb->journey;
        upcall.packet = journey->packet;
        upcall.hasHeaders = journey->hasHeaders;
        upcall.headers = journey->headers;
        m_travel.stepToUpcall(upcall.journey, arrivalAt(event, state, PlaceKind::Upcall), upcall.datapath);
    }
    m_ovs.ask(std::move(upcall));
    cpuOf(state).isInAction = false;
}

void Paths::onAction(const Event& event, Trackers& state)
{
    const auto& packet = event.as<OvsPacket>();
    m_ovs.sawPort(state.sighting().device, state.sighting().datapath);
    Cpu& cpu = cpuOf(state);
    const bool isFurtherAction = cpu.isInAction && cpu.actionSkb == packet.skb;
    if (isFurtherAction)
        return;
    cpu.isInAction = true;
    cpu.actionSkb = packet.skb;
    cpu.action = packet;
    const SkbState* skb = state.sighting().skb;
    const bool isReceived = state.cpus()[state.cpuIndex()].receiving == packet.skb;
    const bool isSent = skb != nullptr && skb->lastEvent == EventType::NetDevQueue && skb->cpu == state.cpuIndex() &&
                        skb->device == state.sighting().device;
    cpu.actionPacket = journeyOf(state, packet.skb) != nullptr && (isReceived || isSent) ? skb->journey : 0;
    if (cpu.actionPacket == 0)
        m_ovs.sawReturn(state.host(), packet, event.record.time);
}

void Paths::finish(RunContext& context)
{
    m_ovs.giveUp(context.range.end);
    m_travel.finish(context);
    m_ovs.write(context);
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Paths>();
}

} // namespace vnscope::analyses::paths
