// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_trace.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vnscope::simulator {

namespace {

using namespace tracepoints;

constexpr std::size_t kEventsPerBatch = 1024;
constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::uint32_t kContract = 1;     ///< Version of tracepoints/nf.
constexpr std::uint32_t kPacketBytes = 46; ///< From the IP header on: a frame of 64 bytes, its checksum counted.
constexpr std::string_view kHost = "simulated";
/// In the order of their types.
constexpr std::array<std::string_view, 6> kClasses{"vnscope_nf:element", "vnscope_nf:queue", "vnscope_nf:read",
                                                   "vnscope_nf:write",   "vnscope_nf:flow",  "vnscope_nf:drop"};
static_assert(static_cast<int>(EventType::NfDrop) - static_cast<int>(EventType::NfElement) == 5);
constexpr std::size_t kLongestWords = std::max(sizeof(NfDrop), sizeof(NfBatch)) / kWord + 1;

void putAddress(std::array<std::uint8_t, 16>& to, std::uint32_t address)
{
    for (unsigned i = 0; i < 4; ++i)
        to[i] = static_cast<std::uint8_t>(address >> (24 - 8 * i));
}

/// Writes only as many as there are: clearing the rest for each event would take longer than the simulation.
void putIds(PacketIds& to, std::span<const std::uint32_t> ids)
{
    to.count = ids.size();
    std::copy(ids.begin(), ids.end(), to.numbers.begin());
}

} // namespace

SimulatedTrace::SimulatedTrace(const Scenario& scenario, PacketObserver* observer, base::Nanoseconds sliceNs)
    : m_scenario(scenario),
      m_engine(m_scenario, observer),
      m_log(m_scenario, m_engine.network()),
      m_sliceNs(sliceNs),
      m_full(m_strings.intern("full")),
      m_arena(kEventsPerBatch * kLongestWords)
{
    m_engine.listen(m_log);
    describe();
    m_events.reserve(kEventsPerBatch);
}

void SimulatedTrace::describe()
{
    TraceInfo trace;
    trace.path = m_scenario.name;
    trace.host = kHost;
    trace.domain = "ust";
    trace.tracer = "vnscope-simulate";
    trace.begin = kBegin;
    trace.end = kBegin + m_scenario.durationNs;
    m_session.traces.push_back(trace);
    const auto add = [&](const std::string& name, const std::string& kind) {
        m_names.push_back({m_strings.intern(name), m_strings.intern(kind), m_strings.intern(name + ".in"),
                           m_strings.intern(name + ".out")});
        StreamInfo stream;
        stream.trace = {0};
        stream.name = fmt::format("element_{}", toldElement(static_cast<std::uint32_t>(m_session.streams.size())));
        m_session.streams.push_back(stream);
    };
    for (const Element& element : m_scenario.elements)
        add(element.name, element.kind);
    for (const Source& source : m_scenario.sources)
        add(source.name, "source");
    for (const std::string_view name : kClasses)
        m_session.eventClasses.push_back({{0}, std::string(name), 0, std::string(name), {}});
}

base::Result<const EventBatch*> SimulatedTrace::next()
{
    m_events.clear();
    m_used = 0;
    while (m_events.size() < kEventsPerBatch) {
        if (m_done == m_log.ready().size() && !refill())
            break;
        const std::span<const ToldEvent> ready = m_log.ready();
        const std::size_t count = std::min(ready.size() - m_done, kEventsPerBatch - m_events.size());
        for (const ToldEvent& event : ready.subspan(m_done, count))
            put(event);
        m_done += count;
    }
    if (m_events.empty())
        return nullptr;
    m_told += m_events.size();
    m_session.traces.front().events = m_told;
    m_batch = EventBatch(m_events, reinterpret_cast<const std::byte*>(m_arena.data()));
    return &m_batch;
}

bool SimulatedTrace::refill()
{
    do {
        if (m_isFinished)
            return false;
        m_done = 0;
        if (m_engine.now() == m_scenario.durationNs) {
            m_isFinished = true;
            m_log.finish();
        } else {
            m_engine.run(std::min(m_engine.now() + m_sliceNs, m_scenario.durationNs));
            m_log.settle(m_engine.now());
        }
    } while (m_log.ready().empty());
    return true;
}

