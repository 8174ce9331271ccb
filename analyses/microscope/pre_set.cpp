// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/pre_set.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

PreSet::PreSet(const Reconstruction& network, QueueId queue, std::uint64_t firstRank)
    : m_network(network), m_queue(queue), m_endRank(firstRank)
{
}

PreSet::Part& PreSet::partOf(PathId path)
{
    const auto [found, isNew] = m_partOf.try_emplace(path.value, m_parts.size());
    if (isNew)
        m_parts.push_back({path, 0, {}, {}});
    return m_parts[found->second];
}

void PreSet::add(const Passage& passage, std::uint64_t rank)
{
    Part& part = partOf(passage.path);
    const bool isFirst = part.packets++ == 0;
    part.flows.add(m_network.flowOf(passage), 1);
    const Passage* at = &passage;
    std::size_t level = 0;
    for (PathId path = passage.path; at != nullptr; ++level) {
        if (level == part.levels.size()) {
            if (!isFirst)
                break; // of those that came first the past is forgotten from here on
            part.levels.push_back({at->arrival, at->arrival, rank});
        }
        Level& known = part.levels[level];
        if (at->arrival < known.first) {
            known.first = at->arrival;
            known.firstRank = rank;
        }
        known.last = std::max(known.last, at->arrival);
        path = m_network.paths()[path].previous;
        if (!path.isValid())
            break;
        const QueueId queue = m_network.paths()[path].queue;
        rank = m_network.log(queue).passages().numberOf(at->previousRank);
        at = m_network.passage(queue, at->previousRank);
    }
}

void PreSet::extendTo(std::uint64_t lastRank)
{
    const History<Passage>& passages = m_network.log(m_queue).passages();
    const std::uint64_t end = std::min(lastRank + 1, passages.end());
    for (; m_endRank < end; ++m_endRank) {
        add(passages[m_endRank], m_endRank);
        ++m_packets;
    }
}

base::TimeRange PreSet::when() const
{
    if (m_parts.empty())
        return {};
    base::TimeRange range{m_parts.front().levels.front().first, m_parts.front().levels.front().last};
    for (const Part& part : m_parts) {
        range.begin = std::min(range.begin, part.levels.front().first);
        range.end = std::max(range.end, part.levels.front().last);
    }
    return range;
}

} // namespace vnscope::analyses::microscope
