// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/reconstruction.hpp"

#include <algorithm>
#include <limits>

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
constexpr std::uint64_t kMostInside = 4096;
/// By how many packets an element may change the order of what goes to one next queue.
constexpr std::uint64_t kReordered = 256;
/// How many packets without a flow, and flows without a packet, an element may have.
constexpr std::size_t kMostUntold = 4096;
/// How far a flow is looked for from where it should be.
constexpr std::uint64_t kFlowLookahead = 256;
/// How many times as long as usual a read waits for writers that wait themselves.
constexpr base::Nanoseconds kMostPatience = 16;
/// Events that one element may keep others waiting for.
constexpr std::size_t kMostLater = 1 << 14;

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
    : m_options(options), m_mask(options.idBits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << options.idBits) - 1)
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
    const ElementId id = elementOf(host, hostName, event.element);
    if (!id.isValid())
        return;
    Element& element = m_network[id];
    element.name = name;
    element.kind = kind;
    element.isSource = kind == "source";
    element.isDefined = true;
}

void Reconstruction::define(std::uint32_t host, const std::string& hostName, const NfQueue& event,
                            std::string_view name)
{
    const QueueId id = queueOf(host, hostName, event.queue);
    if (!id.isValid())
        return;
    const ElementId reader = event.reader == NfQueue::kNone ? ElementId{} : elementOf(host, hostName, event.reader);
    Queue& queue = m_network[id];
    if (!name.empty())
        queue.name = name;
    queue.reader = reader;
    queue.capacity = event.capacity;
    queue.fullBatch = event.batchPackets;
    queue.leadsOut = !reader.isValid();
    queue.isDefined = true;
    m_logs[id.value]->setFullBatch(event.batchPackets);
}

template <typename Event>
void Reconstruction::happen(ElementId element, QueueId queue, base::Timestamp at, bool isRead, const Event& event)
{
    Worker& worker = *m_workers[element.value];
    if (worker.later.empty()) {
        if constexpr (std::is_same_v<Event, NfBatch>) {
            if (isRead && tryRead(element, queue, at, event, true))
                return;
        }
        if (!isRead) {
            perform(element, queue, at, event);
            return;
        }
        m_waiting.push_back(element);
    }
    worker.later.push_back({at, queue, isRead, event});
    if (worker.later.size() > kMostLater)
        resume(element, {std::numeric_limits<std::int64_t>::max()});
}

void Reconstruction::read(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfBatch& event)
{
    const ElementId element = elementOf(host, hostName, event.element);
    const QueueId queue = queueOf(host, hostName, event.queue);
    if (!element.isValid() || !queue.isValid())
        return;
    Queue& known = m_network[queue];
    if (!known.reader.isValid()) {
        known.reader = element;
        known.leadsOut = false;
    }
    if (event.packets > (known.capacity > 0 ? known.capacity : kLargestBatch))
        ++m_oversized;
    happen(element, queue, at, true, event);
}

void Reconstruction::write(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfBatch& event)
{
    const ElementId element = elementOf(host, hostName, event.element);
    const QueueId queue = queueOf(host, hostName, event.queue);
    if (element.isValid() && queue.isValid())
        happen(element, queue, at, false, event);
}

void Reconstruction::flow(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfFlow& event)
{
    if (const ElementId element = elementOf(host, hostName, event.element); element.isValid())
        happen(element, {}, at, false, event);
}

void Reconstruction::drop(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfDrop& event)
{
    const ElementId element = elementOf(host, hostName, event.element);
    if (element.isValid())
        happen(element, queueOf(host, hostName, event.queue), at, false, event);
}

void Reconstruction::advance(base::Timestamp now)
{
    for (std::size_t i = 0; i < m_waiting.size();) {
        const ElementId element = m_waiting[i];
        const Worker& worker = *m_workers[element.value];
        if (!worker.later.empty() && worker.later.front().at + m_options.patience <= now)
            resume(element, now);
        // resume() may have made others wait; those stand behind.
        if (worker.later.empty()) {
            m_waiting[i] = m_waiting.back();
            m_waiting.pop_back();
        } else {
            ++i;
        }
    }
}

