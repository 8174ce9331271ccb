// SPDX-License-Identifier: Apache-2.0
#include "views/rows/csv.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vnscope::views::rows {
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

void writeCsvLine(std::ostream& out, std::span<const storage::Value> cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        out << (i > 0 ? "," : "");
        std::visit(CellWriter{out}, cells[i].cell());
    }
    out << kLineEnd;
}

} // namespace vnscope::views::rows
