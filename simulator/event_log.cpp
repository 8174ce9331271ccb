// SPDX-License-Identifier: Apache-2.0
#include "simulator/event_log.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "simulator/random.hpp"

namespace vnscope::simulator {

namespace {

using base::Nanoseconds;
using tracepoints::EventType;

constexpr std::size_t kMaxIds = 64; ///< Of an event: the contract of tracepoints/nf.
constexpr Nanoseconds kDefinitionsEvery = 10 * base::kNsPerSecond;

/// What one program does at the same time, in its order: it tells what there is, then writes a batch, then reads the
/// next.
int rankOf(EventType type)
{
    switch (type) {
    case EventType::NfElement: return 0;
    case EventType::NfQueue: return 1;
    case EventType::NfFlow: return 2;
    case EventType::NfWrite: return 3;
    case EventType::NfDrop: return 4;
    default: return 5;
    }
}

} // namespace

EventLog::EventLog(const Scenario& scenario, const Network& network)
    : m_network(&network),
      m_streams(network.nodeCount()),
      m_lostShare(scenario.noise.lostRecords),
      m_lostStream(streamOf(scenario.seed, Purpose::Lost)),
      m_jitterNs(scenario.noise.jitterNs),
      m_jitterStream(streamOf(scenario.seed, Purpose::Jitter))
{
    const auto most = static_cast<double>(scenario.noise.clockOffsetNs);
    for (std::size_t node = 0; node < m_streams.size(); ++node) {
        const std::uint64_t bits = streamOf(scenario.seed, Purpose::Clock, node);
        m_streams[node].offsetNs = uniform(bits, -most, most);
        m_streams[node].drift = uniform(mix(bits), -1e-6, 1e-6) * scenario.noise.clockDriftPpm;
        m_streams[node].lastNs = std::numeric_limits<Nanoseconds>::min();
    }
}

void EventLog::tell(std::uint32_t node, Nanoseconds timeNs, std::uint32_t queue, EventType type,
                    std::span<const Packet> batch)
{
    Stream& stream = m_streams[node];
    ToldEvent event;
    event.timeNs = timeNs;
    event.node = node;
    event.queue = queue;
    event.packets = static_cast<std::uint16_t>(batch.size());
    event.type = type;
    for (std::size_t first = 0; first < batch.size(); first += kMaxIds) {
        // Which records are lost depends on the seed and not on what else was told.
        const auto rank = static_cast<std::uint64_t>(rankOf(type));
        if (m_lostShare > 0 &&
            unit(mix(mix(m_lostStream, batch[first].number), std::uint64_t{node} << 8U | rank)) < m_lostShare) {
            ++m_lost;
            continue;
        }
        event.first = static_cast<std::uint16_t>(first);
        event.ids = static_cast<std::uint32_t>(stream.ids.size());
        event.count = static_cast<std::uint16_t>(std::min(kMaxIds, batch.size() - first));
        event.flow = batch[first].flow;
        for (std::size_t i = first; i < first + event.count; ++i)
            stream.ids.push_back(batch[i].id);
        stream.fresh.push_back(event);
    }
}

void EventLog::onRead(std::uint32_t element, Nanoseconds timeNs, std::span<const Packet> batch)
{
    tell(element, timeNs, element, EventType::NfRead, batch);
}

void EventLog::onWrite(std::uint32_t link, std::span<const Packet> batch)
{
    const Network::Link& way = m_network->links()[link];
    if (way.to == kNone)
        tellFlows(way.from, batch);
    tell(way.from, batch.front().timeNs, way.to, EventType::NfWrite, batch);
}

void EventLog::tellFlows(std::uint32_t node, std::span<const Packet> batch)
{
    for (std::size_t i = 0; i < batch.size(); ++i)
        tell(node, batch[i].timeNs, kNone, EventType::NfFlow, batch.subspan(i, 1));
}

void EventLog::onDrop(std::uint32_t link, std::span<const Packet> batch)
{
    const Network::Link& way = m_network->links()[link];
    tell(way.from, batch.front().timeNs, way.to, EventType::NfDrop, batch);
}

void EventLog::define(Nanoseconds timeNs)
{
    const auto add = [&](std::uint32_t node, std::uint32_t queue, EventType type) {
        ToldEvent event;
        event.timeNs = timeNs;
        event.node = node;
        event.queue = queue;
        event.type = type;
        m_streams[node].fresh.push_back(event);
    };
    for (std::uint32_t node = 0; node < m_streams.size(); ++node) {
        add(node, kNone, EventType::NfElement);
        if (node < m_network->elementCount())
            add(node, node, EventType::NfQueue);
    }
    for (const Network::Link& link : m_network->links())
        if (link.to == kNone)
            add(link.from, kNone, EventType::NfQueue);
}

double EventLog::shiftAt(const Stream& stream, Nanoseconds timeNs)
{
    return stream.offsetNs + stream.drift * static_cast<double>(timeNs);
}

void EventLog::stampFresh(Stream& stream, std::uint64_t jitterStream)
{
    const auto isBefore = [](const ToldEvent& a, const ToldEvent& b) {
        return a.timeNs != b.timeNs ? a.timeNs < b.timeNs : rankOf(a.type) < rankOf(b.type);
    };
    std::stable_sort(stream.fresh.begin(), stream.fresh.end(), isBefore);
    for (ToldEvent& event : stream.fresh) {
        double shift = shiftAt(stream, event.timeNs);
        if (m_jitterNs > 0) {
            const auto most = static_cast<double>(m_jitterNs);
            shift += uniform(mix(jitterStream, static_cast<std::uint64_t>(event.timeNs)), -most, most);
        }
        // A thread's own clock does not go back.
        event.timeNs = std::max(stream.lastNs, event.timeNs + static_cast<Nanoseconds>(std::llround(shift)));
        stream.lastNs = event.timeNs;
    }
    stream.told.insert(stream.told.end(), stream.fresh.begin(), stream.fresh.end());
    stream.fresh.clear();
}

Nanoseconds EventLog::horizon(Nanoseconds endNs) const
{
    double least = std::numeric_limits<double>::max();
    for (const Stream& stream : m_streams)
        least = std::min(least, shiftAt(stream, endNs));
    return endNs + static_cast<Nanoseconds>(std::floor(least)) - m_jitterNs;
}

void EventLog::settle(Nanoseconds endNs)
{
    for (; m_nextDefinition < endNs; m_nextDefinition += kDefinitionsEvery)
        define(m_nextDefinition);
    for (std::size_t node = 0; node < m_streams.size(); ++node)
        stampFresh(m_streams[node], mix(m_jitterStream, node));
    merge(horizon(endNs));
}

void EventLog::finish()
{
    merge(std::numeric_limits<Nanoseconds>::max());
}

void EventLog::merge(Nanoseconds beforeNs)
{
    m_ready.clear();
    m_readyIds.clear();
    std::vector<Cursor> heap;
    for (std::uint32_t node = 0; node < m_streams.size(); ++node) {
        const Cursor cursor{&m_streams[node], node, 0};
        if (cursor.hasBefore(beforeNs))
            heap.push_back(cursor);
    }
    std::make_heap(heap.begin(), heap.end(), isLater);
    std::vector<std::size_t> taken(m_streams.size());
    while (!heap.empty()) {
        Cursor& first = heap.front();
        taken[first.node] = first.next + 1;
        copyToReady(*first.stream, first.stream->told[first.next]);
        ++first.next;
        if (!first.hasBefore(beforeNs)) {
            first = heap.back();
            heap.pop_back();
        }
        siftDown(heap);
    }
    for (std::size_t node = 0; node < m_streams.size(); ++node)
        forget(m_streams[node], taken[node]);
}

void EventLog::copyToReady(const Stream& stream, ToldEvent event)
{
    const auto begin = stream.ids.begin() + event.ids;
    event.ids = static_cast<std::uint32_t>(m_readyIds.size());
    m_readyIds.insert(m_readyIds.end(), begin, begin + event.count);
    m_ready.push_back(event);
}

bool EventLog::Cursor::hasBefore(Nanoseconds endNs) const
{
    return next < stream->told.size() && stream->told[next].timeNs < endNs;
}

bool EventLog::isLater(const Cursor& a, const Cursor& b)
{
    const ToldEvent& x = a.stream->told[a.next];
    const ToldEvent& y = b.stream->told[b.next];
    if (x.timeNs != y.timeNs)
        return x.timeNs > y.timeNs;
    return std::pair(rankOf(x.type), a.node) > std::pair(rankOf(y.type), b.node);
}

/// After the first of a heap has become later. The standard library can only take it out and put it back.
void EventLog::siftDown(std::vector<Cursor>& heap)
{
    for (std::size_t at = 0, child = 1; child < heap.size(); child = 2 * at + 1) {
        if (child + 1 < heap.size() && isLater(heap[child], heap[child + 1]))
            ++child;
        if (!isLater(heap[at], heap[child]))
            return;
        std::swap(heap[at], heap[child]);
        at = child;
    }
}

/// The rest keeps its ids.
void EventLog::forget(Stream& stream, std::size_t count)
{
    if (count == stream.told.size()) {
        stream.told.clear();
        stream.ids.clear();
        return;
    }
    stream.told.erase(stream.told.begin(), stream.told.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<std::uint32_t> rest;
    for (ToldEvent& event : stream.told) {
        const auto begin = stream.ids.begin() + event.ids;
        event.ids = static_cast<std::uint32_t>(rest.size());
        rest.insert(rest.end(), begin, begin + event.count);
    }
    stream.ids.assign(rest.begin(), rest.end());
}

} // namespace vnscope::simulator
