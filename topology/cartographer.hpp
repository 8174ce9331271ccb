// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include <tsl/robin_map.h>

#include "topology/edge_book.hpp"
#include "topology/inference.hpp"

namespace vnscope::topology {

using StationNodes = tsl::robin_map<MacAddress, NodeId>;

/// Draws the map: makes nodes and edges of a ledger and of what is inferred from it.
class Cartographer {
public:
    Cartographer(const Ledger& ledger, const Discovery::Options& options);

    [[nodiscard]] TopologyTimeline::Parts draw();

private:
    /// A span of a station at a port.
    struct Stay {
        PortRef port;
        NodeId station;
        base::TimeRange when;
        std::uint64_t evidence = 0;
    };
    using Stays = std::vector<Stay>; ///< Sorted by port.

    void drawFacts();
    void drawFact(const Fact& fact);
    void drawPassages();
    void drawFdb();
    void drawDomain(const Domain& domain);
    void addCablePorts(Domain& domain) const;
    void readLinks(const std::vector<Domain>& domains);
    [[nodiscard]] Findings findProven(const Domain& domain) const;
    [[nodiscard]] std::vector<base::TimeRange> lossesOf(const std::vector<NodeId>& devices) const;
    void readCables();
    [[nodiscard]] std::vector<NodeId> cableWays(NodeId port) const;

    void weave(const Findings& findings, bool isDoubtful);
    void weaveJoint(const FoundJoint& joint, const Stays& stays, bool hasUnknownNeighbour, bool isDoubtful);
    [[nodiscard]] static std::span<const Stay> staysAt(const Stays& stays, const PortRef& port);
    void weaveStay(const FoundJoint& joint, const Stay& stay, const std::vector<base::TimeRange>& shared,
                   bool isDoubtful);
    void weaveLinks(const FoundJoint& joint, const std::vector<base::TimeRange>& shared, bool isDoubtful);
    void weaveAmbiguous(const Findings& findings);
    void write(Edge edge, bool isDoubtful);
    [[nodiscard]] bool isCabled(const FoundJoint& joint) const;
    [[nodiscard]] bool isOwnedBy(NodeId port, NodeId station) const;

    NodeId station(MacAddress mac, base::TimeRange when);
    NodeId segment(const std::vector<PortRef>& ports, base::TimeRange when);

    const Ledger& m_ledger;
    Discovery::Options m_options;
    PortLives m_lives;
    std::vector<CableEnds> m_cables;                    ///< Between ports, as hosts told.
    std::vector<CableEnds> m_links;                     ///< Those, and what was proven in any VLAN.
    std::map<NodeId, std::vector<NodeId>> m_neighbours; ///< Over cables that hosts told of.
    EdgeBook m_book;
    TopologyTimeline::Parts m_parts;
    StationNodes m_stations;
    std::map<std::vector<PortRef>, NodeId> m_segments;
    std::vector<FoundStation> m_history; ///< What changes are told from.
};

/// The changes that stations, ports and devices went through.
[[nodiscard]] std::vector<Change> findChanges(const Ledger& ledger, const std::vector<FoundStation>& stations,
                                              const StationNodes& stationNodes, base::Nanoseconds spread);

} // namespace vnscope::topology
