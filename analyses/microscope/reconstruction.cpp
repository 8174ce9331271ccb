// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/reconstruction.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

using tracepoints::NfBatch;
using tracepoints::NfDrop;
using tracepoints::NfElement;
using tracepoints::NfFlow;
using tracepoints::NfQueue;

namespace {

/// A packet that nobody has read for so long after those behind it were read is lost.
constexpr base::Nanoseconds kUntilLost = 10 * base::kNsPerMs;
/// How long an element may hold a packet, and how many.
constexpr base::Nanoseconds kLongestInside = 100 * base::kNsPerMs;
/// More packets than any ring gives at once are a mistake of the trace, and work without end.
constexpr std::size_t kLargestBatch = 4096;
/// For how long a queue may have no writer in the trace before it is taken for one that is filled from outside.
constexpr base::Nanoseconds kUntilOutside = 10 * base::kNsPerMs;

/// Packets that one event tells of.
template <typename Event> std::size_t packetsIn(const Event& event)
{
    const std::size_t rest = event.packets - std::min(event.first, event.packets);
    const std::size_t told = event.ids.count == 0 ? rest : std::min<std::size_t>(rest, event.ids.count);
    return std::min(told, kLargestBatch);
}

template <typename Event> std::uint64_t idOf(const Event& event, std::size_t packet)
{
    const auto ids = event.ids.view();
    return packet < ids.size() ? ids[packet] : kUnnamed;
}

} // namespace

Reconstruction::Reconstruction(Options options)
    : m_mask(options.idBits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << options.idBits) - 1),
      m_twins(m_logs, m_paths, m_journeys)
{
}

ElementId Reconstruction::elementOf(std::uint32_t host, const std::string& hostName, std::uint32_t number)
{
    const ElementId id = m_network.element(host, hostName, number);
    while (m_workers.size() < m_network.elements().size())
        m_workers.push_back(std::make_unique<Worker>());
    return id;
}

QueueId Reconstruction::queueOf(std::uint32_t host, const std::string& hostName, std::uint32_t number)
{
    if (number == NfQueue::kNone)
        return {};
    const QueueId id = m_network.queue(host, hostName, number);
    while (m_logs.size() < m_network.queues().size())
        m_logs.push_back(std::make_unique<QueueLog>(0));
    return id;
}

void Reconstruction::define(std::uint32_t host, const std::string& hostName, const NfElement& event,
                            std::string_view name, std::string_view kind)
{
    if (const ElementId id = elementOf(host, hostName, event.element); id.isValid())
        m_network.define(id, name, kind);
}

void Reconstruction::define(std::uint32_t host, const std::string& hostName, const NfQueue& event,
                            std::string_view name)
{
    const QueueId id = queueOf(host, hostName, event.queue);
    if (!id.isValid())
        return;
    const ElementId reader = event.reader == NfQueue::kNone ? ElementId{} : elementOf(host, hostName, event.reader);
    m_network.define(id, name, reader, event);
    m_logs[id.value]->setFullBatch(event.batchPackets);
}

void Reconstruction::noteReader(ElementId element, QueueId queue, const NfBatch& read)
{
    Queue& known = m_network[queue];
    if (!known.reader.isValid()) {
        known.reader = element;
        known.leadsOut = false;
    }
    if (read.packets > (known.capacity > 0 ? known.capacity : kLargestBatch))
        ++m_oversized;
}

void Reconstruction::beginRead(Worker& worker, QueueId queue, base::Timestamp at, const NfBatch& event)
{
    worker.isSource = false;
    QueueLog& log = *m_logs[queue.value];
    if (event.first > 0 && log.isReading())
        return; // the rest of a batch
    worker.lastReadQueue = queue;
    worker.inside.beginBatch();
    log.beginRead(at);
}

bool Reconstruction::take(ElementId element, QueueId queue, base::Timestamp at, const NfBatch& event,
                          ReadProgress& progress, bool mayWait)
{
    Worker& worker = *m_workers[element.value];
    if (!progress.hasBegun) {
        progress = {0, true};
        beginRead(worker, queue, at, event);
    }
    QueueLog& log = *m_logs[queue.value];
    const std::size_t packets = packetsIn(event);
    for (; progress.taken < packets; ++progress.taken) {
        const std::uint64_t packet = idOf(event, progress.taken);
        if (!log.take(masked(packet))) {
            const Waiting stranger{masked(packet), at, kNoJourney, 0, m_paths.extend({}, {}, queue)};
            const auto ids = event.ids.view();
            const auto following = ids.subspan(std::min(progress.taken + 1, ids.size()));
            if (log.isFilledFromOutside(at - kUntilOutside))
                log.admitStranger(stranger);
            else if (log.takeBehind(masked(packet), following, m_mask, mayWait))
                ; // those before it are lost
            else if (mayWait)
                return false;
            else
                log.admitStranger(stranger);
        }
        admit(worker, queue, packet);
    }
    progress.hasBegun = false;
    if (event.first + packets >= event.packets)
        log.endRead();
    return true;
}

