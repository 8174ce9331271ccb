// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/perfsight.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "analyses/perfsight/assessment.hpp"
#include "analyses/perfsight/ledger.hpp"
#include "analyses/perfsight/verdict_history.hpp"
#include "analyses/system_calls/system_calls.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_perfsight_kTables.hpp"

namespace vnscope::analyses::perfsight {

namespace {

using tracepoints::EventType;

/// Long against the samplers' period (100 ms) and the calls of a middlebox, short against what people notice.
constexpr base::Nanoseconds kWindow = base::kNsPerSecond;

/// How often counters of system calls are taken; as the samplers do.
constexpr base::Nanoseconds kPeriod = base::kNsPerSecond / 10;
/// A silence after which the clock has jumped rather than that nothing happened.
constexpr base::Nanoseconds kLongestSilence = 60 * base::kNsPerSecond;

bool isSampled(EventType type)
{
    return type == EventType::ElementDefine || type == EventType::ElementNeighbour ||
           type == EventType::ElementSample || type == EventType::ElementAttribute || type == EventType::IoCounters;
}

class Perfsight final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    void onDefine(const Event& event, const RunContext& context, Ledger::Host host);
    void onSample(const Event& event, Ledger::Host host);
    void onAttribute(const Event& event, const RunContext& context, Ledger::Host host);
    void onIo(const Event& event, const RunContext& context, Ledger::Host host);
    void take(const Event& event, RunContext& context);
    void advanceTo(base::Timestamp now, const trackers::Trackers& state);
    void onCounters(const system_calls::SystemCalls::Told& told, Ledger::Host host, base::Timestamp at);
    void beginWindowAt(base::Timestamp now);
    void writeCounts(SubjectIndex subject);
    void closeWindow(base::TimeRange window, bool isLast = false);
    void note(base::DataQuality quality);
    void writeElements(RunContext& context) const;

