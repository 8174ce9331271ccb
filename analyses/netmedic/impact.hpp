// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analyses/netmedic/component_profile.hpp"
#include "analyses/netmedic/history.hpp"

namespace vnscope::analyses::netmedic {

/// An edge and how likely its source acts on its destination, 0..1.
struct WeightedEdge {
    Edge edge;
    double weight = 0;
};

/// NetMedic's edge weights in one window.
[[nodiscard]] std::vector<WeightedEdge> weighEdges(std::span<const Edge> edges,
                                                   std::span<const ComponentProfile> components, std::size_t now);

/// By component, its impact on `affected`, 0..1: the largest geometric mean of the weights on a way there, 1 on itself,
/// 0 without a way. In a graph with cycles a way may pass a component twice, and ends after kMostHops.
[[nodiscard]] std::vector<double> impactsOn(std::size_t affected, std::span<const WeightedEdge> edges,
                                            std::size_t components);

} // namespace vnscope::analyses::netmedic
