// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/command_line.hpp"

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "apps/reference/bash_completion.hpp"
#include "apps/reference/man_page.hpp"
#include "apps/vnscope/commands/help_formatter.hpp"

namespace vnscope::cli {
namespace {

using testing::HasSubstr;

struct Outcome {
    ExitCode code = ExitCode::Done;
    std::string out;
    std::string err;
};

Outcome run(std::initializer_list<const char*> arguments)
{
    std::vector<const char*> all{"vnscope"};
    all.insert(all.end(), arguments);
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = CommandLine().run(static_cast<int>(all.size()), all.data(), Console{out, err, false});
    return {code, out.str(), err.str()};
}

TEST(CliCommandLine, CommandsAreSortedAndHaveSummaryDescriptionAndExamples)
{
    const CommandLine commandLine;
    std::string before;
    for (const CommandLine::Entry& entry : commandLine.entries()) {
        const CommandInfo info = entry.command->info();
        EXPECT_LT(before, info.name);
        before = info.name;
        EXPECT_FALSE(info.summary.empty()) << info.name;
        EXPECT_FALSE(info.description.empty()) << info.name;
        EXPECT_FALSE(info.examples.empty()) << info.name;
        for (const Example& example : info.examples)
            EXPECT_TRUE(example.commandLine.starts_with(info.name)) << example.commandLine;
    }
}

TEST(CliCommandLine, HelpOfEveryCommandHasExamples)
{
    for (const char* command : {"doctor", "export", "import", "info", "list", "query", "report"}) {
        const Outcome outcome = run({command, "--help"});
        EXPECT_EQ(outcome.code, ExitCode::Done) << command;
        EXPECT_THAT(outcome.out, HasSubstr("Examples:")) << command;
        EXPECT_THAT(outcome.out, HasSubstr(fmt::format("vnscope {}", command))) << command;
        EXPECT_EQ(outcome.err, "") << command;
    }
}

TEST(CliCommandLine, HelpFitsATerminal)
{
    for (const char* command : {"import", "query", "report"}) {
        std::istringstream lines(run({command, "--help"}).out);
        for (std::string line; std::getline(lines, line);) {
            const bool isExample = line.starts_with("  vnscope ");
            EXPECT_TRUE(isExample || line.size() <= 100) << line;
        }
    }
}

TEST(CliCommandLine, WrapsAtSpaces)
{
    EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
    EXPECT_EQ(wrapped("one\n\ntwo", 7), "one\n\ntwo");
    EXPECT_EQ(wrapped("unbreakable word", 4), "unbreakable\nword");
    EXPECT_EQ(wrapped("", 4), "");
}

TEST(CliCommandLine, HelpNamesTheExitCodesAndHidesWhatIsNotForUsers)
{
    const Outcome outcome = run({"--help"});
    EXPECT_EQ(outcome.code, ExitCode::Done);
    EXPECT_THAT(outcome.out, HasSubstr("Exit codes:"));
    EXPECT_THAT(outcome.out, testing::Not(HasSubstr("generate")));
}

TEST(CliCommandLine, PrintsItsVersion)
{
    EXPECT_EQ(run({"--version"}).out, fmt::format("vnscope {}\n", programVersion()));
}

TEST(CliCommandLine, WrongUseIsCodeTwoAndOneSentence)
{
    using Arguments = std::initializer_list<const char*>;
    for (const Arguments& arguments :
         {Arguments{}, Arguments{"frobnicate"}, Arguments{"import"}, Arguments{"import", "trace"},
          Arguments{"query", "a.vns"}, Arguments{"query", "a.vns", "x", "--format", "xml"}, Arguments{"report"},
          Arguments{"list", "nonsense"}, Arguments{"import", "trace", "-o", "x.vns", "--frobnicate"},
          Arguments{"report", "a.vns", "--fail-if", "drops >"}, Arguments{"report", "a.vns", "--fail-if", "dorps > 1"},
          Arguments{"import", ".", "-o", "x", "--jobs", "-1"},
          Arguments{"import", ".", "-o", "x.vns", "--begin", "+2s", "--end", "+1s"},
          Arguments{"import", ".", "-o", "x.vns", "--begin", "yesterday"}, Arguments{"report", "a.vns", "b.vns"},
          Arguments{"report", "a.vns", "--begin", "+1s"}, Arguments{"import", ".", "-o", "x", "--clock-offset", "soon"},
          Arguments{"import", ".", "-o", "x", "--clock-offset", "/elsewhere=3"}}) {
        const Outcome outcome = run(arguments);
        const std::string shown = fmt::format("{}", fmt::join(arguments, " "));
        EXPECT_EQ(outcome.code, ExitCode::Usage) << shown << ": " << outcome.err;
        EXPECT_EQ(outcome.out, "") << shown;
        EXPECT_TRUE(outcome.err.starts_with("vnscope: ")) << shown << ": " << outcome.err;
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << shown << ": " << outcome.err;
    }
    EXPECT_FALSE(std::filesystem::exists("x.vns"));
}

TEST(CliCommandLine, FailureIsCodeOneAndOneSentence)
{
    const Outcome outcome = run({"query", "/no/such.vns", "SELECT 1"});
    EXPECT_EQ(outcome.code, ExitCode::Failed);
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST(CliCommandLine, ListsEverything)
{
    EXPECT_THAT(run({"list", "analyses"}).out, HasSubstr("bandwidth"));
    EXPECT_THAT(run({"list", "events"}).out, HasSubstr("net:netif_receive_skb"));
    EXPECT_THAT(run({"list", "metrics"}).out, HasSubstr("rx_bps"));
    EXPECT_THAT(run({"list", "sections"}).out, HasSubstr("findings"));
    EXPECT_THAT(run({"list", "tables"}).out, HasSubstr("packet_drop"));
    EXPECT_THAT(run({"list", "tables", "--format", "json"}).out, HasSubstr("\"one_row_is\":"));
    EXPECT_THAT(run({"list", "tables", "--format", "csv"}).out, HasSubstr("table,kind,columns,one_row_is\r\n"));
}

TEST(CliReference, ManPagesAndCompletionAreWritten)
{
    const auto directory = std::filesystem::temp_directory_path() / fmt::format("vnscope-reference-test-{}", getpid());
    std::filesystem::create_directory(directory);
    EXPECT_EQ(run({"generate", "man", directory.c_str()}).code, ExitCode::Done);
    EXPECT_EQ(run({"generate", "completion", directory.c_str()}).code, ExitCode::Done);
    for (const char* name : {"vnscope.1", "vnscope-doctor.1", "vnscope-export.1", "vnscope-import.1", "vnscope-info.1",
                             "vnscope-list.1", "vnscope-query.1", "vnscope-report.1", "vnscope"})
        EXPECT_TRUE(std::filesystem::exists(directory / name)) << name;
    EXPECT_FALSE(std::filesystem::exists(directory / "vnscope-generate.1"));
    std::filesystem::remove_all(directory);
}

TEST(CliReference, ManPageEscapesWhatRoffWouldInterpret)
{
    reference::CommandModel command;
    command.name = "x";
    command.summary = "a-b";
    command.paragraphs = {".PP is no request here\n'nor this \\fBnot bold"};
    command.examples = {{"vnscope x \"it's\"", "one"}};
    reference::ProgramModel program;
    program.name = "vnscope";
    program.exitRemark = "'so it ends";
    const std::string page = reference::commandManPage(program, command);
    EXPECT_THAT(page, HasSubstr("\n\\&\\(aqso it ends\n"));
    EXPECT_THAT(page, HasSubstr("\n\\&.PP is no request here\n\\&\\(aqnor this \\efBnot bold\n"));
    EXPECT_THAT(page, HasSubstr("a\\-b"));
    EXPECT_THAT(page, HasSubstr("vnscope x \\(dqit\\(aqs\\(dq"));
}

} // namespace
} // namespace vnscope::cli