/// Somebody who writes into the queue waits itself, so that what it wrote before `at` is not known yet.
bool Reconstruction::isHeldUp(QueueId queue, base::Timestamp at, base::Timestamp now) const
{
    // Elements that wait for each other in a circle would wait for ever.
    if (now > at + kMostPatience * m_options.patience)
        return false;
    const auto waits = [&](ElementId writer) {
        const Worker& worker = *m_workers[writer.value];
        return !worker.later.empty() && worker.later.front().at <= at + m_options.patience;
    };
    return m_logs[queue.value]->anyWriter(waits);
}

void Reconstruction::resume(ElementId element, base::Timestamp now)
{
    Worker& worker = *m_workers[element.value];
    if (worker.isResuming)
        return;
    worker.isResuming = true;
    while (!worker.later.empty()) {
        const Later& next = worker.later.front();
        if (next.isRead) {
            const bool mayWait = now < next.at + m_options.patience || isHeldUp(next.queue, next.at, now);
            if (!tryRead(element, next.queue, next.at, std::get<NfBatch>(next.event), mayWait))
                break;
        } else {
            std::visit([&](const auto& event) { perform(element, next.queue, next.at, event); }, next.event);
        }
        worker.later.pop_front();
    }
    worker.isResuming = false;
}

void Reconstruction::beginRead(ElementId element, QueueId queue, base::Timestamp at, const NfBatch& event)
{
    Worker& worker = *m_workers[element.value];
    worker.isSource = false;
    worker.progress = 0;
    worker.hasBegun = true;
    QueueLog& log = *m_logs[queue.value];
    if (event.first > 0 && log.isReading())
        return; // the rest of a batch
    worker.lastReadQueue = queue;
    log.beginRead(at);
}

