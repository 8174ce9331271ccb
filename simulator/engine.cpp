// SPDX-License-Identifier: Apache-2.0
#include "simulator/engine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vnscope::simulator {

namespace {

using base::Nanoseconds;

constexpr Nanoseconds kNever = std::numeric_limits<Nanoseconds>::max();

/// How many packets at the front were written together. Work takes time, so one writer never writes twice in a
/// nanosecond; a source may, and is then told as one batch.
std::size_t runLength(std::span<const Packet> packets)
{
    std::size_t length = 1;
    while (length < packets.size() && length < kMaxBatch && packets[length].timeNs == packets.front().timeNs)
        ++length;
    return length;
}

} // namespace

Engine::Server::Server(const Scenario& scenario, std::uint32_t index)
    : element(&scenario.elements[index]),
      serviceStream(streamOf(scenario.seed, Purpose::Service, index)),
      idStream(streamOf(scenario.seed, Purpose::NewId, index)),
      stalls(RandomIntervals(streamOf(scenario.seed, Purpose::Interrupt, index), scenario.noise.interruptsPerSecond,
                             scenario.noise.interruptMinNs, scenario.noise.interruptMaxNs)),
      slowdowns(streamOf(scenario.seed, Purpose::Slowdown), scenario.noise.slowdownsPerSecond,
                scenario.noise.slowdownMinNs, scenario.noise.slowdownMaxNs),
      slowdownFactor(scenario.noise.slowdownFactor)
{
}

Engine::Engine(const Scenario& scenario, PacketObserver* observer)
    : m_scenario(scenario), m_network(m_scenario), m_observer(observer), m_links(m_network.links().size())
{
    for (std::uint32_t i = 0; i < m_scenario.elements.size(); ++i)
        m_servers.emplace_back(m_scenario, i);
    for (std::uint32_t i = 0; i < m_scenario.sources.size(); ++i)
        m_traffic.emplace_back(m_scenario, m_network, i);
    for (std::uint32_t i = 0; i < m_links.size(); ++i) {
        const std::uint32_t to = m_network.links()[i].to;
        (to == kNone ? m_exits : m_servers[to].links).push_back(i);
    }
    keepHeads();
    for (const Injection& injection : m_scenario.injections)
        add(injection);
}

void Engine::keepHeads()
{
    m_heads.assign(m_links.size(), &m_exitHead);
    for (Server& server : m_servers) {
        server.heads.assign(server.links.size(), kNever);
        for (std::size_t place = 0; place < server.links.size(); ++place)
            m_heads[server.links[place]] = &server.heads[place];
    }
}

void Engine::add(const Injection& injection)
{
    if (injection.kind == InjectionKind::Interrupt) {
        m_servers[injection.element].stalls.add({injection.timeNs, injection.timeNs + injection.lengthNs});
        return;
    }
    m_traffic[injection.source].add(injection, m_network.addFlow(injection.flow));
    if (injection.kind != InjectionKind::Bug)
        return;
    const auto isBefore = [](const Injection& a, const Injection& b) { return a.id < b.id; };
    m_bugs.insert(std::lower_bound(m_bugs.begin(), m_bugs.end(), injection, isBefore), injection);
}

void Engine::run(Nanoseconds endNs)
{
    for (std::uint32_t source = 0; source < m_traffic.size(); ++source)
        runSource(source, endNs);
    for (const std::uint32_t element : m_network.order())
        serve(element, endNs);
    for (const std::uint32_t link : m_exits)
        leave(link, endNs);
    m_now = endNs;
}

void Engine::runSource(std::uint32_t source, Nanoseconds endNs)
{
    m_traffic[source].until(endNs, [&](Packet packet) {
        ++m_totals.made;
        if (m_observer != nullptr)
            beginJourney(packet);
        sendOn(m_network.sourceNode(source), packet);
    });
}

void Engine::sendOn(std::uint32_t node, const Packet& packet)
{
    const std::uint32_t link = m_network.linkOf(node, packet.flow);
    if (m_links[link].isEmpty())
        *m_heads[link] = packet.timeNs;
    m_links[link].push(packet);
}

