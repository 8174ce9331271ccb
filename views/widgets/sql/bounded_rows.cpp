// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/sql/bounded_rows.hpp"

namespace vnscope::views::widgets::sql {

bool BoundedRows::row(std::span<const storage::Value> cells)
{
    std::size_t bytes = sizeof(std::vector<storage::Value>) + cells.size_bytes();
    for (const storage::Value& cell : cells)
        bytes += cell.text().size();
    m_isCut = m_table.rows.size() == kMostRows || m_bytes + bytes > kMostBytes;
    if (m_isCut)
        return false;
    m_bytes += bytes;
    m_table.rows.emplace_back(cells.begin(), cells.end());
    return true;
}

} // namespace vnscope::views::widgets::sql
