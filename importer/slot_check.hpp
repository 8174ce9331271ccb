// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "importer/wire/ring.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::importer {

/// Turns a reader's names into the session's: a reader numbers the names of its own run.
class NameMap final {
public:
    /// Takes over names that the log gained up to `length` bytes; false when the log makes no sense.
    [[nodiscard]] bool readLog(std::span<const std::byte> log, std::uint32_t length, tracepoints::StringTable& table);
    /// The session's id of a reader's name; none for an unknown one.
    [[nodiscard]] base::StringId operator()(base::StringId local) const
    {
        return local.value < m_ids.size() ? m_ids[local.value] : base::StringId{};
    }

private:
    std::vector<base::StringId> m_ids;
    std::uint32_t m_read = 0;
};

/// Makes what a reader wrote into a slot safe to hand on: every record has a known type, a payload inside the ring and
/// a stream of the session (`streamCount`); names are the session's; payload offsets count from `ringOffset` bytes
/// before the ring. `header` is the caller's copy, which nobody can change any more. A reader runs untrusted input
/// through a large C library, so its memory is not believed. false: the slot is nonsense and the reader must be treated
/// as crashed.
[[nodiscard]] bool checkSlot(const wire::RingView& ring, std::uint32_t slot, const wire::SlotHeader& header,
                             const NameMap& names, std::uint32_t ringOffset, std::uint32_t streamCount);

} // namespace vnscope::importer
