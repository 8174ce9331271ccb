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

std::uint64_t mixed(std::uint64_t bits)
{
    bits = (bits ^ bits >> 30U) * 0xbf58476d1ce4e5b9U; // SplitMix64
    bits = (bits ^ bits >> 27U) * 0x94d049bb133111ebU;
    return bits ^ bits >> 31U;
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
    addEndings();
}

std::uint64_t PathTable::endingOf(std::uint64_t ending, ElementId writer, QueueId before)
{
    return mixed(ending + 1) ^ mixed(std::uint64_t{writer.value} << 32 | before.value);
}

double PathTable::usualRate(QueueId queue, std::uint64_t ending) const
{
    const auto found = m_endings.find(ending + queue.value);
    return found == m_endings.end() ? 0 : found->second;
}

void PathTable::addEndings()
{
    m_endings.clear();
    for (std::size_t id = 0; id < m_steps.size(); ++id) {
        if (m_rates[id].usual <= 0)
            continue;
        if (m_endings.size() >= kMostEndings)
            return;
        std::uint64_t ending = 0;
        const PathStep* step = &m_steps[id];
        for (bool isMore = true; isMore;) {
            isMore = step->previous.isValid();
            const PathStep* const before = isMore ? &m_steps[step->previous.value] : nullptr;
            ending = endingOf(ending, step->writer, isMore ? before->queue : QueueId{});
            m_endings[ending + m_steps[id].queue.value] += static_cast<double>(m_rates[id].usual);
            step = before;
        }
    }
}

} // namespace vnscope::analyses::microscope
