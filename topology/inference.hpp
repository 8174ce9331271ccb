// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "topology/domain.hpp"
#include "topology/episodes.hpp"
#include "topology/port_lives.hpp"

namespace vnscope::topology {

/// A port of a bridge as the ledger names it; no port: some port of the bridge.
struct PortRef {
    NodeId bridge;
    NodeId port;

    auto operator<=>(const PortRef&) const = default;
    /// What an edge ends at.
    [[nodiscard]] NodeId node() const { return port.isValid() ? port : bridge; }
};

/// Ports that face each other for a while.
struct FoundJoint {
    std::vector<PortRef> ports; ///< Sorted; one alone is a port that bridges or several stations may be behind.
    int vlan = kNoVlan;
    base::TimeRange when;
    std::uint64_t evidence = 0;
};

/// A port whose neighbour is one of several for a while.
struct FoundChoice {
    PortRef port;
    std::vector<PortRef> neighbours;
    int vlan = kNoVlan;
    base::TimeRange when;
};

/// A station at a place, or at one of several.
struct FoundStation {
    MacAddress mac;
    int vlan = kNoVlan;
    base::TimeRange when;
    std::vector<PortRef> places; ///< One when `isProven`; empty: not known.
    bool isProven = false;
    bool isFlapping = false;
    bool isSeeded = false; ///< First known from a state dump: it was there before.
    FdbEnd end = FdbEnd::Open;
    std::optional<base::Timestamp> forgottenAt; ///< When the bridge at a proven place forgot it.
    std::uint64_t evidence = 0;
};

struct Findings {
    std::vector<FoundJoint> joints;
    std::vector<FoundChoice> choices;
    std::vector<FoundStation> stations; ///< Of one address and VLAN: consecutive, by time.

    void append(Findings&& more);
};

struct CableEnds {
    PortRef a;
    PortRef b;
    base::TimeRange when;
};

/// Applies the rules to one broadcast domain. Nothing that happens outside of a range changes what is found in it.
class Inference {
public:
    Inference(const PortLives& lives, const Domain& domain, const std::vector<CableEnds>& cables,
              const Discovery::Options& options);

    /// What follows within `range`; a lenient inference also believes what a single unnoticed move could have forged.
    [[nodiscard]] Findings find(base::TimeRange range, bool isLenient) const;

private:
    struct Link {
        Place a;
        Place b;
    };
    using Flaps = std::vector<std::vector<Flap>>; ///< By track.

    [[nodiscard]] Directions directions(base::TimeRange epoch, const std::vector<Link>& known, bool isLenient) const;
    void addCables(Directions& directions, base::TimeRange epoch, const std::vector<Link>& known) const;
    void addTrack(Directions& directions, std::size_t track, base::TimeRange epoch) const;
    [[nodiscard]] std::vector<base::Timestamp> cuts(base::TimeRange range) const;
    void addJoints(const Tree& tree, base::TimeRange epoch, Findings& findings) const;
    [[nodiscard]] std::vector<Link> survivors(const Tree& tree, base::Timestamp at) const;
    void addStations(const Tree& tree, base::TimeRange epoch, const std::vector<base::Timestamp>& cuts,
                     base::TimeRange range, std::vector<std::vector<FoundStation>>& stations) const;
    void addEpisode(const Tree& tree, const Track& track, const Episode& episode, std::vector<FoundStation>& out) const;
    [[nodiscard]] bool agrees(const Tree& tree, std::span<const Sighting> earlier, const Sighting& later) const;
    void addPlaced(const Tree& tree, const Track& track, std::span<const Sighting> sightings, base::TimeRange when,
                   std::vector<FoundStation>& out) const;
    void applyFlaps(std::size_t track, std::vector<FoundStation>& stations) const;
    [[nodiscard]] FoundStation flapping(FoundStation station, const Flap& flap) const;
    void endStay(const Track& track, const Place& place, FoundStation& found) const;
    [[nodiscard]] bool isSeed(const Track& track, base::Timestamp at) const;
    [[nodiscard]] PortRef portRef(const Place& place) const;
    [[nodiscard]] std::optional<Place> place(const PortRef& port) const;

    const PortLives& m_lives;
    const Domain& m_domain;
    const std::vector<CableEnds>& m_cables;
    Discovery::Options m_options;
    Flaps m_flaps;
    std::map<PortRef, Place> m_places;
};

} // namespace vnscope::topology
