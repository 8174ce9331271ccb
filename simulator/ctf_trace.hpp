// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string_view>
#include <vector>

#include "simulator/scenario.hpp"
#include "storage/base/result.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::simulator {

/// Writes the events of tracepoints/nf as a CTF 1.8 trace, one stream for each element, with the fields that LTTng-UST
/// gives them. Memory is one packet for each stream.
class CtfTrace final {
public:
    /// `directory` exists; `streams` is how many elements and sources tell events.
    CtfTrace(std::filesystem::path directory, std::size_t streams, IdMode ids);

    /// Events of SimulatedTrace, whose names are in `strings`.
    void add(const tracepoints::EventBatch& batch, const tracepoints::StringTable& strings);
    /// Closes all packets and writes the metadata; fails when the disk refused something.
    [[nodiscard]] base::Result<void> finish();

private:
    struct Stream {
        std::ofstream file;
        std::vector<char> bytes; ///< Of the packet that is open, its header with it.
        std::uint64_t beginNs = 0;
        std::uint64_t endNs = 0;
    };

    void addEvent(const tracepoints::EventBatch& batch, const tracepoints::EventRecord& event,
                  const tracepoints::StringTable& strings);
    [[nodiscard]] Stream& room(const tracepoints::EventRecord& event);
    void endPacket(std::size_t index);

    std::filesystem::path m_directory;
    bool m_isWide; ///< Ids of 32 bits instead of 16.
    std::vector<Stream> m_streams;
};

} // namespace vnscope::simulator
