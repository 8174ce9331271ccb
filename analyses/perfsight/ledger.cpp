// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/ledger.hpp"

#include <algorithm>
#include <array>

namespace vnscope::analyses::perfsight {

namespace {

using tracepoints::ElementSample;
using tracepoints::IoCounters;

/// Ten periods of the publishers.
constexpr base::Nanoseconds kSilence = base::kNsPerSecond;

Counters::Counter counted(std::uint64_t value)
{
    return value == ElementSample::kNotCounted ? Counters::Counter() : Counters::Counter(value);
}

Counters countersOf(const ElementSample& sample)
{
    return {counted(sample.inPackets), counted(sample.outPackets),   counted(sample.inBytes),
            counted(sample.outBytes),  counted(sample.dropPackets),  counted(sample.inTimeNs),
            counted(sample.outTimeNs), counted(sample.queuedPackets)};
}

/// Who waits between calls, in epoll_wait and its kin, does not wait in them: then the time in a call is work, or the
/// CPU's absence, and only the waits between are the time that a peer takes (tracepoints/io/README.md).
Counters countersOf(const IoCounters& io, bool isEventDriven)
{
    Counters counters;
    counters.inPackets = io.in.packets;
    counters.outPackets = io.out.packets;
    counters.inBytes = io.in.bytes;
    counters.outBytes = io.out.bytes;
    counters.inTimeNs = io.in.waitNs + (isEventDriven ? 0 : io.in.timeNs);
    counters.outTimeNs = io.out.waitNs + (isEventDriven ? 0 : io.out.timeNs);
    return counters;
}

constexpr std::array kIoCounters{&Counters::inPackets, &Counters::outPackets, &Counters::inBytes,
                                 &Counters::outBytes,  &Counters::inTimeNs,   &Counters::outTimeNs};

/// sum + later - earlier
void add(Counters& sum, const Counters& later, const Counters& earlier = {})
{
    for (const auto counter : kIoCounters)
        sum.*counter = (sum.*counter).value_or(0) + (later.*counter).value_or(0) - (earlier.*counter).value_or(0);
}

bool wentBack(const Counters& earlier, const Counters& later)
{
    return std::ranges::any_of(
        kIoCounters, [&](const auto counter) { return (later.*counter).value_or(0) < (earlier.*counter).value_or(0); });
}

template <typename Totals> Counters sumOf(const Totals& processes)
{
    Counters sum;
    for (const auto& [pid, totals] : processes) {
        perfsight::add(sum, totals.base);
        perfsight::add(sum, totals.last, totals.first);
    }
    return sum;
}

template <typename Series> void forget(Series& series, base::Timestamp time)
{
    const auto first = std::ranges::find_if(series, [&](const auto& it) { return it.at >= time; });
    if (first != series.begin())
        series.erase(series.begin(), first - 1);
}

} // namespace

std::optional<SubjectIndex> Ledger::add(Host host)
{
    if (m_scene.subjects.size() >= kMostSubjects) {
        ++m_refused;
        return std::nullopt;
    }
    Subject& subject = m_scene.subjects.emplace_back();
    subject.element.id = static_cast<std::int64_t>(m_scene.subjects.size() - 1);
    subject.element.host = host.name;
    return m_scene.subjects.size() - 1;
}

std::optional<SubjectIndex> Ledger::byId(Host host, std::uint64_t id)
{
    const std::pair key{host.index, id};
    if (const auto found = m_byId.find(key); found != m_byId.end())
        return found->second;
    const std::optional<SubjectIndex> subject = add(host);
    if (subject)
        m_byId.emplace(key, *subject);
    return subject;
}

std::optional<SubjectIndex> Ledger::byName(Host host, std::string_view name)
{
    auto& names = m_byName[host.index];
    if (const auto found = names.find(name); found != names.end())
        return found->second;
    const std::optional<SubjectIndex> subject = add(host);
    if (!subject)
        return std::nullopt;
    names.emplace(std::string(name), *subject);
    Element& element = m_scene.subjects[*subject].element;
    element.name = name;
    element.layer = Layer::Middlebox;
    return subject;
}

void Ledger::define(Host host, const tracepoints::ElementDefine& define, Names names)
{
    const std::optional<Layer> layer = layerOf(names.layer);
    // A middlebox that also counts its calls with vnscope_io is one element, not two.
    if (layer == Layer::Middlebox && !m_byId.contains({host.index, define.id})) {
        if (const auto known = byName(host, names.name))
            m_byId.emplace(std::pair{host.index, define.id}, *known);
    }
    const std::optional<SubjectIndex> subject = byId(host, define.id);
    if (!subject)
        return;
    Element& element = m_scene.subjects[*subject].element;
    element.name = std::move(names.name);
    element.kind = std::move(names.kind);
    element.layer = layer.value_or(Layer::Driver);
    element.tenant = std::move(names.tenant);
    element.vm = std::move(names.vm);
    element.capacityBps = define.capacityBps == 0 ? std::optional<std::uint64_t>() : define.capacityBps;
    if (define.parent != 0) {
        if (const auto parent = byId(host, define.parent))
            m_scene.subjects[*subject].element.parentId = m_scene.subjects[*parent].element.id;
    }
}

void Ledger::neighbour(Host host, const tracepoints::ElementNeighbour& neighbour, std::string_view coupling)
{
    const std::optional<SubjectIndex> from = byId(host, neighbour.from);
    const std::optional<SubjectIndex> to = byId(host, neighbour.to);
    if (!from || !to || *from == *to)
        return;
    const auto known =
        std::ranges::find_if(m_scene.neighbours, [&](const Neighbour& it) { return it.from == *from && it.to == *to; });
    const Coupling kind = couplingOf(coupling);
    if (known != m_scene.neighbours.end())
        known->coupling = kind;
    else if (m_scene.neighbours.size() < kMostSubjects)
        m_scene.neighbours.push_back({*from, *to, kind});
    else
        ++m_refused;
}

std::optional<SubjectIndex> Ledger::sample(Host host, const ElementSample& sample, base::Timestamp at)
{
    const std::optional<SubjectIndex> subject = byId(host, sample.id);
    if (subject)
        m_scene.subjects[*subject].samples.push_back({at, countersOf(sample)});
    return subject;
}

std::optional<SubjectIndex> Ledger::attribute(Host host, std::uint64_t id, std::string_view name, std::int64_t value,
                                              base::Timestamp at)
{
    const std::optional<SubjectIndex> index = byId(host, id);
    if (!index)
        return std::nullopt;
    auto& attributes = m_scene.subjects[*index].attributes;
    auto found = attributes.find(name);
    if (found == attributes.end()) {
        if (attributes.size() >= kMostPeers) {
            ++m_refused;
            return std::nullopt;
        }
        found = attributes.emplace(std::string(name), std::vector<Reading>()).first;
    }
    found->second.push_back({at, value});
    return index;
}

std::optional<std::size_t> Ledger::peerNumber(SubjectIndex subject, Middlebox& middlebox, PeerKey key)
{
    const auto found = middlebox.peerNumbers.find(key);
    if (found != middlebox.peerNumbers.end())
        return found->second;
    if (middlebox.peerNumbers.size() >= kMostPeers) {
        ++m_refused;
        return std::nullopt;
    }
    const std::size_t number = middlebox.processes.size();
    middlebox.processes.emplace_back();
    Subject& whose = m_scene.subjects[subject];
    Peer& peer = whose.peers.emplace_back(Peer{key.first, key.second, {}});
    // A peer appears with its first call: at the sample before it had counted nothing.
    if (!whose.samples.empty()) {
        Counters none;
        perfsight::add(none, {});
        peer.samples.push_back({whose.samples.back().at, none});
    }
    middlebox.peerNumbers.emplace(std::move(key), number);
    return number;
}

/// Those that were heard of lately: a process that ended says nothing any more.
Reading Ledger::countProcesses(SubjectIndex subject, Middlebox& middlebox, base::Timestamp at)
{
    const auto count = std::ranges::count_if(middlebox.processesHeard,
                                             [&](const auto& it) { return at - it.second.heard <= kSilence; });
    std::vector<Reading>& readings = m_scene.subjects[subject].attributes[std::string(kProcesses)];
    readings.push_back({at, count});
    return readings.back();
}

Ledger::IoSample Ledger::complete(SubjectIndex subject, Middlebox& middlebox, base::Timestamp at)
{
    Subject& whose = m_scene.subjects[subject];
    whose.samples.push_back({at, sumOf(middlebox.together)});
    IoSample result{subject, std::move(middlebox.touched), countProcesses(subject, middlebox, at)};
    middlebox.touched.clear();
    std::ranges::sort(result.peers);
    const auto repeated = std::ranges::unique(result.peers);
    result.peers.erase(repeated.begin(), repeated.end());
    for (const std::size_t number : result.peers)
        whose.peers[number].samples.push_back({at, sumOf(middlebox.processes[number])});
    return result;
}

std::optional<Ledger::IoSample> Ledger::io(Host host, const IoCounters& counters, std::string_view element,
                                           std::string_view peer, std::string_view local, base::Timestamp at)
{
    const std::optional<SubjectIndex> subject = byName(host, element);
    if (!subject)
        return std::nullopt;
    Middlebox& middlebox = m_middleboxes[*subject];
    // Of a process that ran before the trace, only what it does from now on counts. Its first round ends with "all".
    const bool isNewProcess = !middlebox.together.contains(counters.pid);
    Process& process = middlebox.processesHeard[counters.pid];
    if (peer.empty() && counters.in.waitNs + counters.out.waitNs + counters.idleNs > 0)
        process.isEventDriven = true;
    std::map<std::uint32_t, ProcessTotals>* processes = &middlebox.together;
    if (!peer.empty()) {
        const auto number = peerNumber(*subject, middlebox, {std::string(peer), std::string(local)});
        if (!number)
            return std::nullopt;
        middlebox.touched.push_back(*number);
        processes = &middlebox.processes[*number];
    }
    const Counters now = countersOf(counters, process.isEventDriven);
    ProcessTotals& totals = (*processes)[counters.pid];
    if (isNewProcess || totals.isEventDriven != process.isEventDriven) { // Its times mean something else from now on.
        perfsight::add(totals.base, totals.last, totals.first);
        totals.first = now;
        totals.isEventDriven = process.isEventDriven;
    } else if (wentBack(totals.last, now)) { // Another process with the same number.
        perfsight::add(totals.base, totals.last, totals.first);
        totals.first = {};
    }
    totals.last = now;
    if (!peer.empty())
        return std::nullopt;
    process.heard = at;
    return complete(*subject, middlebox, at);
}

void Ledger::forgetBefore(base::Timestamp time)
{
    for (Subject& subject : m_scene.subjects) {
        forget(subject.samples, time);
        for (Peer& peer : subject.peers)
            forget(peer.samples, time);
        for (auto& [name, readings] : subject.attributes)
            forget(readings, time);
    }
}

} // namespace vnscope::analyses::perfsight
