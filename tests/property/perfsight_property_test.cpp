// SPDX-License-Identifier: Apache-2.0
//
// Random graphs of middleboxes with culprits built in. The oracle is the generator, see middlebox_world.hpp; counters
// come from processes and bounded queues, see flow_simulator.hpp. Neither knows a state or a threshold of the analysis.
#include <cmath>
#include <iostream>
#include <map>

#include <gtest/gtest.h>

#include "analyses/perfsight/root_cause.hpp"
#include "tests/property/middlebox_world.hpp"

namespace {

using namespace vnscope::analyses::perfsight;
using vnscope::tests::MiddleboxWorld;
using vnscope::tests::SimulatedCounters;
using vnscope::tests::SimulatedLink;

constexpr double kChunkBytes = 16384;

struct Instrumentation {
    bool countsLinks = true;
};

std::uint64_t whole(double value)
{
    return static_cast<std::uint64_t>(std::llround(value));
}

MiddleboxGraph graphOf(const MiddleboxWorld& world, Instrumentation instrumentation)
{
    MiddleboxGraph graph;
    for (std::size_t node = 0; node < world.nodes().size(); ++node) {
        const SimulatedCounters& counted = world.nodeCounters()[node];
        ElementWindow middlebox;
        middlebox.element.name = "n" + std::to_string(node);
        middlebox.element.kind = world.nodes()[node].isSource ? kClient : "middlebox";
        middlebox.element.layer = Layer::Middlebox;
        middlebox.element.capacityBps = whole(world.linkChunksPerSecond() * kChunkBytes * 8);
        middlebox.window.range = {{0}, {static_cast<std::int64_t>(world.seconds() * 1e9)}};
        middlebox.window.delta.inBytes = whole(counted.inChunks * kChunkBytes);
        middlebox.window.delta.inTimeNs = whole(counted.inSeconds * 1e9);
        middlebox.window.delta.outBytes = whole(counted.outChunks * kChunkBytes);
        middlebox.window.delta.outTimeNs = whole(counted.outSeconds * 1e9);
        graph.nodes.push_back(middlebox);
    }
    for (std::size_t i = 0; i < world.links().size(); ++i) {
        const SimulatedLink& from = world.links()[i];
        Link link;
        link.from = static_cast<NodeIndex>(from.from);
        link.to = static_cast<NodeIndex>(from.to);
        link.coupling = from.drops ? Coupling::Packet : Coupling::Tcp;
        if (instrumentation.countsLinks) {
            link.outBytes = whole(world.linkCounters()[i].outChunks * kChunkBytes);
            link.outTimeNs = whole(world.linkCounters()[i].outSeconds * 1e9);
        }
        graph.links.push_back(link);
    }
    return graph;
}

MiddleboxWorld::Causes causesOf(const Diagnosis& diagnosis)
{
    MiddleboxWorld::Causes causes;
    for (const RootCause& cause : diagnosis.rootCauses)
        causes.emplace(static_cast<int>(cause.node), cause.label == LoadLabel::Overloaded);
    return causes;
}

struct Score {
    int exact = 0;
    int exactWithoutLinks = 0;
    int all = 0;
};

bool isExact(const MiddleboxWorld& world, Instrumentation instrumentation)
{
    return causesOf(findRootCauses(graphOf(world, instrumentation))) == world.truth();
}

void complain(std::uint64_t seed, const MiddleboxWorld& world)
{
    std::cout << "world " << seed << ":\n";
    for (const std::string& line : world.text())
        std::cout << "  " << line << '\n';
    const MiddleboxGraph graph = graphOf(world, {});
    for (const std::string& line : explain(graph, findRootCauses(graph)))
        std::cout << "  > " << line << '\n';
}

TEST(PerfsightProperty, NamesExactlyTheCulpritsOfRandomGraphs)
{
    std::map<std::string, Score> scores;
    Score sum;
    int complaints = 0;
    std::size_t overloaded = 0;
    std::size_t underloaded = 0;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        MiddleboxWorld world(seed);
        world.measure();
        for (const auto& [node, isOverloaded] : world.truth())
            ++(isOverloaded ? overloaded : underloaded);
        const bool isRight = isExact(world, {true});
        const bool isRightWithoutLinks = isExact(world, {false});
        for (Score* score : {&scores[world.shape()], &sum}) {
            score->all += 1;
            score->exact += isRight ? 1 : 0;
            score->exactWithoutLinks += isRightWithoutLinks ? 1 : 0;
        }
        if (!isRight && ++complaints <= 3)
            complain(seed, world);
    }
    for (const auto& [shape, score] : scores)
        std::cout << shape << ": exact " << score.exact << " of " << score.all << ", without counters per link "
                  << score.exactWithoutLinks << '\n';
    std::cout << "all: exact " << sum.exact << " of " << sum.all << ", without counters per link "
              << sum.exactWithoutLinks << "; culprits: overloaded " << overloaded << ", underloaded " << underloaded
              << '\n';
    EXPECT_GE(sum.exact, 980);
    EXPECT_GT(overloaded, 300U);
    EXPECT_GT(underloaded, 300U);
}

} // namespace
