// SPDX-License-Identifier: Apache-2.0
#include "importer/slot_check.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include "tracepoints/schema.hpp"

namespace vnscope::importer {

namespace {

/// What a payload of one type is made of, as far as the copy between processes must know.
struct PayloadShape {
    std::uint32_t bytes = 0;
    std::vector<std::uint16_t> nameOffsets;
};

PayloadShape shapeOf(const tracepoints::Schema& schema)
{
    PayloadShape shape{static_cast<std::uint32_t>(schema.defaults.size()), {}};
    for (const tracepoints::FieldSpec& field : schema.fields)
        if (field.kind == tracepoints::FieldKind::String)
            shape.nameOffsets.push_back(field.offset);
    return shape;
}

const PayloadShape& payloadShape(tracepoints::EventType type)
{
    static const auto kShapes = [] {
        std::array<PayloadShape, tracepoints::kEventTypeCount> shapes;
        for (const tracepoints::Schema& schema : tracepoints::schemas())
            shapes[static_cast<std::size_t>(schema.type)] = shapeOf(schema);
        shapes[static_cast<std::size_t>(tracepoints::EventType::EventsLost)].bytes = sizeof(tracepoints::EventsLost);
        return shapes;
    }();
    return kShapes[static_cast<std::size_t>(type)];
}

void translateName(std::byte* place, const NameMap& names)
{
    base::StringId id;
    std::memcpy(&id, place, sizeof id);
    id = names(id);
    std::memcpy(place, &id, sizeof id);
}

} // namespace

bool NameMap::readLog(std::span<const std::byte> log, std::uint32_t length, tracepoints::StringTable& table)
{
    if (length > log.size() || length < m_read)
        return false;
    while (m_read < length) {
        std::uint16_t size = 0;
        if (length - m_read < sizeof size)
            return false;
        std::memcpy(&size, log.data() + m_read, sizeof size);
        if (length - m_read - sizeof size < size)
            return false;
        const auto* const text = reinterpret_cast<const char*>(log.data() + m_read + sizeof size);
        m_ids.push_back(table.intern(std::string_view(text, size)));
        m_read += static_cast<std::uint32_t>(sizeof size + size);
    }
    return true;
}

bool checkSlot(const wire::RingView& ring, std::uint32_t slot, const wire::SlotHeader& header, const NameMap& names,
               std::uint32_t ringOffset, std::uint32_t streamCount)
{
    const wire::SlotView view = ring.slot(slot);
    if (header.events > view.records.size() || header.progressEntries > view.progress.size() ||
        header.classEntries > view.classes.size())
        return false;
    for (const wire::StreamProgress& progress : view.progress.first(header.progressEntries))
        if (progress.piece >= view.progress.size())
            return false;

    const std::size_t bytes = wire::ringBytes(ring.shape());
    for (tracepoints::EventRecord& record : view.records.first(header.events)) {
        if (record.type >= tracepoints::EventType::Count || record.stream.value >= streamCount)
            return false;
        const PayloadShape& shape = payloadShape(record.type);
        if (record.payload % 8 != 0 || record.payload > bytes || bytes - record.payload < shape.bytes)
            return false;
        for (const std::uint16_t offset : shape.nameOffsets)
            translateName(ring.base() + record.payload + offset, names);
        record.payload += ringOffset;
    }
    return true;
}

} // namespace vnscope::importer
