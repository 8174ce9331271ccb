// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "apps/vnscope/rows/row_writer.hpp"

namespace vnscope::cli {

/// Column widths come from the head line and the first 500 rows; a wider cell further down pushes its own line only.
class TableWriter final : public RowWriter {
public:
    explicit TableWriter(std::ostream& out) : m_out(out) {}

    void columns(const std::vector<std::string>& names) override;
    [[nodiscard]] bool row(std::span<const storage::Value> cells) override;
    void finish() override;

private:
    struct Cell {
        std::string text;
        std::size_t width = 0;
        bool isNumber = false;
    };
    using Line = std::vector<Cell>;

    static Cell display(const storage::Value& value);
    void printWaiting();
    void print(const Line& line);

    std::ostream& m_out;
    std::vector<std::size_t> m_widths;
    Line m_head;
    std::vector<Line> m_waiting;
    std::size_t m_rows = 0;
    bool m_isHeadPrinted = false;
};

} // namespace vnscope::cli
