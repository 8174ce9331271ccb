// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/polled_queues.hpp"

#include <utility>

#include <fmt/format.h>

#include "analyses/trackers/trackers.hpp"

namespace vnscope::analyses::microscope {

using tracepoints::EventType;

std::string_view toText(PolledQueues::Kind kind)
{
    switch (kind) {
    case PolledQueues::Kind::Napi: return "napi";
    case PolledQueues::Kind::Backlog: return "backlog";
    case PolledQueues::Kind::Dpdk: return "dpdk";
    }
    return "";
}

std::vector<EventType> PolledQueues::subscriptions()
{
    return {EventType::NapiPoll, EventType::EthdevRxBurst, EventType::EventsLost};
}

void PolledQueues::process(const Event& event, const trackers::Trackers& state)
{
    if (m_epochs.size() <= state.host())
        m_epochs.resize(state.host() + 1U);
    switch (event.record.type) {
    case EventType::NapiPoll: onPoll(event, state); break;
    case EventType::EthdevRxBurst: onBurst(event, state); break;
    case EventType::EventsLost: ++m_epochs[state.host()]; break;
    default: break;
    }
}

void PolledQueues::onPoll(const Event& event, const trackers::Trackers& state)
{
    const auto& poll = event.as<tracepoints::NapiPoll>();
    // Kernels before 4.8 do not tell; netpoll polls with a budget of 0, to send.
    if (poll.work < 0 || poll.budget <= 0)
        return;
    const Kind kind = state.sighting().device.isValid() ? Kind::Napi : Kind::Backlog;
    add({kind, state.host(), poll.device, poll.napi}, PollTime::Done,
        {event.record.time, static_cast<std::uint32_t>(poll.work), static_cast<std::uint32_t>(poll.budget)}, state);
}

void PolledQueues::onBurst(const Event& event, const trackers::Trackers& state)
{
    const auto& burst = event.as<tracepoints::EthdevBurst>();
    add({Kind::Dpdk, state.host(), {}, std::uint64_t{burst.port} << 16U | burst.queue}, PollTime::Taken,
        {event.record.time, burst.packets, 0}, state);
}

void PolledQueues::add(const Key& key, PollTime time, const Poll& poll, const trackers::Trackers& state)
{
    auto found = m_numbers.find(key);
    if (found == m_numbers.end()) {
        if (m_queues.size() == kMost) {
            ++m_refusedPolls;
            return;
        }
        found = m_numbers.emplace(key, static_cast<std::uint32_t>(m_queues.size())).first;
        m_queues.push_back(
            {key, state.sighting().device, state.cpus()[state.cpuIndex()].cpu, m_epochs[key.host], PolledQueue(time)});
    }
    Entry& entry = m_queues[found->second];
    if (std::exchange(entry.epoch, m_epochs[key.host]) != m_epochs[key.host])
        keep(m_periods, found->second, entry.queue.breakOff());
    const PolledQueue::Found what = entry.queue.poll(poll);
    keep(m_periods, found->second, what.period);
    keep(m_stalls, found->second, what.stall);
}

template <typename Thing>
void PolledQueues::keep(std::vector<Found<Thing>>& list, std::uint32_t queue, const std::optional<Thing>& thing)
{
    if (!thing)
        return;
    if (list.size() == kMostFound)
        ++m_forgotten;
    else
        list.push_back({queue, m_queues[queue].queue.guess(), *thing});
}

void PolledQueues::finish()
{
    for (std::uint32_t number = 0; number < m_queues.size(); ++number)
        keep(m_periods, number, m_queues[number].queue.breakOff());
}

std::string PolledQueues::nameOf(const Entry& entry, const trackers::Trackers& state) const
{
    switch (entry.key.kind) {
    case Kind::Napi: return fmt::format("{} (NAPI)", state.deviceLabel(entry.device));
    case Kind::Backlog: return fmt::format("backlog of CPU {}", entry.cpu);
    case Kind::Dpdk: break;
    }
    return fmt::format("port {} queue {}", entry.key.address >> 16U, entry.key.address & 0xffffU);
}

std::vector<PolledQueues::Shown> PolledQueues::shown(const trackers::Trackers& state) const
{
    std::vector<Shown> all;
    std::vector<std::size_t> places(m_queues.size(), kMost);
    std::map<std::pair<std::string, std::string>, std::size_t> namesakes;
    for (std::size_t number = 0; number < m_queues.size(); ++number) {
        const Entry& entry = m_queues[number];
        if (!entry.queue.isSure() || entry.queue.totals().periods == 0)
            continue;
        places[number] = all.size();
        Shown shown{
            entry.key.kind, state.hostName(entry.key.host), nameOf(entry, state), entry.device, &entry.queue, {}, {}};
        if (const std::size_t before = namesakes[{shown.host, shown.name}]++; before > 0)
            shown.name += fmt::format(" {}", before + 1);
        all.push_back(std::move(shown));
    }
    const auto isRight = [&](const auto& found) {
        return places[found.queue] != kMost && found.guess == m_queues[found.queue].queue.guess();
    };
    for (const auto& found : m_periods)
        if (isRight(found))
            all[places[found.queue]].periods.push_back(found.thing);
    for (const auto& found : m_stalls)
        if (isRight(found))
            all[places[found.queue]].stalls.push_back(found.thing);
    return all;
}

void PolledQueues::reportDefects(std::vector<base::DataQuality>& quality) const
{
    const auto add = [&](base::Severity severity, const char* kind, std::uint64_t count, std::string message,
                         const char* advice) {
        if (count > 0)
            quality.push_back({severity, kind, std::move(message), advice, count, {}, {}, "microscope"});
    };
    std::uint64_t neverEmpty = 0;
    for (const Entry& entry : m_queues)
        neverEmpty += entry.queue.isBatchKnown() && !entry.queue.isSure() ? 1U : 0U;
    add(base::Severity::Defect, "polled_never_empty", neverEmpty,
        fmt::format("{} queues of DPDK's ports were never seen empty: either there was always more to read, or empty "
                    "polls are not recorded. Their queuing periods are not told.",
                    neverEmpty),
        "Record lib.ethdev.rx.burst.empty, too.");
    add(base::Severity::Defect, "polled_too_many", m_refusedPolls,
        fmt::format("{} polls were of queues beyond the first {}: they are not looked at.", m_refusedPolls, kMost),
        "Import a shorter window.");
    add(base::Severity::Info, "polled_too_many_periods", m_forgotten,
        fmt::format("{} queuing periods or stalls of polled queues beyond {} have no row.", m_forgotten, kMostFound),
        "Import a shorter window.");
}

} // namespace vnscope::analyses::microscope
