// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "analyses/microscope/peak_rate.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::microscope {

/// What one poll took from a queue.
struct Poll {
    base::Timestamp at;
    std::uint32_t packets = 0;
    std::uint32_t most = 0; ///< It could have taken so many; 0: not told.
};

/// When a poll is told of.
enum class PollTime : std::uint8_t {
    Taken, ///< When it has taken its packets, before any work on them: DPDK. Such a poller never sleeps.
    Done,  ///< When the work on them is done: NAPI. It sleeps once the queue is empty.
};

/// A queue of which nothing but its polls is known: no ids, no arrivals. A poll that took less than it may have
/// emptied the queue (Microscope, section 4.1); those that took all they may left an unknown number.
/// Where it is not told how many a poll may take, it is the largest number that any took, once that came often
/// (isSure()). Memory: constant.
class PolledQueue final {
public:
    /// From the first full poll after one that emptied the queue until the next one that did, or the last that is
    /// known.
    struct Period {
        base::TimeRange when;
        std::uint64_t packets = 0;
        std::uint64_t fullPolls = 0; ///< In a row: all of the period's but the last poll.
    };
    /// Nobody polled although packets were waiting: the poll after it was full.
    struct Stall {
        base::TimeRange when;
        std::uint32_t packets = 0; ///< That the poll after it took.
    };
    struct Found {
        std::optional<Period> period;
        std::optional<Stall> stall;
    };
    struct Totals {
        std::uint64_t polls = 0;
        std::uint64_t emptyPolls = 0;
        std::uint64_t packets = 0;
        // Since guess() changed last:
        std::uint64_t fullPolls = 0;
        std::uint64_t periods = 0;
        std::uint64_t longestRun = 0;  ///< Full polls in a row.
        base::Nanoseconds queuing = 0; ///< Sum of periods.
        std::uint64_t stalls = 0;
        base::Nanoseconds longestStall = 0;
    };

    explicit PolledQueue(PollTime time) : m_time(time) {}

    /// Polls in the order of time; one that is earlier than the last counts as at the same time.
    [[nodiscard]] Found poll(const Poll& poll);
    /// Polls may be missing here, or no more come: what is open ends at the last known one.
    [[nodiscard]] std::optional<Period> breakOff();

    [[nodiscard]] const Totals& totals() const { return m_totals; }
    [[nodiscard]] const PeakRate& rate() const { return m_rate; }
    [[nodiscard]] std::uint32_t fullBatch() const { return m_fullBatch; } ///< Packets; 0: not known.
    /// Changes when a poll took more than was thought possible: what was found before is wrong then.
    [[nodiscard]] std::uint32_t guess() const { return m_guess; }
    /// Whether it is known how many packets a poll may take.
    [[nodiscard]] bool isBatchKnown() const;
    /// Whether what was found can be believed. With a guessed batch the queue must have been seen empty, too: else
    /// empty polls may not be recorded, and small batches with long silences between look like a queue.
    [[nodiscard]] bool isSure() const;
    /// Whether it is known how long a full batch takes: before that no stall is found.
    [[nodiscard]] bool isPaceKnown() const;

private:
    void learn(const Poll& poll);
    [[nodiscard]] std::optional<Stall> measure(base::Timestamp at, std::uint32_t packets);
    [[nodiscard]] bool isStall(base::Nanoseconds gap) const;
    void extend(base::Timestamp at, std::uint32_t packets);
    [[nodiscard]] std::optional<Period> close(base::Timestamp at, std::uint32_t packets);

    PollTime m_time;
    Totals m_totals;
    PeakRate m_rate;
    std::uint64_t m_backToBack = 0; ///< Samples of m_rate.

    std::uint32_t m_fullBatch = 0;
    bool m_isBatchTold = false;
    std::uint32_t m_guess = 0;
    std::uint64_t m_timesFull = 0;  ///< Polls that took exactly m_fullBatch.
    std::uint64_t m_timesBelow = 0; ///< Polls that took one packet less.

    base::Timestamp m_lastAt;
    std::uint32_t m_lastPackets = 0;
    bool m_hasLast = false; ///< And no poll is missing since.
    bool m_wasFull = false;

    Period m_period;
    std::uint32_t m_firstBatch = 0; ///< Packets of the period's first poll.
    bool m_isOpen = false;
};

} // namespace vnscope::analyses::microscope
