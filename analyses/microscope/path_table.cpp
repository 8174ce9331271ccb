// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/path_table.hpp"

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
    }
    return found->second;
}

} // namespace vnscope::analyses::microscope