bool Reconstruction::tryRead(ElementId element, QueueId queue, base::Timestamp at, const NfBatch& event, bool mayWait)
{
    Worker& worker = *m_workers[element.value];
    if (!worker.hasBegun)
        beginRead(element, queue, at, event);
    QueueLog& log = *m_logs[queue.value];
    const std::size_t packets = packetsIn(event);
    for (; worker.progress < packets; ++worker.progress) {
        const std::uint64_t packet = idOf(event, worker.progress);
        if (!log.take(masked(packet))) {
            const Waiting stranger{masked(packet), at, kNoJourney, 0, m_paths.extend({}, {}, queue)};
            const auto ids = event.ids.view();
            const auto following = ids.subspan(std::min(worker.progress + 1, ids.size()));
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
    worker.hasBegun = false;
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
    worker.inside.push({masked(packet), passage.read(), passage.journey, rank, passage.path, queue, false});
    if (worker.inside.size() > kMostInside)
        worker.inside.popFront();
    if (Journey* const journey = journeyOf(passage.journey); journey != nullptr) {
        journey->lastQueue = queue;
        journey->lastRank = rank;
    }
}

/// What goes to one next queue goes in the order of reading, so the search begins behind what went there last.
Reconstruction::Inside* Reconstruction::findInside(Worker& worker, std::uint64_t packet, std::uint64_t& cursor)
{
    History<Inside>& inside = worker.inside;
    const auto search = [&](std::uint64_t from, std::uint64_t to) -> Inside* {
        for (std::uint64_t number = from; number < to; ++number) {
            Inside& candidate = inside[number];
            const bool isIt = packet == kUnnamed || candidate.packet == kUnnamed || candidate.packet == packet;
            if (candidate.isTaken || !isIt)
                continue;
            cursor = number + 1;
            return &candidate;
        }
        return nullptr;
    };
    while (!inside.isEmpty() && inside.front().isTaken)
        inside.popFront();
    const std::uint64_t begin = std::clamp(cursor, inside.begin(), inside.end());
    if (Inside* const found = search(begin, std::min(inside.end(), begin + kMostInside)))
        return found;
    return search(std::max(inside.begin(), begin - std::min(begin, kReordered)), begin);
}

std::optional<Reconstruction::Inside> Reconstruction::recover(ElementId element, std::uint64_t packet,
                                                              base::Timestamp at)
{
    const Worker& worker = *m_workers[element.value];
    if (packet == kUnnamed || !worker.lastReadQueue.isValid())
        return std::nullopt;
    const auto lost = m_logs[worker.lastReadQueue.value]->recover(packet);
    if (!lost)
        return std::nullopt;
    ++m_recovered;
    const auto rank = static_cast<std::uint32_t>(lost->rank);
    if (Journey* const journey = journeyOf(lost->packet.journey); journey != nullptr) {
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
    takeAnnounced(worker, journey);
    return static_cast<std::uint32_t>(m_journeys.push(journey));
}

void Reconstruction::takeAnnounced(Worker& worker, Journey& journey)
{
    History<Told>& announced = worker.announced;
    const std::uint64_t end = std::min(announced.end(), announced.begin() + kFlowLookahead);
    for (std::uint64_t number = announced.begin(); number < end; ++number) {
        if (masked(announced[number].packet) != masked(journey.packet))
            continue;
        journey.flow = announced[number].flow;
        journey.packet = announced[number].packet;
        announced.forgetUntil(number + 1);
        return;
    }
}

Journey* Reconstruction::journeyOf(std::uint32_t low)
{
    const std::uint64_t number = m_journeys.numberOf(low);
    return low != kNoJourney && m_journeys.holds(number) ? &m_journeys[number] : nullptr;
}

void Reconstruction::endJourney(std::uint32_t low, base::Timestamp at, Journey::State state, QueueId where)
{
    Journey* const journey = journeyOf(low);
    if (journey == nullptr || journey->state != Journey::State::Open)
        return;
    journey->state = state;
    journey->end = std::max(at, journey->begin);
    if (state != Journey::State::Arrived)
        journey->lostQueue = where;
    m_ended.push_back(m_journeys.numberOf(low));
}

void Reconstruction::perform(ElementId element, QueueId queue, base::Timestamp at, const NfBatch& event)
{
    Worker& worker = *m_workers[element.value];
    if (worker.cursors.size() <= queue.value)
        worker.cursors.resize(queue.value + 1);
    for (std::size_t i = 0; i < packetsIn(event); ++i)
        writePacket(element, queue, at, idOf(event, i));
    const ElementId reader = m_network[queue].reader;
    if (reader.isValid() && !m_workers[reader.value]->later.empty())
        resume(reader, at);
}

/// A packet whose way into the element was not seen begins here.
void Reconstruction::writeUnread(Worker& worker, Inside& found, base::Timestamp at, std::uint64_t packet)
{
    if (found.journey != kNoJourney)
        return;
    const bool cameFromOutside =
        found.queue.isValid() && m_logs[found.queue.value]->isFilledFromOutside(at - kUntilOutside);
    found.journey =
        beginJourney(worker, found.queue.isValid() ? found.read : at, packet, worker.isSource || cameFromOutside);
    Journey& journey = m_journeys.back();
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

void Reconstruction::writePacket(ElementId element, QueueId queue, base::Timestamp at, std::uint64_t packet)
{
    Worker& worker = *m_workers[element.value];
    Inside found;
    if (!worker.isSource) {
        if (Inside* const inside = findInside(worker, masked(packet), worker.cursors[queue.value])) {
            inside->isTaken = true;
            found = *inside;
            noteWork(worker, found, at);
            if (const Passage* const passed = passage(found.queue, found.rank); passed != nullptr)
                m_logs[found.queue.value]->noteDelay(at - passed->arrival);
        } else if (const auto recovered = recover(element, masked(packet), at)) {
            found = *recovered;
        }
    }
    writeUnread(worker, found, at, packet);
    Journey* const journey = journeyOf(found.journey);
    const bool leadsOut = m_network[queue].leadsOut;
    if (journey != nullptr && !journey->flow.isValid() && (leadsOut || worker.isSource)) {
        worker.withoutFlow.push({packet, found.journey, {}});
        if (worker.withoutFlow.size() > kMostUntold)
            worker.withoutFlow.popFront();
    }
    if (leadsOut)
        endJourney(found.journey, at, Journey::State::Arrived, queue);
    else
        m_logs[queue.value]->arrive(
            element, {masked(packet), at, found.journey, found.rank, m_paths.extend(found.path, element, queue)});
}

void Reconstruction::perform(ElementId element, QueueId, base::Timestamp, const NfFlow& event)
{
    Worker& worker = *m_workers[element.value];
    const FlowId flow = m_flows.count(
        {event.source, event.destination, event.sourcePort, event.destinationPort, event.protocol, event.ipVersion});
    const auto tell = [&](std::uint32_t low) {
        if (Journey* const journey = journeyOf(low); journey != nullptr) {
            journey->flow = flow;
            journey->packet = event.packet;
        }
    };
    History<Told>& without = worker.withoutFlow;
    const std::uint64_t end = std::min(without.end(), without.begin() + kFlowLookahead);
    for (std::uint64_t number = without.begin(); number < end; ++number) {
        if (masked(without[number].packet) != masked(event.packet))
            continue;
        tell(without[number].journey);
        without.forgetUntil(number + 1);
        return;
    }
    if (const Inside* const inside = findInside(worker, masked(event.packet), worker.flowCursor);
        inside != nullptr && inside->journey != kNoJourney) {
        tell(inside->journey);
        return;
    }
    worker.announced.push({event.packet, kNoJourney, flow});
    if (worker.announced.size() > kMostUntold)
        worker.announced.popFront();
}

void Reconstruction::perform(ElementId element, QueueId queue, base::Timestamp at, const NfDrop& event)
{
    Worker& worker = *m_workers[element.value];
    const auto state = queue.isValid() ? Journey::State::Refused : Journey::State::GivenUp;
    const std::size_t packets = packetsIn(event);
    for (std::size_t i = 0; i < std::min(packets, event.ids.view().size()); ++i) {
        const std::uint64_t packet = idOf(event, i);
        if (worker.isSource) {
            endJourney(beginJourney(worker, at, packet, true), at, state, queue);
            continue;
        }
        std::uint64_t cursor = 0;
        if (Inside* const inside = findInside(worker, masked(packet), cursor)) {
            inside->isTaken = true;
            endJourney(inside->journey, at, state, queue);
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
            endJourney(lost.packet.journey, lost.noticed, Journey::State::LostInQueue, QueueId{number});
        }
        m_logs[number]->settle(now, horizon, abnormality);
    }
    m_paths.settle(now);
    for (const auto& worker : m_workers) {
        while (!worker->inside.isEmpty() && worker->inside.front().read < now - kLongestInside)
            worker->inside.popFront();
    }
    while (!m_journeys.isEmpty() && m_journeys.front().begin < horizon)
        m_journeys.popFront();
}

std::vector<std::uint64_t> Reconstruction::takeEnded()
{
    return std::exchange(m_ended, {});
}

const Passage* Reconstruction::passage(QueueId queue, std::uint32_t rank) const
{
    const History<Passage>& passages = m_logs[queue.value]->passages();
    const std::uint64_t number = passages.numberOf(rank);
    return passages.holds(number) ? &passages[number] : nullptr;
}

FlowId Reconstruction::flowOf(const Passage& passage) const
{
    const std::uint64_t number = m_journeys.numberOf(passage.journey);
    return passage.journey != kNoJourney && m_journeys.holds(number) ? m_journeys[number].flow : FlowId{};
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
