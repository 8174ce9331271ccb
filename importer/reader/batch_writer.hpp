// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "importer/reader/message_pipe.hpp"
#include "importer/reader/name_log.hpp"
#include "importer/wire/ring.hpp"

namespace vnscope::importer::reader {

/// Fills the ring's slots with events in time order.
///
/// An event may be older than the one before it (a tracer's clock went backwards): it is put where it belongs among the
/// events that were not handed over yet. The last full slot is held back for that, so that at least one slot of events
/// can still be reordered; what is older still is moved up to the time already handed over.
class BatchWriter final {
public:
    enum class Placement { InOrder, Reinserted, Clamped };

    /// `progress` writes the state of all streams, and is asked whenever a slot is complete.
    BatchWriter(wire::RingView ring, const MessagePipe& messages, const NameLog& names,
                std::function<void(std::span<wire::StreamProgress>)> progress);

    struct Place {
        std::byte* payload;
        Placement placement;
    };
    /// Closes the current slot unless one event of the class and its payload still fit. Nothing else closes a slot,
    /// so that the progress stored with it never counts an event that is not in it.
    void makeRoom(std::size_t payloadBytes, std::uint32_t eventClass);
    /// Adds one event; the caller then writes `payloadBytes` bytes of payload. makeRoom() came before.
    [[nodiscard]] Place append(std::int64_t timeNs, base::StreamId stream, std::uint16_t cpu,
                               tracepoints::EventType type, std::size_t payloadBytes);
    /// Counts one event of a class. makeRoom() came before.
    void countClass(std::uint32_t eventClass);
    static constexpr std::uint32_t kNoClass = ~std::uint32_t{0};
    /// Hands everything over, also what was held back.
    void flush();

private:
    struct OpenSlot {
        std::uint32_t index = 0;
        wire::SlotView view;
        std::uint32_t events = 0;
        std::uint32_t arenaUsed = 0;
        std::uint32_t classes = 0;
    };

    void openSlot();
    void closeSlot();
    void publish(const OpenSlot& slot);
    [[nodiscard]] std::uint32_t reserve(OpenSlot& slot, std::size_t bytes);
    void insert(OpenSlot& slot, const tracepoints::EventRecord& record);
    void moveLastToCurrent();

    wire::RingView m_ring;
    const MessagePipe* m_messages;
    const NameLog* m_names;
    std::function<void(std::span<wire::StreamProgress>)> m_progress;
    std::uint32_t m_nextIndex = 0;
    OpenSlot m_current;
    std::optional<OpenSlot> m_held;
    std::int64_t m_lastNs;
    std::int64_t m_publishedNs;
    std::vector<std::uint32_t> m_classEntry; ///< Per class: its entry in the current slot plus one; 0: none yet.
};

} // namespace vnscope::importer::reader
