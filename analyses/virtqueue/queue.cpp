// SPDX-License-Identifier: Apache-2.0
#include "analyses/virtqueue/queue.hpp"

namespace vnscope::analyses::virtqueue {

void Queue::onGuestNotify(base::Timestamp at, const tracepoints::VirtioNotify& note)
{
    ++m_guestNotifies;
    m_device = note.device;
    if (note.queue >= 0)
        m_number = note.queue;
    m_notified = at;
}

void Queue::onHostNotify(const tracepoints::VirtioNotify& note)
{
    ++m_hostNotifies;
    m_device = note.device;
}

void Queue::onPop(base::Timestamp at, std::uint64_t element)
{
    ++m_pops;
    if (m_notified)
        m_popWaits.add(at - *m_notified);
    m_notified.reset();
    // An element that was given back unanswered (virtqueue_detach_element has no event) leaves its address to a later
    // one.
    if (m_popped.size() < kMaxElements || m_popped.contains(element))
        m_popped.insert_or_assign(element, at);
    m_maxDepth = std::max(m_maxDepth, m_popped.size() + m_filled.size());
}

void Queue::onFill(const tracepoints::VirtqueueFill& fill)
{
    m_bytes += fill.length;
    const auto popped = m_popped.find(fill.element);
    if (popped == m_popped.end())
        return;
    if (m_filled.size() < kMaxElements)
        m_filled.push_back(popped->second);
    m_popped.erase(popped);
}

void Queue::onFlush(base::Timestamp at, std::uint32_t count)
{
    m_flushed += count;
    for (const base::Timestamp popped : m_filled)
        m_services.add(at - popped);
    m_filled.clear();
}

void Queue::forget()
{
    m_notified.reset();
    m_popped.clear();
    m_filled.clear();
}

} // namespace vnscope::analyses::virtqueue
