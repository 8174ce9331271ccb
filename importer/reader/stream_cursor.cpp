// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/stream_cursor.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace vnscope::importer::reader {

namespace {

constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min();

/// The member of a context structure that holds the CPU, if it has one.
std::optional<std::uint64_t> cpuMember(const bt_field_class* context)
{
    if (context == nullptr)
        return std::nullopt;
    for (std::uint64_t i = 0; i < bt_field_class_structure_get_member_count(context); ++i) {
        const auto* member = bt_field_class_structure_borrow_member_by_index_const(context, i);
        const auto* fieldClass = bt_field_class_structure_member_borrow_field_class_const(member);
        const bool isInteger =
            bt_field_class_type_is(bt_field_class_get_type(fieldClass), BT_FIELD_CLASS_TYPE_INTEGER) == BT_TRUE;
        if (isInteger && plainName(bt_field_class_structure_member_get_name(member)) == "cpu_id")
            return i;
    }
    return std::nullopt;
}

std::uint16_t cpuFrom(const bt_field* context, std::uint64_t member)
{
    return static_cast<std::uint16_t>(
        integerValue(bt_field_structure_borrow_member_field_by_index_const(context, member)));
}

/// A count of lost events is the difference of two counters of the tracer; a negative one is damage.
std::uint64_t plausibleCount(std::uint64_t difference)
{
    constexpr std::uint64_t kHalf = std::uint64_t{1} << 63U;
    return difference < kHalf ? difference : tracepoints::EventsLost::kUnknownCount;
}

} // namespace

StreamCursor::StreamCursor(MessageIteratorPtr iterator, Shared shared)
    : m_iterator(std::move(iterator)), m_shared(shared), m_timeNs(kLongAgo), m_newestNs(kLongAgo)
{
}

StreamCursor::~StreamCursor()
{
    for (; m_at < m_count; ++m_at)
        bt_message_put_ref(m_messages[m_at]);
}

bool StreamCursor::fetch()
{
    m_shared.ring.heartbeat.fetch_add(1, std::memory_order_relaxed);
    m_at = 0;
    m_count = 0;
    const auto status = bt_message_iterator_next(m_iterator.get(), &m_messages, &m_count);
    if (status == BT_MESSAGE_ITERATOR_NEXT_STATUS_OK)
        return true;
    m_count = 0;
    m_isAtEnd = status == BT_MESSAGE_ITERATOR_NEXT_STATUS_END;
    dropThreadError();
    return false;
}

const bt_stream* StreamCursor::open()
{
    if (!fetch() || bt_message_get_type(m_messages[0]) != BT_MESSAGE_TYPE_STREAM_BEGINNING)
        return nullptr;
    return bt_message_stream_beginning_borrow_stream_const(m_messages[0]);
}

void StreamCursor::assign(const wire::GroupRequest& group, const wire::PieceRequest& piece, std::uint32_t pieceIndex,
                          const bt_stream* stream)
{
    m_stream = {piece.stream};
    m_trace = group.trace;
    m_correction = group.clockCorrection;
    m_skip = piece.skipEvents;
    m_maxEventsPerPacket = piece.bytes;
    m_isContinuation = piece.isContinuation;
    m_progress.piece = pieceIndex;
    m_progress.cpu = piece.cpu;

    const bt_stream_class* const streamClass = bt_stream_borrow_class_const(stream);
    m_hasPacketTimes = bt_stream_class_packets_have_beginning_default_clock_snapshot(streamClass) == BT_TRUE;
    m_hasPacketEndTimes = bt_stream_class_packets_have_end_default_clock_snapshot(streamClass) == BT_TRUE;
    m_hasLossTimes = bt_stream_class_discarded_events_have_default_clock_snapshots(streamClass) == BT_TRUE;
    m_packetCpuMember = cpuMember(bt_stream_class_borrow_packet_context_field_class_const(streamClass));
    if (!m_packetCpuMember)
        m_eventCpuMember = cpuMember(bt_stream_class_borrow_event_common_context_field_class_const(streamClass));
}

StreamCursor::State StreamCursor::advance()
{
    if (m_holdsEvent) {
        m_holdsEvent = false;
        putCurrent();
    }
    while (true) {
        if (m_at == m_count && !fetch()) {
            // A loss that no packet end followed is still a loss.
            if (m_isAtEnd && m_loss && releaseLoss(m_newestNs) == Step::Deliver)
                return State::AtEvent;
            m_progress.isFinished = m_isAtEnd ? 1 : 0;
            return m_isAtEnd ? State::Finished : State::Failed;
        }
        const Step step = handle(m_messages[m_at]);
        if (!m_holdsEvent)
            putCurrent();
        if (step == Step::Deliver)
            return State::AtEvent;
        if (step == Step::Finish) {
            m_progress.isFinished = 1;
            return State::Finished;
        }
        if (step == Step::Fail)
            return State::Failed;
    }
}

