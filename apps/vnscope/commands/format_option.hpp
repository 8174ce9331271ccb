// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>

#include "apps/vnscope/rows/row_writer.hpp"

namespace vnscope::cli {

/// `--format`: what a result is written as. Without it the ending of the output's name tells, else it is text.
class FormatOption {
public:
    /// `formats`: those that the command can write.
    explicit FormatOption(std::vector<std::string> formats) : m_formats(std::move(formats)) {}

    void addTo(CLI::App& app);
    [[nodiscard]] std::string chosenFor(std::string_view output) const;

private:
    std::vector<std::string> m_formats;
    std::string m_given;
};

/// The format of a table; nothing for that of a picture.
[[nodiscard]] std::optional<RowFormat> rowFormatOf(const std::string& format);

} // namespace vnscope::cli
