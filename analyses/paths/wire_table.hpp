// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyses/paths/journeys.hpp"

namespace vnscope::analyses::paths {

/// Handles by key, several of one key included. Entries stand in one block, without allocation per entry: one comes and
/// goes with nearly every packet.
class WireTable final {
public:
    /// `key` is a hash, its high bits the best of it; not 0.
    void add(std::uint64_t key, Journeys::Handle handle);
    void remove(std::uint64_t key, Journeys::Handle handle);
    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    /// Calls function with each handle of the key, in any order.
    template <typename Function> void forEach(std::uint64_t key, Function function) const
    {
        if (isEmpty())
            return;
        for (std::size_t at = homeOf(key); m_entries[at].key != 0; at = after(at)) {
            if (m_entries[at].key == key)
                function(m_entries[at].handle);
        }
    }

private:
    struct Entry {
        std::uint64_t key = 0; ///< 0: free.
        Journeys::Handle handle = 0;
    };
    /// At most every second entry is taken, so that a search ends soon.
    static constexpr unsigned kFirstBits = 10;

    [[nodiscard]] std::size_t homeOf(std::uint64_t key) const
    {
        return static_cast<std::size_t>(key >> (64U - m_bits));
    }
    [[nodiscard]] std::size_t after(std::size_t at) const { return (at + 1) & (m_entries.size() - 1); }
    /// How far an entry stands behind the one that its key asks for.
    [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const
    {
        return (to - from) & (m_entries.size() - 1);
    }
    void grow();
    void put(const Entry& entry);

    std::vector<Entry> m_entries; ///< Linear probing; 2^m_bits, or none yet.
    unsigned m_bits = 0;
    std::size_t m_count = 0;
};

} // namespace vnscope::analyses::paths
