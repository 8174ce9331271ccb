// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/journey_log.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::analyses::microscope {

void JourneyLog::end(std::uint32_t low, base::Timestamp at, Journey::State state, QueueId where)
{
    Journey* const journey = find(low);
    if (journey == nullptr || journey->state != Journey::State::Open)
        return;
    journey->state = state;
    journey->end = std::max(at, journey->begin);
    if (state != Journey::State::Arrived)
        journey->lostQueue = where;
    m_ended.push_back(m_journeys.numberOf(low));
}

std::vector<std::uint64_t> JourneyLog::takeEnded()
{
    return std::exchange(m_ended, {});
}

void JourneyLog::forgetBefore(base::Timestamp horizon)
{
    while (!m_journeys.isEmpty() && m_journeys.front().begin < horizon)
        m_journeys.popFront();
}

} // namespace vnscope::analyses::microscope
