// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/help_formatter.hpp"

#include <algorithm>

namespace vnscope::cli {
namespace {

constexpr std::size_t kTerminalColumns = 100;
constexpr std::size_t kNameColumns = 30;

std::string wrappedLine(std::string_view line, std::size_t columns)
{
    std::string out;
    while (line.size() > columns) {
        std::size_t end = line.rfind(' ', columns);
        if (end == std::string_view::npos)
            end = line.find(' ');
        if (end == std::string_view::npos)
            break;
        out += line.substr(0, end);
        out += '\n';
        line.remove_prefix(end + 1);
    }
    out += line;
    return out;
}

} // namespace

std::string wrapped(std::string_view text, std::size_t columns)
{
    std::string out;
    while (true) {
        const std::size_t end = text.find('\n');
        out += wrappedLine(text.substr(0, end), columns);
        if (end == std::string_view::npos)
            return out;
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

HelpFormatter::HelpFormatter()
{
    column_width(kNameColumns);
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const
{
    return wrapped(option->get_description(), kTerminalColumns - kNameColumns);
}

} // namespace vnscope::cli
