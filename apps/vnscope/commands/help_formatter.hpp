// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace vnscope::cli {

/// `text` in lines of at most `columns`, broken at spaces; a longer word keeps its line. Line breaks of `text` stay.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t columns);

/// CLI11's help, with long descriptions broken into lines that fit a terminal of 100 columns.
class HelpFormatter final : public CLI::Formatter {
public:
    HelpFormatter();

    std::string make_option_desc(const CLI::Option* option) const override;
};

} // namespace vnscope::cli
