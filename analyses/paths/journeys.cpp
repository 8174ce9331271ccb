// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/journeys.hpp"

#include <array>

namespace vnscope::analyses::paths {

double confidenceOf(Join join, bool hasHeaders)
{
    constexpr std::array kByHeaders{1.0, 0.95, 0.9, 0.9, 0.95, 0.7, 0.95};
    constexpr std::array kWithout{1.0, 0.7, 0.7, 0.0, 0.0, 0.0, 0.7};
    return (hasHeaders ? kByHeaders : kWithout)[static_cast<std::size_t>(join)];
}

std::string_view toText(Outcome outcome)
{
    constexpr std::array<std::string_view, 7> kTexts{"delivered", "dropped", "left_host", "consumed",
                                                     "split",     "merged",  "unknown"};
    return kTexts[static_cast<std::size_t>(outcome)];
}

Journeys::Handle Journeys::handleOf(std::uint32_t index) const
{
    return (std::uint64_t{m_slots[index].life} << 32U) | (index + std::uint64_t{1});
}

Journeys::Handle Journeys::begin(base::Timestamp at)
{
    if (m_free.empty()) {
        m_free.push_back(static_cast<std::uint32_t>(m_slots.size()));
        m_slots.emplace_back();
    }
    const std::uint32_t index = m_free.back();
    m_free.pop_back();
    Slot& slot = m_slots[index];
    storage::PackedRows hops = std::move(slot.journey.hops); // Its buffer serves again.
    hops.clear();
    slot.journey = Journey();
    slot.journey.hops = std::move(hops);
    slot.journey.first = at;
    slot.journey.last = at;
    slot.isUsed = true;
    ++slot.life;
    ++m_alive;
    linkNewest(index);
    return handleOf(index);
}

const Journey* Journeys::find(Handle handle) const
{
    const auto index = static_cast<std::uint32_t>(handle) - 1U;
    if (handle == 0 || index >= m_slots.size())
        return nullptr;
    const Slot& slot = m_slots[index];
    return slot.isUsed && slot.life == handle >> 32U ? &slot.journey : nullptr;
}

Journey* Journeys::find(Handle handle)
{
    return const_cast<Journey*>(std::as_const(*this).find(handle));
}

void Journeys::touch(Handle handle, base::Timestamp at)
{
    const auto index = static_cast<std::uint32_t>(handle) - 1U;
    m_slots[index].journey.last = at;
    if (m_newest == index)
        return;
    unlink(index);
    linkNewest(index);
}

void Journeys::end(Handle handle)
{
    const auto index = static_cast<std::uint32_t>(handle) - 1U;
    unlink(index);
    m_slots[index].isUsed = false;
    m_free.push_back(index);
    --m_alive;
}

Journeys::Handle Journeys::oldest() const
{
    return m_oldest == kNil ? 0 : handleOf(m_oldest);
}

void Journeys::unlink(std::uint32_t index)
{
    Slot& slot = m_slots[index];
    (slot.before == kNil ? m_oldest : m_slots[slot.before].after) = slot.after;
    (slot.after == kNil ? m_newest : m_slots[slot.after].before) = slot.before;
}

void Journeys::linkNewest(std::uint32_t index)
{
    Slot& slot = m_slots[index];
    slot.before = m_newest;
    slot.after = kNil;
    (m_newest == kNil ? m_oldest : m_slots[m_newest].after) = index;
    m_newest = index;
}

} // namespace vnscope::analyses::paths
