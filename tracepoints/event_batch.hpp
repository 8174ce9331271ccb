// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/base/data_quality.hpp"
#include "storage/base/ids.hpp"
#include "storage/base/result.hpp"
#include "storage/base/time.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::tracepoints {

/// Where and when an event happened; its typed fields lie in the batch's arena.
struct EventRecord {
    base::Timestamp time;
    std::uint32_t payload = 0; ///< Byte offset into the arena, a multiple of 8.
    EventType type = EventType::Count;
    std::uint16_t cpu = 0;
    base::StreamId stream;
};

/// Strings of a session, each once. Views stay valid as long as the table lives.
class StringTable final {
public:
    base::StringId intern(std::string_view text);
    [[nodiscard]] std::string_view text(base::StringId id) const;
    [[nodiscard]] std::size_t size() const { return m_texts.size(); }

private:
    std::deque<std::string> m_texts;
    std::unordered_map<std::string_view, std::uint32_t> m_ids;
};

/// A run of events in time order, as plain structs. Borrowed: valid until the source's next call.
class EventBatch final {
public:
    EventBatch() = default;
    EventBatch(std::span<const EventRecord> events, const std::byte* arena) : m_events(events), m_arena(arena) {}

    [[nodiscard]] std::span<const EventRecord> events() const { return m_events; }

    /// The typed fields of `event`; `Payload` must be the struct that EventType names for its type.
    template <typename Payload> [[nodiscard]] const Payload& payload(const EventRecord& event) const
    {
        static_assert(std::is_trivially_copyable_v<Payload> && alignof(Payload) <= 8);
        return *reinterpret_cast<const Payload*>(m_arena + event.payload);
    }

private:
    std::span<const EventRecord> m_events;
    const std::byte* m_arena = nullptr;
};

/// What is known of one CTF trace of the session.
struct TraceInfo {
    std::string path;
    std::string host;                  ///< From the metadata's environment; empty when it does not tell.
    std::string domain;                ///< `kernel`, `ust`, `dpdk`, `perf`, `ebpf`, or empty.
    std::string tracer;                ///< "lttng-modules 2.13.9"
    std::string kernelRelease;         ///< "6.1.0-56-amd64"; decides what drop-reason numbers mean.
    base::Timestamp begin;             ///< First event, or packet begin if that is known earlier.
    base::Timestamp end;               ///< Last event or packet end.
    base::Nanoseconds clockOffset = 0; ///< Correction that was added to the trace's own clock.
    std::uint64_t events = 0;          ///< All events read, understood or not.
    std::uint64_t discardedEvents = 0; ///< As the tracer itself counted.
    std::uint64_t discardedPackets = 0;
};

/// State of one data stream after it was read.
enum class StreamState { Whole, Partial, Unreadable };

struct StreamInfo {
    base::TraceId trace;
    std::string name; ///< File name inside the trace, "ch_0".
    std::uint16_t cpu = 0;
    StreamState state = StreamState::Whole;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
};

/// How often one event class was met, and what of it was understood.
struct EventClassInfo {
    base::TraceId trace;
    std::string name;
    std::uint64_t count = 0;
    std::string schema;        ///< The vocabulary's name; empty: not understood.
    std::string missingFields; ///< Comma-separated fields of the schema that this trace lacks.
};

/// All that a source can tell beside the events. Complete only after the last batch.
struct SessionInfo {
    std::vector<TraceInfo> traces;
    std::vector<StreamInfo> streams;
    std::vector<EventClassInfo> eventClasses;
    std::vector<base::DataQuality> quality;
};

/// How far a source has come; cheap to ask after each batch.
struct SourceProgress {
    std::uint64_t events = 0;
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesTotal = 0;
};

/// A session's events in time order, batch by batch. Not thread-safe: one reader.
class EventSource {
public:
    EventSource() = default;
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;
    virtual ~EventSource() = default;

    /// The next batch, which stays valid until the following call; nullptr at the end.
    [[nodiscard]] virtual base::Result<const EventBatch*> next() = 0;
    /// Names used by the events delivered so far.
    [[nodiscard]] virtual const StringTable& strings() const = 0;
    /// Traces and streams from the start; counts and quality grow until the end.
    [[nodiscard]] virtual const SessionInfo& session() const = 0;
    [[nodiscard]] virtual SourceProgress progress() const = 0;
};

} // namespace vnscope::tracepoints
