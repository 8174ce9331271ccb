// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyses/microscope/flow_table.hpp"
#include "analyses/microscope/path_table.hpp"

namespace vnscope::analyses::microscope {

/// The way that packets of each flow usually take: those who share load do it by flow, as a rule, so that a flow's
/// packets are not reordered. A flow that keeps to no way counts as one whose way is not known.
class FlowWays final {
public:
    explicit FlowWays(const PathTable& paths) : m_paths(paths) {}

    /// A packet of the flow came by `path`; there may be doubt about it.
    void learn(FlowId flow, PathId path, bool isDoubtful);
    /// Whether the flow's packets come to the last queue of `prefix` that way: 1 they do, -1 they come otherwise, 0 not
    /// known.
    [[nodiscard]] int agreement(FlowId flow, PathId prefix) const;

private:
    /// The majority so far: votes for another way take from those for this one.
    struct Way {
        PathId path;
        std::int32_t votes = 0;
    };

    const PathTable& m_paths;
    std::vector<Way> m_ways; ///< By flow.
};

} // namespace vnscope::analyses::microscope
