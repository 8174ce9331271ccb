// SPDX-License-Identifier: Apache-2.0
// A chain of haproxy and nginx in network namespaces with one thing wrong, recorded through libvnscope_preload.so. The
// truth is what was done to it. A machine that others use may disturb a trial: at most three tries, and each is
// printed.

#include <fstream>
#include <iostream>
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

class Middleboxes : public testing::TestWithParam<Scenario> {
protected:
    /// What the diagnosis of a new recording says; nothing, and a reason, where this machine cannot record it.
    std::optional<nlohmann::json> diagnose();

    std::string m_reason;
};

std::optional<nlohmann::json> Middleboxes::diagnose()
{
    const support::ScratchDirectory scratch;
    const std::string trace = (scratch.path() / "trace").string();
    const std::string store = (scratch.path() / "live.vns").string();
    const auto run =
        support::runProgram("bash '" VNSCOPE_SOURCE_DIR "/tests/live/middleboxes/record_chain' " + GetParam().name +
                            " '" + trace + "' '" VNSCOPE_BINARY_DIR "/lib/libvnscope_preload.so'");
    m_reason = run.output;
    if (run.exitCode == kCannot)
        return std::nullopt;
    EXPECT_EQ(run.exitCode, 0) << run.output;
    const auto imported = support::runProgram("vnscope import '" + trace + "' -o '" + store + "'");
    EXPECT_EQ(imported.exitCode, 0) << imported.output;
    const auto said = support::runProgram("vnscope diagnose '" + store + "' --format json --window " +
                                          lineOf(fs::path(trace) / "begin") + ".." + lineOf(fs::path(trace) / "end"));
    EXPECT_EQ(said.exitCode, 0) << said.output;
    return nlohmann::json::parse(said.output, nullptr, false);
}

TEST_P(Middleboxes, TheCauseIsNamed)
{
    for (int attempt = 1; attempt <= kTries; ++attempt) {
        const auto diagnosis = diagnose();
        if (!diagnosis)
            GTEST_SKIP() << m_reason;
        ASSERT_TRUE(diagnosis->is_object());
        std::set<std::string> causes;
        for (const auto& cause : (*diagnosis)["root_causes"])
            causes.insert(cause["element"].get<std::string>() + " " + cause["label"].get<std::string>());
        if (causes == GetParam().causes)
            return;
        std::cout << GetParam().name << ", try " << attempt << " of " << kTries << ": "
                  << testing::PrintToString(causes) << '\n'
                  << (*diagnosis)["reasoning"].dump(2) << '\n';
    }
    FAIL() << "not named in " << kTries << " tries";
}

INSTANTIATE_TEST_SUITE_P(OfOneChain, Middleboxes,
                         testing::Values(Scenario{"slow_client", {"client underloaded"}},
                                         Scenario{"slow_server", {"server overloaded"}},
                                         Scenario{"slow_proxy", {"proxy overloaded"}},
                                         Scenario{"slow_log", {"log overloaded"}}),
                         [](const auto& scenario) { return scenario.param.name; });

} // namespace
} // namespace vnscope::tests
