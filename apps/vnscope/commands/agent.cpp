// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/vnscope/commands/catalog.hpp"

namespace vnscope::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "vnscope-agent";

/// Becomes the program; returns only if that fails.
base::Result<ExitCode> become(const fs::path& program, std::vector<std::string> arguments)
{
    std::string name = program;
    std::vector<char*> pointers{name.data()};
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv(program.c_str(), pointers.data());
    return base::fail(base::ErrorCode::NotFound,
                      fmt::format("Cannot start {}: {}.", program.string(), std::strerror(errno)));
}

class AgentCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"agent",
                "sample the counters of this host's data plane into a trace",
                "Becomes the program vnscope-agent, which stands beside this one, and gives it all that follows: see "
                "vnscope-agent(1). It is a program of its own because LTTng starts threads in whatever links it.",
                {{"agent", "ten times a second into the session that records, until a signal"},
                 {"agent --once --print json", "look at everything once"}},
                false};
    }

    void define(CLI::App& app) override
    {
        m_app = &app;
        app.prefix_command(); // Its options are not ours.
    }

    [[nodiscard]] base::Result<ExitCode> run(const Console&) override
    {
        std::error_code error;
        const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
        return become(here / kProgram, m_app->remaining());
    }

private:
    const CLI::App* m_app = nullptr;
};

} // namespace

std::unique_ptr<Command> makeAgentCommand()
{
    return std::make_unique<AgentCommand>();
}

} // namespace vnscope::cli
