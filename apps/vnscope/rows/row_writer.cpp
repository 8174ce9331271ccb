// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/rows/row_writer.hpp"

#include "apps/vnscope/rows/csv_writer.hpp"
#include "apps/vnscope/rows/json_writer.hpp"
#include "apps/vnscope/rows/table_writer.hpp"

namespace vnscope::cli {

std::unique_ptr<RowWriter> makeRowWriter(RowFormat format, std::ostream& out)
{
    switch (format) {
    case RowFormat::Table: return std::make_unique<TableWriter>(out);
    case RowFormat::Csv: return std::make_unique<CsvWriter>(out);
    case RowFormat::Json: return std::make_unique<JsonWriter>(out);
    }
    return std::make_unique<TableWriter>(out);
}

} // namespace vnscope::cli