/// The packet that was taken from the queue last is inside of the element now.
void Reconstruction::admit(Worker& worker, QueueId queue, std::uint64_t packet)
{
    const History<Passage>& passages = m_logs[queue.value]->passages();
    const Passage& passage = passages.back();
    const auto rank = static_cast<std::uint32_t>(passages.end() - 1);
    const Inside inside{masked(packet), passage.read(), passage.journey, rank, passage.path, queue, false};
    worker.inside.admit(inside, [&](const Inside& twin) { m_twins.add(twin, inside); });
    if (Journey* const journey = m_journeys.find(passage.journey); journey != nullptr) {
        journey->lastQueue = queue;
        journey->lastRank = rank;
    }
}

std::optional<Inside> Reconstruction::recover(const Worker& worker, std::uint64_t packet, base::Timestamp at)
{
    if ((packet == kUnnamed && !worker.inside.rewrites()) || !worker.lastReadQueue.isValid())
        return std::nullopt;
    const auto lost = m_logs[worker.lastReadQueue.value]->recover(packet);
    if (!lost)
        return std::nullopt;
    ++m_recovered;
    const auto rank = static_cast<std::uint32_t>(lost->rank);
    if (Journey* const journey = m_journeys.find(lost->packet.journey); journey != nullptr) {
        journey->lastQueue = worker.lastReadQueue;
        journey->lastRank = rank;
    }
    return Inside{packet, at, lost->packet.journey, rank, lost->packet.path, worker.lastReadQueue, true};
}

std::uint32_t Reconstruction::beginJourney(Worker& worker, base::Timestamp at, std::uint64_t packet, bool isWhole)
{
    Journey journey;
    journey.begin = at;
    journey.packet = packet;
    journey.isWhole = isWhole;
    takeFlow(worker, journey, packet);
    return m_journeys.begin(journey);
}

/// The flow may have been told already.
void Reconstruction::takeFlow(Worker& worker, Journey& journey, std::uint64_t packet)
{
    if (const auto announced = worker.flows.takeAnnounced(packet, m_mask)) {
        journey.flow = announced->flow;
        journey.packet = announced->packet;
    }
}

void Reconstruction::put(ElementId element, QueueId queue, base::Timestamp at, const NfBatch& event)
{
    for (std::size_t i = 0; i < packetsIn(event); ++i)
        putPacket(element, queue, at, idOf(event, i));
}

/// A packet whose way into the element was not seen begins here.
void Reconstruction::beginUnread(Worker& worker, Inside& found, base::Timestamp at, std::uint64_t packet)
{
    if (found.journey != kNoJourney)
        return;
    const bool cameFromOutside =
        found.queue.isValid() && m_logs[found.queue.value]->isFilledFromOutside(at - kUntilOutside);
    found.journey =
        beginJourney(worker, found.queue.isValid() ? found.read : at, packet, worker.isSource || cameFromOutside);
    Journey& journey = *m_journeys.find(found.journey);
    journey.lastQueue = found.queue;
    journey.lastRank = found.rank;
}

/// A packet that was read before does not tell how long the last batch took, nor does one whose read was not recorded.
void Reconstruction::noteWork(const Worker& worker, const Inside& written, base::Timestamp at)
{
    QueueLog& log = *m_logs[written.queue.value];
    if (written.queue == worker.lastReadQueue && !log.reads().isEmpty() &&
        log.passages().numberOf(written.rank) >= log.reads().back().firstRank)
        log.noteWork(at);
}

/// The packet that is being written as the element read it, or one that nobody was seen to read.
Inside Reconstruction::findRead(ElementId element, QueueId queue, base::Timestamp at, std::uint64_t packet)
{
    Worker& worker = *m_workers[element.value];
    if (worker.isSource)
        return {};
    Inside* const inside = worker.inside.findFor(queue, masked(packet));
    if (inside == nullptr)
        return recover(worker, worker.inside.rewritesTo(queue) ? kUnnamed : masked(packet), at).value_or(Inside{});
    worker.inside.take(*inside);
    noteWork(worker, *inside, at);
    if (const Passage* const passed = passage(inside->queue, inside->rank); passed != nullptr)
        m_logs[inside->queue.value]->noteDelay(at - passed->arrival);
    return *inside;
}