void StreamCursor::putCurrent()
{
    bt_message_put_ref(m_messages[m_at]);
    ++m_at;
}

StreamCursor::Step StreamCursor::handle(const bt_message* message)
{
    switch (bt_message_get_type(message)) {
    case BT_MESSAGE_TYPE_EVENT: return handleEvent(message);
    case BT_MESSAGE_TYPE_PACKET_BEGINNING: return beginPacket(message);
    case BT_MESSAGE_TYPE_PACKET_END: return endPacket(message);
    case BT_MESSAGE_TYPE_DISCARDED_EVENTS: noteLostEvents(message); return Step::Continue;
    case BT_MESSAGE_TYPE_DISCARDED_PACKETS: noteLostPackets(message); return Step::Continue;
    default: return Step::Continue;
    }
}

StreamCursor::Step StreamCursor::handleEvent(const bt_message* message)
{
    ++m_progress.decoded;
    // Metadata may declare events of no size at all, of which babeltrace2 finds any number.
    if (++m_progress.decodedInPacket > m_maxEventsPerPacket)
        return Step::Fail;
    const std::int64_t timeNs = timeOf(bt_message_event_borrow_default_clock_snapshot_const(message));
    const bool isSkipped = m_progress.decoded <= m_skip;
    m_isOlder = timeNs < m_newestNs;
    m_newestNs = std::max(m_newestNs, timeNs);
    if (isSkipped || !m_shared.window.contains({timeNs}))
        return Step::Continue;

    const bt_event* const event = bt_message_event_borrow_event_const(message);
    if (m_eventCpuMember)
        m_progress.cpu = cpuFrom(bt_event_borrow_common_context_field_const(event), *m_eventCpuMember);
    m_class = &classOf(event);
    m_timeNs = timeNs;
    m_holdsEvent = true;
    m_isDelivered = false;
    return Step::Deliver;
}

StreamCursor::Step StreamCursor::beginPacket(const bt_message* message)
{
    ++m_progress.packetsBegun;
    m_progress.decodedInPacket = 0;
    if (m_packetCpuMember) {
        const bt_packet* const packet = bt_message_packet_beginning_borrow_packet_const(message);
        m_progress.cpu = cpuFrom(bt_packet_borrow_context_field_const(packet), *m_packetCpuMember);
    }
    if (!m_hasPacketTimes)
        return Step::Continue;
    const std::int64_t timeNs = timeOf(bt_message_packet_beginning_borrow_default_clock_snapshot_const(message));
    if (timeNs >= m_shared.window.end.ns)
        return Step::Finish;
    if (m_progress.decoded >= m_skip && timeNs >= m_newestNs)
        noteTime(timeNs);
    return Step::Continue;
}

StreamCursor::Step StreamCursor::endPacket(const bt_message* message)
{
    ++m_progress.packetsEnded;
    const std::int64_t timeNs =
        m_hasPacketEndTimes ? timeOf(bt_message_packet_end_borrow_default_clock_snapshot_const(message)) : m_newestNs;
    if (m_hasPacketEndTimes && m_progress.decoded >= m_skip && timeNs >= m_newestNs)
        noteTime(timeNs);
    return m_loss ? releaseLoss(std::max(timeNs, m_newestNs)) : Step::Continue;
}

void StreamCursor::noteLostEvents(const bt_message* message)
{
    std::uint64_t count = 0;
    const bool isCounted = bt_message_discarded_events_get_count(message, &count) == BT_PROPERTY_AVAILABILITY_AVAILABLE;
    // The counter runs since the tracer started: what a later part of a stream begins with was lost before it.
    if (!isCounted && m_isContinuation && m_progress.packetsBegun == 0)
        return;
    const std::int64_t beginNs =
        m_hasLossTimes ? timeOf(bt_message_discarded_events_borrow_beginning_default_clock_snapshot_const(message))
                       : m_newestNs;
    noteLoss(beginNs, isCounted ? plausibleCount(count) : tracepoints::EventsLost::kUnknownCount, 0);
}

void StreamCursor::noteLostPackets(const bt_message* message)
{
    std::uint64_t count = 0;
    if (bt_message_discarded_packets_get_count(message, &count) != BT_PROPERTY_AVAILABILITY_AVAILABLE)
        count = 1;
    noteLoss(m_newestNs, tracepoints::EventsLost::kUnknownCount, plausibleCount(count));
}

