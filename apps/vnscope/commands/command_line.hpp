// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/vnscope/commands/command.hpp"

namespace vnscope::cli {

/// The whole command line as CLI11 sees it: the one definition that parsing, --help, man pages and completion use.
class CommandLine final {
public:
    struct Entry {
        std::unique_ptr<Command> command;
        CLI::App* app = nullptr; ///< Owned by the root.
    };

    CommandLine();

    [[nodiscard]] const CLI::App& root() const { return m_root; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }

    /// Runs the command that the arguments name. Prints errors, as one sentence, to `console.err`.
    [[nodiscard]] ExitCode run(int argumentCount, const char* const* arguments, const Console& console);

private:
    /// Nothing when a command is to be run; the exit code when the arguments asked for help, or are wrong.
    [[nodiscard]] std::optional<ExitCode> parse(int argumentCount, const char* const* arguments,
                                                const Console& console);
    [[nodiscard]] ExitCode runChosen(const Console& console) const;

    CLI::App m_root;
    std::vector<Entry> m_entries;
};

/// "0.1.0"
[[nodiscard]] std::string_view programVersion();

} // namespace vnscope::cli
