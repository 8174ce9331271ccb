// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/trackers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::analyses::trackers {

using tracepoints::EventType;
using tracepoints::NetworkProtocol;
using tracepoints::PacketHeaders;
using tracepoints::SkbAtDevice;
using tracepoints::TransportProtocol;

namespace {

/// The per-CPU backlog's NAPI instance has no device of its own.
constexpr std::string_view kBacklogPoll = "(no_device)";
/// The bridge's own FDB entries belong to no port.
constexpr std::string_view kNoPort = "null";
/// A device hands an skb to the device below it at once; a longer gap is another packet at a reused address.
constexpr base::Nanoseconds kStackedWithin = base::kNsPerMs;
/// NETDEV_TX_BUSY (include/linux/netdevice.h): the driver did not take the skb, it stays queued.
constexpr std::int32_t kTxBusy = 0x10;

bool carriesHeaders(const PacketHeaders& headers)
{
    return headers.network != NetworkProtocol::Unknown;
}

bool bothKnownAndDifferent(const SkbState& skb, const PacketHeaders& headers)
{
    return skb.hasHeaders && carriesHeaders(headers) && !isSamePacket(skb.headers, headers);
}

bool bothKnownAndSame(const SkbState& skb, const PacketHeaders& headers)
{
    return skb.hasHeaders && carriesHeaders(headers) && isSamePacket(skb.headers, headers);
}

storage::Value macText(const std::array<std::uint8_t, 6>& mac)
{
    return mac == std::array<std::uint8_t, 6>{} ? storage::Value() : fmt::format("{:02x}", fmt::join(mac, ":"));
}

} // namespace

Trackers::Trackers(const tracepoints::StringTable& strings, const tracepoints::SessionInfo& session, KernelFacts facts)
    : m_strings(strings), m_session(session), m_facts(std::move(facts))
{
}

std::string_view Trackers::text(base::StringId id) const
{
    return id.isValid() && (id.value & kOwnString) != 0 ? m_ownStrings.text({id.value & ~kOwnString})
                                                        : m_strings.text(id);
}

std::string Trackers::deviceLabel(base::DeviceId device) const
{
    const Device& known = m_devices.at(device);
    const std::string_view name = text(known.name);
    if (!m_devices.hasNamesakes(device))
        return std::string(name);
    if (known.netns != 0) {
        const std::string netns = m_devices.netnsName(known.host, known.netns);
        return netns.empty() ? std::string(name) : fmt::format("{}@{}", name, netns);
    }
    return fmt::format("{}@{}", name, known.peer.isValid() ? text(m_devices.at(known.peer).name) : "?");
}

std::string Trackers::deviceInWords(base::DeviceId device) const
{
    const std::string label = deviceLabel(device);
    return m_hostNames.size() > 1 ? fmt::format("{} of {}", label, m_hostNames[m_devices.at(device).host]) : label;
}

const DropReasons& Trackers::reasons() const
{
    return m_facts.reasons.isEmpty() ? m_reasonsByTrace[m_trace] : m_facts.reasons;
}

/// Which trace, host and CPU the event belongs to; hosts and CPUs are numbered as they are met.
void Trackers::locate(const Event& event)
{
    m_trace = m_session.streams[event.record.stream.value].trace.value;
    while (m_hostByTrace.size() <= m_trace) {
        const tracepoints::TraceInfo& trace = m_session.traces[m_hostByTrace.size()];
        const auto known = std::ranges::find(m_hostNames, trace.host);
        m_hostByTrace.push_back(static_cast<std::uint32_t>(known - m_hostNames.begin()));
        if (known == m_hostNames.end()) {
            m_hostNames.push_back(trace.host);
            m_cpuIndexByHost.emplace_back();
        }
        m_reasonsByTrace.push_back(DropReasons::forKernel(trace.kernelRelease));
    }
    m_host = m_hostByTrace[m_trace];

    std::vector<std::uint32_t>& indices = m_cpuIndexByHost[m_host];
    const std::uint16_t cpu = event.record.cpu;
    if (indices.size() <= cpu)
        indices.resize(cpu + 1U, base::DeviceId::kNone);
    if (indices[cpu] == base::DeviceId::kNone) {
        indices[cpu] = static_cast<std::uint32_t>(m_cpus.size());
        CpuState& state = m_cpus.emplace_back();
        state.host = m_host;
        state.cpu = cpu;
    }
    m_cpuIndex = indices[cpu];
    m_cpu = &m_cpus[m_cpuIndex];
}

