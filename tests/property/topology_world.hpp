// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "topology/discovery.hpp"

namespace vnscope::tests {

/// What a random world is made of.
struct WorldOptions {
    bool isComplete = false; ///< Every bridge has a station, every station is heard of everywhere, no hub.
    bool hasChanges = true;  ///< Migrations and ageing.
    double lossShare = 0;    ///< Share of FDB events that the tracer lost; it tells when.
};

/// A random bridged network with its truth, and what bridges tell of it. The truth is the graph that the world was
/// built as: ways are found by walking it, never by looking into tables.
class TopologyWorld {
public:
    TopologyWorld(std::uint64_t seed, WorldOptions options);

    /// Tells the world's events to a discovery and ends it.
    topology::TopologyTimeline discover();

    struct Verdict {
        std::uint64_t wrong = 0;        ///< Certain or inferred edges that are not true.
        std::uint64_t proven = 0;       ///< Certain or inferred edges.
        std::uint64_t groups = 0;       ///< Lists of alternatives.
        std::uint64_t missedGroups = 0; ///< Those without the truth.
        std::uint64_t found = 0;        ///< True edges that are on the map, doubtful ones included.
        std::uint64_t shown = 0;        ///< Edges on the map without alternatives.
        std::uint64_t expected = 0;     ///< True edges.
        std::string complaint;

        void operator+=(const Verdict& other);
    };
    /// Compares the map with the truth at moments between events.
    [[nodiscard]] Verdict judge(const topology::TopologyTimeline& timeline) const;
    [[nodiscard]] const std::vector<base::Timestamp>& moments() const { return m_moments; }

private:
    struct Port {
        int vertex = 0;
        topology::NodeId node;
    };
    struct Arc {
        int to = 0;
        int port = -1; ///< Index of m_ports at this end; -1: a hub has none.
    };
    struct Place {
        int vertex = -1; ///< -1: nowhere.
        int port = -1;   ///< -1: on a hub.
    };
    struct Station {
        topology::MacAddress mac;
        int vlan = 0;
        int ownerBridge = -1;                                  ///< A bridge's own address.
        std::vector<std::pair<base::Timestamp, Place>> places; ///< By time.
    };
    struct Event {
        base::Timestamp at;
        int bridge = 0;
        int port = 0;
        int station = 0;
        bool isDeletion = false;
        bool isSeed = false;
    };
    /// Shown edges without a direction: two nodes.
    using Pairs = std::set<std::pair<topology::NodeId, topology::NodeId>>;

    bool chance(double probability) { return std::bernoulli_distribution(probability)(m_random); }
    int number(int low, int high) { return std::uniform_int_distribution(low, high)(m_random); }
    int addPort(int vertex);
    void buildTree(int bridges);
    void addStations();
    void hear(int station, base::Timestamp at, double share, bool isRepointing);
    void tell(Event event);
    void migrate(int station, base::Timestamp at);
    void age(int station, base::Timestamp at);
    void play();
    void findWays();

    [[nodiscard]] Place placeOf(int station, base::Timestamp at) const;
    [[nodiscard]] int portToward(int bridge, const Place& place) const;
    [[nodiscard]] std::set<int> between(int bridge, const Place& place) const;
    [[nodiscard]] std::map<int, int> participants(int vlan) const;
    [[nodiscard]] bool isLink(int portA, int portB, int vlan) const;
    [[nodiscard]] bool isAttached(int port, int station, base::Timestamp at) const;
    [[nodiscard]] bool isTrue(topology::NodeId a, topology::NodeId b, int vlan, base::Timestamp at) const;
    [[nodiscard]] bool isKnown(int station, base::Timestamp at) const;
    [[nodiscard]] Pairs expected(base::Timestamp at) const;
    void judgeAt(const topology::TopologyTimeline& timeline, base::Timestamp at, Verdict& verdict) const;

    std::mt19937_64 m_random;
    WorldOptions m_options;
    std::uint64_t m_seed = 0;
    int m_bridgeCount = 0;
    std::vector<std::vector<Arc>> m_arcs; ///< By vertex: bridges first, then hubs.
    std::vector<Port> m_ports;
    std::vector<std::vector<int>> m_leafPorts;  ///< By bridge.
    std::vector<std::vector<int>> m_firstPort;  ///< By bridge and vertex.
    std::vector<std::vector<int>> m_nextVertex; ///< By vertex and vertex.
    std::vector<bool> m_isFiltering;
    std::vector<topology::NodeId> m_bridgeNodes;
    std::vector<int> m_host;
    std::vector<std::pair<int, int>> m_knownCables; ///< Ports.
    std::vector<Station> m_stations;
    std::map<std::pair<int, int>, int> m_table; ///< What bridge and station have now: a port.
    std::vector<Event> m_events;
    std::vector<base::Timestamp> m_moments;
    mutable std::map<int, std::map<int, int>> m_participants;
    std::map<topology::NodeId, int> m_portOf;
    std::map<topology::NodeId, int> m_bridgeOf;
    mutable std::map<topology::NodeId, int> m_stationOf;
};

} // namespace vnscope::tests
