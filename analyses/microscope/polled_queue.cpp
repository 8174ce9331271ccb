// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/polled_queue.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

namespace {

/// A batch counts as the largest possible one when it came so often. Sizes that nothing limits have a tail: of 16
/// polls as large as any before, one would have been larger.
constexpr std::uint64_t kOften = 16;
/// Back-to-back batches that tell how long one takes.
constexpr std::uint64_t kEnoughBatches = 16;
/// A poller that stays away for so many times what a full batch takes does something else.
constexpr double kStallBatches = 3;

} // namespace

PolledQueue::Found PolledQueue::poll(const Poll& poll)
{
    const base::Timestamp at = m_hasLast ? std::max(poll.at, m_lastAt) : poll.at;
    learn(poll);
    ++m_totals.polls;
    m_totals.packets += poll.packets;
    m_totals.emptyPolls += poll.packets == 0 ? 1U : 0U;
    const bool isFull = m_fullBatch > 0 && poll.packets >= m_fullBatch;
    Found found;
    if (isFull) {
        ++m_totals.fullPolls;
        found.stall = measure(at, poll.packets);
        extend(at, poll.packets);
    } else {
        found.period = close(at, poll.packets);
    }
    m_lastAt = at;
    m_lastPackets = poll.packets;
    m_wasFull = isFull;
    m_hasLast = true;
    return found;
}

void PolledQueue::learn(const Poll& poll)
{
    if (poll.most > 0) {
        m_fullBatch = poll.most;
        m_isBatchTold = true;
        return;
    }
    if (poll.packets > m_fullBatch) {
        // Nothing between the two largest sizes has been seen yet.
        m_timesBelow = poll.packets == m_fullBatch + 1 ? m_timesFull : 0;
        m_timesFull = 0;
        m_fullBatch = poll.packets;
        ++m_guess;
        m_totals = {m_totals.polls, m_totals.emptyPolls, m_totals.packets};
        m_rate = {};
        m_backToBack = 0;
        m_isOpen = false;
        m_wasFull = false;
    }
    m_timesFull += poll.packets == m_fullBatch ? 1U : 0U;
    m_timesBelow += poll.packets + 1 == m_fullBatch ? 1U : 0U;
}

bool PolledQueue::isBatchKnown() const
{
    // Where polls are cut off at a size, what would have been larger comes on top of it.
    return m_isBatchTold || (m_fullBatch > 0 && m_timesFull >= kOften && m_timesFull > m_timesBelow);
}

bool PolledQueue::isSure() const
{
    return isBatchKnown() && (m_isBatchTold || m_totals.emptyPolls > 0);
}

bool PolledQueue::isPaceKnown() const
{
    return m_backToBack >= kEnoughBatches && m_rate.perSecond() > 0;
}

/// Of a full poll: what the time since the last one tells.
std::optional<PolledQueue::Stall> PolledQueue::measure(base::Timestamp at, std::uint32_t packets)
{
    if (!m_hasLast || at == m_lastAt)
        return std::nullopt;
    const base::Nanoseconds gap = at - m_lastAt;
    const bool stalled = isStall(gap);
    if (m_wasFull) {
        m_rate.addFull(gap, m_time == PollTime::Taken ? m_lastPackets : packets);
        ++m_backToBack;
    }
    if (!stalled)
        return std::nullopt;
    ++m_totals.stalls;
    m_totals.longestStall = std::max(m_totals.longestStall, gap);
    return Stall{{m_lastAt, at}, packets};
}

bool PolledQueue::isStall(base::Nanoseconds gap) const
{
    // Who sleeps once the queue is empty was not late: nothing may have come before the packets that woke it.
    const bool shouldPoll = m_time == PollTime::Taken || m_wasFull;
    return shouldPoll && isPaceKnown() &&
           static_cast<double>(gap) > kStallBatches * 1e9 * m_fullBatch / m_rate.perSecond();
}

void PolledQueue::extend(base::Timestamp at, std::uint32_t packets)
{
    if (!m_isOpen) {
        m_period = {{at, at}, 0, 0};
        m_firstBatch = packets;
        m_isOpen = true;
    }
    m_period.when.end = at;
    m_period.packets += packets;
    ++m_period.fullPolls;
    m_totals.longestRun = std::max(m_totals.longestRun, m_period.fullPolls);
}

std::optional<PolledQueue::Period> PolledQueue::close(base::Timestamp at, std::uint32_t packets)
{
    if (!m_isOpen)
        return std::nullopt;
    m_isOpen = false;
    m_period.when.end = at;
    m_period.packets += packets;
    // A queue that never held more than one batch delayed nobody.
    if (m_period.packets <= m_firstBatch)
        return std::nullopt;
    ++m_totals.periods;
    m_totals.queuing += m_period.when.length();
    return m_period;
}

std::optional<PolledQueue::Period> PolledQueue::breakOff()
{
    m_hasLast = false;
    m_wasFull = false;
    return close(m_lastAt, 0);
}

} // namespace vnscope::analyses::microscope