void Trackers::update(const Event& event)
{
    m_sighting = Sighting();
    m_ending = 0;
    locate(event);
    switch (event.record.type) {
    case EventType::NetDevQueue: onQueue(event); break;
    case EventType::NetDevXmit: onXmit(event); break;
    case EventType::NetIfRx: onBacklog(event); break;
    case EventType::NetIfReceiveSkb: onReceive(event); break;
    case EventType::NapiGroReceiveEntry: onGroEntry(event); break;
    case EventType::SkbKfree: onFree(event.as<tracepoints::SkbKfree>().skb); break;
    case EventType::SkbConsume:
        m_sawConsume = true;
        onFree(event.as<tracepoints::SkbOnly>().skb);
        break;
    case EventType::SoftirqExit: m_cpu->receiving = 0; break;
    case EventType::NapiPoll: onPoll(event); break;
    case EventType::SkbCopyDatagram: point(event.as<tracepoints::SkbCopyDatagram>().skb); break;
    case EventType::QdiscEnqueue:
    case EventType::QdiscDequeue: point(event.as<tracepoints::QdiscOperation>().skb); break;
    case EventType::BrFdbUpdate:
    case EventType::BrFdbAdd:
    case EventType::BrFdbExternalLearn:
    case EventType::FdbDelete: onBridge(event); break;
    case EventType::OvsExecuteAction:
    case EventType::OvsUpcall: onOvs(event); break;
    case EventType::StatedumpInterface:
        m_sighting.device = named(event.as<tracepoints::StatedumpInterface>().device, event.record.time);
        m_devices.sawInFirstNetns(m_sighting.device);
        break;
    case EventType::StatedumpBegin: m_devices.beginDump(m_host); break;
    case EventType::StatedumpBridge:
    case EventType::StatedumpBridgeVlan:
    case EventType::StatedumpTunnel:
    case EventType::StatedumpAddress:
    case EventType::StatedumpFdb:
    case EventType::StatedumpTapOwner:
    case EventType::StatedumpOvsPort: m_devices.settleDeclared(m_host); break;
    case EventType::StatedumpEnd:
        m_devices.settleDeclared(m_host);
        m_devices.endDump(m_host, event.as<tracepoints::StatedumpMark>().problems == 0);
        break;
    case EventType::StatedumpNetns: onNetns(event); break;
    case EventType::StatedumpLink: onLink(event); break;
    case EventType::EthdevRxBurst:
    case EventType::EthdevTxBurst: onBurst(event); break;
    case EventType::EventsLost: onLost(); break;
    default: break;
    }
    if (m_sighting.skb != nullptr)
        m_sighting.stream = m_sighting.skb->stream;
}

void Trackers::settle()
{
    if (m_ending == 0)
        return;
    m_skbs.end(m_host, m_ending);
    if (m_cpu->receiving == m_ending)
        m_cpu->receiving = 0;
}

/// `netns`: of the device, where the event tells; 0 where not.
base::DeviceId Trackers::named(base::StringId name, base::Timestamp at, std::uint32_t netns)
{
    return m_devices.byName(m_host, netns, name, text(name), at);
}

