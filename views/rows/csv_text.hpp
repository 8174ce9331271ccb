// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "storage/value.hpp"
#include "views/rows/csv.hpp"

namespace vnscope::views::rows {

/// Rows as one text below the names of their columns: tables that a person reads to the end.
class CsvText final {
public:
    explicit CsvText(const std::vector<std::string>& columns)
    {
        add(std::vector<storage::Value>(columns.begin(), columns.end()));
    }

    void add(std::span<const storage::Value> cells) { writeCsvLine(m_out, cells); }
    [[nodiscard]] std::string text() const { return m_out.str(); }

private:
    std::ostringstream m_out;
};

} // namespace vnscope::views::rows
