// SPDX-License-Identifier: Apache-2.0
//
// Random bridged networks. The oracle is the generator's own graph, see topology_world.hpp: it knows each cable and
// each place, walks the graph to tell what is true, and shares no code and no rule with the discovery.
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "tests/property/topology_world.hpp"

namespace {

using vnscope::tests::TopologyWorld;
using vnscope::tests::WorldOptions;

TopologyWorld::Verdict judgeWorlds(std::uint64_t first, std::uint64_t count, const WorldOptions& options)
{
    TopologyWorld::Verdict sum;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        TopologyWorld world(seed, options);
        const auto timeline = world.discover();
        sum += world.judge(timeline);
    }
    return sum;
}

void print(const char* name, const TopologyWorld::Verdict& sum)
{
    std::cout << name << ": proven " << sum.proven << ", wrong " << sum.wrong << ", lists " << sum.groups
              << ", lists without the truth " << sum.missedGroups << ", expected " << sum.expected << ", shown "
              << sum.shown << ", found " << sum.found << '\n';
}

double f1(const TopologyWorld::Verdict& sum)
{
    return 2.0 * static_cast<double>(sum.found) / static_cast<double>(sum.shown + sum.expected);
}

TEST(TopologyProperty, NothingProvenIsWrongAndListsHoldTheTruth)
{
    const auto sum = judgeWorlds(1, 2000, {});
    print("2,000 partial worlds", sum);
    EXPECT_EQ(sum.wrong, 0U) << sum.complaint;
    EXPECT_EQ(sum.missedGroups, 0U) << sum.complaint;
    EXPECT_GT(sum.proven, 10'000U);
    EXPECT_GT(sum.groups, 1'000U);
}

TEST(TopologyProperty, CompleteTablesGiveTheWholeNetwork)
{
    WorldOptions options;
    options.isComplete = true;
    options.hasChanges = false;
    const auto sum = judgeWorlds(10'001, 300, options);
    print("300 complete worlds", sum);
    EXPECT_EQ(sum.wrong, 0U) << sum.complaint;
    EXPECT_GE(f1(sum), 0.999) << sum.complaint;
}

TEST(TopologyProperty, OnePercentLostKeepsTheMap)
{
    WorldOptions options;
    options.isComplete = true;
    options.lossShare = 0.01;
    const auto sum = judgeWorlds(20'001, 500, options);
    print("500 worlds with losses", sum);
    EXPECT_EQ(sum.wrong, 0U) << sum.complaint;
    EXPECT_GE(f1(sum), 0.99) << sum.complaint;
}

} // namespace
