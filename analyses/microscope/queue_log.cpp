// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/queue_log.hpp"

#include <algorithm>
#include <utility>

#include "analyses/microscope/overload.hpp"

namespace vnscope::analyses::microscope {

namespace {

/// How far into what waits a packet is looked for when those before it seem to be lost.
constexpr std::uint64_t kLookahead = 4096;
/// How many packets behind an uncertain one are asked whether they fit.
constexpr std::size_t kWitnesses = 8;
/// So many of them, and all that there are, leave no doubt.
constexpr std::size_t kSureWitnesses = 2;
/// Two writers' clocks, and the time from writing to telling, differ by so much.
constexpr base::Nanoseconds kClockSlack = 5 * base::kNsPerUs;
constexpr std::size_t kMostLost = 1 << 16;

} // namespace

void QueueLog::arrive(ElementId writer, const Waiting& packet)
{
    auto feed = std::find_if(m_feeds.begin(), m_feeds.end(), [&](const Feed& f) { return f.writer == writer; });
    if (feed == m_feeds.end()) {
        m_feeds.push_back({writer, {}});
        feed = m_feeds.end() - 1;
    }
    feed->packets.push(packet);
    ++m_waiting;
    m_longest = std::max(m_longest, static_cast<std::uint32_t>(m_waiting));
    if (!m_isBusy) {
        m_isBusy = true;
        m_busy = {{packet.written, packet.written}, 0, 0, 0, false};
    }
    ++m_busy.arrived;
    m_busy.longest = std::max(m_busy.longest, static_cast<std::uint32_t>(m_waiting));
    noteLength(packet.written);
    ++m_lengthBins.back().arrived;
}

/// Bins follow one another: what a clock that went back tells of belongs to the last one.
void QueueLog::noteLength(base::Timestamp at)
{
    if (m_lengthBins.empty() || at >= m_lengthBins.back().begin + QueueLength::kBin)
        m_lengthBins.push_back({base::binBegin(at, QueueLength::kBin), 0, 0});
    QueueLength& bin = m_lengthBins.back();
    bin.longest = std::max(bin.longest, static_cast<std::uint32_t>(m_waiting));
}

void QueueLog::refuse(base::Timestamp at, std::uint32_t packets)
{
    m_refused += packets;
    m_refusals.push({at, m_refused});
}

void QueueLog::beginRead(base::Timestamp at)
{
    if (m_isReading)
        endRead();
    m_isReading = true;
    if (!m_firstRead)
        m_firstRead = at;
    Read read;
    read.time = m_reads.isEmpty() ? at : std::max(at, m_reads.back().time);
    read.firstRank = m_passages.end();
    read.drops = m_refused;
    m_reads.push(read);
    noteLength(read.time);
}

/// Of several writers whose next packet it could be, the one that wrote first: a queue gives what came first.
QueueLog::Feed* QueueLog::headFeed(std::uint64_t id)
{
    Feed* first = nullptr;
    for (Feed& feed : m_feeds) {
        if (feed.packets.isEmpty())
            continue;
        const std::uint64_t head = feed.packets.front().packet;
        if (id != kUnnamed && head != kUnnamed && head != id)
            continue;
        if (first == nullptr || feed.packets.front().written < first->packets.front().written)
            first = &feed;
    }
    return first;
}

void QueueLog::admit(const Waiting& packet)
{
    Read& read = m_reads.back();
    Passage passage{packet.written, 0, packet.journey, packet.previousRank, packet.path};
    if (packet.written > read.time) {
        ++m_clockBacks;
        m_worstClockBack = std::max(m_worstClockBack, packet.written - read.time);
        passage.arrival = read.time;
    }
    const base::Nanoseconds wait = read.time - passage.arrival;
    passage.waitNs =
        static_cast<std::uint32_t>(std::min<base::Nanoseconds>(wait, std::numeric_limits<std::uint32_t>::max()));
    m_passages.push(passage);
    ++read.packets;
}

bool QueueLog::take(std::uint64_t id)
{
    Feed* const feed = headFeed(id);
    if (feed == nullptr)
        return false;
    admit(feed->packets.front());
    feed->packets.popFront();
    --m_waiting;
    return true;
}

std::vector<std::uint64_t> QueueLog::heads() const
{
    std::vector<std::uint64_t> cursors;
    for (const Feed& feed : m_feeds)
        cursors.push_back(feed.packets.begin());
    return cursors;
}

/// Where each writer's packets go on once one that was written then has been read.
std::vector<std::uint64_t> QueueLog::cursorsAt(base::Timestamp written, std::size_t feed, std::uint64_t position) const
{
    std::vector<std::uint64_t> cursors = heads();
    for (std::size_t f = 0; f < m_feeds.size(); ++f) {
        const History<Waiting>& packets = m_feeds[f].packets;
        while (f != feed && cursors[f] != packets.end() && packets[cursors[f]].written < written - kClockSlack)
            ++cursors[f];
    }
    cursors[feed] = position;
    return cursors;
}

/// How many of the next ids are at the heads, one after another, when reading goes on at `cursors`.
std::size_t QueueLog::confirmations(std::vector<std::uint64_t> cursors, std::span<const std::uint64_t> ids,
                                    std::uint64_t mask) const
{
    std::size_t confirmed = 0;
    for (const std::uint64_t id : ids.first(std::min(ids.size(), kWitnesses))) {
        for (std::size_t f = 0; f < m_feeds.size(); ++f) {
            const History<Waiting>& packets = m_feeds[f].packets;
            if (cursors[f] == packets.end() || packets[cursors[f]].packet != (id & mask))
                continue;
            ++cursors[f];
            ++confirmed;
            break;
        }
    }
    return confirmed;
}

void QueueLog::lose(const std::vector<std::uint64_t>& until)
{
    for (std::size_t f = 0; f < m_feeds.size(); ++f) {
        History<Waiting>& packets = m_feeds[f].packets;
        while (packets.begin() != until[f]) {
            m_lost.push({packets.front(), m_reads.back().time, m_passages.end()});
            packets.popFront();
            --m_waiting;
        }
    }
    if (m_lost.size() > kMostLost)
        m_lost.forgetUntil(m_lost.end() - kMostLost);
}

// Figure 9 of the paper: an id that may be another packet's is judged by whether what comes after it fits.
bool QueueLog::takeBehind(std::uint64_t id, std::span<const std::uint64_t> following, std::uint64_t mask,
                          bool mayComeYet)
{
    if (id == kUnnamed || m_waiting == 0)
        return false;
    const std::size_t asked = std::min(following.size(), kWitnesses);
    std::size_t most = mayComeYet ? std::max(asked, kSureWitnesses) - 1 : confirmations(heads(), following, mask);
    std::size_t places = 0;
    std::vector<std::uint64_t> best;
    std::size_t bestFeed = 0;
    for (std::size_t f = 0; f < m_feeds.size(); ++f) {
        const History<Waiting>& packets = m_feeds[f].packets;
        const std::uint64_t end = std::min(packets.end(), packets.begin() + kLookahead);
        for (std::uint64_t position = packets.begin(); position != end && places < kWitnesses; ++position) {
            if (packets[position].packet != id)
                continue;
            ++places;
            std::vector<std::uint64_t> after = cursorsAt(packets[position].written, f, position + 1);
            const std::size_t confirmed = confirmations(after, following, mask);
            // Without witnesses the only place is believed.
            if (confirmed > most || (best.empty() && asked == 0 && !mayComeYet)) {
                most = confirmed;
                best = std::move(after);
                bestFeed = f;
            }
        }
    }
    if (best.empty() || (asked == 0 && places > 1))
        return false;
    --best[bestFeed];
    lose(best);
    Feed& feed = m_feeds[bestFeed];
    admit(feed.packets.front());
    feed.packets.popFront();
    --m_waiting;
    return true;
}

void QueueLog::admitStranger(const Waiting& stranger)
{
    ++m_strangers;
    Waiting guessed = stranger;
    // Its write was not recorded. In a queue that was not empty it came after the packet before it; that it came when
    // it was read would make a burst of those behind it.
    const std::uint64_t number = m_reads.end() - 1;
    const bool wasWaiting =
        m_reads.back().packets > 0 || (m_reads.holds(number - 1) && !m_reads[number - 1].hasEmptied);
    if (!m_feeds.empty() && wasWaiting && !m_passages.isEmpty())
        guessed.written = m_passages.back().arrival;
    admit(guessed);
}

void QueueLog::endRead()
{
    m_isReading = false;
    const std::uint64_t number = m_reads.end() - 1;
    Read& read = m_reads.back();
    m_lengths.push_back(static_cast<std::uint32_t>(m_waiting));
    read.hasEmptied = m_waiting <= m_threshold || (m_fullBatch > 0 && read.packets < m_fullBatch);
    read.lastEmptied = read.hasEmptied ? number : Read::kNever;
    if (m_reads.size() > 1) {
        Read& before = m_reads[number - 1];
        noteBusy(before, number, read);
        if (!read.hasEmptied)
            read.lastEmptied = before.lastEmptied;
        if (!before.hasEmptied && m_fullBatch > 0 && before.packets >= m_fullBatch)
            m_rate.addFull(read.time - before.time, before.packets);
        else if (!before.hasEmptied)
            m_rate.addPartial(read.time - before.time, before.packets);
        else if (before.workNs > 0) // who hands on its batch at once needs no queue to show how fast it is
            m_rate.addPartial(before.workNs, before.packets);
    }
    m_busy.read += read.packets;
    if (read.hasEmptied)
        closeBusyPeriod(read);
}

/// A queue that is empty while its last batch is still being worked on has not come to rest: who comes then waits.
void QueueLog::noteBusy(Read& before, std::uint64_t number, const Read& next)
{
    if (!before.hasEmptied || m_threshold > 0 || !m_passages.holds(next.firstRank) ||
        m_passages[next.firstRank].arrival >= before.time + before.workNs)
        return;
    before.hasEmptied = false;
    before.lastEmptied = m_reads.holds(number - 2) ? m_reads[number - 2].lastEmptied : Read::kNever;
}

void QueueLog::closeBusyPeriod(const Read& read)
{
    m_lastEmptied = read.time;
    if (!m_isBusy)
        return;
    m_isBusy = m_waiting > 0;
    m_busy.when.end = std::max(read.time, m_busy.when.begin);
    m_busy.isPersistent = m_threshold > 0;
    // A period that never held more than one batch delayed nobody.
    if (m_busy.longest > std::max(m_fullBatch, 1U))
        m_busyPeriods.push_back(m_busy);
    m_busy = {{read.time, read.time}, 0, 0, 0, false};
}

void QueueLog::noteWork(base::Timestamp at)
{
    if (m_reads.isEmpty())
        return;
    Read& read = m_reads.back();
    const base::Nanoseconds work = std::max<base::Nanoseconds>(at - read.time, 0);
    read.workNs =
        static_cast<std::uint32_t>(std::min<base::Nanoseconds>(work, std::numeric_limits<std::uint32_t>::max()));
}

std::optional<QueueLog::Lost> QueueLog::recover(std::uint64_t id)
{
    for (std::uint64_t number = m_lost.begin(); number != m_lost.end(); ++number) {
        if (id == kUnnamed || m_lost[number].packet.packet != id || m_lost[number].packet.journey == kNoJourney)
            continue;
        const Lost found = m_lost[number];
        m_lost[number].packet.journey = kNoJourney;
        return found;
    }
    Feed* const feed = headFeed(id);
    if (feed == nullptr || (id != kUnnamed && feed->packets.front().packet != id))
        return std::nullopt;
    const Lost next{feed->packets.front(), feed->packets.front().written, m_passages.end()};
    feed->packets.popFront();
    --m_waiting;
    return next;
}

std::vector<QueueLog::Lost> QueueLog::takeLost(base::Timestamp before)
{
    std::vector<Lost> lost;
    while (!m_lost.isEmpty() && m_lost.front().noticed < before) {
        if (m_lost.front().packet.journey != kNoJourney)
            lost.push_back(m_lost.front());
        m_lost.popFront();
    }
    return lost;
}

const Read* QueueLog::emptiedBefore(base::Timestamp at) const
{
    const std::uint64_t last = lastWhere(m_reads, [&](const Read& read) { return read.time <= at; });
    if (!m_reads.holds(last) || !m_reads.holds(m_reads[last].lastEmptied))
        return nullptr;
    return &m_reads[m_reads[last].lastEmptied];
}

std::uint64_t QueueLog::refusedUntil(base::Timestamp at) const
{
    const std::uint64_t last = lastWhere(m_refusals, [&](const Refusal& refusal) { return refusal.at <= at; });
    return m_refusals.holds(last) ? m_refusals[last].until : 0;
}

/// The period that began after the read `emptied` and lasts until `at`, its last packet still to be filled in.
QueuingPeriod QueueLog::periodFrom(const Read* emptied, base::Timestamp at) const
{
    QueuingPeriod period;
    period.firstRank = emptied != nullptr ? std::max(emptied->endRank(), m_passages.begin()) : m_passages.begin();
    period.end = at;
    const std::uint64_t last = lastWhere(m_reads, [&](const Read& read) { return read.time <= at; });
    const std::uint64_t readUntil = m_reads.holds(last) ? m_reads[last].endRank() : period.firstRank;
    period.read = readUntil - std::min(readUntil, period.firstRank);
    return period;
}

QueuingPeriod QueueLog::periodOf(std::uint64_t rank) const
{
    const base::Timestamp at = m_passages[rank].arrival;
    const Read* const emptied = emptiedBefore(at);
    QueuingPeriod period = periodFrom(emptied, at);
    period.firstRank = std::min(period.firstRank, rank); // clocks that disagree may say otherwise
    period.lastRank = rank;
    period.begin = std::min(m_passages[period.firstRank].arrival, at);
    period.arrived = rank - period.firstRank + 1 + refusedUntil(at) - refusedUntil(period.begin);
    period.read = std::min(period.read, period.arrived);
    period.isPersistent = m_threshold > 0 || period.length() > kLongPeriod;
    return period;
}

QueuingPeriod QueueLog::periodAt(base::Timestamp at) const
{
    const Read* const emptied = emptiedBefore(at);
    QueuingPeriod period = periodFrom(emptied, at);
    const std::uint64_t after = lastWhere(m_passages, [&](const Passage& p) { return p.arrival <= at; }) + 1;
    period.lastRank = std::max(after, period.firstRank + 1) - 1;
    if (!m_passages.holds(period.firstRank))
        return period;
    period.begin = std::min(m_passages[period.firstRank].arrival, at);
    period.arrived = after - std::min(after, period.firstRank) + refusedUntil(at) - refusedUntil(period.begin);
    period.read = std::min(period.read, period.arrived);
    period.isPersistent = m_threshold > 0 || period.length() > kLongPeriod;
    return period;
}

const Read* QueueLog::readOf(std::uint64_t rank) const
{
    const std::uint64_t number = lastWhere(m_reads, [&](const Read& read) { return read.firstRank <= rank; });
    return m_reads.holds(number) ? &m_reads[number] : nullptr;
}

/// Section 7 of the paper: a queue that is never empty has periods too, above the length that it does fall to.
void QueueLog::adaptThreshold(base::Timestamp now)
{
    if (m_lengths.empty())
        return;
    if (now - m_lastEmptied > kLongPeriod) {
        const auto low = m_lengths.begin() + static_cast<std::ptrdiff_t>(m_lengths.size() / 20);
        std::nth_element(m_lengths.begin(), low, m_lengths.end());
        m_threshold = *low;
    } else if (m_threshold > 0 && *std::min_element(m_lengths.begin(), m_lengths.end()) == 0) {
        m_threshold = 0;
    }
    m_lengths.clear();
}

void QueueLog::settle(base::Timestamp now, base::Timestamp horizon, Abnormality abnormality)
{
    adaptThreshold(now);
    m_delays.settle(abnormality);
    m_longest = static_cast<std::uint32_t>(m_waiting);
    while (!m_passages.isEmpty() && m_passages.front().read() < horizon)
        m_passages.popFront();
    while (!m_reads.isEmpty() && m_reads.front().time < horizon)
        m_reads.popFront();
    while (!m_refusals.isEmpty() && m_refusals.front().at < horizon)
        m_refusals.popFront();
    for (Feed& feed : m_feeds) {
        while (!feed.packets.isEmpty() && feed.packets.front().written < horizon) {
            m_lost.push({feed.packets.front(), now, m_passages.end()});
            feed.packets.popFront();
            --m_waiting;
        }
    }
}

void QueueLog::endBusyPeriod(base::Timestamp now)
{
    if (!m_isBusy)
        return;
    m_isBusy = false;
    m_busy.when.end = std::max(now, m_busy.when.begin);
    m_busy.isPersistent = m_busy.when.length() > kLongPeriod;
    if (m_busy.longest > std::max(m_fullBatch, 1U))
        m_busyPeriods.push_back(m_busy);
}

std::vector<QueueLength> QueueLog::takeLengths(bool isEnd)
{
    if (isEnd || m_lengthBins.empty())
        return std::exchange(m_lengthBins, {});
    const QueueLength open = m_lengthBins.back();
    m_lengthBins.pop_back();
    return std::exchange(m_lengthBins, {open});
}

std::vector<BusyPeriod> QueueLog::takeBusyPeriods()
{
    return std::exchange(m_busyPeriods, {});
}

} // namespace vnscope::analyses::microscope