FreeFacts Trackers::factsOf(const tracepoints::SkbKfree& freed) const
{
    constexpr std::uint8_t kIcmpv6 = 58;
    const SkbState* skb = m_sighting.skb;
    FreeFacts facts;
    facts.function = symbols().find(freed.location).function;
    facts.hasReason = freed.reason != tracepoints::SkbKfree::kNoReason;
    facts.reason = facts.hasReason ? reasons().name(freed.reason) : std::string_view();
    facts.isPacket = skb != nullptr || freed.protocol != 0;
    if (skb != nullptr) {
        facts.isGroPart = skb->lastEvent == EventType::NapiGroReceiveEntry;
        facts.isIcmp = skb->hasHeaders && (skb->headers.transport == tracepoints::TransportProtocol::Icmp ||
                                           skb->headers.ipProtocol == kIcmpv6);
        facts.isQueued = skb->lastEvent == EventType::NetDevQueue;
    }
    return facts;
}

SkbState& Trackers::beginLife(const Event& event, std::uint64_t skb, base::DeviceId device)
{
    if (const SkbState* before = m_skbs.find(m_host, skb))
        m_sighting.replacedJourney = before->journey;
    SkbState& state = m_skbs.begin(m_host, skb, event.record.time);
    state.firstDevice = device;
    return state;
}

void Trackers::see(SkbState& skb, const Event& event, const SkbAtDevice& at, base::DeviceId device)
{
    skb.lastSeen = event.record.time;
    skb.lastEvent = event.record.type;
    skb.cpu = m_cpuIndex;
    skb.device = device;
    skb.length = at.length;
    ++m_packetEvents;
    const PacketHeaders& headers = *m_sighting.headers;
    if (carriesHeaders(headers)) {
        m_hasHeaders = true;
        const bool showsLess =
            skb.hasHeaders && headers.transport == TransportProtocol::Unknown && isSamePacket(skb.headers, headers);
        if (showsLess)
            skb.headers.ttl = headers.ttl;
        else
            skb.headers = headers;
        skb.hasHeaders = true;
    }
    if (event.record.type == EventType::NetIfReceiveSkb || event.record.type == EventType::NetIfRx) {
        skb.receivedBy = device;
        skb.receivedTtl = carriesHeaders(at.headers) ? at.headers.ttl : std::uint8_t{0};
    }
    m_sighting.device = device;
    m_sighting.skb = &skb;
    judgeConversation(skb, headers);
}

/// A driver's packet has no transport header yet when the stack gets it, except where GRO has set it (TCP, UDP). The
/// tracer then records what happens to be in memory there (lttng-modules 2.13: it compares an offset that is not set).
void Trackers::trustHeaders(const PacketHeaders& headers, bool isFromDriver)
{
    m_sighting.headers = &headers;
    if (!isFromDriver || headers.transport != TransportProtocol::Icmp)
        return;
    m_trusted = headers;
    m_trusted.transport = TransportProtocol::Unknown;
    m_trusted.icmpType = 0;
    m_trusted.icmpCode = 0;
    m_trusted.icmpRest = 0;
    m_sighting.headers = &m_trusted;
}

void Trackers::judgeConversation(SkbState& skb, const PacketHeaders& headers)
{
    const std::uint64_t conversation = conversationHash(headers);
    if (conversation == 0)
        return;
    countConversation(skb, headers, conversation);
    // Headers that show less than those before do not make the packet another conversation's.
    if (conversation == skb.conversationNow || !belongsToAConversation(headers))
        return;
    skb.conversationNow = conversation;
    const bool isJustOpened = m_sighting.conversation != Conversations::kNone;
    skb.stream = isJustOpened ? m_sighting.conversation : m_conversations.find(ConversationKey::of(headers));
}

