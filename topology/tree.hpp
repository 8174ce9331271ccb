// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "topology/directions.hpp"

namespace vnscope::topology {

/// A port of a bridge, or (port unknown) some port of it.
struct Place {
    BridgeIndex bridge = 0;
    PortIndex port = kUnknownPort;

    auto operator<=>(const Place&) const = default;
};

/// Ports that face each other with no bridge between; two are a link, more share a segment.
struct Joint {
    std::vector<Place> ports;
    std::uint64_t evidence = 0;
};

/// A port whose neighbour is one of several.
struct OpenPort {
    Place port;
    std::vector<Place> neighbours;
};

/// Where an address is.
struct Placement {
    std::optional<Place> proven; ///< A port; where several ports share a segment, one of them.
    std::vector<Place> possible; ///< When not proven: contains the truth, unless it is empty (too many to list).
};

/// The bridges of one broadcast domain as a tree, from the directions that are proven.
class Tree {
public:
    explicit Tree(const Directions& directions);

    [[nodiscard]] const std::vector<Joint>& joints() const { return m_joints; }
    [[nodiscard]] const std::vector<OpenPort>& openPorts() const { return m_openPorts; }
    /// Index in joints() of the joint that a port is part of.
    [[nodiscard]] std::optional<std::size_t> jointOf(PortIndex port) const;

    /// The port of one bridge that leads to another; kUnknownPort when not proven.
    [[nodiscard]] PortIndex port(BridgeIndex from, BridgeIndex to) const { return m_directions.port(from, to); }

    /// Where the address of these sightings is; each bridge at most once, own addresses left out.
    [[nodiscard]] Placement place(std::span<const Sighting> sightings) const;
    /// An address that stays where it is cannot have been met as in `one` and as in any of `others`.
    [[nodiscard]] bool contradicts(const Sighting& one, std::span<const Sighting> others) const;

private:
    enum class Verdict { No, Perhaps, Yes };

    [[nodiscard]] Verdict areNeighbours(BridgeIndex a, BridgeIndex b) const;
    [[nodiscard]] Verdict isNextTo(const Sighting& at, std::span<const PortIndex> seen) const;
    [[nodiscard]] bool fits(BridgeIndex at, std::span<const Sighting> sightings) const;
    [[nodiscard]] bool areContradictory(std::span<const Sighting> sightings) const;
    [[nodiscard]] bool isOneSegment(std::span<const Place> places) const;
    [[nodiscard]] std::vector<Place> possiblePlaces(std::span<const Sighting> sightings,
                                                    std::span<const PortIndex> seen) const;
    [[nodiscard]] std::vector<Place> neighboursOf(Place port) const;
    void findJoints();
    void findOpenPorts();
    void join(std::span<const std::pair<Place, Place>> links);

    template <typename Function> bool anyCandidate(Place a, const Place* b, Function function) const;

    const Directions& m_directions;
    std::vector<Joint> m_joints;
    std::vector<OpenPort> m_openPorts;
    std::vector<std::pair<PortIndex, std::uint32_t>> m_jointOf; ///< By port.
};

} // namespace vnscope::topology
