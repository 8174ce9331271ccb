// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/command_line.hpp"
#include "apps/vnscope/commands/options.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/reference/bash_completion.hpp"
#include "apps/vnscope/reference/man_page.hpp"

namespace vnscope::cli {
namespace {

using base::Result;

std::vector<std::string> splitChoices(const std::string& typeName)
{
    std::vector<std::string> choices;
    if (typeName.find(kChoiceSeparator) == std::string::npos)
        return choices;
    std::istringstream words(typeName);
    for (std::string word; std::getline(words, word, kChoiceSeparator);)
        choices.push_back(word);
    return choices;
}

/// Paragraphs are parted by empty lines.
std::vector<std::string> splitParagraphs(std::string_view text)
{
    std::vector<std::string> paragraphs;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        paragraphs.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return paragraphs;
}

reference::Parameter describe(const CLI::Option& option)
{
    reference::Parameter parameter;
    for (const std::string& name : option.get_snames())
        parameter.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        parameter.names.push_back("--" + name);
    if (parameter.names.empty())
        parameter.names.push_back(option.get_name());
    if (option.get_type_size() != 0)
        parameter.valueName = option.get_type_name();
    parameter.choices = splitChoices(parameter.valueName);
    parameter.description = option.get_description();
    parameter.defaultValue = option.get_default_str();
    parameter.isRequired = option.get_required();
    parameter.isRepeatable = option.get_expected_max() > 1;
    return parameter;
}

reference::CommandModel describe(const CommandLine::Entry& entry)
{
    const CommandInfo info = entry.command->info();
    reference::CommandModel model;
    model.name = info.name;
    model.summary = info.summary;
    model.paragraphs = splitParagraphs(info.description);
    for (const CLI::Option* option : static_cast<const CLI::App*>(entry.app)->get_options())
        (option->get_positional() ? model.arguments : model.options).push_back(describe(*option));
    for (const Example& example : info.examples)
        model.examples.push_back({fmt::format("vnscope {}", example.commandLine), std::string(example.explanation)});
    return model;
}

reference::ProgramModel describe(const CommandLine& commandLine)
{
    reference::ProgramModel program;
    program.name = commandLine.root().get_name();
    program.version = programVersion();
    program.date = VNSCOPE_RELEASE_DATE;
    program.summary = "look inside virtual networks through traces";
    for (const CLI::Option* option : commandLine.root().get_options())
        program.options.push_back(describe(*option));
    for (const CommandLine::Entry& entry : commandLine.entries()) {
        if (!entry.command->info().isHidden)
            program.commands.push_back(describe(entry));
    }
    for (const ExitCodeMeaning& entry : exitCodes())
        program.exitCodes.push_back({static_cast<int>(entry.code), std::string(entry.meaning)});
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
        addChoice(app, "WHAT", m_what, {"completion", "man"}, "what to write")->required();
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
