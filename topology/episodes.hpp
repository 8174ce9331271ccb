// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "topology/domain.hpp"

namespace vnscope::topology {

/// A span in which an address stayed at one place, as far as each bridge by itself tells.
struct Episode {
    std::vector<Sighting> sightings; ///< By time.
    base::TimeRange when;       ///< From the first sighting to the next episode, or until no bridge knows the address.
    FdbEnd end = FdbEnd::Moved; ///< Moved: another episode followed at once.
    /// By then a bridge has noticed that it left; what others met shortly before may already be of the next place.
    base::Timestamp leftBy = base::TimeRange::all().end;
};

/// A span in which one bridge met an address alternately on two ports.
struct Flap {
    base::TimeRange when; ///< From the first move to the last, the latter included.
    Sighting one;
    Sighting other;
};

/// Cuts a track where a bridge met the address on another port, where its entry was deleted other than by age, where no
/// bridge knew it for a while, and at `cuts`. Only what happened within `range` counts.
[[nodiscard]] std::vector<Episode> findEpisodes(const Track& track, base::TimeRange range,
                                                const std::vector<base::Timestamp>& cuts);

/// Spans of at least `moves` moves between two ports of one bridge, within `window`.
[[nodiscard]] std::vector<Flap> findFlaps(const Track& track, std::uint32_t moves, base::Nanoseconds window);

} // namespace vnscope::topology