void Engine::serve(std::uint32_t element, Nanoseconds endNs)
{
    Server& server = m_servers[element];
    for (;;) {
        if (server.queue.isEmpty()) {
            const auto first = std::min_element(server.heads.begin(), server.heads.end());
            if (first == server.heads.end() || *first >= endNs)
                return;
            server.freeNs = std::max(server.freeNs, *first);
        }
        if (server.freeNs < endNs)
            server.freeNs = server.stalls.whenRunning(server.freeNs);
        if (server.freeNs >= endNs)
            break;
        acceptBefore(server, server.freeNs + 1);
        read(element);
    }
    acceptBefore(server, endNs);
}

void Engine::acceptBefore(Server& server, Nanoseconds endNs)
{
    for (;;) {
        const auto first = std::min_element(server.heads.begin(), server.heads.end());
        if (first == server.heads.end() || *first >= endNs)
            return;
        acceptFrom(server, static_cast<std::size_t>(first - server.heads.begin()));
    }
}

void Engine::acceptFrom(Server& server, std::size_t place)
{
    const std::uint32_t link = server.links[place];
    Fifo<Packet>& packets = m_links[link];
    const std::span<Packet> waiting = packets.view();
    const std::size_t length = runLength(waiting);
    accept(server, link, waiting.first(length));
    packets.pop(length);
    server.heads[place] = packets.isEmpty() ? kNever : packets.view().front().timeNs;
}

void Engine::accept(Server& server, std::uint32_t link, std::span<Packet> run)
{
    const std::size_t room = server.element->capacity - server.queue.size();
    const std::span<Packet> taken = run.first(std::min(run.size(), room));
    const std::span<Packet> refused = run.subspan(taken.size());
    server.queue.append(taken);
    server.totals.arrived += taken.size();
    server.totals.queueMax = std::max(server.totals.queueMax, static_cast<std::uint32_t>(server.queue.size()));
    if (m_listener != nullptr && !taken.empty())
        m_listener->onWrite(link, taken);
    if (refused.empty())
        return;
    server.totals.dropped += refused.size();
    m_totals.dropped += refused.size();
    if (m_listener != nullptr)
        m_listener->onDrop(link, refused);
    if (m_observer != nullptr)
        for (const Packet& packet : refused)
            endJourney(packet, m_network.links()[link].to);
}

void Engine::read(std::uint32_t element)
{
    Server& server = m_servers[element];
    const Nanoseconds readNs = server.freeNs;
    const std::size_t count = std::min<std::size_t>(server.element->batch, server.queue.size());
    const std::span<const Packet> front = server.queue.view().first(count);
    m_batch.assign(front.begin(), front.end());
    server.queue.pop(count);
    if (m_listener != nullptr)
        m_listener->onRead(element, readNs, m_batch);
    const Nanoseconds workNs = workOf(server, m_batch);
    server.freeNs = server.stalls.whenDone(readNs, workNs);
    if (server.queue.isEmpty())
        server.lastEmptyNs = readNs;
    ElementTotals& totals = server.totals;
    ++totals.reads;
    totals.read += count;
    totals.fullReads += count == server.element->batch ? 1 : 0;
    totals.busyNs += static_cast<double>(workNs);
    if (m_observer != nullptr)
        addHops(element, m_batch, readNs, server.freeNs);
    for (Packet& packet : m_batch) {
        totals.delay.add(server.freeNs - packet.timeNs);
        packet.timeNs = server.freeNs;
        if (server.element->rewritesIds)
            packet.id = newId(server, packet);
        sendOn(element, packet);
    }
}

Nanoseconds Engine::workOf(Server& server, std::span<const Packet> batch)
{
    double workNs = 0;
    for (const Packet& packet : batch)
        workNs += serviceOf(server, packet);
    while (server.slowdowns.current().endNs <= server.freeNs)
        server.slowdowns.advance();
    if (server.slowdowns.current().beginNs <= server.freeNs)
        workNs *= server.slowdownFactor;
    return std::max<Nanoseconds>(1, static_cast<Nanoseconds>(workNs + 0.5));
}