    system_calls::SystemCalls m_calls;
    base::Timestamp m_calledUntil; ///< Counters of system calls have been taken until then.
    Ledger m_ledger;
    VerdictHistory m_history;
    RuleBook m_book = RuleBook::standard();
    std::optional<base::Timestamp> m_windowBegin; ///< Nothing: no event yet.
    base::Timestamp m_first;
    base::Timestamp m_last;
    std::map<std::pair<std::string, std::string>, base::DataQuality> m_quality; ///< By kind and subject.
    storage::TableWriter m_counts;
    storage::TableWriter m_peerCounts;
    storage::TableWriter m_attributes;
};

const AnalysisInfo& Perfsight::info() const
{
    static const AnalysisInfo kInfo{
        "perfsight",
        2,
        "PerfSight",
        "Which element loses packets for want of which resource, and which middlebox do the others wait for?",
        {{{EventType::ElementSample, EventType::IoCounters, EventType::SocketRead, EventType::SocketWrite},
          true,
          "counters of elements and middleboxes"},
         {{EventType::ElementDefine}, false, "names, layers and capacities of elements"},
         {{EventType::ElementAttribute}, false, "what tells equal symptoms apart (CPU utilisation and others)"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Perfsight::subscriptions() const
{
    std::vector<EventType> types{EventType::ElementDefine, EventType::ElementNeighbour, EventType::ElementSample,
                                 EventType::ElementAttribute, EventType::IoCounters};
    const std::span<const EventType> calls = system_calls::SystemCalls::eventTypes();
    types.insert(types.end(), calls.begin(), calls.end());
    return types;
}

void Perfsight::begin(RunContext& context)
{
    m_history.begin(context.store);
    m_counts = context.store.table("element_count",
                                   {"ts_ns", "element_id", "in_packets", "out_packets", "in_bytes", "out_bytes",
                                    "drop_packets", "in_time_ns", "out_time_ns", "queued_packets"});
    m_peerCounts =
        context.store.table("element_peer_count", {"ts_ns", "element_id", "peer", "local", "in_packets", "out_packets",
                                                   "in_bytes", "out_bytes", "in_time_ns", "out_time_ns"});
    m_attributes = context.store.table("element_attribute", {"ts_ns", "element_id", "attribute", "value"});
}

void Perfsight::process(const Event& event, RunContext& context)
{
    // A trace of packets alone has no windows.
    if (isSampled(event.record.type) || !m_calls.isEmpty())
        advanceTo(event.record.time, context.trackers);
    take(event, context);
}

void Perfsight::take(const Event& event, RunContext& context)
{
    const std::uint32_t index = context.trackers.host();
    const Ledger::Host host{index, context.trackers.hostName(index)};
    switch (event.record.type) {
    case EventType::ElementDefine: onDefine(event, context, host); break;
    case EventType::ElementNeighbour: {
        const auto& neighbour = event.as<tracepoints::ElementNeighbour>();
        m_ledger.neighbour(host, neighbour, context.trackers.text(neighbour.coupling));
        break;
    }
    case EventType::ElementSample: onSample(event, host); break;
    case EventType::ElementAttribute: onAttribute(event, context, host); break;
    case EventType::IoCounters: onIo(event, context, host); break;
    default: m_calls.process(event, context.trackers); break;
    }
}

/// Windows are of whole seconds; one without events is not judged.
void Perfsight::beginWindowAt(base::Timestamp now)
{
    if (now < *m_windowBegin + kWindow)
        return;
    closeWindow({*m_windowBegin, *m_windowBegin + kWindow});
    m_windowBegin = base::binBegin(now, kWindow);
}

/// Takes the counters of system calls at each tenth of a second that has passed: who sits in a call for seconds makes
/// no events.
void Perfsight::advanceTo(base::Timestamp now, const trackers::Trackers& state)
{
    if (!m_windowBegin) {
        m_windowBegin = base::binBegin(now, kWindow);
        m_first = now;
    }
    const base::Timestamp last = base::binBegin(now, kPeriod);
    if (m_calls.isEmpty() || last <= m_calledUntil || last - m_calledUntil > kLongestSilence)
        m_calledUntil = std::max(m_calledUntil, last);
    while (m_calledUntil < last) {
        m_calledUntil = m_calledUntil + kPeriod;
        beginWindowAt(m_calledUntil);
        m_calls.tell(m_calledUntil, [&](const system_calls::SystemCalls::Told& told) {
            onCounters(told, {told.host, state.hostName(told.host)}, m_calledUntil);
        });
    }
    beginWindowAt(now);
    m_last = now;
}

void Perfsight::onDefine(const Event& event, const RunContext& context, Ledger::Host host)
{
    const auto& define = event.as<tracepoints::ElementDefine>();
    const auto text = [&](base::StringId id) { return std::string(context.trackers.text(id)); };
    m_ledger.define(host, define,
                    {text(define.name), text(define.kind), text(define.layer), text(define.tenant), text(define.vm)});
}

void Perfsight::writeCounts(SubjectIndex index)
{
    const Subject& subject = m_ledger.scene().subjects[index];
    const auto& [at, counters] = subject.samples.back();
    m_counts.append(at, subject.element.id, counters.inPackets, counters.outPackets, counters.inBytes,
                    counters.outBytes, counters.dropPackets, counters.inTimeNs, counters.outTimeNs,
                    counters.queuedPackets);
}

void Perfsight::onSample(const Event& event, Ledger::Host host)
{
    if (const auto subject = m_ledger.sample(host, event.as<tracepoints::ElementSample>(), event.record.time))
        writeCounts(*subject);
}

void Perfsight::onAttribute(const Event& event, const RunContext& context, Ledger::Host host)
{
    const auto& attribute = event.as<tracepoints::ElementAttribute>();
    const std::string_view name = context.trackers.text(attribute.attribute);
    const auto subject = m_ledger.attribute(host, attribute.id, name, attribute.value, event.record.time);
    if (subject)
        m_attributes.append(event.record.time, *subject, name, attribute.value);
}

void Perfsight::onIo(const Event& event, const RunContext& context, Ledger::Host host)
{
    const auto& counters = event.as<tracepoints::IoCounters>();
    const trackers::Trackers& state = context.trackers;
    m_calls.ignore(host.index, counters.pid);
    onCounters(
        {host.index, state.text(counters.element), state.text(counters.peer), state.text(counters.local), counters},
        host, event.record.time);
}

void Perfsight::onCounters(const system_calls::SystemCalls::Told& told, Ledger::Host host, base::Timestamp at)
{
    const auto sample = m_ledger.io(host, told.counters, told.element, told.peer, told.local, at);
    if (!sample)
        return;
    writeCounts(sample->subject);
    m_attributes.append(sample->processes.at, sample->subject, kProcesses, sample->processes.value);
    const Subject& subject = m_ledger.scene().subjects[sample->subject];
    for (const std::size_t number : sample->peers) {
        const Peer& peer = subject.peers[number];
        const Counters& its = peer.samples.back().counters;
        m_peerCounts.append(at, subject.element.id, peer.peer, peer.local, its.inPackets, its.outPackets, its.inBytes,
                            its.outBytes, its.inTimeNs, its.outTimeNs);
    }
}

/// Every window may say the same again: it counts, and is said once.
void Perfsight::note(base::DataQuality quality)
{
    const auto [known, isNew] = m_quality.try_emplace({quality.kind, quality.subject}, quality);
    if (!isNew)
        known->second.count += quality.count;
}

/// The last samples before the window belong to it, so that nothing falls between two windows.
void Perfsight::closeWindow(base::TimeRange window, bool isLast)
{
    Assessment assessment = assess(m_ledger.scene(), {window.begin - kWindow, window.end}, m_book);
    assessment.range = {std::max(window.begin, m_first), isLast ? m_last + 1 : window.end};
    m_history.add(assessment);
    for (base::DataQuality& each : assessment.quality)
        note(std::move(each));
    m_ledger.forgetBefore(window.end);
}

void Perfsight::writeElements(RunContext& context) const
{
    storage::TableWriter elements = context.store.table(
        "element", {"element_id", "host", "name", "kind", "layer", "tenant", "vm", "capacity_bps", "parent_id"});
    const Scene& scene = m_ledger.scene();
    for (const Subject& subject : scene.subjects) {
        const Element& element = subject.element;
        elements.append(element.id, element.host, element.name, element.kind, toText(element.layer), element.tenant,
                        element.vm, element.capacityBps,
                        element.parentId < 0 ? storage::Value() : storage::Value(element.parentId));
    }
    storage::TableWriter peers = context.store.table("element_peer", {"element_id", "peer", "local"});
    for (const Subject& subject : scene.subjects)
        for (const Peer& peer : subject.peers)
            peers.append(subject.element.id, peer.peer, peer.local);
    storage::TableWriter neighbours = context.store.table("element_neighbour", {"from_id", "to_id", "coupling"});
    for (const Neighbour& neighbour : scene.neighbours)
        neighbours.append(scene.subjects[neighbour.from].element.id, scene.subjects[neighbour.to].element.id,
                          toText(neighbour.coupling));
}

void Perfsight::finish(RunContext& context)
{
    if (m_windowBegin)
        closeWindow({*m_windowBegin, *m_windowBegin + kWindow}, true);
    m_history.finish(context.range, context.findings);
    writeElements(context);
    for (auto& [what, quality] : m_quality)
        context.quality.push_back(std::move(quality));
    if (m_ledger.refused() + m_calls.refused() > 0)
        context.quality.push_back({base::Severity::DataLoss,
                                   "too_many_elements",
                                   "There are more elements, peers or attributes than are kept; the rest is left out.",
                                   "Sample fewer elements, or name peers without their ports.",
                                   m_ledger.refused() + m_calls.refused(),
                                   {},
                                   {},
                                   "perfsight"});
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Perfsight>();
}

} // namespace vnscope::analyses::perfsight