void Trackers::countConversation(SkbState& skb, const PacketHeaders& headers, std::uint64_t conversation)
{
    const auto end = skb.conversations.begin() + skb.conversationCount;
    if (std::find(skb.conversations.begin(), end, conversation) != end)
        return;
    if (skb.conversationCount < SkbState::kMostConversations)
        skb.conversations[skb.conversationCount++] = conversation;
    // A clone, and a packet that vswitchd sends back, were counted under their first address. Further on its way a
    // packet counts again only when its headers became another conversation's (NAT, tunnels).
    m_sighting.isNewForConversation = m_sighting.appearance != Appearance::Copy;
    if (!m_sighting.isNewForConversation || !belongsToAConversation(headers))
        return;
    const Conversations::Opened opened = m_conversations.open(ConversationKey::of(headers));
    m_sighting.conversation = opened.id;
    m_sighting.closedConversation = opened.closed;
}

bool Trackers::isBackFromUpcall(const PacketHeaders& headers) const
{
    if (!carriesHeaders(headers) || m_cpu->receiving != 0)
        return false;
    const std::size_t remembered = std::min(m_upcallCount, kUpcallsRemembered);
    return std::any_of(m_upcalls.begin(), m_upcalls.begin() + static_cast<std::ptrdiff_t>(remembered),
                       [&](const PacketHeaders& sent) { return isSamePacket(sent, headers); });
}

bool Trackers::isCloneOfReceived(const PacketHeaders& headers) const
{
    return m_cpu->receiving != 0 && m_cpu->receivingHasHeaders && carriesHeaders(headers) &&
           isSamePacket(m_cpu->receivingHeaders, headers);
}

bool Trackers::isSegmentOfQueued(const PacketHeaders& headers) const
{
    return m_cpu->queueConversation != 0 && conversationHash(headers) == m_cpu->queueConversation;
}

bool Trackers::continuesAtQueue(const SkbState& skb, const Event& event, const SkbAtDevice& at,
                                base::DeviceId device) const
{
    const bool isStacked = skb.lastEvent == EventType::NetDevQueue && skb.device != device && skb.cpu == m_cpuIndex &&
                           event.record.time - skb.lastSeen < kStackedWithin;
    if (isStacked)
        return true; // Headers may differ: a tunnel device wraps the packet on the way down.
    const bool isForwarded = skb.wasReceived && m_cpu->receiving == at.skb && !bothKnownAndDifferent(skb, at.headers);
    if (isForwarded)
        return true;
    // It may have waited outside its receiving softirq (for a neighbour's address, in a user-space queue); but a packet
    // does not come back to the queue where its life began, so there it is a look-alike at a reused address.
    return skb.wasReceived && bothKnownAndSame(skb, at.headers) && device != skb.firstDevice;
}

void Trackers::onQueue(const Event& event)
{
    const auto& at = event.as<SkbAtDevice>();
    trustHeaders(at.headers, false);
    const base::DeviceId device = named(at.device, event.record.time);
    SkbState* skb = m_skbs.find(m_host, at.skb);
    if (skb != nullptr && continuesAtQueue(*skb, event, at, device)) {
        m_sighting.appearance = Appearance::Continued;
        if (skb->lastEvent == EventType::NetDevQueue)
            m_devices.sawStacked(skb->device, device, text(m_devices.at(skb->device).name));
        else
            skb->stackedCount = 0;
    } else {
        m_sighting.isBackFromUpcall = isBackFromUpcall(at.headers);
        if (m_sighting.isBackFromUpcall)
            m_sighting.copyOf = CopyOf::Upcalled;
        else if (isCloneOfReceived(at.headers))
            m_sighting.copyOf = CopyOf::Received;
        m_sighting.appearance = m_sighting.copyOf == CopyOf::Nothing ? Appearance::Local : Appearance::Copy;
        skb = &beginLife(event, at.skb, device);
    }
    skb->wasReceived = false;
    skb->hadAction = false;
    skb->cameByGro = false;
    skb->isFrameOfPeer = false;
    skb->cameByBacklog = false;
    skb->pushTransmit(device);
    see(*skb, event, at, device);
    learnLinkHeader(device, at);
    m_cpu->queueDevice = device;
    m_cpu->queueConversation = conversationHash(at.headers);
    m_cpu->queueStream = skb->stream;
    m_cpu->isInOvsAction = false;
}

