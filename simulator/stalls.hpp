// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "simulator/random.hpp"
#include "simulator/scenario.hpp"

namespace vnscope::simulator {

struct Interval {
    base::Nanoseconds beginNs = 0;
    base::Nanoseconds endNs = 0;
};

/// Intervals of random times and lengths, in the order of their begins.
class RandomIntervals final {
public:
    RandomIntervals(std::uint64_t stream, double perSecond, base::Nanoseconds minNs, base::Nanoseconds maxNs);

    [[nodiscard]] const Interval& current() const { return m_current; }
    void advance();

private:
    std::uint64_t m_stream;
    double m_gapNs;
    double m_minNs;
    double m_maxNs;
    std::uint64_t m_made = 0;
    Interval m_current;
};

/// When an element does not run: interrupts of its own and injected ones. Asked in the order of time.
class Stalls final {
public:
    explicit Stalls(RandomIntervals natural) : m_natural(natural) {}

    /// `interval` begins later than any time asked so far.
    void add(Interval interval);
    /// The first time at or after `timeNs` when the element runs.
    [[nodiscard]] base::Nanoseconds whenRunning(base::Nanoseconds timeNs);
    /// When work that begins at `timeNs` is done, with the interrupts between.
    [[nodiscard]] base::Nanoseconds whenDone(base::Nanoseconds timeNs, base::Nanoseconds workNs);

private:
    [[nodiscard]] const Interval& next() const;
    void pop();

    RandomIntervals m_natural;
    std::deque<Interval> m_injected; ///< By begin.
};

} // namespace vnscope::simulator
