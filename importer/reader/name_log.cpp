// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/name_log.hpp"

#include <cstring>

namespace vnscope::importer::reader {

namespace {

constexpr std::string_view kTooManyNames = "(too many names)";

} // namespace

NameLog::NameLog(std::span<std::byte> log) : m_log(log) {}

base::StringId NameLog::idOf(std::string_view name)
{
    if (m_lastId != base::StringId::kNone && name == m_lastName)
        return {m_lastId};
    name = name.substr(0, kMaxNameBytes);
    const auto found = m_ids.find(name);
    if (found == m_ids.end())
        return add(name);
    m_lastName = found->first;
    m_lastId = found->second;
    return {m_lastId};
}

base::StringId NameLog::add(std::string_view name)
{
    const bool isLast = m_overflowId == base::StringId::kNone;
    const std::size_t reserve = isLast ? sizeof(std::uint16_t) + kTooManyNames.size() : 0;
    const auto size = static_cast<std::uint16_t>(name.size());
    if (m_used + sizeof size + size + reserve > m_log.size()) {
        if (!isLast)
            return {m_overflowId};
        m_overflowId = static_cast<std::uint32_t>(m_names.size());
        return add(kTooManyNames);
    }
    std::memcpy(m_log.data() + m_used, &size, sizeof size);
    std::memcpy(m_log.data() + m_used + sizeof size, name.data(), size);
    m_used += static_cast<std::uint32_t>(sizeof size + size);
    const auto id = static_cast<std::uint32_t>(m_names.size());
    m_ids.emplace(m_names.emplace_back(name), id);
    return {id};
}

} // namespace vnscope::importer::reader
