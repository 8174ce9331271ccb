// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/intake.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace vnscope::analyses::microscope {

using tracepoints::NfBatch;
using tracepoints::NfDrop;
using tracepoints::NfFlow;

namespace {

/// How many times as long as usual a read waits for writers that wait themselves.
constexpr base::Nanoseconds kMostPatience = 16;
/// Events that one element may keep others waiting for.
constexpr std::size_t kMostLater = 1 << 14;

} // namespace

Intake::Worker& Intake::workerOf(ElementId element)
{
    while (m_workers.size() <= element.value)
        m_workers.push_back(std::make_unique<Worker>());
    return *m_workers[element.value];
}

void Intake::read(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfBatch& event)
{
    const ElementId element = m_network.elementOf(host, hostName, event.element);
    const QueueId queue = m_network.queueOf(host, hostName, event.queue);
    if (!element.isValid() || !queue.isValid())
        return;
    m_network.noteReader(element, queue, event);
    happen(element, queue, at, true, event);
}

void Intake::write(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfBatch& event)
{
    const ElementId element = m_network.elementOf(host, hostName, event.element);
    const QueueId queue = m_network.queueOf(host, hostName, event.queue);
    if (element.isValid() && queue.isValid())
        happen(element, queue, at, false, event);
}

void Intake::flow(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfFlow& event)
{
    if (const ElementId element = m_network.elementOf(host, hostName, event.element); element.isValid())
        happen(element, {}, at, false, event);
}

void Intake::drop(base::Timestamp at, std::uint32_t host, const std::string& hostName, const NfDrop& event)
{
    if (const ElementId element = m_network.elementOf(host, hostName, event.element); element.isValid())
        happen(element, m_network.queueOf(host, hostName, event.queue), at, false, event);
}

template <typename Event>
void Intake::happen(ElementId element, QueueId queue, base::Timestamp at, bool isRead, const Event& event)
{
    Worker& worker = workerOf(element);
    if (worker.later.empty()) {
        if constexpr (std::is_same_v<Event, NfBatch>) {
            if (isRead && m_network.take(element, queue, at, event, worker.progress, true))
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

void Intake::perform(ElementId element, QueueId queue, base::Timestamp at, const NfBatch& event)
{
    m_network.put(element, queue, at, event);
    const ElementId reader = m_network.network()[queue].reader;
    if (reader.isValid() && !workerOf(reader).later.empty())
        resume(reader, at);
}

void Intake::perform(ElementId element, QueueId, base::Timestamp, const NfFlow& event)
{
    m_network.tellFlow(element, event);
}

void Intake::perform(ElementId element, QueueId queue, base::Timestamp at, const NfDrop& event)
{
    m_network.giveUp(element, queue, at, event);
}

void Intake::advance(base::Timestamp now)
{
    for (std::size_t i = 0; i < m_waiting.size();) {
        const ElementId element = m_waiting[i];
        const Worker& worker = *m_workers[element.value];
        if (!worker.later.empty() && worker.later.front().at + m_patience <= now)
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
bool Intake::isHeldUp(QueueId queue, base::Timestamp at, base::Timestamp now) const
{
    // Elements that wait for each other in a circle would wait for ever.
    if (now > at + kMostPatience * m_patience)
        return false;
    const auto waits = [&](ElementId writer) {
        if (writer.value >= m_workers.size())
            return false;
        const Worker& worker = *m_workers[writer.value];
        return !worker.later.empty() && worker.later.front().at <= at + m_patience;
    };
    return m_network.log(queue).anyWriter(waits);
}

void Intake::resume(ElementId element, base::Timestamp now)
{
    Worker& worker = workerOf(element);
    if (worker.isResuming)
        return;
    worker.isResuming = true;
    while (!worker.later.empty()) {
        const Later& next = worker.later.front();
        if (next.isRead) {
            const bool mayWait = now < next.at + m_patience || isHeldUp(next.queue, next.at, now);
            if (!m_network.take(element, next.queue, next.at, std::get<NfBatch>(next.event), worker.progress, mayWait))
                break;
        } else {
            std::visit([&](const auto& event) { perform(element, next.queue, next.at, event); }, next.event);
        }
        worker.later.pop_front();
    }
    worker.isResuming = false;
}

} // namespace vnscope::analyses::microscope
