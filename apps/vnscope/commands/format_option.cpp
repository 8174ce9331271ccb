// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/format_option.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "apps/reference/choice.hpp"

namespace vnscope::cli {

void FormatOption::addTo(CLI::App& app)
{
    reference::addChoice(app, "--format", m_given, m_formats,
                         "the format; without it the ending of OUT tells, else it is text");
}

std::string FormatOption::chosenFor(std::string_view output) const
{
    if (!m_given.empty())
        return m_given;
    std::string ending = std::filesystem::path(output).extension().string();
    ending.erase(0, 1); // The dot.
    if (ending == "gv")
        ending = "dot";
    return std::find(m_formats.begin(), m_formats.end(), ending) == m_formats.end() ? "text" : ending;
}

std::optional<RowFormat> rowFormatOf(const std::string& format)
{
    static const std::map<std::string, RowFormat> kFormats{
        {"text", RowFormat::Table}, {"csv", RowFormat::Csv}, {"json", RowFormat::Json}};
    const auto known = kFormats.find(format);
    return known == kFormats.end() ? std::nullopt : std::optional(known->second);
}

} // namespace vnscope::cli
