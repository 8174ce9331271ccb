// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "topology/topology_timeline.hpp"

namespace vnscope::topology {

/// What people call a node: "eth0", "eth0@vm1" in a namespace that is known, a station's MAC, "segment 7". Empty for no
/// node.
[[nodiscard]] std::string labelOf(const Node& node, NodeId id);
[[nodiscard]] std::string labelOf(const TopologyTimeline& timeline, NodeId id);

} // namespace vnscope::topology
