// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyses/microscope/patterns/pattern.hpp"

namespace vnscope::tests {

/// Where the background's flows come from and go to.
enum class Addresses : std::uint8_t {
    Anywhere,
    Networks,   ///< 300 networks of very different sizes and use.
    OneNetwork, ///< Two of 256 addresses each, one for sources and one for destinations.
};

/// What the experiment of Microscope's figure 14 is made of. The paper says the injected flows, their place and the
/// number of relations; the rest is an assumption.
struct PatternWorkloadOptions {
    std::uint64_t seed = 1;
    std::size_t relations = 84'000;
    std::size_t backgroundFlows = 40'000; ///< Sizes by Zipf's law, exponent 0.9.
    double injectedScore = 0.5;           ///< Share of the total of relations whose culprits were injected.
    double injectedRelations = 0.25;      ///< Share of the relations.
    bool isGrid = false; ///< 9 x 9 pairs of ports; otherwise the 9 pairs 2000 and 6000 to 2008 and 6008.
    Addresses addresses = Addresses::Anywhere;
    bool isUneven = false;       ///< The first injected flow has 17 times the relations of the last one; scores are
                                 ///< log-normal, sigma 1.5.
    double injectedAtSource = 0; ///< Share of the injected flows' relations whose culprits are at the source.
    double elsewhere = 0.2;      ///< Share of the background's relations whose culprits are not at firewall 2.
    std::uint8_t ipVersion = 4;
};

struct PatternWorkload {
    std::vector<vnscope::analyses::microscope::patterns::Place> places;
    std::vector<vnscope::analyses::microscope::patterns::Relation> relations;
    vnscope::analyses::microscope::patterns::Aggregate injected; ///< The one culprit that is true.
    double injectedScore = 0;                                    ///< Of its relations, summed up while they were made.
    double total = 0;
};

PatternWorkload makePatternWorkload(const PatternWorkloadOptions& options);

} // namespace vnscope::tests
