// SPDX-License-Identifier: Apache-2.0
// `vnscope diagnose` where there is nothing to diagnose: one sentence and an exit code. What it finds is tested live.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using testing::HasSubstr;

TEST(DiagnoseCommand, SaysInOneSentenceWhyThereIsNoDiagnosis)
{
    const support::ScratchDirectory scratch;
    const std::string store = (scratch.path() / "bridges.vns").string();
    const support::SampleCase sample("bridge-vlan-migration");
    const auto imported = support::runProgram("vnscope import '" + sample.trace().string() + "' -o '" + store + "'");
    ASSERT_EQ(imported.exitCode, 0) << imported.output;
    const auto diagnose = [&](const std::string& options) {
        return support::runProgram("vnscope diagnose '" + store + "' " + options);
    };
    const auto withoutCounters = diagnose("");
    EXPECT_EQ(withoutCounters.exitCode, 1);
    EXPECT_THAT(withoutCounters.output, HasSubstr("no counters of elements"));
    const auto outside = diagnose("--window +1h..");
    EXPECT_EQ(outside.exitCode, 2);
    EXPECT_THAT(outside.output, HasSubstr("outside of the trace"));
    const auto noWindow = diagnose("--window 5");
    EXPECT_EQ(noWindow.exitCode, 2);
    EXPECT_THAT(noWindow.output, HasSubstr("is no window"));
}

} // namespace
} // namespace vnscope::tests
