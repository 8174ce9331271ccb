// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/wire_table.hpp"

#include <utility>

namespace vnscope::analyses::paths {

void WireTable::put(const Entry& entry)
{
    std::size_t at = homeOf(entry.key);
    while (m_entries[at].key != 0)
        at = after(at);
    m_entries[at] = entry;
}

void WireTable::grow()
{
    m_bits = m_entries.empty() ? kFirstBits : m_bits + 1;
    const auto old = std::exchange(m_entries, std::vector<Entry>(std::size_t{1} << m_bits));
    for (const Entry& entry : old) {
        if (entry.key != 0)
            put(entry);
    }
}

void WireTable::add(std::uint64_t key, Journeys::Handle handle)
{
    if (m_count >= m_entries.size() / 2)
        grow();
    put({key, handle});
    ++m_count;
}

void WireTable::remove(std::uint64_t key, Journeys::Handle handle)
{
    if (isEmpty())
        return;
    std::size_t hole = homeOf(key);
    while (m_entries[hole].key != 0 && (m_entries[hole].key != key || m_entries[hole].handle != handle))
        hole = after(hole);
    if (m_entries[hole].key == 0)
        return;
    --m_count;
    // Entries behind move up, except those that stand where their keys ask for: no search passes a free one.
    for (std::size_t at = after(hole); m_entries[at].key != 0; at = after(at)) {
        if (distance(homeOf(m_entries[at].key), at) < distance(hole, at))
            continue;
        m_entries[hole] = m_entries[at];
        hole = at;
    }
    m_entries[hole] = Entry();
}

} // namespace vnscope::analyses::paths
