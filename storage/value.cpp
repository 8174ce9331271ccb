// SPDX-License-Identifier: Apache-2.0
#include "storage/value.hpp"

#include <algorithm>
#include <cassert>

namespace vnscope::storage {

std::int64_t Value::integer() const
{
    if (const auto* number = std::get_if<std::int64_t>(&m_cell))
        return *number;
    return 0;
}

double Value::real() const
{
    if (const auto* number = std::get_if<double>(&m_cell))
        return *number;
    // An integer is a whole real: a REAL column of a view may well deliver one.
    return static_cast<double>(integer());
}

const std::string& Value::text() const
{
    static const std::string kEmpty;
    const auto* text = std::get_if<std::string>(&m_cell);
    return text ? *text : kEmpty;
}

std::size_t Table::column(std::string_view name) const
{
    const auto found = std::find(columns.begin(), columns.end(), name);
    assert(found != columns.end());
    return static_cast<std::size_t>(found - columns.begin());
}

} // namespace vnscope::storage
