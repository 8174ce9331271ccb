// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/reference/bash_completion.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::cli::reference {
namespace {

/// What completes a value: bash's compgen action and its words.
std::string generatorOf(const Parameter& parameter)
{
    if (!parameter.choices.empty())
        return fmt::format("-W '{}'", fmt::join(parameter.choices, " "));
    const std::string& kind = parameter.valueName.empty() ? parameter.names.front() : parameter.valueName;
    if (kind == "DIR")
        return "-d";
    const bool isPath = kind.starts_with("FILE") || kind.starts_with("TRACE") || kind.starts_with("OUT");
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

} // namespace

std::string bashCompletion(const ProgramModel& program)
{
    std::vector<std::string> commands;
    std::string perValue;
    std::string perCommand;
    for (const CommandModel& command : program.commands) {
        commands.push_back(command.name);
        perValue += valueCases(command);
        perCommand += fmt::format("        {}) options='{}'; generator=({}) ;;\n", command.name,
                                  fmt::join(optionNames(command.options), " "), argumentGenerator(command));
    }
    return fmt::format(R"(# bash completion for {0}, made by "{0} generate completion"

_{0}()
{{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
    local options='' generator=()
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{1} {2}' -- "$word")
        return
    fi
    # bash parts "--format=json" into three words.
    if [[ $word == '=' ]]; then
        word=''
    elif [[ $before == '=' ]]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    case $command:$before in
{3}    esac
    if ((${{#generator[@]}} == 0)); then
        case $command in
{4}        esac
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
complete -F _{0} {0}
)",
                       program.name, fmt::join(commands, " "), fmt::join(optionNames(program.options), " "), perValue,
                       perCommand);
}

} // namespace vnscope::cli::reference
