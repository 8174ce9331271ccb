// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/engine.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace vnscope::analyses::microscope {

using tracepoints::EventType;

Engine::Engine(EngineOptions options, std::function<void(const Diagnosis&)> onDiagnosis,
               std::function<void(base::Timestamp)> onSettled)
    : m_options(std::move(options)),
      m_onDiagnosis(std::move(onDiagnosis)),
      m_onSettled(std::move(onSettled)),
      m_network(m_options.reconstruction),
      m_intake(m_network, m_options.reconstruction.patience),
      m_diagnoser(m_network, m_options.diagnosis),
      m_latencies(DelayHistory::kBuckets)
{
}

void Engine::process(const tracepoints::EventRecord& record, const tracepoints::EventBatch& batch,
                     const tracepoints::StringTable& strings, std::uint32_t host, const std::string& hostName)
{
    const base::Timestamp at = record.time;
    if (!m_nextStep) {
        m_nextStep = at + m_options.step;
        m_network.begin(at);
    }
    m_last = std::max(m_last, at);
    m_intake.advance(at);
    while (at >= *m_nextStep) {
        settle(*m_nextStep);
        // After a silence that is longer than memory there is nothing left to take stock of.
        m_nextStep = std::max(*m_nextStep + m_options.step, at - 2 * m_options.memory);
    }
    switch (record.type) {
    case EventType::NfElement: {
        const auto& event = batch.payload<tracepoints::NfElement>(record);
        m_network.define(host, hostName, event, strings.text(event.name), strings.text(event.kind));
        break;
    }
    case EventType::NfQueue: {
        const auto& event = batch.payload<tracepoints::NfQueue>(record);
        m_network.define(host, hostName, event, strings.text(event.name));
        break;
    }
    case EventType::NfRead: m_intake.read(at, host, hostName, batch.payload<tracepoints::NfBatch>(record)); break;
    case EventType::NfWrite: m_intake.write(at, host, hostName, batch.payload<tracepoints::NfBatch>(record)); break;
    case EventType::NfFlow: m_intake.flow(at, host, hostName, batch.payload<tracepoints::NfFlow>(record)); break;
    case EventType::NfDrop: m_intake.drop(at, host, hostName, batch.payload<tracepoints::NfDrop>(record)); break;
    default: break;
    }
}

void Engine::finish()
{
    if (!m_nextStep)
        return;
    m_intake.advance({std::numeric_limits<std::int64_t>::max()});
    // Twice: what ended in the last step is diagnosed in the one after it.
    settle(m_last + 1);
    settle(m_last + 2);
}

void Engine::giveRates()
{
    for (std::uint32_t number = 0; number < m_network.queues() && !m_options.rates.empty(); ++number) {
        const ElementId reader = m_network.network()[QueueId{number}].reader;
        if (!reader.isValid())
            continue;
        if (const auto given = m_options.rates.find(m_network.network()[reader].name); given != m_options.rates.end())
            m_network.log(QueueId{number}).giveRate(given->second);
    }
}

void Engine::settle(base::Timestamp now)
{
    giveRates();
    m_network.settle(now, now - m_options.memory, m_options.abnormality);
    std::vector<std::uint64_t> ended = m_network.takeEnded();
    countLatencies(ended);
    m_victimAbove =
        m_options.latencyThreshold ? *m_options.latencyThreshold : latencyQuantile(1 - 2 * (1 - m_options.percentile));
    diagnoseEnded();
    if (m_onSettled)
        m_onSettled(now);
    m_ended = std::move(ended);
    m_heldUp = m_throughput.take();
}

/// Waits are explained queue by queue in the order of arrival first: so a period is walked once for all its victims.
void Engine::diagnoseEnded()
{
    struct Wait {
        QueueId queue;
        std::uint64_t rank = 0;
        std::size_t victim = 0;
        bool isRefusal = false;
    };
    m_diagnoser.forget();
    std::vector<Diagnosis> victims;
    std::vector<Wait> waits;
    std::sort(m_ended.begin(), m_ended.end());
    const auto add = [&](std::uint64_t number, VictimKind kind) {
        const Journey& journey = m_network.journeys()[number];
        for (const Hop& hop : unusualHops(journey))
            waits.push_back({hop.queue, hop.rank, victims.size(), false});
        if (journey.state != Journey::State::Arrived)
            waits.push_back({journey.lostQueue, m_network.log(journey.lostQueue).periodAt(journey.end).lastRank,
                             victims.size(), true});
        victims.push_back({kind, number, journey, {}, {}, false});
    };
    for (const std::uint64_t number : m_ended) {
        if (m_network.journeys().holds(number) && isVictim(m_network.journeys()[number]))
            add(number, VictimKind::Latency);
    }
    for (const std::uint64_t number : m_heldUp) {
        if (m_network.journeys().holds(number))
            add(number, VictimKind::Throughput);
    }
    std::sort(waits.begin(), waits.end(),
              [](const Wait& a, const Wait& b) { return std::pair(a.queue, a.rank) < std::pair(b.queue, b.rank); });
    for (const Wait& wait : waits) {
        if (wait.isRefusal)
            diagnoseRefusal(victims[wait.victim]);
        else
            (void)m_diagnoser.explain(wait.queue, wait.rank);
    }
    for (Diagnosis& victim : victims) {
        for (const Hop& hop : unusualHops(victim.journey))
            victim.hops.push_back({hop, m_diagnoser.explain(hop.queue, hop.rank)});
        addSuspects(victim);
        m_onDiagnosis(victim);
    }
}

