// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "storage/base/ids.hpp"
#include "storage/base/time.hpp"

namespace vnscope::storage {

/// One cell: NULL, integer, real or text. The conversions make rows easy to write from our own types.
class Value final {
public:
    Value() = default;
    Value(std::nullptr_t) {}
    template <std::integral Integer> Value(Integer number) : m_cell(static_cast<std::int64_t>(number)) {}
    template <std::floating_point Real> Value(Real number) : m_cell(static_cast<double>(number)) {}
    Value(std::string text) : m_cell(std::move(text)) {}
    Value(std::string_view text) : m_cell(std::string(text)) {}
    Value(const char* text) : m_cell(std::string(text)) {}
    Value(base::Timestamp time) : m_cell(time.ns) {}
    template <typename Tag> Value(base::Id<Tag> id)
    {
        if (id.isValid())
            m_cell = static_cast<std::int64_t>(id.value);
    }
    template <typename T> Value(const std::optional<T>& maybe)
    {
        if (maybe)
            *this = Value(*maybe);
    }

    [[nodiscard]] bool isNull() const { return std::holds_alternative<std::monostate>(m_cell); }
    /// NULL reads as 0 and text as what SQLite would cast it to is *not* done here: wrong type reads as 0.
    [[nodiscard]] std::int64_t integer() const;
    [[nodiscard]] double real() const;
    /// Text of a text cell; empty for every other type.
    [[nodiscard]] const std::string& text() const;

    using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;
    [[nodiscard]] const Cell& cell() const { return m_cell; }

    bool operator==(const Value&) const = default;

private:
    Cell m_cell;
};

/// A result in memory. Meant for what a person or a report reads, not for a million rows.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<Value>> rows;

    /// Index of a column by name; asserts that it exists.
    [[nodiscard]] std::size_t column(std::string_view name) const;
    [[nodiscard]] const Value& at(std::size_t row, std::string_view columnName) const
    {
        return rows[row][column(columnName)];
    }
};

} // namespace vnscope::storage
