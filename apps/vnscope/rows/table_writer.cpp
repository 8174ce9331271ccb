// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/rows/table_writer.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "apps/vnscope/console/display_text.hpp"

namespace vnscope::cli {
namespace {

constexpr std::size_t kRowsThatSetWidths = 500;
constexpr std::string_view kColumnGap = "  ";

template <typename... Cases> struct Overloaded : Cases... {
    using Cases::operator()...;
};

} // namespace

TableWriter::Cell TableWriter::display(const storage::Value& value)
{
    Cell cell;
    std::visit(Overloaded{[](std::monostate) {},
                          [&cell](const std::string& text) { cell.text = escapeForTerminal(text); },
                          [&cell](auto number) {
                              cell.text = fmt::format("{}", number);
                              cell.isNumber = true;
                          }},
               value.cell());
    cell.width = displayWidth(cell.text);
    return cell;
}

void TableWriter::columns(const std::vector<std::string>& names)
{
    for (const std::string& name : names)
        m_head.push_back(display(storage::Value(name)));
    m_widths.assign(names.size(), 0);
}

bool TableWriter::row(std::span<const storage::Value> cells)
{
    Line line;
    line.reserve(cells.size());
    for (const storage::Value& cell : cells)
        line.push_back(display(cell));
    ++m_rows;
    if (m_isHeadPrinted) {
        print(line);
        return m_out.good();
    }
    m_waiting.push_back(std::move(line));
    if (m_waiting.size() == kRowsThatSetWidths)
        printWaiting();
    return m_out.good();
}

void TableWriter::printWaiting()
{
    m_isHeadPrinted = true;
    for (std::size_t i = 0; i < m_head.size(); ++i) {
        m_widths[i] = m_head[i].width;
        for (const Line& line : m_waiting) {
            m_widths[i] = std::max(m_widths[i], line[i].width);
            m_head[i].isNumber = m_head[i].isNumber || line[i].isNumber;
        }
    }
    print(m_head);
    for (std::size_t i = 0; i < m_widths.size(); ++i)
        m_out << (i > 0 ? kColumnGap : "") << std::string(m_widths[i], '-');
    m_out << '\n';
    for (const Line& line : m_waiting)
        print(line);
    m_waiting.clear();
}

void TableWriter::print(const Line& line)
{
    for (std::size_t i = 0; i < line.size(); ++i) {
        const Cell& cell = line[i];
        const std::string padding(m_widths[i] > cell.width ? m_widths[i] - cell.width : 0, ' ');
        m_out << (i > 0 ? kColumnGap : "");
        if (cell.isNumber)
            m_out << padding << cell.text;
        else if (i + 1 < line.size())
            m_out << cell.text << padding;
        else
            m_out << cell.text;
    }
    m_out << '\n';
}

void TableWriter::finish()
{
    if (!m_isHeadPrinted && !m_head.empty())
        printWaiting();
    m_out << fmt::format("({} {})\n", m_rows, m_rows == 1 ? "row" : "rows");
}

} // namespace vnscope::cli