void StreamCursor::noteLoss(std::int64_t beginNs, std::uint64_t events, std::uint64_t packets)
{
    if (!m_loss)
        m_loss = tracepoints::EventsLost{beginNs, 0, 0};
    m_loss->beginNs = std::min(m_loss->beginNs, beginNs);
    m_loss->events += events;
    m_loss->packets += packets;
}

/// The loss is delivered as an event of its own when its time span has ended.
StreamCursor::Step StreamCursor::releaseLoss(std::int64_t endNs)
{
    const bool isTold = m_skip > 0 && m_progress.decoded <= m_skip; // By an earlier reader of this stream.
    if (isTold || !m_shared.window.contains({endNs})) {
        m_loss.reset();
        return Step::Continue;
    }
    m_isLossDue = true;
    m_timeNs = endNs;
    return Step::Deliver;
}

void StreamCursor::noteTime(std::int64_t timeNs)
{
    const std::int64_t inside =
        std::clamp(timeNs, m_shared.window.begin.ns, std::max(m_shared.window.begin.ns, m_shared.window.end.ns - 1));
    m_progress.firstNs = m_progress.hasTime == 0 ? inside : std::min(m_progress.firstNs, inside);
    m_progress.lastNs = m_progress.hasTime == 0 ? inside : std::max(m_progress.lastNs, inside);
    m_progress.hasTime = 1;
}

std::int64_t StreamCursor::timeOf(const bt_clock_snapshot* snapshot) const
{
    std::int64_t ns = 0;
    if (bt_clock_snapshot_get_ns_from_origin(snapshot, &ns) != BT_CLOCK_SNAPSHOT_GET_NS_FROM_ORIGIN_STATUS_OK) {
        dropThreadError();
        return m_newestNs;
    }
    std::int64_t corrected = 0;
    return __builtin_add_overflow(ns, m_correction, &corrected) ? ns : corrected;
}

const BoundClass& StreamCursor::classOf(const bt_event* event)
{
    const bt_event_class* const eventClass = bt_event_borrow_class_const(event);
    CachedClass& cached = m_cache[reinterpret_cast<std::uintptr_t>(eventClass) / 64 % m_cache.size()];
    if (cached.key != eventClass)
        cached = {eventClass, &m_shared.binder.bind(eventClass, m_trace)};
    return *cached.bound;
}

void StreamCursor::deliver(BatchWriter& writer, NameLog& names)
{
    if (m_isLossDue)
        deliverLoss(writer);
    else
        deliverEvent(writer, names);
}

void StreamCursor::deliverEvent(BatchWriter& writer, NameLog& names)
{
    const FieldProgram* const program = m_class->program ? &*m_class->program : nullptr;
    const std::size_t payloadBytes = program != nullptr ? program->schema().defaults.size() : 0;
    writer.makeRoom(payloadBytes, m_class->index);
    if (program != nullptr) {
        const auto place = writer.append(m_timeNs, m_stream, m_progress.cpu, program->schema().type, payloadBytes);
        program->run(bt_message_event_borrow_event_const(m_messages[m_at]), place.payload, names);
        m_progress.clamped += place.placement == BatchWriter::Placement::Clamped ? 1 : 0;
    }
    writer.countClass(m_class->index);
    noteTime(m_timeNs);
    ++m_progress.counted;
    if (m_isOlder && m_progress.backwards++ == 0)
        m_progress.firstBackwardsNs = m_timeNs;
    m_isDelivered = true;
}

void StreamCursor::deliverLoss(BatchWriter& writer)
{
    writer.makeRoom(sizeof *m_loss, BatchWriter::kNoClass);
    const auto place =
        writer.append(m_timeNs, m_stream, m_progress.cpu, tracepoints::EventType::EventsLost, sizeof *m_loss);
    std::memcpy(place.payload, &*m_loss, sizeof *m_loss);
    if (m_progress.discardedEvents == 0 && m_progress.discardedPackets == 0 && m_progress.uncountedLosses == 0)
        m_progress.firstLossNs = m_loss->beginNs;
    m_progress.discardedEvents += m_loss->events;
    m_progress.discardedPackets += m_loss->packets;
    m_progress.uncountedLosses += m_loss->events == 0 && m_loss->packets == 0 ? 1 : 0;
    m_loss.reset();
    m_isLossDue = false;
}

wire::StreamProgress StreamCursor::progress() const
{
    wire::StreamProgress delivered = m_progress;
    if (m_holdsEvent && !m_isDelivered) {
        --delivered.decoded;
        --delivered.decodedInPacket;
    }
    return delivered;
}

} // namespace vnscope::importer::reader
