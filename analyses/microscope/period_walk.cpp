// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/period_walk.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

PeriodWalk::PeriodWalk(const Reconstruction& network, QueueId queue, std::uint64_t firstRank)
    : m_network(network),
      m_queue(queue),
      m_rate(network.log(queue).rate().perSecond()),
      m_endRank(firstRank),
      m_slowUntil(firstRank),
      m_backlogFirst(firstRank)
{
    // The batch that emptied the queue was still being worked on when the period began.
    const QueueLog& log = network.log(queue);
    if (firstRank > log.passages().begin()) {
        if (const Read* const before = log.readOf(firstRank - 1))
            m_slowUntil = std::max(before->firstRank, log.passages().begin());
    }
    m_readNumber = lastWhere(log.reads(), [&](const Read& read) { return read.firstRank <= m_slowUntil; });
}

void PeriodWalk::addToBacklog(std::uint64_t rank)
{
    const base::Timestamp arrival = m_network.log(m_queue).passages()[rank].arrival;
    const double done = m_rate * static_cast<double>(std::max<base::Nanoseconds>(arrival - m_lastArrival, 0)) * 1e-9;
    if (m_backlog <= done) {
        m_backlog = 0;
        m_backlogFirst = rank;
    } else {
        m_backlog -= done;
    }
    m_backlog += 1;
    m_lastArrival = std::max(m_lastArrival, arrival);
}

double PeriodWalk::backlogAt(base::Timestamp at) const
{
    const auto since = static_cast<double>(std::max<base::Nanoseconds>(at - m_lastArrival, 0));
    return std::max(0.0, m_backlog - m_rate * since * 1e-9);
}

void PeriodWalk::addSlowness(std::uint64_t rank)
{
    const QueueLog& log = m_network.log(m_queue);
    const History<Read>& reads = log.reads();
    while (reads.holds(m_readNumber) && reads[m_readNumber].endRank() <= rank)
        ++m_readNumber;
    if (!reads.holds(m_readNumber) || reads[m_readNumber].packets == 0 || m_rate <= 0)
        return;
    const Read& read = reads[m_readNumber];
    const double seconds = read.workNs * 1e-9 / read.packets - 1 / m_rate;
    if (seconds > 0)
        m_slowness.add(m_network.flowOf(log.passages()[rank]), seconds);
}

void PeriodWalk::extendTo(std::uint64_t lastRank)
{
    const std::uint64_t end = std::min(lastRank + 1, m_network.log(m_queue).passages().end());
    for (; m_endRank < end; ++m_endRank)
        addToBacklog(m_endRank);
    for (; m_slowUntil < end; ++m_slowUntil)
        addSlowness(m_slowUntil);
}

} // namespace vnscope::analyses::microscope
