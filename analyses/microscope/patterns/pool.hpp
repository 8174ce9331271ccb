// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "analyses/microscope/patterns/endpoint.hpp"
#include "analyses/microscope/patterns/pattern.hpp"

namespace vnscope::analyses::microscope::patterns {

/// Score of some endpoints, and how many these are.
struct Tally {
    double score = 0;
    std::uint64_t endpoints = 0;

    void add(double weight)
    {
        score += weight;
        ++endpoints;
    }
};

/// Endpoints of one IP version, and what of their score no pattern has yet.
struct Pool {
    std::span<const Endpoint> endpoints;
    std::span<double> weights;                  ///< By endpoint; 0: nothing is left.
    std::span<const std::uint32_t> typeOfPlace; ///< By place: the first place of its type.
    double leastScore = 0;                      ///< Of what is reported.
    bool joinsAlike = true;                     ///< Options::joinsAlike.
};

/// Of the least score: less does not make a port the end of a range, and more of one flow does not count for its
/// network.
constexpr double kPartOfLeast = 1.0 / 16;

/// Indices of endpoints.
using Members = std::vector<std::uint32_t>;

/// Told of an aggregate and its endpoints; takes from their weights what it reports.
using Found = std::function<void(const Aggregate&, const Members&)>;

/// Whether a part says more than the whole: it is nearly all of it, or its score is far above its share of the
/// endpoints.
bool standsOut(const Tally& part, const Tally& whole);

/// The smallest aggregate of these endpoints; at least one.
Aggregate hull(const Pool& pool, const Members& members);

} // namespace vnscope::analyses::microscope::patterns
