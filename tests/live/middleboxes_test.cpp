// SPDX-License-Identifier: Apache-2.0
// A chain of haproxy and nginx in network namespaces with one thing wrong, recorded through libvnscope_preload.so or by
// their system calls; and
// a host one of whose elements loses packets, sampled by vnscope-agent. The truth is what was done to them. A machine
// that others use may disturb a trial: at most three tries, and each is printed.

#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

namespace fs = std::filesystem;

constexpr int kCannot = 77;
constexpr int kTries = 3;

struct Scenario {
    std::string name;
    std::set<std::string> causes; ///< "element label".
};

void PrintTo(const Scenario& scenario, std::ostream* out)
{
    *out << scenario.name;
}

std::string lineOf(const fs::path& file)
{
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

/// A recording of a script beside this file and what the diagnosis of its window says; nothing, and a reason, where
/// this machine cannot record it.
struct Trial {
    /// `script` with its arguments; % is where the trace goes.
    explicit Trial(std::string script);

    std::optional<nlohmann::json> diagnosis;
    std::map<std::string, std::string> roles; ///< By number of a process: its place in the chain.
    std::string output;                       ///< Of the script.
};

/// "element label" of all root causes; an element that is a process, "nginx[123]", by its place in the chain.
std::set<std::string> causesOf(const Trial& trial)
{
    std::set<std::string> causes;
    for (const auto& cause : (*trial.diagnosis)["root_causes"]) {
        std::string name = cause["element"].get<std::string>();
        if (const auto bracket = name.find('['); bracket != std::string::npos) {
            const auto role = trial.roles.find(name.substr(bracket + 1, name.size() - bracket - 2));
            name = role == trial.roles.end() ? name : role->second;
        }
        causes.insert(name + ' ' + cause["label"].get<std::string>());
    }
    return causes;
}

Trial::Trial(std::string script)
{
    const support::ScratchDirectory scratch;
    const std::string trace = (scratch.path() / "trace").string();
    const std::string store = (scratch.path() / "live.vns").string();
    script.replace(script.find('%'), 1, '\'' + trace + '\'');
    const auto run = support::runProgram("bash " VNSCOPE_SOURCE_DIR "/tests/live/middleboxes/" + script);
    output = run.output;
    if (run.exitCode == kCannot)
        return;
    EXPECT_EQ(run.exitCode, 0) << run.output;
    const auto imported = support::runProgram("vnscope import '" + trace + "' -o '" + store + "'");
    EXPECT_EQ(imported.exitCode, 0) << imported.output;
    const auto said = support::runProgram("vnscope diagnose '" + store + "' --format json --window " +
                                          lineOf(fs::path(trace) / "begin") + ".." + lineOf(fs::path(trace) / "end"));
    EXPECT_EQ(said.exitCode, 0) << said.output;
    diagnosis = nlohmann::json::parse(said.output, nullptr, false);
    std::ifstream names(fs::path(trace) / "names");
    for (std::string pid, role; names >> pid >> role;)
        roles.emplace(pid, role);
}

class Middleboxes : public testing::TestWithParam<Scenario> {};

void expectNamed(const Scenario& scenario, const std::string& sense)
{
    for (int attempt = 1; attempt <= kTries; ++attempt) {
        const Trial trial("record_chain " + scenario.name + " % '" + sense + "'");
        if (!trial.diagnosis)
            GTEST_SKIP() << trial.output;
        ASSERT_TRUE(trial.diagnosis->is_object());
        const std::set<std::string> causes = causesOf(trial);
        if (causes == scenario.causes)
            return;
        std::cout << scenario.name << ", try " << attempt << " of " << kTries << ": " << testing::PrintToString(causes)
                  << '\n'
                  << (*trial.diagnosis)["reasoning"].dump(2) << '\n';
    }
    FAIL() << "not named in " << kTries << " tries";
}

TEST_P(Middleboxes, TheCauseIsNamed)
{
    expectNamed(GetParam(), VNSCOPE_BINARY_DIR "/lib/libvnscope_preload.so");
}

INSTANTIATE_TEST_SUITE_P(OfOneChain, Middleboxes,
                         testing::Values(Scenario{"slow_client", {"client underloaded"}},
                                         Scenario{"slow_server", {"server overloaded"}},
                                         Scenario{"slow_proxy", {"proxy overloaded"}},
                                         Scenario{"slow_log", {"log overloaded"}}),
                         [](const auto& scenario) { return scenario.param.name; });

/// The programs run as they are; `vnscope record` takes their system calls from the kernel.
class PlainPrograms : public testing::TestWithParam<Scenario> {};

TEST_P(PlainPrograms, TheCauseIsNamed)
{
    expectNamed(GetParam(), "kernel");
}

INSTANTIATE_TEST_SUITE_P(OfOneChain, PlainPrograms,
                         testing::Values(Scenario{"slow_client", {"client underloaded"}},
                                         Scenario{"slow_server", {"server overloaded"}}),
                         [](const auto& scenario) { return scenario.param.name; });

struct Shortage {
    std::string name;
    std::string resource;
    std::string elementBegin; ///< The name of the element that lost most begins so.
};

void PrintTo(const Shortage& shortage, std::ostream* out)
{
    *out << shortage.name;
}

class HostElements : public testing::TestWithParam<Shortage> {};

TEST_P(HostElements, TheShortageIsNamed)
{
    for (int attempt = 1; attempt <= kTries; ++attempt) {
        const Trial trial("record_host " + GetParam().name + " %");
        if (!trial.diagnosis)
            GTEST_SKIP() << trial.output;
        ASSERT_TRUE(trial.diagnosis->is_object());
        const nlohmann::json& shortages = (*trial.diagnosis)["shortages"];
        if (!shortages.empty() && shortages[0]["resource"] == GetParam().resource &&
            shortages[0]["elements"][0]["element"].get<std::string>().starts_with(GetParam().elementBegin))
            return;
        std::cout << GetParam().name << ", try " << attempt << " of " << kTries << ": " << shortages.dump(2) << '\n';
    }
    FAIL() << "not named in " << kTries << " tries";
}

INSTANTIATE_TEST_SUITE_P(OfThisHost, HostElements,
                         testing::Values(Shortage{"tap_stalled", "VM bottleneck (CPU or bandwidth)", "t0"},
                                         Shortage{"qdisc_limit", "Outgoing bandwidth of a device", "v0 tbf"},
                                         Shortage{"backlog", "pCPU backlog", "cpu1 backlog"}),
                         [](const auto& shortage) { return shortage.param.name; });

} // namespace
} // namespace vnscope::tests
