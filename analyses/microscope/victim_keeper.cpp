// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/victim_keeper.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vnscope::analyses::microscope {

namespace {

bool isLonger(const Victim& a, const Victim& b)
{
    return std::pair(a.length(), b.number) > std::pair(b.length(), a.number);
}

} // namespace

void VictimKeeper::add(Victim victim)
{
    const auto kind = static_cast<std::size_t>(victim.kind);
    std::vector<Victim>& heap = m_heaps[kind];
    heap.push_back(std::move(victim));
    if (heap.size() < kMost)
        return;
    if (heap.size() == kMost) {
        std::ranges::make_heap(heap, isLonger);
        return;
    }
    std::ranges::push_heap(heap, isLonger);
    std::ranges::pop_heap(heap, isLonger);
    heap.pop_back();
    ++m_forgotten[kind];
}

void VictimKeeper::judge(base::Nanoseconds latencyThreshold)
{
    for (std::vector<Victim>& heap : m_heaps) {
        const std::size_t harmless = std::erase_if(heap, [&](const Victim& victim) {
            return victim.kind == VictimKind::Latency && victim.length() <= latencyThreshold;
        });
        // Those that were forgotten took no longer than any that was kept.
        if (harmless > 0)
            m_forgotten[static_cast<std::size_t>(VictimKind::Latency)] = 0;
        std::ranges::move(heap, std::back_inserter(m_victims));
        heap = {};
    }
    std::ranges::sort(m_victims, {}, &Victim::number);
}

} // namespace vnscope::analyses::microscope
