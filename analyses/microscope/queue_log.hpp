// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "analyses/microscope/delay_history.hpp"
#include "analyses/microscope/history.hpp"
#include "analyses/microscope/network.hpp"
#include "analyses/microscope/path_table.hpp"
#include "analyses/microscope/peak_rate.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::microscope {

/// Stands for a packet that the trace gives no id.
inline constexpr std::uint64_t kUnnamed = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::uint32_t kNoJourney = std::numeric_limits<std::uint32_t>::max();

/// A packet that was written into a queue and not read yet.
struct Waiting {
    std::uint64_t packet = kUnnamed;
    base::Timestamp written;
    std::uint32_t journey = kNoJourney; ///< Low bits of its number.
    std::uint32_t previousRank = 0;     ///< Low bits of its rank in the queue before, when the path has one.
    PathId path;
};

/// A packet that went through a queue. Its rank is its place in the order of reading, which is the order of arrival.
struct Passage {
    base::Timestamp arrival;
    std::uint32_t waitNs = 0;           ///< Until it was read.
    std::uint32_t journey = kNoJourney; ///< kNoJourney: nobody was seen to write it.
    std::uint32_t previousRank = 0;
    PathId path;

    [[nodiscard]] base::Timestamp read() const { return arrival + waitNs; }
};

/// A batch that was taken from a queue.
struct Read {
    static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

    base::Timestamp time;
    std::uint64_t firstRank = 0;
    std::uint64_t lastEmptied = kNever; ///< Number of the last read, up to this one, after which the queue was empty.
    std::uint64_t drops = 0;            ///< Packets that had found no room, until then.
    std::uint32_t packets = 0;
    std::uint32_t workNs = 0; ///< From reading until the element's last write before its next read; 0: no write.
    bool hasEmptied = false;  ///< The queue was empty afterwards, until the batch was done, or as short as it gets.

    [[nodiscard]] std::uint64_t endRank() const { return firstRank + packets; }
};

/// The time from when a queue began to build up until a packet came: Microscope, section 4.1.
struct QueuingPeriod {
    base::Timestamp begin;       ///< Arrival of its first packet.
    base::Timestamp end;         ///< Arrival of the packet.
    std::uint64_t firstRank = 0; ///< The packets of the period are those up to the packet itself: PreSet(p).
    std::uint64_t lastRank = 0;
    std::uint64_t arrived = 0; ///< n_i, those that found no room included.
    std::uint64_t read = 0;    ///< n_p
    bool isPersistent = false; ///< The queue has not been empty for long; the period began when it was short.

    [[nodiscard]] base::Nanoseconds length() const { return end - begin; }
};

/// A period of a queue from building up until it was empty again, for people.
struct BusyPeriod {
    base::TimeRange when;
    std::uint64_t arrived = 0;
    std::uint64_t read = 0;
    std::uint32_t longest = 0; ///< Queue length.
    bool isPersistent = false;
};

/// How long a queue was within one bin of time, for people. A bin without arrival and read has none.
struct QueueLength {
    static constexpr base::Nanoseconds kBin = 10 * base::kNsPerMs;

    base::Timestamp begin;
    std::uint64_t arrived = 0;
    std::uint32_t longest = 0;
};

/// What happened at one queue lately. Times are clamped so that nobody is read before it was written.
class QueueLog final {
public:
    struct Lost {
        Waiting packet;
        base::Timestamp noticed;
        std::uint64_t rank = 0; ///< That the next packet got.
    };

    explicit QueueLog(std::uint32_t fullBatch) : m_fullBatch(fullBatch) {}

    void setFullBatch(std::uint32_t packets) { m_fullBatch = packets; }
    void arrive(ElementId writer, const Waiting& packet);
    void refuse(base::Timestamp at, std::uint32_t packets); ///< They found no room.

    void giveRate(double perSecond) { m_rate.give(perSecond); }

    void beginRead(base::Timestamp at);
    /// The packet `id` was read: true when it is at the head of what one writer wrote.
    [[nodiscard]] bool take(std::uint64_t id);
    /// The same of a packet that came from where nothing is traced.
    void admitStranger(const Waiting& stranger);
    /// As take() when it is not: those before it are lost if what was read after it fits; `following` are the ids of
    /// the rest of its batch. When it still may be that it has not been written yet, only if they leave no doubt.
    [[nodiscard]] bool takeBehind(std::uint64_t id, std::span<const std::uint64_t> following, std::uint64_t mask,
                                  bool mayComeYet);
    void endRead();
    /// A packet of the last batch was written on.
    void noteWork(base::Timestamp at);
    /// A packet left the element `delay` after it had arrived here.
    void noteDelay(base::Nanoseconds delay) { m_delays.add(delay); }

    /// A packet that its reader wrote although no read of it was seen: one that counts as lost, or the next one; of
    /// kUnnamed, whose id is not known any more, the next one.
    [[nodiscard]] std::optional<Lost> recover(std::uint64_t id);
    /// Those that were noticed to be lost before `before`, each once.
    [[nodiscard]] std::vector<Lost> takeLost(base::Timestamp before);

