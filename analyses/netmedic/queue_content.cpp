// SPDX-License-Identifier: Apache-2.0
#include "analyses/netmedic/queue_content.hpp"

#include <algorithm>

namespace vnscope::analyses::netmedic {

namespace {

/// A queue of unknown capacity of which no reads are recorded must not grow for ever.
constexpr std::uint64_t kLargestQueue = 65'536;

} // namespace

void Waits::add(base::Nanoseconds wait, std::uint32_t count)
{
    packets += count;
    sumNs += static_cast<double>(wait) * count;
    longestNs = std::max(longestNs, wait);
}

void QueueContent::put(base::Timestamp at, std::uint32_t packets)
{
    if (packets == 0)
        return;
    if (!m_arrivals.empty() && m_arrivals.back().at == at)
        m_arrivals.back().packets += packets;
    else
        m_arrivals.push_back({at, packets});
    m_packets += packets;
    const std::uint64_t capacity = m_capacity == 0 ? kLargestQueue : std::min<std::uint64_t>(m_capacity, kLargestQueue);
    if (m_packets > capacity)
        dropOldest(m_packets - capacity);
}

Waits QueueContent::take(base::Timestamp at, std::uint32_t packets)
{
    Waits waits;
    while (packets > 0 && !m_arrivals.empty()) {
        Arrival& oldest = m_arrivals.front();
        const std::uint32_t taken = std::min(packets, oldest.packets);
        waits.add(at - oldest.at, taken);
        packets -= taken;
        dropOldest(taken);
    }
    return waits;
}

void QueueContent::emptyBefore(base::Timestamp at)
{
    while (!m_arrivals.empty() && m_arrivals.front().at < at)
        dropOldest(m_arrivals.front().packets);
}

void QueueContent::dropOldest(std::uint64_t packets)
{
    while (packets > 0 && !m_arrivals.empty()) {
        Arrival& oldest = m_arrivals.front();
        const auto gone = static_cast<std::uint32_t>(std::min<std::uint64_t>(packets, oldest.packets));
        oldest.packets -= gone;
        m_packets -= gone;
        packets -= gone;
        if (oldest.packets == 0)
            m_arrivals.pop_front();
    }
}

} // namespace vnscope::analyses::netmedic
