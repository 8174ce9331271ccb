// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/path_table.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

namespace {

/// Of the step's three ids. Elements and queues are at most Network::kMost, so that 12 bits and one value more hold
/// each.
std::uint64_t keyOf(PathId previous, ElementId writer, QueueId queue)
{
    const std::uint64_t place = std::uint64_t{writer.value + 1} << 16 | std::uint64_t{queue.value + 1};
    return std::uint64_t{previous.value} << 32 | place;
}

} // namespace

PathId PathTable::extend(PathId previous, ElementId writer, QueueId queue)
{
    if (previous.isValid() && (m_steps[previous.value].length >= kLongest || m_steps.size() >= kMost)) {
        ++m_cut;
        previous = {};
    }
    const auto [found, isNew] = m_ids.try_emplace(keyOf(previous, writer, queue));
    if (isNew) {
        found->second = PathId{static_cast<std::uint32_t>(m_steps.size())};
        m_steps.push_back({previous, writer, queue, previous.isValid() ? m_steps[previous.value].length + 1 : 1});
        m_rates.emplace_back();
    }
    ++m_rates[found->second.value].packets;
    return found->second;
}

PathId PathTable::redirect(PathId counted, PathId previous, ElementId writer, QueueId queue)
{
    // What belongs to an earlier sample is no longer here to be taken back.
    std::uint32_t& packets = m_rates[counted.value].packets;
    const bool isHere = packets > 0;
    packets -= isHere ? 1 : 0;
    const PathId path = extend(previous, writer, queue);
    m_rates[path.value].packets -= isHere ? 0 : 1;
    return path;
}

void PathTable::settle(base::Timestamp now)
{
    const base::Nanoseconds elapsed = now - m_since;
    if (elapsed <= 0 || elapsed < m_longest / 2)
        return;
    m_since = now;
    m_longest = std::max(m_longest, elapsed);
    const std::size_t place = m_samples++ % kSamples;
    const std::size_t known = std::min(m_samples, kSamples);
    for (Rate& rate : m_rates) {
        rate.samples[place] = static_cast<float>(rate.packets * 1e9 / static_cast<double>(elapsed));
        rate.packets = 0;
        std::array<float, kSamples> sorted = rate.samples;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(known / 2);
        std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(known));
        rate.usual = *middle;
    }
}

} // namespace vnscope::analyses::microscope
