// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::reference {

/// Between the words of an option's type name ("html|json|text"), where --help shows them and the man pages and the
/// completion find them.
inline constexpr char kChoiceSeparator = '|';

/// An option that takes one of a few words.
inline CLI::Option* addChoice(CLI::App& app, const std::string& name, std::string& value,
                              const std::vector<std::string>& choices, const std::string& description)
{
    CLI::Option* option = app.add_option(name, value, description);
    option->check(CLI::IsMember(choices).description(""));
    option->type_name(fmt::format("{}", fmt::join(choices, std::string(1, kChoiceSeparator))));
    return option;
}

} // namespace vnscope::reference
