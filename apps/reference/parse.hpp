// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>

namespace CLI {
class App;
}

namespace vnscope::reference {

/// What a command line can end a program with before it begins.
enum class ParseEnd {
    Answered, ///< --help or --version.
    Wrong,    ///< It makes no sense; `err` says why, in one line.
};

/// Parses for a program that has no commands; nothing: go on.
[[nodiscard]] std::optional<ParseEnd> parse(CLI::App& app, int argumentCount, const char* const* arguments,
                                            std::ostream& out, std::ostream& err);

} // namespace vnscope::reference
