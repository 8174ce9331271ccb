// SPDX-License-Identifier: Apache-2.0
#include "apps/reference/parse.hpp"

#include <ostream>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace vnscope::reference {

std::optional<ParseEnd> parse(CLI::App& app, int argumentCount, const char* const* arguments, std::ostream& out,
                              std::ostream& err)
{
    try {
        app.parse(argumentCount, arguments);
    } catch (const CLI::CallForHelp&) {
        out << app.help();
        return ParseEnd::Answered;
    } catch (const CLI::CallForVersion& version) {
        out << version.what() << '\n';
        return ParseEnd::Answered;
    } catch (const CLI::ParseError& error) {
        const std::string text = error.what();
        err << app.get_name() << ": " << text.substr(0, text.find('\n')) << "; see \"" << app.get_name()
            << " --help\"\n";
        return ParseEnd::Wrong;
    }
    return std::nullopt;
}

} // namespace vnscope::reference
