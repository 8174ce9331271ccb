// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/reference/man_page.hpp"

#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::cli::reference {
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
    return text + ".PP\nA run that is stopped by a signal (Ctrl\\-C) removes what it had begun and then ends by that "
                  "signal, so a shell sees 128 plus its number.\n";
}

std::string examplesSection(const CommandModel& command)
{
    std::string text = ".SH EXAMPLES\n";
    for (const ExampleModel& example : command.examples)
        text += fmt::format(".TP\n{}\n.nf\n.B {}\n.fi\n", roff(example.explanation), roff(example.commandLine));
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
    text += "\n.SH DESCRIPTION\n";
    for (std::size_t i = 0; i < command.paragraphs.size(); ++i)
        text += fmt::format("{}{}\n", i > 0 ? ".PP\n" : "", roff(command.paragraphs[i]));
    text += parametersSection(command) + exitSection(program) + examplesSection(command);
    return text + fmt::format(".SH SEE ALSO\n.BR {} (1)\n", program.name);
}

std::string programManPage(const ProgramModel& program)
{
    std::string text = title(program, program.name) + nameSection(program.name, program.summary);
    text += fmt::format(".SH SYNOPSIS\n.B {}\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n", program.name);
    text += ".SH DESCRIPTION\nA trace is imported once into a store, which reports, queries and exports then read.\n"
            "Each command has a page of its own.\n.SH COMMANDS\n";
    for (const CommandModel& command : program.commands)
        text += fmt::format(".TP\n.BR {}\\-{} (1)\n{}\n", program.name, command.name, roff(command.summary));
    text += ".SH OPTIONS\n";
    for (const Parameter& option : program.options)
        text += describedItem(nameAndValue(option), option);
    text += exitSection(program);
    text += ".SH ENVIRONMENT\n.TP\n.B TMPDIR\nwhere traces that are reported on without a store are imported to "
            "(default: /tmp)\n.TP\n.B VNSCOPE_CTF_READER\nthe helper program that reads CTF, when it is not where the "
            "installation put it\n";
    return text + ".SH SEE ALSO\n.BR babeltrace2 (1),\n.BR lttng (1),\n.BR perf\\-data (1)\n";
}

} // namespace vnscope::cli::reference