void Trackers::learnLinkHeader(base::DeviceId device, const SkbAtDevice& at)
{
    constexpr std::uint32_t kIpv6Header = 40;
    const std::uint32_t network = at.headers.network == NetworkProtocol::Ipv6 && at.headers.totalLength > 0
                                      ? at.headers.totalLength + kIpv6Header
                                      : at.headers.totalLength;
    if (network > 0 && at.length == network)
        m_devices.sawNoLinkHeader(device);
}

void Trackers::onXmit(const Event& event)
{
    const auto& at = event.as<tracepoints::NetDevXmit>();
    SkbState* skb = m_skbs.find(m_host, at.skb);
    if (skb != nullptr) {
        for (std::uint8_t depth = skb->stackedCount; depth > 0; --depth) {
            const base::DeviceId device = skb->stacked[depth - 1U];
            if (m_devices.at(device).name != at.device)
                continue;
            m_sighting.device = device;
            m_sighting.skb = skb;
            m_sighting.wasQueuedHere = true;
            if (at.rc != kTxBusy)
                skb->stackedCount = static_cast<std::uint8_t>(depth - 1U);
            // On a veth the packet is at the other end before this event is written: then its place stays there.
            if (skb->lastEvent == EventType::NetDevQueue && skb->device == device) {
                skb->lastEvent = EventType::NetDevXmit;
                skb->lastSeen = event.record.time;
                m_sighting.leftByNapi = m_sawBacklog && m_devices.at(device).kind == DeviceKind::Veth;
            }
            m_devices.touch(device, event.record.time);
            return;
        }
    }
    const base::DeviceId queue = m_cpu->queueDevice;
    const bool isSegment = queue.isValid() && m_devices.at(queue).name == at.device;
    m_sighting.device = isSegment ? queue : named(at.device, event.record.time);
    if (isSegment)
        m_sighting.stream = m_cpu->queueStream;
    const base::DeviceId peer = m_devices.at(m_sighting.device).peer;
    m_sighting.leftByNapi = peer.isValid() && m_devices.at(peer).receivesByNapi;
}

/// A piece of what this CPU is just transmitting arrives at the peer under an address of its own (software GSO): by its
/// conversation, or, without headers, by the peer of the device that transmits. Its sender's name may mean several
/// devices; the receiver tells which.
bool Trackers::isSegmentReceivedBy(base::DeviceId receiver, const PacketHeaders& headers)
{
    if (!m_cpu->queueDevice.isValid())
        return false;
    const base::DeviceId sender = m_devices.at(receiver).peer;
    const bool isFromPeer = sender.isValid() && m_devices.at(sender).name == m_devices.at(m_cpu->queueDevice).name;
    if (isFromPeer)
        m_cpu->queueDevice = sender;
    return carriesHeaders(headers) ? isSegmentOfQueued(headers) : isFromPeer;
}

