// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "apps/vnscope/rows/row_writer.hpp"

namespace vnscope::cli {

/// The rows of a table that a command makes itself.
class MadeRows final {
public:
    MadeRows(RowFormat format, const std::vector<std::string>& columns, std::ostream& out)
        : m_writer(makeRowWriter(format, out))
    {
        m_writer->columns(columns);
    }
    void add(const std::vector<storage::Value>& cells) { (void)m_writer->row(cells); }
    void finish() { m_writer->finish(); }

private:
    std::unique_ptr<RowWriter> m_writer;
};

} // namespace vnscope::cli
