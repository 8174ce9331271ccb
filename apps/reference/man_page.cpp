// SPDX-License-Identifier: Apache-2.0
#include "apps/reference/man_page.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::reference {
namespace {

/// Text as roff takes it literally: no escapes, no requests at the begin of a line, minus signs that can be copied.
std::string roff(std::string_view text)
{
    std::string out;
    bool isLineBegin = true;
    for (const char c : text) {
        if (isLineBegin && (c == '.' || c == '\''))
            out += "\\&";
        isLineBegin = c == '\n';
        switch (c) {
        case '\\': out += "\\e"; break;
        case '-': out += "\\-"; break;
        case '"': out += "\\(dq"; break;
        case '\'': out += "\\(aq"; break;
        case '^': out += "\\(ha"; break;
        case '~': out += "\\(ti"; break;
        case '`': out += "\\(ga"; break;
        default: out += c;
        }
    }
    return out;
}

std::string capitals(std::string text)
{
    for (char& c : text) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

std::string title(const ProgramModel& program, const std::string& page)
{
    // Hyphens in names of options must be those that a reader types.
    return fmt::format(".TH {} 1 {} \"{} {}\" \"User Commands\"\n.nh\n", roff(capitals(page)), program.date,
                       program.name, program.version);
}

std::string nameSection(const std::string& page, const std::string& summary)
{
    return fmt::format(".SH NAME\n{} \\- {}\n", roff(page), roff(summary));
}

std::string synopsis(const Parameter& argument)
{
    const std::string text =
        fmt::format("\\fI{}\\fR{}", roff(argument.names.front()), argument.isRepeatable ? "..." : "");
    return argument.isRequired ? text : fmt::format("[{}]", text);
}

std::string nameAndValue(const Parameter& option)
{
    std::vector<std::string> spelled;
    for (const std::string& name : option.names)
        spelled.push_back(fmt::format("\\fB{}\\fR", roff(name)));
    std::string text = fmt::format("{}", fmt::join(spelled, ", "));
    if (!option.valueName.empty())
        text += fmt::format(" \\fI{}\\fR", roff(option.valueName));
    return text;
}

std::string remarks(const Parameter& parameter)
{
    std::vector<std::string> parts;
    if (parameter.isRequired)
        parts.emplace_back("required");
    if (parameter.isRepeatable)
        parts.emplace_back("may be given several times");
    if (!parameter.defaultValue.empty())
        parts.push_back("default: " + parameter.defaultValue);
    return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, "; "));
}

std::string describedItem(const std::string& head, const Parameter& parameter)
{
    return fmt::format(".TP\n{}\n{}{}\n", head, roff(parameter.description), roff(remarks(parameter)));
}

std::string parametersSection(const CommandModel& command)
{
    std::string text;
    if (!command.arguments.empty()) {
        text += ".SH ARGUMENTS\n";
        for (const Parameter& argument : command.arguments)
            text += describedItem(fmt::format("\\fI{}\\fR", roff(argument.names.front())), argument);
    }
    text += ".SH OPTIONS\n";
    for (const Parameter& option : command.options)
        text += describedItem(nameAndValue(option), option);
    return text;
}

std::string exitSection(const ProgramModel& program)
{
    std::string text = ".SH EXIT STATUS\n";
    for (const ExitCodeModel& exitCode : program.exitCodes)
        text += fmt::format(".TP\n.B {}\n{}\n", exitCode.code, roff(exitCode.meaning));
    return program.exitRemark.empty() ? text : text + ".PP\n" + roff(program.exitRemark) + "\n";
}

/// Nothing for an empty list, as the sections below.
std::string paragraphsSection(std::string_view heading, const std::vector<std::string>& paragraphs)
{
    std::string text;
    for (const std::string& paragraph : paragraphs)
        text += fmt::format("{}{}\n", text.empty() ? fmt::format(".SH {}\n", heading) : ".PP\n", roff(paragraph));
    return text;
}

std::string environmentSection(const std::vector<VariableModel>& variables)
{
    std::string text = variables.empty() ? "" : ".SH ENVIRONMENT\n";
    for (const VariableModel& variable : variables)
        text += fmt::format(".TP\n.B {}\n{}\n", roff(variable.name), roff(variable.meaning));
    return text;
}

std::string examplesSection(const std::vector<ExampleModel>& examples)
{
    std::string text = examples.empty() ? "" : ".SH EXAMPLES\n";
    for (const ExampleModel& example : examples)
        text += fmt::format(".TP\n{}\n.nf\n.B {}\n.fi\n", roff(example.explanation), roff(example.commandLine));
    return text;
}

/// "lttng(1)" as man pages write it: the name bold, its section not.
std::string pageReference(std::string_view page)
{
    const std::size_t section = std::min(page.find('('), page.size());
    return fmt::format(".BR {} {}", roff(page.substr(0, section)), roff(page.substr(section)));
}

std::string seeAlsoSection(const std::vector<std::string>& pages)
{
    std::vector<std::string> references;
    for (const std::string& page : pages)
        references.push_back(pageReference(page));
    return pages.empty() ? "" : fmt::format(".SH SEE ALSO\n{}\n", fmt::join(references, ",\n"));
}

std::string commandsSection(const ProgramModel& program)
{
    std::string text = program.commands.empty() ? "" : ".SH COMMANDS\n";
    for (const CommandModel& command : program.commands)
        text += fmt::format(".TP\n.BR {}\\-{} (1)\n{}\n", program.name, command.name, roff(command.summary));
    return text;
}

} // namespace

std::string commandManPage(const ProgramModel& program, const CommandModel& command)
{
    const std::string page = fmt::format("{}-{}", program.name, command.name);
    std::string text = title(program, page) + nameSection(page, command.summary);
    text += fmt::format(".SH SYNOPSIS\n.B {} {}\n[\\fIOPTIONS\\fR]", program.name, command.name);
    for (const Parameter& argument : command.arguments)
        text += " " + synopsis(argument);
    text += "\n" + paragraphsSection("DESCRIPTION", command.paragraphs);
    text += parametersSection(command) + exitSection(program) + examplesSection(command.examples);
    return text + seeAlsoSection({program.name + "(1)"});
}

std::string programManPage(const ProgramModel& program)
{
    std::string text = title(program, program.name) + nameSection(program.name, program.summary);
    text += fmt::format(".SH SYNOPSIS\n.B {}\n{}[\\fIOPTIONS\\fR]\n", roff(program.name),
                        program.commands.empty() ? "" : "\\fICOMMAND\\fR ");
    text += paragraphsSection("DESCRIPTION", program.paragraphs) + commandsSection(program);
    text += ".SH OPTIONS\n";
    for (const Parameter& option : program.options)
        text += describedItem(nameAndValue(option), option);
    text += exitSection(program) + environmentSection(program.variables) + examplesSection(program.examples);
    return text + paragraphsSection("NOTES", program.notes) + seeAlsoSection(program.seeAlso);
}

} // namespace vnscope::reference