void Trackers::onBacklog(const Event& event)
{
    const auto& at = event.as<SkbAtDevice>();
    SkbState* skb = m_skbs.find(m_host, at.skb);
    base::DeviceId device;
    m_sawBacklog = true;
    trustHeaders(at.headers, false);
    if (m_cpu->isInOvsAction) {
        // Output to an internal port of Open vSwitch: the packet, or a clone of it, received in the midst of the
        // action.
        device = named(at.device, event.record.time);
        m_devices.sawOvsInternal(device);
        m_sighting.appearance = skb != nullptr && skb->hadAction ? Appearance::Continued : Appearance::Copy;
        if (m_sighting.appearance == Appearance::Copy) {
            m_sighting.copyOf = CopyOf::OvsAction;
            m_sighting.isBackFromUpcall = isBackFromUpcall(at.headers);
            skb = &beginLife(event, at.skb, device);
        }
        m_cpu->isInOvsAction = false;
    } else if (skb != nullptr && skb->lastEvent == EventType::NetDevQueue && !bothKnownAndDifferent(*skb, at.headers)) {
        m_sighting.appearance = Appearance::Continued;
        const Device& sender = m_devices.at(skb->device);
        if (sender.kind == DeviceKind::Loopback && sender.name == at.device) {
            device = skb->device;
        } else {
            const auto ends = m_devices.pair(skb->device, m_host, at.device, text(at.device), event.record.time);
            if (skb->stackedCount > 0)
                skb->stacked[skb->stackedCount - 1U] = ends.sender;
            if (skb->firstDevice == skb->device)
                skb->firstDevice = ends.sender;
            m_cpu->queueDevice = ends.sender;
            device = ends.receiver;
        }
    } else {
        const base::DeviceId peer =
            m_cpu->queueDevice.isValid() ? m_devices.at(m_cpu->queueDevice).peer : base::DeviceId();
        device = peer.isValid() && m_devices.at(peer).name == at.device ? peer : named(at.device, event.record.time);
        m_sighting.copyOf = isSegmentReceivedBy(device, at.headers) ? CopyOf::Queued : CopyOf::Nothing;
        m_sighting.appearance = m_sighting.copyOf == CopyOf::Queued ? Appearance::Copy : Appearance::External;
        skb = &beginLife(event, at.skb, device);
    }
    m_devices.sawReceivingBy(device, false);
    skb->wasReceived = false;
    skb->cameByGro = false;
    skb->cameByBacklog = true;
    m_sighting.path = ReceivePath::Backlog;
    see(*skb, event, at, device);
}

/// A veth with NAPI hands the very skb that its peer sent to GRO. True only when that can be told from a NIC's fresh
/// frame at a reused address: by a peer that is already known, or by the entry event's own device name while the trace
/// would have shown the sent skb's end.
base::DeviceId Trackers::receiverOfSent(const SkbState& skb, const Event& event, base::StringId named)
{
    if (skb.lastEvent != EventType::NetDevXmit && skb.lastEvent != EventType::NetDevQueue)
        return {};
    const Device& sender = m_devices.at(skb.device);
    if (named.isValid() && m_sawConsume)
        return m_devices.pair(skb.device, m_host, named, text(named), event.record.time).receiver;
    return sender.kind == DeviceKind::Veth ? sender.peer : base::DeviceId();
}

void Trackers::onGroEntry(const Event& event)
{
    const auto& at = event.as<tracepoints::SkbOnly>();
    SkbState* skb = m_skbs.find(m_host, at.skb);
    const base::DeviceId receiver = skb != nullptr ? receiverOfSent(*skb, event, at.device) : base::DeviceId();
    if (receiver.isValid()) {
        m_sighting.appearance = Appearance::Continued;
        m_sighting.device = receiver;
        m_devices.sawReceivingBy(receiver, true);
    } else {
        m_sighting.device = at.device.isValid() ? named(at.device, event.record.time) : base::DeviceId();
        skb = &beginLife(event, at.skb, m_sighting.device);
    }
    skb->device = m_sighting.device;
    skb->isFrameOfPeer = receiver.isValid();
    skb->cameByGro = true;
    skb->cameByBacklog = false;
    skb->wasReceived = false;
    skb->lastEvent = EventType::NapiGroReceiveEntry;
    skb->lastSeen = event.record.time;
    skb->cpu = m_cpuIndex;
    m_sighting.skb = skb;
}

