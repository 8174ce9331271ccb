// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/rows/csv_writer.hpp"

#include <ostream>

#include <fmt/format.h>

namespace vnscope::cli {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

void writeText(std::ostream& out, std::string_view text)
{
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out << text;
        return;
    }
    out << '"';
    for (const char character : text) {
        if (character == '"')
            out << '"';
        out << character;
    }
    out << '"';
}

struct CellWriter {
    std::ostream& out;

    void operator()(std::monostate) const {}
    void operator()(const std::string& text) const { writeText(out, text); }
    template <typename Number> void operator()(Number number) const { out << fmt::format("{}", number); }
};

} // namespace

void CsvWriter::columns(const std::vector<std::string>& names)
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        m_out << (i > 0 ? "," : "");
        writeText(m_out, names[i]);
    }
    m_out << kLineEnd;
}

bool CsvWriter::row(std::span<const storage::Value> cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        m_out << (i > 0 ? "," : "");
        std::visit(CellWriter{m_out}, cells[i].cell());
    }
    m_out << kLineEnd;
    return m_out.good();
}

} // namespace vnscope::cli
