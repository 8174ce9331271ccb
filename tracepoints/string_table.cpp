// SPDX-License-Identifier: MIT
#include "tracepoints/event_batch.hpp"

namespace vnscope::tracepoints {

base::StringId StringTable::intern(std::string_view text)
{
    if (const auto found = m_ids.find(text); found != m_ids.end())
        return {found->second};
    const auto id = static_cast<std::uint32_t>(m_texts.size());
    m_ids.emplace(m_texts.emplace_back(text), id);
    return {id};
}

std::string_view StringTable::text(base::StringId id) const
{
    return id.value < m_texts.size() ? std::string_view(m_texts[id.value]) : std::string_view();
}

} // namespace vnscope::tracepoints
