// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/command_line.hpp"

#include <algorithm>
#include <csignal>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "apps/reference/cli11_model.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/help_formatter.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/console/output.hpp"

namespace vnscope::cli {
namespace {

constexpr std::size_t kHelpColumns = 100;

ExitCode exitCodeOf(const base::Error& error)
{
    return error.code == base::ErrorCode::Usage ? ExitCode::Usage : ExitCode::Failed;
}

/// CLI11 appends further lines to some of its sentences.
std::string_view firstLine(std::string_view text)
{
    return text.substr(0, text.find('\n'));
}

} // namespace

std::string_view programVersion()
{
    return VNSCOPE_VERSION;
}

CommandLine::CommandLine() : m_root("Looks inside virtual networks through LTTng, perf and DPDK traces.", "vnscope")
{
    m_root.set_version_flag("--version", fmt::format("vnscope {}", programVersion()), "Print the version and exit");
    m_root.get_help_ptr()->description("Print this help and exit");
    m_root.require_subcommand(1);
    // Subcommands made after this one inherit it.
    m_root.formatter(std::make_shared<HelpFormatter>());
    m_root.footer(reference::exitCodesHelp(exitCodeModels()) +
                  "\n\nStart with \"vnscope doctor\" on the host that is to be traced.");
    for (std::unique_ptr<Command>& command : makeCommands()) {
        const CommandInfo info = command->info();
        CLI::App* app = m_root.add_subcommand(std::string(info.name), std::string(info.summary));
        app->footer(fmt::format("{}\n\n{}", wrapped(info.description, kHelpColumns),
                                reference::examplesHelp(exampleModels(info))));
        if (info.isHidden)
            app->group("");
        command->define(*app);
        m_entries.push_back({std::move(command), app});
    }
}

std::optional<ExitCode> CommandLine::parse(int argumentCount, const char* const* arguments, const Console& console)
{
    const auto printed = [&console](const std::string& text) {
        console.out << text;
        const base::Result<void> flushed = flushStandardOutput(console.out);
        return flushed ? ExitCode::Done : ExitCode::Failed;
    };
    try {
        m_root.parse(argumentCount, arguments);
    } catch (const CLI::CallForHelp&) {
        return printed(m_root.help());
    } catch (const CLI::CallForVersion& version) {
        return printed(std::string(version.what()) + "\n");
    } catch (const CLI::ParseError& error) {
        const std::vector<CLI::App*> chosen = m_root.get_subcommands();
        const std::string command = chosen.empty() ? std::string() : " " + chosen.front()->get_name();
        console.complain(fmt::format("{}; see \"vnscope{} --help\"", firstLine(error.what()), command));
        return ExitCode::Usage;
    }
    return std::nullopt;
}

ExitCode CommandLine::runChosen(const Console& console) const
{
    const CLI::App* chosen = m_root.get_subcommands().front();
    const auto entry =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& e) { return e.app == chosen; });
    const base::Result<ExitCode> result = entry->command->run(console);
    if (result)
        return *result;
    // Whoever closed our output early, as `head` does, knows it.
    if (Interrupt::signalNumber() != SIGPIPE)
        console.complain(result.error().message);
    return exitCodeOf(result.error());
}

ExitCode CommandLine::run(int argumentCount, const char* const* arguments, const Console& console)
{
    if (const std::optional<ExitCode> early = parse(argumentCount, arguments, console))
        return *early;
    return runChosen(console);
}

} // namespace vnscope::cli
