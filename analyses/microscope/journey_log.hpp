// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyses/microscope/history.hpp"
#include "analyses/microscope/journey.hpp"

namespace vnscope::analyses::microscope {

/// Journeys in the order of their beginning. Others refer to one by the low bits of its number.
class JourneyLog final {
public:
    [[nodiscard]] std::uint32_t begin(const Journey& journey)
    {
        return static_cast<std::uint32_t>(m_journeys.push(journey));
    }
    /// A journey that has ended already does not end again.
    void end(std::uint32_t low, base::Timestamp at, Journey::State state, QueueId where);
    /// Null: none, or forgotten.
    [[nodiscard]] Journey* find(std::uint32_t low)
    {
        const std::uint64_t number = m_journeys.numberOf(low);
        return low != kNoJourney && m_journeys.holds(number) ? &m_journeys[number] : nullptr;
    }
    [[nodiscard]] const Journey* find(std::uint32_t low) const { return const_cast<JourneyLog*>(this)->find(low); }
    /// Those that have ended since the last call, by number.
    [[nodiscard]] std::vector<std::uint64_t> takeEnded();
    /// Forgets what began before `horizon`.
    void forgetBefore(base::Timestamp horizon);

    [[nodiscard]] const History<Journey>& all() const { return m_journeys; }
    [[nodiscard]] const std::vector<std::uint64_t>& ended() const { return m_ended; } ///< Since takeEnded().

private:
    History<Journey> m_journeys;
    std::vector<std::uint64_t> m_ended;
};

} // namespace vnscope::analyses::microscope