SourceProgress SimulatedTrace::progress() const
{
    const auto bytes = [](base::Nanoseconds time) { return static_cast<std::uint64_t>(time / base::kNsPerUs); };
    return {m_told, bytes(m_engine.now()), bytes(m_scenario.durationNs)};
}

template <typename Payload> Payload& SimulatedTrace::payloadOf(const ToldEvent& event)
{
    static_assert(sizeof(Payload) <= kLongestWords * kWord);
    m_events.push_back({kBegin + event.timeNs,
                        static_cast<std::uint32_t>(m_used * kWord),
                        event.type,
                        static_cast<std::uint16_t>(event.node),
                        {event.node}});
    auto* const payload = reinterpret_cast<Payload*>(m_arena.data() + m_used);
    m_used += (sizeof(Payload) + kWord - 1) / kWord;
    return *payload;
}

void SimulatedTrace::put(const ToldEvent& event)
{
    switch (event.type) {
    case EventType::NfElement: putElement(event); break;
    case EventType::NfQueue: putQueue(event); break;
    case EventType::NfFlow: putFlow(event); break;
    case EventType::NfDrop: putDrop(event); break;
    default: putBatch(event); break;
    }
    ++m_session.streams[event.node].events;
    const auto place = static_cast<std::size_t>(event.type) - static_cast<std::size_t>(EventType::NfElement);
    ++m_session.eventClasses[place].count;
}

void SimulatedTrace::putElement(const ToldEvent& event)
{
    const Names& names = m_names[event.node];
    payloadOf<NfElement>(event) = {kContract, toldElement(event.node), names.name, names.kind};
}

void SimulatedTrace::putQueue(const ToldEvent& event)
{
    NfQueue& queue = payloadOf<NfQueue>(event);
    queue.version = kContract;
    queue.queue = queueOf(event);
    if (event.queue == kNone) {
        queue.reader = NfQueue::kNone;
        queue.capacity = 0;
        queue.batchPackets = 0;
        queue.name = m_names[event.node].exit;
        return;
    }
    const Element& element = m_scenario.elements[event.queue];
    queue.reader = toldElement(event.queue);
    queue.capacity = element.capacity;
    queue.batchPackets = static_cast<std::uint16_t>(element.batch);
    queue.name = m_names[event.queue].queue;
}

std::uint32_t SimulatedTrace::queueOf(const ToldEvent& event) const
{
    return event.queue == kNone ? toldExit(event.node, m_scenario.elements.size()) : toldQueue(event.queue);
}

void SimulatedTrace::putBatch(const ToldEvent& event)
{
    NfBatch& batch = payloadOf<NfBatch>(event);
    batch.element = toldElement(event.node);
    batch.queue = queueOf(event);
    batch.packets = event.packets;
    batch.first = event.first;
    putIds(batch.ids, m_log.ids(event));
}

void SimulatedTrace::putFlow(const ToldEvent& event)
{
    const FiveTuple& tuple = m_engine.network().flow(event.flow);
    NfFlow& flow = payloadOf<NfFlow>(event);
    flow = {};
    flow.packet = m_log.ids(event).front();
    flow.element = toldElement(event.node);
    flow.length = kPacketBytes;
    flow.ipVersion = 4;
    flow.protocol = tuple.protocol;
    flow.sourcePort = tuple.sourcePort;
    flow.destinationPort = tuple.destinationPort;
    putAddress(flow.source, tuple.source);
    putAddress(flow.destination, tuple.destination);
}

void SimulatedTrace::putDrop(const ToldEvent& event)
{
    NfDrop& drop = payloadOf<NfDrop>(event);
    drop.element = toldElement(event.node);
    drop.queue = queueOf(event);
    drop.packets = event.packets;
    drop.first = event.first;
    drop.reason = m_full;
    putIds(drop.ids, m_log.ids(event));
}

} // namespace vnscope::simulator