void Trackers::onReceive(const Event& event)
{
    const auto& at = event.as<SkbAtDevice>();
    SkbState* skb = m_skbs.find(m_host, at.skb);
    trustHeaders(at.headers, skb != nullptr && skb->cameByGro && !skb->wasReceived && !skb->isFrameOfPeer);
    const PacketHeaders& headers = *m_sighting.headers;
    const bool isPlausible = skb != nullptr && !bothKnownAndDifferent(*skb, headers);
    const bool isNameKept = skb != nullptr && skb->device.isValid() && m_devices.at(skb->device).name == at.device;
    base::DeviceId device = isNameKept ? skb->device : named(at.device, event.record.time);
    m_devices.touch(device, event.record.time);

    if (isPlausible && skb->cameByBacklog && !skb->wasReceived && isNameKept) {
        m_sighting.path = ReceivePath::Backlog;
        m_sighting.appearance = Appearance::Continued;
    } else if (skb != nullptr && skb->cameByGro && !skb->wasReceived) {
        m_sighting.path = ReceivePath::Gro;
        m_sighting.appearance = skb->isFrameOfPeer ? Appearance::Continued : Appearance::External;
        if (!skb->firstDevice.isValid())
            skb->firstDevice = device;
    } else if (isPlausible && skb->wasReceived && !isNameKept && m_cpu->receiving == at.skb) {
        m_sighting.path = ReceivePath::Reinjected;
        m_sighting.appearance = Appearance::Continued;
        if (skb->hadAction)
            m_devices.sawOvsInternal(device);
    } else if (skb == nullptr && m_cpu->isInOvsAction) {
        // The same without a backlog in between, as kernels before 5.11 do it.
        m_sighting.path = ReceivePath::Reinjected;
        m_sighting.appearance = Appearance::Copy;
        m_sighting.copyOf = CopyOf::OvsAction;
        m_sighting.isBackFromUpcall = isBackFromUpcall(headers);
        skb = &beginLife(event, at.skb, device);
        m_devices.sawOvsInternal(device);
    } else if (skb != nullptr && bothKnownAndSame(*skb, headers) && device != skb->firstDevice) {
        m_sighting.path = ReceivePath::Direct;
        m_sighting.appearance = Appearance::Continued;
    } else {
        m_sighting.path = ReceivePath::Direct;
        m_sighting.copyOf = isSegmentOfQueued(headers) ? CopyOf::Queued : CopyOf::Nothing;
        m_sighting.appearance = m_sighting.copyOf == CopyOf::Queued ? Appearance::Copy : Appearance::External;
        skb = &beginLife(event, at.skb, device);
    }
    skb->wasReceived = true;
    if (m_sighting.path != ReceivePath::Reinjected)
        skb->hadAction = false;
    see(*skb, event, at, device);
    m_cpu->receiving = at.skb;
    m_cpu->receivingHeaders = headers;
    m_cpu->receivingHasHeaders = carriesHeaders(headers);
    m_cpu->queueConversation = 0;
    m_cpu->isInOvsAction = false;
}

void Trackers::onFree(std::uint64_t address)
{
    SkbState* skb = m_skbs.find(m_host, address);
    m_ending = address;
    m_sighting.skb = skb;
    if (skb != nullptr)
        m_sighting.device = skb->device;
    else
        m_skbs.countFreedUnseen();
}

bool Trackers::isRefusedByOvs() const
{
    const SkbState* skb = m_sighting.skb;
    if (!m_sawOvs || skb == nullptr || skb->hadAction || !m_sighting.device.isValid())
        return false;
    const Device& port = m_devices.at(m_sighting.device);
    if (!port.isOvsPort)
        return false;
    // What an internal port receives has left the datapath for the host, and what the host sends by it comes in there.
    return port.kind == DeviceKind::Ovs ? skb->lastEvent == EventType::NetDevQueue : skb->wasReceived;
}

/// An event that names an skb and changes nothing about where it is.
void Trackers::point(std::uint64_t address)
{
    m_sighting.skb = m_skbs.find(m_host, address);
    if (m_sighting.skb != nullptr)
        m_sighting.device = m_sighting.skb->device;
}

void Trackers::onPoll(const Event& event)
{
    const auto& poll = event.as<tracepoints::NapiPoll>();
    if (text(poll.device) == kBacklogPoll)
        return;
    m_sighting.device = named(poll.device, event.record.time);
    m_devices.sawNapi(m_sighting.device);
}

