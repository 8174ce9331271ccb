// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "importer/reader/batch_writer.hpp"
#include "importer/reader/bt2.hpp"
#include "importer/reader/class_binder.hpp"
#include "importer/wire/protocol.hpp"
#include "storage/base/time.hpp"

namespace vnscope::importer::reader {

/// Walks one stream's messages and stands at the next event to deliver.
class StreamCursor final {
public:
    /// What all cursors of a reader share.
    struct Shared {
        base::TimeRange window;
        ClassBinder& binder;
        wire::RingHeader& ring;
    };
    enum class State { AtEvent, Finished, Failed };

    StreamCursor(MessageIteratorPtr iterator, Shared shared);
    StreamCursor(const StreamCursor&) = delete;
    StreamCursor& operator=(const StreamCursor&) = delete;
    ~StreamCursor();

    /// Reads up to the stream's beginning; nullptr when there is none: the stream is empty (isEmpty()) or broken.
    [[nodiscard]] const bt_stream* open();
    [[nodiscard]] bool isEmpty() const { return m_isAtEnd; }
    /// Which stream of the request this is: known only from what open() returned.
    void assign(const wire::GroupRequest& group, const wire::PieceRequest& piece, std::uint32_t pieceIndex,
                const bt_stream* stream);

    /// Goes to the next event inside the window.
    [[nodiscard]] State advance();
    [[nodiscard]] std::int64_t time() const { return m_timeNs; }
    [[nodiscard]] base::StreamId stream() const { return m_stream; }
    [[nodiscard]] std::uint32_t piece() const { return m_progress.piece; }
    /// Counts what was delivered: the event that the cursor stands at is not among it.
    [[nodiscard]] wire::StreamProgress progress() const;
    /// Writes the event the cursor stands at (when it is understood) and counts it.
    void deliver(BatchWriter& writer, NameLog& names);

private:
    enum class Step { Deliver, Continue, Finish, Fail };

    void deliverEvent(BatchWriter& writer, NameLog& names);
    void deliverLoss(BatchWriter& writer);
    [[nodiscard]] bool fetch();
    [[nodiscard]] Step handle(const bt_message* message);
    [[nodiscard]] Step handleEvent(const bt_message* message);
    [[nodiscard]] Step beginPacket(const bt_message* message);
    [[nodiscard]] Step endPacket(const bt_message* message);
    void noteLostEvents(const bt_message* message);
    void noteLostPackets(const bt_message* message);
    void noteLoss(std::int64_t beginNs, std::uint64_t events, std::uint64_t packets);
    [[nodiscard]] Step releaseLoss(std::int64_t endNs);
    void noteTime(std::int64_t timeNs);
    [[nodiscard]] std::int64_t timeOf(const bt_clock_snapshot* snapshot) const;
    [[nodiscard]] const BoundClass& classOf(const bt_event* event);
    void putCurrent();

    MessageIteratorPtr m_iterator;
    Shared m_shared;
    bt_message_array_const m_messages = nullptr;
    std::uint64_t m_count = 0;
    std::uint64_t m_at = 0;
    bool m_isAtEnd = false;
    bool m_holdsEvent = false; ///< m_messages[m_at] is the event to deliver.
    bool m_isDelivered = false;
    bool m_isOlder = false; ///< That event is older than one before it.

    base::StreamId m_stream;
    std::uint32_t m_trace = 0;
    base::Nanoseconds m_correction = 0;
    std::uint64_t m_skip = 0;
    std::uint64_t m_maxEventsPerPacket = 0;
    bool m_isContinuation = false;
    bool m_hasPacketTimes = false;
    bool m_hasPacketEndTimes = false;
    bool m_hasLossTimes = false;
    std::optional<std::uint64_t> m_packetCpuMember;
    std::optional<std::uint64_t> m_eventCpuMember;

    wire::StreamProgress m_progress;
    std::int64_t m_timeNs;
    std::int64_t m_newestNs;
    const BoundClass* m_class = nullptr;
    std::optional<tracepoints::EventsLost> m_loss; ///< Told at a packet's begin, delivered at its end.
    bool m_isLossDue = false;

    struct CachedClass {
        const bt_event_class* key = nullptr;
        const BoundClass* bound = nullptr;
    };
    std::array<CachedClass, 64> m_cache{};
};

} // namespace vnscope::importer::reader
