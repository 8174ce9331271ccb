// SPDX-License-Identifier: Apache-2.0
#include "topology/episodes.hpp"

#include <algorithm>
#include <map>

namespace vnscope::topology {

namespace {

class EpisodeCutter {
public:
    EpisodeCutter(base::TimeRange range, const std::vector<base::Timestamp>& cuts, std::size_t meetings)
        : m_range(range), m_cuts(cuts), m_meetings(meetings)
    {
    }

    void add(const Meeting& meeting);
    std::vector<Episode> finish();

private:
    [[nodiscard]] bool isCutBy(const Meeting& meeting) const;
    void close(base::Timestamp at);

    base::TimeRange m_range;
    const std::vector<base::Timestamp>& m_cuts;
    std::size_t m_meetings = 0;
    std::vector<Episode> m_episodes;
    base::Timestamp m_knownUntil = base::TimeRange::all().begin;
    FdbEnd m_lastEnd = FdbEnd::Open;
    /// When an entry of the current episode was deleted other than by age or move.
    base::Timestamp m_deletedAt = base::TimeRange::all().end;
};

bool EpisodeCutter::isCutBy(const Meeting& meeting) const
{
    const Episode& current = m_episodes.back();
    const base::Timestamp at = meeting.sighting.at;
    const auto cut = std::upper_bound(m_cuts.begin(), m_cuts.end(), current.when.begin);
    if (at > m_knownUntil || at >= m_deletedAt || (cut != m_cuts.end() && at >= *cut))
        return true;
    return std::any_of(current.sightings.begin(), current.sightings.end(), [&](const Sighting& sighting) {
        return sighting.bridge == meeting.sighting.bridge && sighting.port != meeting.sighting.port;
    });
}

void EpisodeCutter::close(base::Timestamp at)
{
    Episode& current = m_episodes.back();
    current.when.end = std::min({at, m_knownUntil, m_range.end});
    current.end = m_knownUntil < at ? m_lastEnd : FdbEnd::Moved;
    current.leftBy = std::min(at, m_deletedAt);
}

void EpisodeCutter::add(const Meeting& meeting)
{
    const base::Timestamp at = meeting.sighting.at;
    if (!m_range.contains(at))
        return;
    if (m_episodes.empty() || isCutBy(meeting)) {
        if (!m_episodes.empty())
            close(at);
        m_episodes.emplace_back().when = {at, at};
        if (m_episodes.size() == 1)
            m_episodes.back().sightings.reserve(m_meetings); // Most addresses never move.
        m_deletedAt = base::TimeRange::all().end;
    }
    m_episodes.back().sightings.push_back(meeting.sighting);
    if (meeting.known.end > m_knownUntil) {
        m_knownUntil = meeting.known.end;
        m_lastEnd = meeting.end;
    }
    if (meeting.mayHaveLeft)
        m_deletedAt = std::min(m_deletedAt, meeting.known.end);
}

std::vector<Episode> EpisodeCutter::finish()
{
    if (!m_episodes.empty()) {
        close(m_range.end);
        m_episodes.back().leftBy = m_deletedAt;
        if (m_knownUntil >= m_range.end)
            m_episodes.back().end = FdbEnd::Open;
    }
    return std::move(m_episodes);
}

struct Move {
    base::Timestamp at;
    Sighting from;
    Sighting to;
};

/// Extends or ends runs of moves there and back, one bridge's moves by time.
std::vector<Flap> flapsOf(const std::vector<Move>& moves, std::uint32_t least, base::Nanoseconds window)
{
    std::vector<Flap> flaps;
    for (std::size_t begin = 0; begin < moves.size();) {
        std::size_t end = begin + 1;
        const auto isBack = [&](std::size_t at) {
            return moves[at].to.port == moves[at - 1].from.port && moves[at].at - moves[at - 1].at <= window;
        };
        while (end < moves.size() && isBack(end))
            ++end;
        bool isFast = false;
        for (std::size_t last = begin + least - 1; last < end && !isFast; ++last)
            isFast = moves[last].at - moves[last + 1 - least].at <= window;
        if (isFast)
            flaps.push_back({{moves[begin].at, moves[end - 1].at + 1}, moves[begin].from, moves[begin].to});
        begin = end;
    }
    return flaps;
}

/// Most stations stay; they need no bookkeeping.
bool hasMoved(const Track& track)
{
    const auto& all = track.meetings;
    for (auto later = all.begin(); later != all.end(); ++later) {
        const bool isElsewhere = std::any_of(all.begin(), later, [&](const Meeting& earlier) {
            return earlier.sighting.bridge == later->sighting.bridge && earlier.sighting.port != later->sighting.port;
        });
        if (isElsewhere)
            return true;
    }
    return false;
}

} // namespace

std::vector<Episode> findEpisodes(const Track& track, base::TimeRange range, const std::vector<base::Timestamp>& cuts)
{
    EpisodeCutter cutter(range, cuts, track.meetings.size());
    for (const Meeting& meeting : track.meetings)
        cutter.add(meeting);
    return cutter.finish();
}

std::vector<Flap> findFlaps(const Track& track, std::uint32_t moves, base::Nanoseconds window)
{
    if (!hasMoved(track))
        return {};
    std::map<BridgeIndex, Sighting> last;
    std::map<BridgeIndex, std::vector<Move>> movesOf;
    for (const Meeting& meeting : track.meetings) {
        const Sighting& sighting = meeting.sighting;
        const auto [previous, isNew] = last.try_emplace(sighting.bridge, sighting);
        if (!isNew && previous->second.port != sighting.port)
            movesOf[sighting.bridge].push_back({sighting.at, previous->second, sighting});
        previous->second = sighting;
    }
    std::vector<Flap> flaps;
    for (const auto& [bridge, list] : movesOf) {
        const auto found = flapsOf(list, moves, window);
        flaps.insert(flaps.end(), found.begin(), found.end());
    }
    return flaps;
}

} // namespace vnscope::topology