void Trackers::onBridge(const Event& event)
{
    const auto& entry = event.as<tracepoints::BridgeFdb>();
    if (!entry.bridge.isValid()) { // br_fdb_add names the port only.
        m_sighting.device = named(entry.device, event.record.time, entry.netns);
        return;
    }
    const base::DeviceId bridge = named(entry.bridge, event.record.time, entry.netns);
    const base::DeviceId port =
        text(entry.device) == kNoPort ? base::DeviceId() : named(entry.device, event.record.time, entry.netns);
    m_devices.sawBridge(bridge, port, entry.bridgeIfindex, entry.ifindex);
    m_sighting.device = port.isValid() ? port : bridge;
}

void Trackers::onOvs(const Event& event)
{
    const auto& packet = event.as<tracepoints::OvsPacket>();
    if (!text(packet.datapath).empty())
        m_sighting.datapath = named(packet.datapath, event.record.time, packet.netns);
    if (packet.device.isValid() && !text(packet.device).empty()) {
        m_sighting.device = named(packet.device, event.record.time, packet.netns);
        m_devices.sawOvsPort(m_sighting.device, m_sighting.datapath);
    }
    m_sawOvs = true;
    m_cpu->isInOvsAction = event.record.type == EventType::OvsExecuteAction;
    SkbState* skb = m_skbs.find(m_host, packet.skb);
    m_sighting.skb = skb;
    if (skb == nullptr)
        return;
    skb->hadAction = true;
    if (event.record.type == EventType::OvsUpcall && skb->hasHeaders)
        m_upcalls[m_upcallCount++ % kUpcallsRemembered] = skb->headers;
}

void Trackers::onBurst(const Event& event)
{
    const auto& burst = event.as<tracepoints::EthdevBurst>();
    if (m_dpdkNames.size() <= burst.port)
        m_dpdkNames.resize(burst.port + 1U);
    base::StringId& name = m_dpdkNames[burst.port];
    if (!name.isValid())
        name = {m_ownStrings.intern(fmt::format("dpdk:{}", burst.port)).value | kOwnString};
    m_sighting.device = named(name, event.record.time);
    m_devices.sawDpdk(m_sighting.device);
}

void Trackers::onNetns(const Event& event)
{
    const auto& netns = event.as<tracepoints::StatedumpNetns>();
    m_devices.nameNetns(m_host, netns.netns, text(netns.name));
}

void Trackers::onLink(const Event& event)
{
    const auto& link = event.as<tracepoints::StatedumpLink>();
    m_devices.declare(m_host, link, text(link.name), text(link.kind), event.record.time);
}

/// What a CPU was doing is unknown after a gap; packets keep their state, and headers tell whether it still holds.
void Trackers::onLost()
{
    m_cpu->receiving = 0;
    m_cpu->queueDevice = {};
    m_cpu->queueConversation = 0;
    m_cpu->isInOvsAction = false;
}

void Trackers::write(storage::StoreWriter& store) const
{
    storage::TableWriter rows =
        store.table("device", {"device_id", "host", "netns", "ifindex", "name", "label", "mac", "kind", "peer_id",
                               "lower_id", "bridge_id", "ambiguous", "evidence", "first_seen_ns", "last_seen_ns"});
    for (std::uint32_t index = 0; index < m_devices.devices().size(); ++index) {
        const base::DeviceId id{index};
        const Device& device = m_devices.at(id);
        rows.append(id, m_hostNames[device.host], device.netns == 0 ? storage::Value() : storage::Value(device.netns),
                    device.ifindex == 0 ? storage::Value() : storage::Value(device.ifindex), text(device.name),
                    deviceLabel(id), macText(device.mac), toText(device.kind), device.peer, device.lower, device.bridge,
                    device.isAmbiguous, device.evidence, device.firstSeen, device.lastSeen);
    }
}

} // namespace vnscope::analyses::trackers