double Engine::serviceOf(const Server& server, const Packet& packet) const
{
    const Element& element = *server.element;
    if (!m_bugs.empty() && injectionOf(packet.number) != kNone) {
        const auto isBefore = [](const Injection& bug, std::uint32_t id) { return bug.id < id; };
        const std::uint32_t id = injectionOf(packet.number);
        const auto bug = std::lower_bound(m_bugs.begin(), m_bugs.end(), id, isBefore);
        if (bug != m_bugs.end() && bug->id == id && &m_scenario.elements[bug->element] == &element)
            return bug->serviceNs;
    }
    const std::uint64_t bits = mix(server.serviceStream ^ mix(packet.number));
    const double factor = uniform(bits, 1 - element.spread, 1 + element.spread);
    if (element.tailSigma <= 0)
        return element.serviceNs * factor;
    const double sigma = element.tailSigma;
    return element.serviceNs * factor * std::exp(sigma * normal(mix(bits)) - sigma * sigma / 2);
}

/// As wide as ids are, and none of those that stand for no id.
std::uint32_t Engine::newId(const Server& server, const Packet& packet) const
{
    const std::uint64_t bits = mix(server.idStream, packet.number);
    const auto low = 1 + static_cast<std::uint32_t>(bits % 0xffffU);
    return m_scenario.noise.ids == IdMode::Composite32 ? static_cast<std::uint32_t>(bits >> 32U) << 16U | low : low;
}

void Engine::leave(std::uint32_t link, Nanoseconds endNs)
{
    Fifo<Packet>& packets = m_links[link];
    while (!packets.isEmpty() && packets.view().front().timeNs < endNs) {
        const std::span<const Packet> run = packets.view().first(runLength(packets.view()));
        if (m_listener != nullptr)
            m_listener->onWrite(link, run);
        for (const Packet& packet : run) {
            m_totals.latency.add(packet.timeNs - packet.sourceNs);
            if (m_observer != nullptr)
                endJourney(packet, kNone);
        }
        m_totals.left += run.size();
        packets.pop(run.size());
    }
}

void Engine::beginJourney(Packet& packet)
{
    if (m_freeJourneys.empty()) {
        m_freeJourneys.push_back(static_cast<std::uint32_t>(m_journeys.size()));
        m_journeys.emplace_back();
    }
    packet.journey = m_freeJourneys.back();
    m_freeJourneys.pop_back();
    Journey& journey = m_journeys[packet.journey];
    journey.packet = packet.number;
    journey.flow = m_network.flow(packet.flow);
    journey.injection = injectionOf(packet.number);
    journey.sourceNs = packet.sourceNs;
    journey.hops.clear();
}

void Engine::addHops(std::uint32_t element, std::span<const Packet> batch, Nanoseconds readNs, Nanoseconds leaveNs)
{
    for (const Packet& packet : batch)
        m_journeys[packet.journey].hops.push_back({element, packet.timeNs, readNs, leaveNs});
}

void Engine::endJourney(const Packet& packet, std::uint32_t lostAt)
{
    Journey& journey = m_journeys[packet.journey];
    journey.id = packet.id;
    journey.lostAt = lostAt;
    m_observer->onEnd(journey);
    m_freeJourneys.push_back(packet.journey);
}

Totals Engine::totals() const
{
    Totals totals = m_totals;
    totals.inside = totals.made - totals.left - totals.dropped;
    return totals;
}

bool Engine::isDrainedSince(Nanoseconds sinceNs) const
{
    return std::all_of(m_servers.begin(), m_servers.end(), [&](const Server& server) {
        return server.lastEmptyNs >= sinceNs || (server.queue.isEmpty() && server.freeNs <= sinceNs);
    });
}

} // namespace vnscope::simulator