void Reconstruction::putPacket(ElementId element, QueueId queue, base::Timestamp at, std::uint64_t packet)
{
    Worker& worker = *m_workers[element.value];
    Inside found = findRead(element, queue, at, packet);
    beginUnread(worker, found, at, packet);
    Journey* const journey = m_journeys.find(found.journey);
    const bool leadsOut = m_network[queue].leadsOut;
    if (journey != nullptr && !journey->flow.isValid() && worker.inside.rewritesTo(queue))
        takeFlow(worker, *journey, packet);
    if (journey != nullptr && !journey->flow.isValid() && (leadsOut || worker.isSource))
        worker.flows.addPacket(packet, found.journey);
    if (leadsOut)
        m_journeys.end(found.journey, at, Journey::State::Arrived, queue);
    else
        m_logs[queue.value]->arrive(
            element, {masked(packet), at, found.journey, found.rank, m_paths.extend(found.path, element, queue)});
}

void Reconstruction::tellFlow(ElementId element, const NfFlow& event)
{
    Worker& worker = *m_workers[element.value];
    const FlowId flow = m_flows.count(
        {event.source, event.destination, event.sourcePort, event.destinationPort, event.protocol, event.ipVersion});
    const auto tell = [&](std::uint32_t low) {
        if (Journey* const journey = m_journeys.find(low); journey != nullptr) {
            journey->flow = flow;
            journey->packet = event.packet;
        }
    };
    if (const auto written = worker.flows.takePacket(event.packet, m_mask)) {
        tell(*written);
        return;
    }
    // Ids that are rewritten are told as they are written.
    const Inside* const inside = worker.inside.rewrites() ? nullptr : worker.inside.findForFlow(masked(event.packet));
    if (inside != nullptr && inside->journey != kNoJourney)
        tell(inside->journey);
    else
        worker.flows.announce(event.packet, flow);
}

void Reconstruction::giveUp(ElementId element, QueueId queue, base::Timestamp at, const NfDrop& event)
{
    Worker& worker = *m_workers[element.value];
    const auto state = queue.isValid() ? Journey::State::Refused : Journey::State::GivenUp;
    const std::size_t packets = packetsIn(event);
    for (std::size_t i = 0; i < std::min(packets, event.ids.view().size()); ++i) {
        const std::uint64_t packet = idOf(event, i);
        if (worker.isSource) {
            m_journeys.end(beginJourney(worker, at, packet, true), at, state, queue);
            continue;
        }
        // What found no room has the id by which it would have been written.
        Inside* const inside = queue.isValid() && worker.inside.rewritesTo(queue)
                                   ? worker.inside.findFor(queue, masked(packet))
                                   : worker.inside.findFirst(masked(packet));
        if (inside != nullptr) {
            worker.inside.take(*inside);
            m_journeys.end(inside->journey, at, state, queue);
        }
    }
    if (queue.isValid())
        m_logs[queue.value]->refuse(at, static_cast<std::uint32_t>(packets));
}

void Reconstruction::settle(base::Timestamp now, base::Timestamp horizon, Abnormality abnormality)
{
    for (std::uint32_t number = 0; number < m_logs.size(); ++number) {
        for (const QueueLog::Lost& lost : m_logs[number]->takeLost(now - kUntilLost)) {
            ++m_unreadWrites;
            m_journeys.end(lost.packet.journey, lost.noticed, Journey::State::LostInQueue, QueueId{number});
        }
        m_logs[number]->settle(now, horizon, abnormality);
    }
    m_paths.settle(now);
    for (const auto& worker : m_workers)
        worker->inside.forgetBefore(now - kLongestInside);
    m_twins.settle();
    m_journeys.forgetBefore(horizon);
}

std::vector<ElementId> Reconstruction::rewriters() const
{
    std::vector<ElementId> rewriters;
    for (std::uint32_t number = 0; number < m_workers.size(); ++number) {
        if (m_workers[number]->inside.hasEverRewritten())
            rewriters.push_back(ElementId{number});
    }
    return rewriters;
}

FlowId Reconstruction::flowOf(const Passage& passage) const
{
    const Journey* const journey = m_journeys.find(passage.journey);
    return journey != nullptr ? journey->flow : FlowId{};
}

std::vector<Hop> Reconstruction::hops(const Journey& journey) const
{
    std::vector<Hop> hops;
    QueueId queue = journey.lastQueue;
    std::uint32_t low = journey.lastRank;
    base::Timestamp left = journey.end;
    while (queue.isValid() && hops.size() < PathTable::kLongest) {
        const History<Passage>& passages = m_logs[queue.value]->passages();
        const std::uint64_t rank = passages.numberOf(low);
        if (!passages.holds(rank))
            break;
        const Passage& passage = passages[rank];
        hops.push_back({queue, m_network[queue].reader, rank, passage.arrival, passage.read(), left});
        left = passage.arrival;
        const PathStep& step = m_paths[passage.path];
        queue = step.previous.isValid() ? m_paths[step.previous].queue : QueueId{};
        low = passage.previousRank;
    }
    return hops;
}

} // namespace vnscope::analyses::microscope
