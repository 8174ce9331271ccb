// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "apps/reference/program_model.hpp"
#include "apps/vnscope/console/console.hpp"
#include "storage/base/result.hpp"

namespace CLI {
class App;
}

namespace vnscope::cli {

/// How the program ends. These numbers are a promise to scripts.
enum class ExitCode : int {
    Done = 0,
    Failed = 1,
    Usage = 2,     ///< The command line makes no sense.
    DataLost = 3,  ///< --strict was given and data was lost.
    Threshold = 4, ///< A --fail-if holds, or cannot be judged.
};

/// What each exit code means, for --help, the man pages and the guide.
[[nodiscard]] std::vector<reference::ExitCodeModel> exitCodeModels();

struct Example {
    std::string_view commandLine; ///< Without the leading "vnscope ".
    std::string_view explanation;
};

/// What a command is; --help, man pages and completion all come from here and from its CLI11 definition.
struct CommandInfo {
    std::string_view name;
    std::string_view summary;     ///< One line, no full stop.
    std::string_view description; ///< Paragraphs, parted by an empty line.
    std::vector<Example> examples;
    bool isHidden = false; ///< For our own build, not for users.
};

/// The examples as a user types them.
[[nodiscard]] std::vector<reference::ExampleModel> exampleModels(const CommandInfo& info);

/// One command of the program. Made new for each run of the program; options are its members.
class Command {
public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    [[nodiscard]] virtual CommandInfo info() const = 0;
    /// Gives `app` its options, bound to members of this object.
    virtual void define(CLI::App& app) = 0;
    [[nodiscard]] virtual base::Result<ExitCode> run(const Console& console) = 0;
};

} // namespace vnscope::cli
