// SPDX-License-Identifier: Apache-2.0
#include "apps/reference/bash_completion.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::reference {
namespace {

/// What completes a value: bash's compgen action and its words.
std::string generatorOf(const Parameter& parameter)
{
    if (!parameter.choices.empty())
        return fmt::format("-W '{}'", fmt::join(parameter.choices, " "));
    const std::string& kind = parameter.valueName.empty() ? parameter.names.front() : parameter.valueName;
    if (kind == "DIR")
        return "-d";
    const bool isPath =
        kind.starts_with("FILE") || kind.starts_with("TRACE") || kind.starts_with("OUT") || kind == "SOCKET";
    return isPath ? "-f" : "-W ''";
}

std::vector<std::string> optionNames(const std::vector<Parameter>& options)
{
    std::vector<std::string> names;
    for (const Parameter& option : options)
        names.insert(names.end(), option.names.begin(), option.names.end());
    return names;
}

/// The cases of options that take a value, by the word before the cursor.
std::string valueCases(const CommandModel& command)
{
    std::string text;
    for (const Parameter& option : command.options) {
        if (!option.valueName.empty())
            text += fmt::format("        {}:{}) generator=({}) ;;\n", command.name,
                                fmt::join(option.names, fmt::format("|{}:", command.name)), generatorOf(option));
    }
    return text;
}

std::string argumentGenerator(const CommandModel& command)
{
    return command.arguments.empty() ? "-W ''" : generatorOf(command.arguments.front());
}

/// A program that does one thing completes as a command without a name.
std::vector<CommandModel> commandsOf(const ProgramModel& program)
{
    if (!program.commands.empty())
        return program.commands;
    CommandModel only;
    only.options = program.options;
    return {only};
}

/// Sets `command`, and completes it where it is the word at the cursor.
std::string commandChoice(const ProgramModel& program)
{
    if (program.commands.empty())
        return "    local command=''\n";
    std::vector<std::string> words;
    for (const CommandModel& command : program.commands)
        words.push_back(command.name);
    for (std::string& name : optionNames(program.options))
        words.push_back(std::move(name));
    return fmt::format(R"(    local command=${{COMP_WORDS[1]}}
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{}' -- "$word")
        return
    fi
)",
                       fmt::join(words, " "));
}

/// POSIX takes no hyphens in names of functions.
std::string functionName(const ProgramModel& program)
{
    std::string name = "_" + program.name;
    std::ranges::replace(name, '-', '_');
    return name;
}

} // namespace

std::string bashCompletion(const ProgramModel& program)
{
    std::string perValue;
    std::string perCommand;
    for (const CommandModel& command : commandsOf(program)) {
        perValue += valueCases(command);
        perCommand += fmt::format("        '{}') options='{}'; generator=({}) ;;\n", command.name,
                                  fmt::join(optionNames(command.options), " "), argumentGenerator(command));
    }
    return fmt::format(R"(# bash completion for {0}, made from the definition of its options

{4}()
{{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    local options='' generator=()
    COMPREPLY=()
{1}    # bash parts "--format=json" into three words.
    if [[ $word == '=' ]]; then
        word=''
    elif [[ $before == '=' ]]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    case $command:$before in
{2}    esac
    if ((${{#generator[@]}} == 0)); then
        case $command in
{3}        esac
        if [[ $word == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
            return
        fi
    fi
    case ${{generator[0]-}} in
        -f | -d) compopt -o filenames 2>/dev/null ;;
    esac
    if ((${{#generator[@]}} > 0)); then
        mapfile -t COMPREPLY < <(compgen "${{generator[@]}}" -- "$word")
    fi
}}
complete -F {4} {0}
)",
                       program.name, commandChoice(program), perValue, perCommand, functionName(program));
}

} // namespace vnscope::reference
