// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "topology/discovery.hpp"

/// How long the map of a large network takes: a random tree of bridges with 100 stations each. Every station has talked
/// to one on the first bridge (a gateway), and one in ten to a random other one; a bridge knows the addresses of the
/// frames that passed it.
namespace {

using namespace vnscope;
using topology::NodeId;

constexpr std::size_t kStationsOfBridge = 100;

struct Entry {
    std::size_t bridge = 0;
    std::size_t port = 0;
    std::uint64_t mac = 0;
    base::Timestamp at;
};

struct Network {
    std::vector<std::size_t> parent; ///< By bridge; the first one is its own.
    std::vector<std::size_t> depth;
    std::vector<std::size_t>
        portOf; ///< By bridge: the first of its ports. That one leads up, then one for each station and child.
    std::vector<std::size_t> childNumber;
    std::vector<std::size_t> ports; ///< By port: its bridge.
    std::vector<Entry> entries;
};

std::size_t upPort(const Network& network, std::size_t bridge)
{
    return network.portOf[bridge];
}
/// The port of a child's parent that leads to it.
std::size_t downPort(const Network& network, std::size_t child)
{
    return network.portOf[network.parent[child]] + 1 + kStationsOfBridge + network.childNumber[child];
}

/// Frames of a station pass all bridges on the way to another bridge.
void send(Network& network, std::vector<bool>& isKnown, std::size_t station, std::size_t to)
{
    const std::size_t home = station / kStationsOfBridge;
    const base::Timestamp at{static_cast<std::int64_t>(station) * base::kNsPerMs};
    const auto learn = [&](std::size_t bridge, std::size_t port) {
        if (!isKnown[bridge])
            network.entries.push_back({bridge, port, 0x020000000000 + station, at});
        isKnown[bridge] = true;
    };
    learn(home, network.portOf[home] + 1 + station % kStationsOfBridge);
    std::size_t up = home;
    std::vector<std::size_t> down;
    while (up != to) {
        if (network.depth[up] >= network.depth[to]) {
            const std::size_t child = up;
            up = network.parent[up];
            learn(up, downPort(network, child));
        } else {
            down.push_back(to);
            to = network.parent[to];
        }
    }
    for (auto bridge = down.rbegin(); bridge != down.rend(); ++bridge)
        learn(*bridge, upPort(network, *bridge));
}

Network makeNetwork(std::size_t bridges)
{
    std::mt19937_64 random(20261121);
    Network network;
    std::vector<std::size_t> children(bridges);
    for (std::size_t bridge = 0; bridge < bridges; ++bridge) {
        network.parent.push_back(bridge == 0 ? 0 : random() % bridge);
        network.depth.push_back(bridge == 0 ? 0 : network.depth[network.parent[bridge]] + 1);
        network.childNumber.push_back(bridge == 0 ? 0 : children[network.parent[bridge]]++);
    }
    for (std::size_t bridge = 0; bridge < bridges; ++bridge) {
        network.portOf.push_back(network.ports.size());
        network.ports.insert(network.ports.end(), 1 + kStationsOfBridge + children[bridge], bridge);
    }
    std::vector<bool> isKnown(bridges);
    const std::size_t stations = bridges * kStationsOfBridge;
    for (std::size_t station = 0; station < stations; ++station) {
        isKnown.assign(bridges, false);
        send(network, isKnown, station, 0);
        if (station % 10 == 0)
            send(network, isKnown, station, random() % bridges);
        for (std::size_t bridge = 0; station == 0 && bridge < bridges; ++bridge)
            send(network, isKnown, station, bridge); // The gateway answers everybody.
    }
    return network;
}

topology::Discovery observe(const Network& network)
{
    topology::Discovery discovery;
    std::vector<NodeId> bridges;
    std::vector<NodeId> ports;
    for (std::size_t bridge = 0; bridge < network.parent.size(); ++bridge)
        bridges.push_back(discovery.deviceSeen({}, {"host", "", "br" + std::to_string(bridge)}));
    for (std::size_t port = 0; port < network.ports.size(); ++port)
        ports.push_back(discovery.deviceSeen({}, {"host", "", "p" + std::to_string(port)}));
    for (const Entry& entry : network.entries)
        discovery.fdbSeen(entry.at, bridges[entry.bridge], ports[entry.port], {entry.mac}, 0);
    return discovery;
}

void find(benchmark::State& state)
{
    const Network network = makeNetwork(static_cast<std::size_t>(state.range(0)));
    std::size_t links = 0;
    std::size_t stations = 0;
    for ([[maybe_unused]] auto round : state) {
        state.PauseTiming();
        topology::Discovery discovery = observe(network);
        state.ResumeTiming();
        const auto timeline = discovery.finish({1000 * base::kNsPerSecond});
        links = stations = 0;
        for (const topology::Edge& edge : timeline.edges()) {
            const bool isFound = edge.certainty == topology::Certainty::Inferred;
            links += isFound && edge.kind == topology::EdgeKind::Uplink ? 1U : 0U;
            stations += isFound && edge.kind == topology::EdgeKind::AttachedHost ? 1U : 0U;
        }
    }
    state.counters["entries"] = static_cast<double>(network.entries.size());
    state.counters["links_found"] = static_cast<double>(links);
    state.counters["stations_found"] = static_cast<double>(stations);
}

void observeAndFind(benchmark::State& state)
{
    const Network network = makeNetwork(static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto round : state)
        benchmark::DoNotOptimize(observe(network).finish({1000 * base::kNsPerSecond}));
}

BENCHMARK(find)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(observeAndFind)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
