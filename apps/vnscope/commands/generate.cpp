// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "apps/reference/bash_completion.hpp"
#include "apps/reference/choice.hpp"
#include "apps/reference/cli11_model.hpp"
#include "apps/reference/man_page.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/command_line.hpp"
#include "apps/vnscope/console/output.hpp"

namespace vnscope::cli {
namespace {

using base::Result;

reference::CommandModel describe(const CommandLine::Entry& entry)
{
    const CommandInfo info = entry.command->info();
    reference::Parameters parameters = reference::parametersOf(*entry.app);
    reference::CommandModel model;
    model.name = info.name;
    model.summary = info.summary;
    model.paragraphs = reference::splitParagraphs(info.description);
    model.arguments = std::move(parameters.arguments);
    model.options = std::move(parameters.options);
    model.examples = exampleModels(info);
    return model;
}

reference::ProgramModel describe(const CommandLine& commandLine)
{
    reference::ProgramModel program;
    program.name = commandLine.root().get_name();
    program.version = programVersion();
    program.date = VNSCOPE_RELEASE_DATE;
    program.summary = "look inside virtual networks through traces";
    program.paragraphs = {"A trace is imported once into a store, which reports, queries and exports then read.\n"
                          "Each command has a page of its own."};
    program.options = reference::parametersOf(commandLine.root()).options;
    for (const CommandLine::Entry& entry : commandLine.entries()) {
        if (!entry.command->info().isHidden)
            program.commands.push_back(describe(entry));
    }
    program.exitCodes = exitCodeModels();
    program.exitRemark = "A run that is stopped by a signal (Ctrl-C) removes what it had begun and then ends by that "
                         "signal, so a shell sees 128 plus its number.";
    program.variables = {
        {"TMPDIR", "where traces that are reported on without a store are imported to (default: /tmp)"},
        {"VNSCOPE_CTF_READER", "the helper program that reads CTF, when it is not where the installation put it"}};
    program.seeAlso = {"vnscope-statedump(1)", "babeltrace2(1)", "lttng(1)", "perf-data(1)"};
    return program;
}

Result<void> writeFile(const std::filesystem::path& path, const std::string& text)
{
    Result<Output> output = Output::open(path);
    if (!output)
        return tl::unexpected(std::move(output).error());
    output->stream() << text;
    return output->commit();
}

/// Man pages and completion from the definition that --help comes from, so that they cannot disagree.
class GenerateCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {
            "generate",
            "write the man pages or the bash completion",
            "For the build of vnscope itself.",
            {{"generate man build/man", "the man pages"}, {"generate completion build/completion", "the completion"}},
            true};
    }

    void define(CLI::App& app) override
    {
        reference::addChoice(app, "WHAT", m_what, {"completion", "man"}, "what to write")->required();
        app.add_option("DIR", m_directory, "an existing directory to write into")->required()->type_name("");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& /*console*/) override
    {
        const CommandLine commandLine;
        const reference::ProgramModel program = describe(commandLine);
        const Result<void> written = m_what == "man" ? writeManPages(program)
                                                     : writeFile(std::filesystem::path(m_directory) / program.name,
                                                                 reference::bashCompletion(program));
        if (!written)
            return tl::unexpected(written.error());
        return ExitCode::Done;
    }

private:
    [[nodiscard]] Result<void> writeManPages(const reference::ProgramModel& program) const
    {
        const std::filesystem::path directory(m_directory);
        Result<void> written = writeFile(directory / (program.name + ".1"), reference::programManPage(program));
        for (const reference::CommandModel& command : program.commands) {
            if (!written)
                return written;
            written = writeFile(directory / fmt::format("{}-{}.1", program.name, command.name),
                                reference::commandManPage(program, command));
        }
        return written;
    }

    std::string m_what;
    std::string m_directory;
};

} // namespace

std::unique_ptr<Command> makeGenerateCommand()
{
    return std::make_unique<GenerateCommand>();
}

} // namespace vnscope::cli
