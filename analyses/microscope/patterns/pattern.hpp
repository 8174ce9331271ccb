// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyses/microscope/flow.hpp"
#include "analyses/microscope/patterns/address.hpp"

namespace vnscope::analyses::microscope::patterns {

/// Where packets wait, or come from.
struct Place {
    std::string name;
    std::string type; ///< Kind of network function; "source" for a source of traffic.
};

/// One flow at one place made one flow at another place wait.
struct Relation {
    Flow culpritFlow;
    std::uint32_t culpritPlace = 0; ///< Index into the places.
    Flow victimFlow;
    std::uint32_t victimPlace = 0; ///< Index into the places.
    double score = 0;              ///< Any unit, the same for all.
};

struct Prefix {
    Address address; ///< Bits after the length are zero.
    std::uint8_t length = 0;

    friend auto operator<=>(const Prefix&, const Prefix&) = default;
};

/// The first and the last port that were seen.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    friend auto operator<=>(const PortRange&, const PortRange&) = default;
};

enum class PlaceScope : std::uint8_t { Instance, Type, Any };

struct PlaceSet {
    PlaceScope scope = PlaceScope::Any;
    std::uint32_t place = 0; ///< The instance, or the first place of the type; 0 for any.

    friend auto operator<=>(const PlaceSet&, const PlaceSet&) = default;
};

/// The smallest set of this form that holds what was put into it: flows, and the places where they were.
struct Aggregate {
    std::uint8_t ipVersion = 0; ///< 4 or 6; 0: not known, then without addresses.
    Prefix source;
    Prefix destination;
    std::optional<std::uint8_t> protocol; ///< Nothing: several.
    PortRange sourcePorts;
    PortRange destinationPorts;
    PlaceSet place;

    friend auto operator<=>(const Aggregate&, const Aggregate&) = default;
};

struct Pattern {
    Aggregate culprit;
    Aggregate victim;
    double score = 0;            ///< Of the relations that no other pattern has.
    std::uint64_t relations = 0; ///< How many these are.

    friend bool operator==(const Pattern&, const Pattern&) = default;
};

struct Patterns {
    std::vector<Pattern> ranked; ///< Largest score first; equal ones by their aggregates.
    double total = 0;            ///< Score of all relations that count.
    double leftOver = 0;         ///< Part of the total that no pattern has.
    std::uint64_t relations = 0; ///< That count.
    std::uint64_t leftOverRelations = 0;
    std::uint64_t ignored = 0; ///< Relations of a score that is no positive number, or of an unknown place.

    /// Share of the total that patterns have, 0 to 1; 0 without relations.
    double coverage() const { return total > 0 ? (total - leftOver) / total : 0; }
};

struct Options {
    double threshold = 0.01; ///< Share of the total that a pattern has at least; above 0, at most 1.
    /// Whether an aggregate that says no more than the wider one around it is left to that one (see README.md).
    /// Without: plain hierarchical heavy hitters.
    bool joinsAlike = true;
};

} // namespace vnscope::analyses::microscope::patterns