    [[nodiscard]] QueuingPeriod periodOf(std::uint64_t rank) const;
    /// The period that a packet found which had no room, at `at`.
    [[nodiscard]] QueuingPeriod periodAt(base::Timestamp at) const;
    /// The read that took the packet.
    [[nodiscard]] const Read* readOf(std::uint64_t rank) const;

    /// Once in a while: takes stock of delays and of how short the queue gets, forgets what was read before `horizon`.
    void settle(base::Timestamp now, base::Timestamp horizon, Abnormality abnormality);
    [[nodiscard]] std::vector<BusyPeriod> takeBusyPeriods();
    /// Bins that are over, or all of them at the end.
    [[nodiscard]] std::vector<QueueLength> takeLengths(bool isEnd);
    /// The trace ends: a period that has not ended does.
    void endBusyPeriod(base::Timestamp now);

    [[nodiscard]] const History<Passage>& passages() const { return m_passages; }
    /// A packet by the low bits of its rank; null when it is forgotten.
    [[nodiscard]] Passage* passage(std::uint32_t rank)
    {
        const std::uint64_t number = m_passages.numberOf(rank);
        return m_passages.holds(number) ? &m_passages[number] : nullptr;
    }
    [[nodiscard]] const Passage* passage(std::uint32_t rank) const
    {
        return const_cast<QueueLog*>(this)->passage(rank);
    }
    [[nodiscard]] const History<Read>& reads() const { return m_reads; }
    [[nodiscard]] const PeakRate& rate() const { return m_rate; }
    [[nodiscard]] const DelayHistory& delays() const { return m_delays; }
    [[nodiscard]] std::size_t waiting() const { return m_waiting; }
    /// Nobody has been seen to write into it although it was read before `before`.
    [[nodiscard]] bool isFilledFromOutside(base::Timestamp before) const
    {
        return m_feeds.empty() && m_firstRead && *m_firstRead < before;
    }
    template <typename Predicate> [[nodiscard]] bool anyWriter(Predicate is) const
    {
        return std::any_of(m_feeds.begin(), m_feeds.end(), [&](const Feed& feed) { return is(feed.writer); });
    }
    [[nodiscard]] bool isReading() const { return m_isReading; }
    [[nodiscard]] std::uint64_t strangers() const { return m_strangers; } ///< Read, but nobody was seen to write them.
    [[nodiscard]] std::uint64_t clockBacks() const
    {
        return m_clockBacks;
    } ///< Read before they were written, by the clocks.
    [[nodiscard]] base::Nanoseconds worstClockBack() const { return m_worstClockBack; }
    [[nodiscard]] std::uint64_t refused() const { return m_refused; }
    [[nodiscard]] std::uint32_t longest() const { return m_longest; } ///< Since the last settle().

private:
    struct Feed {
        ElementId writer;
        History<Waiting> packets;
    };
    struct Refusal {
        base::Timestamp at;
        std::uint64_t until = 0; ///< Packets refused until then, these included.
    };

    [[nodiscard]] Feed* headFeed(std::uint64_t id);
    [[nodiscard]] std::size_t confirmations(std::vector<std::uint64_t> cursors, std::span<const std::uint64_t> ids,
                                            std::uint64_t mask) const;
    [[nodiscard]] std::vector<std::uint64_t> heads() const;
    [[nodiscard]] std::vector<std::uint64_t> cursorsAt(base::Timestamp written, std::size_t feed,
                                                       std::uint64_t position) const;
    void lose(const std::vector<std::uint64_t>& until);
    void admit(const Waiting& packet);
    [[nodiscard]] QueuingPeriod periodFrom(const Read* emptied, base::Timestamp at) const;
    [[nodiscard]] const Read* emptiedBefore(base::Timestamp at) const;
    [[nodiscard]] std::uint64_t refusedUntil(base::Timestamp at) const;
    void noteBusy(Read& before, std::uint64_t number, const Read& next);
    void closeBusyPeriod(const Read& read);
    void noteLength(base::Timestamp at);
    void adaptThreshold(base::Timestamp now);

    std::uint32_t m_fullBatch;
    bool m_isReading = false;
    std::optional<base::Timestamp> m_firstRead;
    std::vector<Feed> m_feeds;
    std::size_t m_waiting = 0;
    History<Passage> m_passages;
    History<Read> m_reads;
    History<Refusal> m_refusals;
    History<Lost> m_lost;
    std::uint64_t m_refused = 0;
    std::uint64_t m_strangers = 0;
    std::uint64_t m_clockBacks = 0;
    base::Nanoseconds m_worstClockBack = 0;

    std::size_t m_threshold = 0;          ///< The queue counts as empty with so many packets.
    std::vector<std::uint32_t> m_lengths; ///< After reads, since the last settle().
    base::Timestamp m_lastEmptied;
    BusyPeriod m_busy;
    bool m_isBusy = false;
    std::vector<BusyPeriod> m_busyPeriods;
    std::vector<QueueLength> m_lengthBins; ///< The last one is not over yet.
    std::uint32_t m_longest = 0;

    PeakRate m_rate;
    DelayHistory m_delays;
};

} // namespace vnscope::analyses::microscope
