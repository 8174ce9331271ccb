// SPDX-License-Identifier: Apache-2.0
#include "importer/wire/ring.hpp"

namespace vnscope::importer::wire {

namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kPage = 4096;

constexpr std::size_t alignUp(std::size_t value, std::size_t alignment)
{
    return (value + alignment - 1) / alignment * alignment;
}

/// Offsets of a slot's parts from the slot's begin.
struct SlotLayout {
    std::size_t records;
    std::size_t progress;
    std::size_t classes;
    std::size_t arena;
    std::size_t total;
};

SlotLayout layoutOf(const RingShape& shape)
{
    SlotLayout layout{};
    layout.records = alignUp(sizeof(SlotHeader), kAlignment);
    layout.progress = alignUp(layout.records + shape.eventsPerSlot * sizeof(tracepoints::EventRecord), kAlignment);
    layout.classes = alignUp(layout.progress + shape.progressEntries * sizeof(StreamProgress), kAlignment);
    layout.arena = alignUp(layout.classes + shape.classEntries * sizeof(ClassCount), kAlignment);
    layout.total = alignUp(layout.arena + shape.arenaBytes, kPage);
    return layout;
}

} // namespace

bool isSane(const RingShape& shape)
{
    constexpr std::uint32_t kMaxEntries = 1U << 20U;
    constexpr std::uint32_t kMaxBytes = 1U << 28U;
    return shape.slots >= 4 && shape.slots <= 64 && shape.eventsPerSlot >= 2 && shape.eventsPerSlot <= kMaxEntries &&
           shape.arenaBytes >= kPage && shape.arenaBytes <= kMaxBytes && shape.progressEntries <= kMaxEntries &&
           shape.classEntries >= 1 && shape.classEntries <= kMaxEntries && shape.nameBytes >= kPage &&
           shape.nameBytes <= kMaxBytes && ringBytes(shape) <= (std::size_t{1} << 30U);
}

std::size_t ringBytes(const RingShape& shape)
{
    return kPage + shape.slots * layoutOf(shape).total + alignUp(shape.nameBytes, kPage);
}

SlotView RingView::slot(std::uint32_t index) const
{
    const SlotLayout layout = layoutOf(m_shape);
    const std::size_t offset = kPage + index * layout.total;
    std::byte* const begin = m_base + offset;
    return {reinterpret_cast<SlotHeader*>(begin),
            {reinterpret_cast<tracepoints::EventRecord*>(begin + layout.records), m_shape.eventsPerSlot},
            {reinterpret_cast<StreamProgress*>(begin + layout.progress), m_shape.progressEntries},
            {reinterpret_cast<ClassCount*>(begin + layout.classes), m_shape.classEntries},
            static_cast<std::uint32_t>(offset + layout.arena)};
}

std::span<std::byte> RingView::names() const
{
    const std::size_t offset = kPage + m_shape.slots * layoutOf(m_shape).total;
    return {m_base + offset, m_shape.nameBytes};
}

} // namespace vnscope::importer::wire
