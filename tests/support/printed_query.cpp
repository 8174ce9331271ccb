// SPDX-License-Identifier: Apache-2.0
#include "tests/support/printed_query.hpp"

#include <sstream>
#include <stdexcept>

#include "tests/support/sample_case.hpp"

namespace vnscope::tests::support {
namespace {

/// For a shell.
std::string quoted(const std::string& text)
{
    std::string result = "'";
    for (const char letter : text)
        letter == '\'' ? result += "'\\''" : result += letter;
    return result + "'";
}

} // namespace

std::string printedQuery(const std::filesystem::path& store, const std::string& sql, const std::string& format)
{
    const auto asked =
        runProgram("vnscope query --format " + format + " " + quoted(store.string()) + " " + quoted(sql));
    if (asked.exitCode != 0)
        throw std::runtime_error(sql + ": " + asked.output);
    return asked.output;
}

std::vector<std::string> queryLines(const std::filesystem::path& store, const std::string& sql)
{
    std::istringstream text(printedQuery(store, sql, "csv"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line.substr(0, line.find('\r')));
    if (!lines.empty())
        lines.erase(lines.begin());
    return lines;
}

std::vector<std::string> queryColumn(const std::filesystem::path& store, const std::string& sql)
{
    std::vector<std::string> cells = queryLines(store, sql);
    for (std::string& cell : cells)
        cell = cell.substr(0, cell.find(','));
    return cells;
}

} // namespace vnscope::tests::support
