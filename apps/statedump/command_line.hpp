// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/reference/program_model.hpp"

namespace vnscope::statedump {

/// How the program ends. These numbers are a promise to scripts.
enum class ExitCode : int {
    Done = 0,
    Failed = 1,
    Usage = 2, ///< The command line makes no sense.
};

/// What a run is asked for.
struct Options {
    bool isJson = false;
    std::vector<std::string> ovsdbSockets; ///< None: search for them.
    std::string generate;                  ///< "man" or "completion": write that instead; for our own build.
};

/// The command line as CLI11 sees it: the one definition that parsing, --help, man page and completion use.
class CommandLine final {
public:
    CommandLine();
    CommandLine(const CommandLine&) = delete; // CLI11 writes into m_options.
    CommandLine& operator=(const CommandLine&) = delete;

    [[nodiscard]] const Options& options() const { return m_options; }
    [[nodiscard]] reference::ProgramModel model() const;

    /// Nothing when the state is to be read; the exit code when the arguments asked for help, or are wrong.
    [[nodiscard]] std::optional<ExitCode> parse(int argumentCount, const char* const* arguments, std::ostream& out,
                                                std::ostream& err);

private:
    CLI::App m_app;
    Options m_options;
};

} // namespace vnscope::statedump
