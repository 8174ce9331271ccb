// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/rows/json_writer.hpp"

#include <cmath>
#include <ostream>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vnscope::cli {
namespace {

struct CellWriter {
    std::ostream& out;

    void operator()(std::monostate) const { out << "null"; }
    void operator()(std::int64_t number) const { out << fmt::format("{}", number); }
    void operator()(const std::string& text) const { out << jsonString(text); }
    void operator()(double number) const
    {
        // JSON has no infinity; SQLite has.
        out << (std::isfinite(number) ? fmt::format("{}", number) : "null");
    }
};

} // namespace

std::string jsonString(std::string_view text)
{
    return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void JsonWriter::columns(const std::vector<std::string>& names)
{
    std::unordered_set<std::string> used(names.begin(), names.end());
    std::unordered_set<std::string> given;
    for (const std::string& name : names) {
        std::string key = name;
        for (int suffix = 2; given.contains(key) || (key != name && used.contains(key)); ++suffix)
            key = fmt::format("{}_{}", name, suffix);
        given.insert(key);
        m_keys.push_back(jsonString(key));
    }
    m_out << '[';
}

bool JsonWriter::row(std::span<const storage::Value> cells)
{
    m_out << (m_rows++ > 0 ? ",\n{" : "\n{");
    for (std::size_t i = 0; i < cells.size(); ++i) {
        m_out << (i > 0 ? "," : "") << m_keys[i] << ':';
        std::visit(CellWriter{m_out}, cells[i].cell());
    }
    m_out << '}';
    return m_out.good();
}

void JsonWriter::finish()
{
    m_out << (m_rows > 0 ? "\n]\n" : "]\n");
}

} // namespace vnscope::cli
