// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/rows/csv_writer.hpp"

#include <ostream>

#include "views/rows/csv.hpp"

namespace vnscope::cli {

void CsvWriter::columns(const std::vector<std::string>& names)
{
    const std::vector<storage::Value> cells(names.begin(), names.end());
    views::rows::writeCsvLine(m_out, cells);
}

bool CsvWriter::row(std::span<const storage::Value> cells)
{
    views::rows::writeCsvLine(m_out, cells);
    return m_out.good();
}

} // namespace vnscope::cli
