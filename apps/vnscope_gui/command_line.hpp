// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/reference/program_model.hpp"

namespace vnscope::gui {

/// How the program ends. These numbers are a promise to scripts.
enum class ExitCode : int {
    Done = 0,
    Failed = 1,
    Usage = 2, ///< The command line makes no sense.
};

/// Width and height of a picture in pixels.
struct PictureSize {
    int width = 1280;
    int height = 720;

    bool operator==(const PictureSize&) const = default;
};

/// "1280x720". Nothing: it is none, or smaller than 64 or larger than 16384 either way.
[[nodiscard]] std::optional<PictureSize> parsePictureSize(const std::string& text);

struct Options {
    /// A store, or traces (files and folders) to import together; empty: nothing yet.
    std::vector<std::string> paths;
    std::string view; ///< To make a picture of; empty: show the window.
    std::string output;
    PictureSize size;
    bool isDark = false;
    std::string generate; ///< "man" or "completion": write that instead; for our own build.
};

/// The command line as CLI11 sees it: the one definition that parsing, --help, man page and completion use.
class CommandLine final {
public:
    /// `views`: names that --screenshot takes.
    explicit CommandLine(const std::vector<std::string>& views);
    CommandLine(const CommandLine&) = delete; // CLI11 writes into m_options.
    CommandLine& operator=(const CommandLine&) = delete;

    [[nodiscard]] const Options& options() const { return m_options; }
    [[nodiscard]] reference::ProgramModel model() const;

    /// Nothing when there is something to show; the exit code when the arguments asked for help, or are wrong.
    [[nodiscard]] std::optional<ExitCode> parse(int argumentCount, const char* const* arguments, std::ostream& out,
                                                std::ostream& err);

private:
    CLI::App m_app;
    Options m_options;
};

} // namespace vnscope::gui
