// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "topology/layout/layout.hpp"

namespace vnscope::topology::layout {

/// Many nodes that hang on one hub by a single edge each, set as a comb: two columns with a trunk between them. In one
/// row they would make the drawing far too wide.
struct LeafBlock {
    /// One leaf, relative to the block's centre.
    struct Leaf {
        std::size_t node = 0;
        std::size_t edge = 0;
        Point centre;
        double side = 1;     ///< -1: left of the trunk, 1: right of it.
        double hubLabel = 0; ///< x of the label at the hub's end, of the middle one, and of that at the leaf's end.
        double label = 0;
        double leafLabel = 0;
    };

    std::size_t hub = 0;
    std::optional<std::size_t> group; ///< Of the leaves.
    Size size;
    std::vector<Leaf> leaves;
};

/// From this many leaves of one group on a hub gets a block for them.
inline constexpr std::size_t kLeavesOfBlock = 7;

[[nodiscard]] std::vector<LeafBlock> findLeafBlocks(const Request& request);

/// The route of a leaf's edge from the hub to the leaf: along `shared`, which ends at the top of the block, then down
/// the trunk. `lane` keeps it apart from its neighbours.
[[nodiscard]] Route leafRoute(const LeafBlock& block, const LeafBlock::Leaf& leaf, Size leafSize, Point blockCentre,
                              const Route& shared, double lane);

} // namespace vnscope::topology::layout
