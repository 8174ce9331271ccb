// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/sql/examples.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "embedded/views_widgets_sql_kExamples.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::sql {
namespace {

constexpr std::array kTitles{
    QT_TRANSLATE_NOOP("vnscope", "Traffic and drops of each device"),
    QT_TRANSLATE_NOOP("vnscope", "Where packets were dropped"),
    QT_TRANSLATE_NOOP("vnscope", "The ten largest conversations"),
    QT_TRANSLATE_NOOP("vnscope", "Where packets waited longest"),
    QT_TRANSLATE_NOOP("vnscope", "What changed in the topology"),
    QT_TRANSLATE_NOOP("vnscope", "What was wrong with the trace"),
};

/// Each statement ends with a semicolon, and has its title in the comment right above it.
std::vector<Example> parse(std::string_view script)
{
    constexpr std::string_view kComment = "-- ";
    std::vector<Example> examples;
    for (std::size_t end = script.find(';'); end != std::string_view::npos; end = script.find(';')) {
        const std::size_t title = script.substr(0, end).rfind(kComment) + kComment.size();
        const std::size_t line = script.find('\n', title);
        examples.push_back(
            {std::string(script.substr(title, line - title)), std::string(script.substr(line + 1, end - line - 1))});
        script.remove_prefix(end + 1);
    }
    return examples;
}

} // namespace

std::span<const Example> examples()
{
    static const std::vector<Example> kAll = parse(embedded::kExamples);
    return kAll;
}

std::span<const char* const> exampleTitles()
{
    return kTitles;
}

} // namespace vnscope::views::widgets::sql
