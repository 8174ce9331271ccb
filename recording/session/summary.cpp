// SPDX-License-Identifier: Apache-2.0
#include "recording/session/summary.hpp"

#include <algorithm>
#include <numeric>

namespace vnscope::recording::session {

std::string_view toText(Source::State state)
{
    switch (state) {
    case Source::State::Recorded: return "recorded";
    case Source::State::EndedEarly: return "ended_early";
    case Source::State::NotRecorded: return "not_recorded";
    }
    return "not_recorded";
}

bool Summary::hasEndedEarly() const
{
    return std::any_of(sources.begin(), sources.end(),
                       [](const Source& source) { return source.state == Source::State::EndedEarly; });
}

std::uint64_t Summary::lostEvents() const
{
    return std::accumulate(sources.begin(), sources.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Source& source) { return sum + source.lostEvents; });
}

} // namespace vnscope::recording::session
