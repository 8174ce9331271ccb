// SPDX-License-Identifier: Apache-2.0
// A store appears whole or not at all, whatever happens to the import: killed at any moment, or a full disk.

#include <chrono>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "storage/store.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using support::runProgram;
using support::SampleCase;
using support::ScratchDirectory;

/// Which trace the store at `path` was made of; fails the test when there is no whole store.
std::string traceOf(const std::filesystem::path& path)
{
    const auto store = storage::Store::open(path);
    if (!store) {
        ADD_FAILURE() << store.error().text();
        return {};
    }
    const auto trace = store->read({.table = "trace"});
    return trace && trace->rows.size() == 1 ? trace->at(0, "path").text() : std::string();
}

TEST(WholeOrNothing, TwentyKillsAtRandomMomentsLeaveTheOldStoreOrTheNewOne)
{
    const SampleCase before("nic-router");
    const SampleCase after("bridge-vlan-migration");
    const ScratchDirectory scratch;
    const std::filesystem::path store = scratch.path() / "session.vns";
    const auto import = [&](const SampleCase& sample) {
        return fmt::format("vnscope import '{}' -o '{}'", sample.trace().string(), store.string());
    };
    // Moments are those of an import on this machine, now: how long one takes is measured first.
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(runProgram(import(after)).exitCode, 0);
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
    const auto first = runProgram(import(before));
    ASSERT_EQ(first.exitCode, 0) << first.output;
    const std::string old = traceOf(store);

    std::mt19937 random(20261120);
    std::uniform_real_distribution<double> delay(0.05, 1.1);
    int killed = 0;
    for (int round = 0; round < 20; ++round) {
        const auto run =
            runProgram(fmt::format("timeout -s KILL {:.4f} {}", delay(random) * whole.count(), import(after)));
        killed += run.exitCode == 0 ? 0 : 1;
        const std::string now = traceOf(store);
        EXPECT_TRUE(now == old || now.find("bridge-vlan-migration") != std::string::npos) << now;
    }
    EXPECT_GT(killed, 5) << "most imports were quicker than the one that was measured: this says little";

    // The next import clears up after the dead ones, and nothing but the store is left.
    const auto last = runProgram(import(after));
    EXPECT_EQ(last.exitCode, 0) << last.output;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
        EXPECT_EQ(entry.path(), store);
        ++files;
    }
    EXPECT_EQ(files, 1U);
}

TEST(WholeOrNothing, AFullDiskIsOneSentenceAndLeavesNothing)
{
    const SampleCase sample("bridge-vlan-migration");
    const ScratchDirectory scratch;
    const std::string disk = scratch.path().string();
    if (runProgram("unshare -m true").exitCode != 0)
        GTEST_SKIP() << "mount namespaces are not permitted here";
    const auto run =
        runProgram(fmt::format("unshare -m sh -c \"mount -t tmpfs -o size=256k tmpfs '{0}' && "
                               "{{ vnscope import '{1}' -o '{0}/full.vns'; echo code=\\$?; ls -A '{0}'; }}\"",
                               disk, sample.trace().string()));
    EXPECT_NE(run.output.find("code=1\n"), std::string::npos) << run.output;
    EXPECT_NE(run.output.find("disk is full"), std::string::npos) << run.output;
    EXPECT_TRUE(run.output.ends_with("code=1\n")) << "something is left on the full disk: " << run.output;
}

} // namespace
} // namespace vnscope::tests
