// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "analyses/microscope/patterns/aggregation.hpp"
#include "tests/support/pattern_workload.hpp"

/// Figure 14's experiment: how many patterns, how long it takes, whether the injected culprit is one of them. With
/// VNSCOPE_PRINT=1 in the environment it prints the patterns, too.
namespace {

using namespace vnscope;
using namespace vnscope::analyses::microscope;

std::string textOf(const patterns::Prefix& prefix, std::uint8_t ipVersion)
{
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint64_t word = i < 8 ? prefix.address.high : prefix.address.low;
        bytes[i] = static_cast<std::uint8_t>(word >> (56 - 8 * (i % 8)));
    }
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(ipVersion == 6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof(text));
    return text + ("/" + std::to_string(prefix.length));
}

std::string textOf(const patterns::PortRange& ports)
{
    return std::to_string(ports.first) + (ports.first == ports.last ? std::string() : "-" + std::to_string(ports.last));
}

std::string textOf(const patterns::Aggregate& aggregate, const std::vector<patterns::Place>& places)
{
    const auto& [scope, place] = aggregate.place;
    return textOf(aggregate.source, aggregate.ipVersion) + " " + textOf(aggregate.destination, aggregate.ipVersion) +
           " " + (aggregate.protocol ? std::to_string(*aggregate.protocol) : "*") + " " +
           textOf(aggregate.sourcePorts) + " " + textOf(aggregate.destinationPorts) + " " +
           (scope == patterns::PlaceScope::Instance ? places[place].name
            : scope == patterns::PlaceScope::Type   ? places[place].type + "*"
                                                    : "*");
}

void print(const patterns::Patterns& found, const std::vector<patterns::Place>& places)
{
    for (const patterns::Pattern& pattern : found.ranked)
        std::printf("%6.2f %%  %6lu  %s => %s\n", 100 * pattern.score / found.total, pattern.relations,
                    textOf(pattern.culprit, places).c_str(), textOf(pattern.victim, places).c_str());
}

void figure14(benchmark::State& state, const tests::PatternWorkloadOptions& options, bool joinsAlike)
{
    const auto workload = tests::makePatternWorkload(options);
    patterns::Patterns found;
    for ([[maybe_unused]] auto round : state)
        found = patterns::aggregate(workload.relations, workload.places, {.joinsAlike = joinsAlike});
    double injected = 0;
    for (const patterns::Pattern& pattern : found.ranked)
        injected += pattern.culprit == workload.injected ? pattern.score : 0;
    state.counters["relations"] = static_cast<double>(workload.relations.size());
    state.counters["patterns"] = static_cast<double>(found.ranked.size());
    state.counters["coverage"] = found.coverage();
    state.counters["injected_found"] = injected / workload.injectedScore;
    if (std::getenv("VNSCOPE_PRINT") != nullptr)
        print(found, workload.places);
}

BENCHMARK_CAPTURE(figure14, pairs, tests::PatternWorkloadOptions{}, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, grid, tests::PatternWorkloadOptions{.isGrid = true}, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, networks,
                  tests::PatternWorkloadOptions{.isGrid = true, .addresses = tests::Addresses::Networks}, true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, uneven,
                  tests::PatternWorkloadOptions{.injectedScore = 0.1, .isGrid = true, .isUneven = true}, true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, v6, tests::PatternWorkloadOptions{.addresses = tests::Addresses::Networks, .ipVersion = 6},
                  true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, plain,
                  tests::PatternWorkloadOptions{.isGrid = true, .addresses = tests::Addresses::Networks}, false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, one_network, tests::PatternWorkloadOptions{.addresses = tests::Addresses::OneNetwork}, true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, one_network_plain, tests::PatternWorkloadOptions{.addresses = tests::Addresses::OneNetwork},
                  false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(figure14, million, tests::PatternWorkloadOptions{.relations = 1'000'000}, true)
    ->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
