// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/flow_ways.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

namespace {

/// What is doubtful is more often right than not, so it counts, but less.
constexpr std::int32_t kSureVotes = 4;
/// More of them say no more, and would only keep a flow from taking a new way.
constexpr std::int32_t kMostVotes = 64;

} // namespace

void FlowWays::learn(FlowId flow, PathId path, bool isDoubtful)
{
    if (m_ways.size() <= flow.value)
        m_ways.resize(flow.value + 1);
    Way& way = m_ways[flow.value];
    const std::int32_t votes = isDoubtful ? 1 : kSureVotes;
    if (way.path == path)
        way.votes = std::min(way.votes + votes, kMostVotes);
    else if (way.votes > votes)
        way.votes -= votes;
    else
        way = {path, votes};
}

int FlowWays::agreement(FlowId flow, PathId prefix) const
{
    if (!flow.isValid() || flow.value >= m_ways.size())
        return 0;
    const QueueId queue = m_paths[prefix].queue;
    for (PathId path = m_ways[flow.value].path; path.isValid(); path = m_paths[path].previous) {
        if (m_paths[path].queue == queue)
            return path == prefix ? 1 : -1;
    }
    return 0;
}

} // namespace vnscope::analyses::microscope
