// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tracepoints/event_batch.hpp"

/// The shared memory through which one reader process hands its events to the importing process: a few slots that go
/// round, and a log of names. Both sides compute the layout from the same RingShape; who may touch a slot is decided
/// by two counting eventfds ("free" and "ready"), whose system calls also order the memory accesses.
namespace vnscope::importer::wire {

/// Sizes of a ring. Bounded, because the memory of a whole import is bounded by the sum over its readers.
struct RingShape {
    std::uint32_t slots = 6;
    std::uint32_t eventsPerSlot = 8192;
    std::uint32_t arenaBytes = 896 * 1024; ///< Per slot; 8192 packets with headers fit, or 1600 batches of packet ids.
    std::uint32_t progressEntries = 0;     ///< Per slot; the number of streams of the reader.
    std::uint32_t classEntries = 1024;     ///< Per slot; event classes met in one slot's events.
    std::uint32_t nameBytes = 4 * 1024 * 1024; ///< Names of the whole run (device names and the like).

    bool operator==(const RingShape&) const = default;
};

/// How far one stream was read, counted from the start of the reader's run. Cumulative.
struct StreamProgress {
    std::uint32_t piece = 0; ///< Index of the stream in the reader's request.
    std::uint16_t cpu = 0;
    std::uint16_t isFinished = 0;
    std::uint64_t decoded = 0; ///< Events taken from the stream, wanted or not: what a successor must skip.
    std::uint64_t decodedInPacket = 0;
    std::uint64_t packetsBegun = 0;
    std::uint64_t packetsEnded = 0;
    std::uint64_t counted = 0; ///< Events inside the window.
    std::int64_t firstNs = 0;  ///< First event or packet begin; meaningless while nothing was read.
    std::int64_t lastNs = 0;
    std::uint64_t discardedEvents = 0;
    std::uint64_t discardedPackets = 0;
    std::uint64_t uncountedLosses = 0; ///< Times the tracer said it lost events without saying how many.
    std::int64_t firstLossNs = 0;
    std::uint64_t backwards = 0; ///< Events older than one before them in this stream.
    std::uint64_t clamped = 0;   ///< Of these, how many were older than the repair window.
    std::int64_t firstBackwardsNs = 0;
    std::uint64_t hasTime = 0; ///< 1: firstNs and lastNs are set.
};

/// How often an event class was met in the events of one slot.
struct ClassCount {
    std::uint32_t eventClass = 0; ///< Index in the order in which the reader announced its classes.
    std::uint32_t count = 0;
};

/// Says what is in a slot; everything in it is untrusted until checkSlot() has looked.
struct SlotHeader {
    std::uint32_t events = 0;
    std::uint32_t progressEntries = 0;
    std::uint32_t classEntries = 0;
    std::uint32_t nameBytes = 0; ///< Length of the name log when the slot was handed over.
    std::uint32_t messages = 0;  ///< Messages on the report pipe that must be read before this slot.
};

/// What a reader is doing right now, for the one who must tell which stream brought it down.
enum class ReaderPhase : std::uint32_t { Starting, OpeningGroup, ReadingPiece, Finished };

struct RingHeader {
    std::atomic<std::uint64_t> heartbeat{0}; ///< Grows while there is progress, also when no event is wanted.
    std::atomic<std::uint32_t> phase{0};     ///< ReaderPhase
    std::atomic<std::uint32_t> subject{0};   ///< Group or piece.
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free);

/// One slot, seen as what lies in it.
struct SlotView {
    SlotHeader* header = nullptr;
    std::span<tracepoints::EventRecord> records;
    std::span<StreamProgress> progress;
    std::span<ClassCount> classes;
    std::uint32_t arenaOffset = 0; ///< From the ring's begin; payload offsets count from there too.
};

/// Whether the sizes are ones this build works with; a shape travels between processes.
[[nodiscard]] bool isSane(const RingShape& shape);
[[nodiscard]] std::size_t ringBytes(const RingShape& shape);

/// A ring at its place in memory; does not own it.
class RingView final {
public:
    RingView() = default;
    RingView(std::byte* base, const RingShape& shape) : m_base(base), m_shape(shape) {}

    [[nodiscard]] std::byte* base() const { return m_base; }
    [[nodiscard]] const RingShape& shape() const { return m_shape; }
    [[nodiscard]] RingHeader& header() const { return *reinterpret_cast<RingHeader*>(m_base); }
    [[nodiscard]] SlotView slot(std::uint32_t index) const;
    /// Names one after the other: a 16-bit length, then the bytes.
    [[nodiscard]] std::span<std::byte> names() const;

private:
    std::byte* m_base = nullptr;
    RingShape m_shape;
};

} // namespace vnscope::importer::wire
