// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/reference/program_model.hpp"

namespace vnscope::agent {

/// How the program ends. These numbers are a promise to scripts.
enum class ExitCode : int {
    Done = 0,
    Failed = 1,
    Usage = 2, ///< The command line makes no sense.
};

/// What a run is asked for. Times in ns.
struct Options {
    std::int64_t periodNs = 100'000'000;
    std::int64_t rescanNs = 5'000'000'000;
    std::int64_t rulesNs = 5'000'000'000;
    std::int64_t durationNs = 0; ///< 0: until a signal.
    bool isOnce = false;
    bool printsCost = false;
    std::string print; ///< "json": to the standard output instead of the trace.
    std::vector<std::string> processes;
    std::string generate; ///< "man" or "completion": write that instead; for our own build.
};

/// The command line as CLI11 sees it: the one definition that parsing, --help, man page and completion use.
class CommandLine final {
public:
    CommandLine();
    CommandLine(const CommandLine&) = delete; // CLI11 writes into m_options.
    CommandLine& operator=(const CommandLine&) = delete;

    [[nodiscard]] const Options& options() const { return m_options; }
    [[nodiscard]] reference::ProgramModel model() const;

    /// Nothing when the host is to be sampled; the exit code when the arguments asked for help, or are wrong.
    [[nodiscard]] std::optional<ExitCode> parse(int argumentCount, const char* const* arguments, std::ostream& out,
                                                std::ostream& err);

private:
    void addTime(const char* name, std::int64_t& ns, const char* description);

    CLI::App m_app;
    Options m_options;
};

} // namespace vnscope::agent
