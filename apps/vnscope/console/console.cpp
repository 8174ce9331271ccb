// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/console/console.hpp"

#include <algorithm>
#include <ostream>
#include <string>

#include "apps/vnscope/console/display_text.hpp"

namespace vnscope::cli {
namespace {

/// Sentences come from several places: some end in a full stop, some hold line breaks.
std::string oneLine(std::string_view sentence)
{
    std::string text(sentence);
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && (text.back() == ' ' || text.back() == '.'))
        text.pop_back();
    return escapeForTerminal(text);
}

} // namespace

void Console::complain(std::string_view sentence) const
{
    err << "vnscope: " << oneLine(sentence) << '\n' << std::flush;
}

void Console::warn(std::string_view sentence) const
{
    err << "vnscope: warning: " << oneLine(sentence) << '\n' << std::flush;
}

} // namespace vnscope::cli
