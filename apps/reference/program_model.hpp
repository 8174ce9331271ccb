// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The command line as plain values, between its CLI11 definition and the writers of man pages and completion.
namespace vnscope::reference {

/// An option, or an argument without a dash.
struct Parameter {
    std::vector<std::string> names;   ///< "-o", "--output"; for an argument: "TRACE".
    std::string valueName;            ///< "FILE", "html|json|text"; empty: a flag.
    std::vector<std::string> choices; ///< The words it takes; empty: anything.
    std::string description;
    std::string defaultValue;
    bool isRequired = false;
    bool isRepeatable = false;
};

struct ExampleModel {
    std::string commandLine; ///< With the program's name.
    std::string explanation;
};

struct CommandModel {
    std::string name;
    std::string summary;
    std::vector<std::string> paragraphs;
    std::vector<Parameter> arguments;
    std::vector<Parameter> options;
    std::vector<ExampleModel> examples;
};

struct ExitCodeModel {
    int code = 0;
    std::string meaning;
};

struct VariableModel {
    std::string name; ///< Of the environment.
    std::string meaning;
};

struct ProgramModel {
    std::string name;
    std::string version;
    std::string date; ///< Of the release, "2026-11-20".
    std::string summary;
    std::vector<std::string> paragraphs;
    std::vector<Parameter> options;
    std::vector<CommandModel> commands; ///< None: the program does one thing.
    std::vector<ExitCodeModel> exitCodes;
    std::string exitRemark; ///< A sentence below the exit codes; may be empty.
    std::vector<VariableModel> variables;
    std::vector<ExampleModel> examples;
    std::vector<std::string> notes;   ///< Paragraphs.
    std::vector<std::string> seeAlso; ///< "lttng(1)"
};

} // namespace vnscope::reference
