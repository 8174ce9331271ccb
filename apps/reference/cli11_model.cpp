// SPDX-License-Identifier: Apache-2.0
#include "apps/reference/cli11_model.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "apps/reference/choice.hpp"

namespace vnscope::reference {
namespace {

std::vector<std::string> splitChoices(const std::string& typeName)
{
    std::vector<std::string> choices;
    if (typeName.find(kChoiceSeparator) == std::string::npos)
        return choices;
    std::istringstream words(typeName);
    for (std::string word; std::getline(words, word, kChoiceSeparator);)
        choices.push_back(word);
    return choices;
}

Parameter describe(const CLI::Option& option)
{
    Parameter parameter;
    for (const std::string& name : option.get_snames())
        parameter.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        parameter.names.push_back("--" + name);
    if (parameter.names.empty())
        parameter.names.push_back(option.get_name());
    if (option.get_type_size() != 0)
        parameter.valueName = option.get_type_name();
    parameter.choices = splitChoices(parameter.valueName);
    parameter.description = option.get_description();
    parameter.defaultValue = option.get_default_str();
    parameter.isRequired = option.get_required();
    parameter.isRepeatable = option.get_expected_max() > 1;
    return parameter;
}

} // namespace

Parameters parametersOf(const CLI::App& app)
{
    Parameters parameters;
    for (const CLI::Option* option : app.get_options()) {
        if (!option->get_group().empty())
            (option->get_positional() ? parameters.arguments : parameters.options).push_back(describe(*option));
    }
    return parameters;
}

std::vector<std::string> splitParagraphs(std::string_view text)
{
    std::vector<std::string> paragraphs;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        paragraphs.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return paragraphs;
}

std::string examplesHelp(const std::vector<ExampleModel>& examples)
{
    std::string text = "Examples:";
    for (const ExampleModel& example : examples)
        text += fmt::format("\n  # {}\n  {}", example.explanation, example.commandLine);
    return text;
}

std::string exitCodesHelp(const std::vector<ExitCodeModel>& exitCodes)
{
    std::string text = "Exit codes:";
    for (const ExitCodeModel& entry : exitCodes)
        text += fmt::format("\n  {}  {}", entry.code, entry.meaning);
    return text;
}

} // namespace vnscope::reference
