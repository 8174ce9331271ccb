// SPDX-License-Identifier: Apache-2.0
#include "simulator/stalls.hpp"

#include <algorithm>
#include <limits>

namespace vnscope::simulator {

namespace {

constexpr base::Nanoseconds kNever = std::numeric_limits<base::Nanoseconds>::max();

} // namespace

RandomIntervals::RandomIntervals(std::uint64_t stream, double perSecond, base::Nanoseconds minNs,
                                 base::Nanoseconds maxNs)
    : m_stream(stream),
      m_gapNs(1e9 / perSecond),
      m_minNs(static_cast<double>(minNs)),
      m_maxNs(static_cast<double>(maxNs))
{
    advance();
}

void RandomIntervals::advance()
{
    if (m_gapNs > static_cast<double>(kMaxDurationNs)) {
        m_current = {kNever, kNever};
        return;
    }
    const std::uint64_t bits = mix(m_stream, m_made++);
    m_current.beginNs += static_cast<base::Nanoseconds>(m_gapNs * exponential(bits));
    m_current.endNs = m_current.beginNs + static_cast<base::Nanoseconds>(uniform(mix(bits), m_minNs, m_maxNs));
}

void Stalls::add(Interval interval)
{
    const auto isEarlier = [](const Interval& a, const Interval& b) { return a.beginNs < b.beginNs; };
    m_injected.insert(std::upper_bound(m_injected.begin(), m_injected.end(), interval, isEarlier), interval);
}

const Interval& Stalls::next() const
{
    const bool isInjected = !m_injected.empty() && m_injected.front().beginNs <= m_natural.current().beginNs;
    return isInjected ? m_injected.front() : m_natural.current();
}

void Stalls::pop()
{
    if (&next() == &m_natural.current())
        m_natural.advance();
    else
        m_injected.pop_front();
}

base::Nanoseconds Stalls::whenRunning(base::Nanoseconds timeNs)
{
    for (; next().beginNs <= timeNs; pop())
        timeNs = std::max(timeNs, next().endNs);
    return timeNs;
}

base::Nanoseconds Stalls::whenDone(base::Nanoseconds timeNs, base::Nanoseconds workNs)
{
    timeNs = whenRunning(timeNs);
    while (next().beginNs < timeNs + workNs) {
        workNs -= next().beginNs - timeNs;
        timeNs = whenRunning(next().beginNs);
    }
    return timeNs + workNs;
}

} // namespace vnscope::simulator
