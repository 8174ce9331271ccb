// SPDX-License-Identifier: Apache-2.0
#include "storage/packed_rows.hpp"

#include <cassert>

namespace vnscope::storage {

namespace {

/// 64 printable characters in one run from '0' to 'o': plain text for every SQLite tool.
constexpr char kFirstDigit = '0';
constexpr unsigned kDataBits = 5;
constexpr std::uint64_t kMoreFollow = 1U << kDataBits;
constexpr std::uint64_t kDataMask = kMoreFollow - 1;
constexpr unsigned kValueBits = 64;

std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}

std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

char digit(std::uint64_t bits)
{
    return static_cast<char>(kFirstDigit + static_cast<char>(bits));
}

} // namespace

void PackedRows::append(std::span<const std::int64_t> row)
{
    assert(!row.empty() && row.size() <= kMostColumns);
    if (m_rows++ == 0)
        m_text.push_back(digit(row.size()));
    for (std::size_t column = 0; column < row.size(); ++column) {
        // Differences wrap like unsigned numbers, so that every pair of values has one.
        const auto difference = static_cast<std::int64_t>(static_cast<std::uint64_t>(row[column]) -
                                                          static_cast<std::uint64_t>(m_previous[column]));
        m_previous[column] = row[column];
        std::uint64_t rest = zigzag(difference);
        for (; rest > kDataMask; rest >>= kDataBits)
            m_text.push_back(digit((rest & kDataMask) | kMoreFollow));
        m_text.push_back(digit(rest));
    }
}

void PackedRows::clear()
{
    m_text.clear();
    m_previous = Row{};
    m_rows = 0;
}

PackedRowReader::PackedRowReader(std::string_view text) : m_rest(text)
{
    if (m_rest.empty())
        return;
    const auto columns = static_cast<std::size_t>(static_cast<unsigned char>(m_rest.front()) - kFirstDigit);
    m_rest.remove_prefix(1);
    if (columns >= 1 && columns <= PackedRows::kMostColumns)
        m_columns = columns;
}

bool PackedRowReader::cell(std::int64_t& value)
{
    std::uint64_t bits = 0;
    for (unsigned shift = 0; shift < kValueBits && !m_rest.empty(); shift += kDataBits) {
        const auto digit = static_cast<std::uint64_t>(static_cast<unsigned char>(m_rest.front()) - kFirstDigit);
        m_rest.remove_prefix(1);
        if (digit > (kMoreFollow | kDataMask))
            return false;
        bits |= (digit & kDataMask) << shift;
        if ((digit & kMoreFollow) == 0) {
            value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) +
                                              static_cast<std::uint64_t>(unzigzag(bits)));
            return true;
        }
    }
    return false;
}

bool PackedRowReader::next()
{
    if (m_columns == 0 || m_rest.empty())
        return false;
    for (std::size_t column = 0; column < m_columns; ++column) {
        if (!cell(m_row[column]))
            return false;
    }
    return true;
}

} // namespace vnscope::storage
