// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/reference/program_model.hpp"

/// From the CLI11 definition that parsing and --help use to the model that man pages and completion are written from.
namespace vnscope::reference {

struct Parameters {
    std::vector<Parameter> arguments;
    std::vector<Parameter> options;
};

/// What `app` itself takes, without what is hidden (CLI11's group "").
[[nodiscard]] Parameters parametersOf(const CLI::App& app);

/// Paragraphs are parted by empty lines.
[[nodiscard]] std::vector<std::string> splitParagraphs(std::string_view text);

/// For the foot of --help: each example below its explanation.
[[nodiscard]] std::string examplesHelp(const std::vector<ExampleModel>& examples);

/// For the foot of --help: one line for each exit code.
[[nodiscard]] std::string exitCodesHelp(const std::vector<ExitCodeModel>& exitCodes);

} // namespace vnscope::reference
