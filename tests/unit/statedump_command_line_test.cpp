// SPDX-License-Identifier: Apache-2.0
#include "apps/statedump/command_line.hpp"

#include <initializer_list>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/reference/bash_completion.hpp"
#include "apps/reference/man_page.hpp"

namespace vnscope::statedump {
namespace {

using testing::HasSubstr;

struct Parsed {
    std::optional<ExitCode> early;
    Options options;
    std::string out;
    std::string err;
};

Parsed parse(std::initializer_list<const char*> arguments)
{
    std::vector<const char*> all{"vnscope-statedump"};
    all.insert(all.end(), arguments);
    std::ostringstream out;
    std::ostringstream err;
    CommandLine commandLine;
    const auto early = commandLine.parse(static_cast<int>(all.size()), all.data(), out, err);
    return {early, commandLine.options(), out.str(), err.str()};
}

TEST(StatedumpCommandLine, TakesSeveralSockets)
{
    const Parsed parsed = parse({"--json", "--ovsdb", "a", "--ovsdb=b"});
    EXPECT_FALSE(parsed.early);
    EXPECT_TRUE(parsed.options.isJson);
    EXPECT_THAT(parsed.options.ovsdbSockets, testing::ElementsAre("a", "b"));
    EXPECT_THAT(parse({}).options.ovsdbSockets, testing::IsEmpty());
}

TEST(StatedumpCommandLine, WrongUseIsCodeTwoAndOneSentence)
{
    for (const auto& arguments : {std::initializer_list<const char*>{"--bogus"}, {"--ovsdb"}, {"a"}, {"--json", "b"}}) {
        const Parsed parsed = parse(arguments);
        EXPECT_EQ(parsed.early, ExitCode::Usage);
        EXPECT_EQ(parsed.out, "");
        EXPECT_EQ(std::count(parsed.err.begin(), parsed.err.end(), '\n'), 1) << parsed.err;
    }
}

TEST(StatedumpCommandLine, HelpManPageAndCompletionTellTheOptionsButNotOurOwn)
{
    const Parsed help = parse({"--help"});
    EXPECT_EQ(help.early, ExitCode::Done);
    const reference::ProgramModel model = CommandLine().model();
    const std::string man = reference::programManPage(model);
    const std::string completion = reference::bashCompletion(model);
    EXPECT_THAT(man, HasSubstr("\\fB\\-\\-ovsdb\\fR \\fISOCKET\\fR"));
    for (const char* section : {"EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "NOTES", "SEE ALSO"})
        EXPECT_THAT(man, HasSubstr(std::string("\n.SH ") + section + "\n"));
    EXPECT_THAT(man, testing::Not(HasSubstr("COMMAND")));
    for (const char* option : {"--json", "--ovsdb", "--version"}) {
        EXPECT_THAT(help.out, HasSubstr(option));
        EXPECT_THAT(completion, HasSubstr(option));
    }
    for (const std::string& text : {help.out, man, completion})
        EXPECT_THAT(text, testing::Not(HasSubstr("generate")));
}

} // namespace
} // namespace vnscope::statedump
