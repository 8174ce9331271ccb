// SPDX-License-Identifier: Apache-2.0
#include "apps/agent/command_line.hpp"

#include <algorithm>
#include <initializer_list>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/reference/bash_completion.hpp"
#include "apps/reference/man_page.hpp"

namespace vnscope::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Parsed {
    std::optional<ExitCode> early;
    Options options;
    std::string out;
    std::string err;
};

Parsed parse(std::initializer_list<const char*> arguments)
{
    std::vector<const char*> all{"vnscope-agent"};
    all.insert(all.end(), arguments);
    std::ostringstream out;
    std::ostringstream err;
    CommandLine commandLine;
    const auto early = commandLine.parse(static_cast<int>(all.size()), all.data(), out, err);
    return {early, commandLine.options(), out.str(), err.str()};
}

TEST(AgentCommandLine, SamplesTenTimesASecondUnlessToldOtherwise)
{
    const Parsed plain = parse({});
    EXPECT_FALSE(plain.early);
    EXPECT_EQ(plain.options.periodNs, 100'000'000);
    EXPECT_EQ(plain.options.durationNs, 0);
    EXPECT_EQ(plain.options.print, "");
    const Parsed told =
        parse({"--period", "20ms", "--duration=2m", "--print", "json", "--process", "1", "--process=nginx"});
    EXPECT_FALSE(told.early) << told.err;
    EXPECT_EQ(told.options.periodNs, 20'000'000);
    EXPECT_EQ(told.options.durationNs, 120'000'000'000);
    EXPECT_EQ(told.options.print, "json");
    EXPECT_THAT(told.options.processes, testing::ElementsAre("1", "nginx"));
}

TEST(AgentCommandLine, WrongUseIsCodeTwoAndOneSentence)
{
    for (const auto& arguments : {std::initializer_list<const char*>{"--bogus"},
                                  {"--period"},
                                  {"--period", "100"},
                                  {"--period", "0s"},
                                  {"--period", "-1s"},
                                  {"--period", "99999999999999h"},
                                  {"--print", "xml"},
                                  {"a"}}) {
        const Parsed parsed = parse(arguments);
        EXPECT_EQ(parsed.early, ExitCode::Usage) << *arguments.begin();
        EXPECT_EQ(parsed.out, "");
        EXPECT_EQ(std::count(parsed.err.begin(), parsed.err.end(), '\n'), 1) << parsed.err;
    }
}

TEST(AgentCommandLine, HelpManPageAndCompletionTellTheOptionsButNotOurOwn)
{
    const Parsed help = parse({"--help"});
    EXPECT_EQ(help.early, ExitCode::Done);
    const reference::ProgramModel model = CommandLine().model();
    const std::string completion = reference::bashCompletion(model);
    for (const std::string& text : {help.out, completion}) {
        EXPECT_THAT(text, HasSubstr("--rules-period"));
        EXPECT_THAT(text, HasSubstr("--print"));
        EXPECT_THAT(text, Not(HasSubstr("--generate")));
    }
    EXPECT_THAT(reference::programManPage(model), HasSubstr("SIGUSR1"));
    EXPECT_THAT(help.out, HasSubstr("--period TIME"));
    EXPECT_THAT(help.out, Not(HasSubstr("INT")));
}

} // namespace
} // namespace vnscope::agent