void Engine::diagnoseRefusal(Diagnosis& victim)
{
    const Journey& journey = victim.journey;
    Hop hop;
    hop.queue = journey.lostQueue;
    hop.element = m_network.network()[journey.lostQueue].reader;
    hop.arrival = hop.read = hop.left = journey.end;
    victim.kind = VictimKind::Loss;
    victim.hops.push_back({hop, m_diagnoser.explainRefusal(journey.lostQueue, journey.end)});
}

/// Where a packet that arrived was delayed more than is usual there, the last one first.
std::vector<Hop> Engine::unusualHops(const Journey& journey) const
{
    if (journey.state != Journey::State::Arrived)
        return {};
    std::vector<Hop> hops = m_network.hops(journey);
    // What an overload has made usual is still where most of the time goes.
    const base::Nanoseconds half = (journey.end - journey.begin) / 2;
    const auto isUsual = [&](const Hop& hop) {
        const base::Nanoseconds delay = hop.left - hop.arrival;
        return !m_network.log(hop.queue).delays().isAbnormal(delay) && (!journey.isWhole || delay <= half);
    };
    if (!std::all_of(hops.begin(), hops.end(), isUsual)) {
        hops.erase(std::remove_if(hops.begin(), hops.end(), isUsual), hops.end());
        return hops;
    }
    // A little of everywhere: then where it took longest.
    const auto longest = std::max_element(
        hops.begin(), hops.end(), [](const Hop& a, const Hop& b) { return a.left - a.arrival < b.left - b.arrival; });
    return longest == hops.end() ? hops : std::vector<Hop>{*longest};
}

void Engine::countLatencies(const std::vector<std::uint64_t>& ended)
{
    for (const std::uint64_t number : ended) {
        if (!m_network.journeys().holds(number))
            continue;
        const Journey& journey = m_network.journeys()[number];
        if (journey.state != Journey::State::Arrived) {
            ++m_lost;
            continue;
        }
        ++m_arrived;
        if (!journey.isWhole) {
            ++m_cutJourneys;
            continue;
        }
        const base::Nanoseconds latency = journey.end - journey.begin;
        ++m_latencies[delayBucket(latency)];
        if (!m_options.isVictim)
            m_throughput.add(journey.flow, number, journey.end, latency);
    }
}

base::Nanoseconds Engine::latencyQuantile(double share) const
{
    std::uint64_t total = 0;
    for (const std::uint64_t count : m_latencies)
        total += count;
    const double wanted = static_cast<double>(total) * share;
    double passed = 0;
    for (std::size_t bucket = 0; bucket < m_latencies.size(); ++bucket) {
        passed += static_cast<double>(m_latencies[bucket]);
        if (passed > wanted)
            return static_cast<base::Nanoseconds>(delayOfBucket(bucket));
    }
    return 0;
}

double Engine::shareWithin(base::Nanoseconds latency) const
{
    std::uint64_t total = 0;
    std::uint64_t within = 0;
    for (std::size_t bucket = 0; bucket < m_latencies.size(); ++bucket) {
        total += m_latencies[bucket];
        within += bucket <= delayBucket(latency) ? m_latencies[bucket] : 0;
    }
    return total == 0 ? 1 : static_cast<double>(within) / static_cast<double>(total);
}

base::Nanoseconds Engine::latencyThreshold() const
{
    return m_options.latencyThreshold.value_or(latencyQuantile(m_options.percentile));
}

bool Engine::isVictim(const Journey& journey) const
{
    // What an element did not want fared as it should.
    if (journey.state == Journey::State::GivenUp)
        return false;
    if (m_options.isVictim)
        return m_options.isVictim(journey);
    if (journey.state == Journey::State::Refused || journey.state == Journey::State::LostInQueue)
        return true;
    return journey.state == Journey::State::Arrived && journey.isWhole && journey.end - journey.begin > m_victimAbove;
}

/// Waits of several places are added up in seconds: packets of a fast element and of a slow one are not the same.
void Engine::addSuspects(Diagnosis& diagnosis)
{
    for (const HopDiagnosis& hop : diagnosis.hops) {
        diagnosis.isPersistent |= hop.why->period.isPersistent;
        const double delay = diagnosis.kind == VictimKind::Loss
                                 ? hop.why->seconds
                                 : static_cast<double>(hop.hop.left - hop.hop.arrival) * 1e-9;
        for (const Blame& each : hop.why->blames) {
            const std::shared_ptr<const Blame> blame(hop.why, &each);
            const double seconds = each.share * delay;
            const auto known = std::find_if(diagnosis.suspects.begin(), diagnosis.suspects.end(),
                                            [&](const Suspect& s) { return s.culprit == each.culprit; });
            if (known == diagnosis.suspects.end()) {
                diagnosis.suspects.push_back({each.culprit, seconds, blame});
                continue;
            }
            if (seconds > known->seconds)
                known->blame = blame;
            known->seconds += seconds;
        }
    }
    std::sort(diagnosis.suspects.begin(), diagnosis.suspects.end(), [](const Suspect& a, const Suspect& b) {
        return std::pair(-a.seconds, a.culprit) < std::pair(-b.seconds, b.culprit);
    });
}

} // namespace vnscope::analyses::microscope
