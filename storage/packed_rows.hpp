// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vnscope::storage {

/// Short runs of integer rows as text, for tables whose rows would be too many (the hops of a packet).
///
/// The first character is the number of columns. Then follows each cell as the difference from the same cell of the row
/// before (of zero for the first), zigzag-coded, five bits per character, lowest first, with a sixth bit when more
/// follow. Queries unpack it with the table-valued function `unpack_rows(text)`: columns `seq` (from 0) and `c0`,
/// `c1`...
class PackedRows final {
public:
    static constexpr std::size_t kMostColumns = 8;
    using Row = std::array<std::int64_t, kMostColumns>;

    /// At most kMostColumns columns; the same number in each row.
    void append(std::span<const std::int64_t> row);
    void clear();
    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] std::uint32_t rows() const { return m_rows; }

private:
    std::string m_text;
    Row m_previous{};
    std::uint32_t m_rows = 0;
};

/// Reads what PackedRows wrote, or anything else without harm: damaged text ends early.
class PackedRowReader final {
public:
    explicit PackedRowReader(std::string_view text);
    /// The next row in row(); false at the end.
    [[nodiscard]] bool next();
    [[nodiscard]] const PackedRows::Row& row() const { return m_row; }

private:
    [[nodiscard]] bool cell(std::int64_t& value);

    std::string_view m_rest;
    std::size_t m_columns = 0;
    PackedRows::Row m_row{};
};

} // namespace vnscope::storage
