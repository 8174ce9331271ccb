// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "analyses/microscope/patterns/pool.hpp"
#include "analyses/microscope/patterns/relation_set.hpp"

namespace vnscope::analyses::microscope::patterns {

/// Patterns of links whose culprits have one IP version, and whose victims have one: heavy hitters among the culprits,
/// and for each of them among its victims.
class PatternSearch {
public:
    struct Rules {
        std::span<const Endpoint> endpoints;        ///< That links name.
        std::span<const std::uint32_t> typeOfPlace; ///< By place: the first place of its type.
        double leastScore = 0;
        bool joinsAlike = true;
    };

    explicit PatternSearch(const Rules& rules) : m_rules(rules) {}

    /// At least one link.
    std::vector<Pattern> run(std::vector<Link> links);

private:
    /// The ends of some links on one side, by value, and the links of each.
    struct Side {
        std::vector<Endpoint> endpoints;
        std::vector<double> weights;
        std::vector<std::vector<Link>::iterator> links; ///< Where each endpoint's begin, and last where all end.
    };

    Side sideOf(std::vector<Link>& links, std::uint32_t Link::*end) const;
    Pool poolOf(Side& side, double leastScore) const;
    void findVictims(const Aggregate& culprit, Side& culprits, const Members& members);
    std::vector<Members> partsOf(Side& victims) const;
    void report(const Aggregate& culprit, Side& victims, const Members& part);

    Rules m_rules;
    std::vector<Pattern> m_patterns;
};

} // namespace vnscope::analyses::microscope::patterns
