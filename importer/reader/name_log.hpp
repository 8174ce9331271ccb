// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/base/ids.hpp"

namespace vnscope::importer::reader {

/// Numbers the names of a reader's run and writes each new one once to the ring's name log. Bounded: an untrusted
/// trace may hold millions of different names, which then all become one.
class NameLog final {
public:
    static constexpr std::size_t kMaxNameBytes = 1024;

    explicit NameLog(std::span<std::byte> log);

    [[nodiscard]] base::StringId idOf(std::string_view name);
    [[nodiscard]] std::uint32_t bytesUsed() const { return m_used; }

private:
    [[nodiscard]] base::StringId add(std::string_view name);

    std::span<std::byte> m_log;
    std::uint32_t m_used = 0;
    std::deque<std::string> m_names;
    std::unordered_map<std::string_view, std::uint32_t> m_ids;
    std::string_view m_lastName; ///< Neighbouring events mostly name the same device.
    std::uint32_t m_lastId = base::StringId::kNone;
    std::uint32_t m_overflowId = base::StringId::kNone;
};

} // namespace vnscope::importer::reader
