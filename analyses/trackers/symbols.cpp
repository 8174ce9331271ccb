// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/symbols.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace vnscope::analyses::trackers {

namespace {

/// Functions are longer than this only by mistake: beyond it an address belongs to no function we know.
constexpr std::uint64_t kLongestFunction = 1U << 20U;
constexpr std::size_t kLongestName = 512;

std::string_view nextWord(std::string_view& line)
{
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

} // namespace

std::string Symbol::text() const
{
    return module.empty() ? fmt::format("{}+{:#x}", function, offset)
                          : fmt::format("{}+{:#x} [{}]", function, offset, module);
}

base::Result<SymbolTable> SymbolTable::read(std::istream& input)
{
    SymbolTable table;
    std::string line;
    while (std::getline(input, line)) {
        std::string_view rest = line;
        const std::string_view addressText = nextWord(rest);
        const std::string_view type = nextWord(rest);
        const std::string_view name = nextWord(rest);
        std::string_view module = nextWord(rest);
        if (type.size() != 1 || std::string_view("tTwW").find(type) == std::string_view::npos || name.empty())
            continue;
        std::uint64_t address = 0;
        const auto parsed = std::from_chars(addressText.data(), addressText.data() + addressText.size(), address, 16);
        if (parsed.ec != std::errc() || address == 0 || name.size() > kLongestName || module.size() > kLongestName)
            continue;
        if (module.size() > 2 && module.front() == '[' && module.back() == ']')
            module = module.substr(1, module.size() - 2);
        table.m_entries.push_back({address, static_cast<std::uint32_t>(table.m_text.size()),
                                   static_cast<std::uint16_t>(name.size()), static_cast<std::uint16_t>(module.size())});
        table.m_text.append(name).append(module);
    }
    if (table.m_entries.empty())
        return base::fail(base::ErrorCode::Usage, "the symbol file names no code address: read /proc/kallsyms as root "
                                                  "on the traced host, in the traced boot");
    std::ranges::stable_sort(table.m_entries, {}, &Entry::address);
    return table;
}

Symbol SymbolTable::find(std::uint64_t address) const
{
    auto after = std::ranges::upper_bound(m_entries, address, {}, &Entry::address);
    if (after == m_entries.begin())
        return {};
    const Entry& entry = *std::prev(after);
    if (address - entry.address > kLongestFunction)
        return {};
    const std::string_view text = m_text;
    return {text.substr(entry.name, entry.nameLength), text.substr(entry.name + entry.nameLength, entry.moduleLength),
            address - entry.address};
}

} // namespace vnscope::analyses::trackers
