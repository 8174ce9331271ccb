// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/batch_writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "importer/wire/protocol.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::importer::reader {

using tracepoints::EventRecord;
using tracepoints::EventType;

namespace {

constexpr std::size_t kPayloadAlignment = 8;
constexpr std::size_t kMaxPayloadBytes = 640;
static_assert(sizeof(tracepoints::NfDrop) <= kMaxPayloadBytes && sizeof(tracepoints::NfBatch) <= kMaxPayloadBytes);

/// A counting eventfd of the importing process; when that fails there is nobody left to work for.
void countUp(int descriptor)
{
    const std::uint64_t one = 1;
    while (::write(descriptor, &one, sizeof one) != static_cast<ssize_t>(sizeof one))
        if (errno != EINTR)
            std::_Exit(EXIT_FAILURE);
}

void countDown(int descriptor)
{
    std::uint64_t one = 0;
    while (::read(descriptor, &one, sizeof one) != static_cast<ssize_t>(sizeof one))
        if (errno != EINTR)
            std::_Exit(EXIT_FAILURE);
}

std::size_t aligned(std::size_t bytes)
{
    return (bytes + kPayloadAlignment - 1) / kPayloadAlignment * kPayloadAlignment;
}

std::size_t payloadBytesOf(EventType type)
{
    const tracepoints::Schema* const schema = tracepoints::schemaOf(type);
    return schema != nullptr ? schema->defaults.size() : sizeof(tracepoints::EventsLost);
}

} // namespace

BatchWriter::BatchWriter(wire::RingView ring, const MessagePipe& messages, const NameLog& names,
                         std::function<void(std::span<wire::StreamProgress>)> progress)
    : m_ring(ring),
      m_messages(&messages),
      m_names(&names),
      m_progress(std::move(progress)),
      m_lastNs(std::numeric_limits<std::int64_t>::min()),
      m_publishedNs(std::numeric_limits<std::int64_t>::min())
{
    openSlot();
}

void BatchWriter::makeRoom(std::size_t payloadBytes, std::uint32_t eventClass)
{
    if (eventClass != kNoClass && eventClass >= m_classEntry.size())
        m_classEntry.resize(eventClass + 1, 0);
    const wire::RingShape& shape = m_ring.shape();
    // Room for two events: a late one may push another out of the held slot into this one.
    const bool hasRoom = m_current.events + 2 <= shape.eventsPerSlot &&
                         m_current.arenaUsed + aligned(payloadBytes) + kMaxPayloadBytes <= shape.arenaBytes;
    const bool hasClassRoom =
        eventClass == kNoClass || m_classEntry[eventClass] != 0 || m_current.classes < shape.classEntries;
    if (!hasRoom || !hasClassRoom)
        closeSlot();
}

BatchWriter::Place BatchWriter::append(std::int64_t timeNs, base::StreamId stream, std::uint16_t cpu, EventType type,
                                       std::size_t payloadBytes)
{
    EventRecord record{{timeNs}, reserve(m_current, payloadBytes), type, cpu, stream};
    std::byte* const payload = m_ring.base() + record.payload;
    if (timeNs >= m_lastNs) {
        m_current.view.records[m_current.events++] = record;
        m_lastNs = timeNs;
        return {payload, Placement::InOrder};
    }

    const bool isClamped = timeNs < m_publishedNs;
    record.time.ns = std::max(timeNs, m_publishedNs);
    const bool belongsToHeld = m_held && (m_current.events == 0 || record.time < m_current.view.records.front().time);
    if (belongsToHeld) {
        moveLastToCurrent();
        insert(*m_held, record);
    } else {
        insert(m_current, record);
    }
    return {payload, isClamped ? Placement::Clamped : Placement::Reinserted};
}

void BatchWriter::countClass(std::uint32_t eventClass)
{
    std::uint32_t& entry = m_classEntry[eventClass];
    if (entry == 0) {
        m_current.view.classes[m_current.classes] = {eventClass, 0};
        entry = ++m_current.classes;
    }
    ++m_current.view.classes[entry - 1].count;
}

void BatchWriter::flush()
{
    closeSlot();
    if (m_held)
        publish(*m_held);
    m_held.reset();
}

void BatchWriter::openSlot()
{
    countDown(wire::kFreeFd);
    m_current = {m_nextIndex, m_ring.slot(m_nextIndex), 0, 0, 0};
    m_nextIndex = (m_nextIndex + 1) % m_ring.shape().slots;
    std::ranges::fill(m_classEntry, 0);
}

/// The current slot becomes the held one, and the one held so far goes out.
void BatchWriter::closeSlot()
{
    m_progress(m_current.view.progress);
    if (m_held)
        publish(*m_held);
    m_held = m_current;
    openSlot();
}

void BatchWriter::publish(const OpenSlot& slot)
{
    wire::SlotHeader& header = *slot.view.header;
    header.events = slot.events;
    header.progressEntries = m_ring.shape().progressEntries;
    header.classEntries = slot.classes;
    header.nameBytes = m_names->bytesUsed();
    header.messages = m_messages->sent();
    if (slot.events > 0)
        m_publishedNs = slot.view.records[slot.events - 1].time.ns;
    countUp(wire::kReadyFd);
}

std::uint32_t BatchWriter::reserve(OpenSlot& slot, std::size_t bytes)
{
    const std::uint32_t offset = slot.view.arenaOffset + slot.arenaUsed;
    slot.arenaUsed += static_cast<std::uint32_t>(aligned(bytes));
    return offset;
}

void BatchWriter::insert(OpenSlot& slot, const EventRecord& record)
{
    const auto used = slot.view.records.first(slot.events);
    const auto place = std::ranges::upper_bound(used, record.time, {}, &EventRecord::time);
    std::move_backward(place, used.end(), used.end() + 1);
    *place = record;
    ++slot.events;
}

/// Makes room in the held slot: its last event becomes the current slot's first. Its payload moves along, because the
/// held slot's memory is free for others before the current slot's.
void BatchWriter::moveLastToCurrent()
{
    if (m_held->events < m_ring.shape().eventsPerSlot)
        return;
    EventRecord record = m_held->view.records[--m_held->events];
    const std::byte* const source = m_ring.base() + record.payload;
    const std::size_t bytes = payloadBytesOf(record.type);
    record.payload = reserve(m_current, bytes);
    std::memcpy(m_ring.base() + record.payload, source, bytes);
    std::move_backward(m_current.view.records.begin(), m_current.view.records.begin() + m_current.events,
                       m_current.view.records.begin() + m_current.events + 1);
    m_current.view.records[0] = record;
    ++m_current.events;
}

} // namespace vnscope::importer::reader
