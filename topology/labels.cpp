// SPDX-License-Identifier: Apache-2.0
#include "topology/labels.hpp"

#include <fmt/format.h>

namespace vnscope::topology {

std::string labelOf(const Node& node, NodeId id)
{
    switch (node.kind) {
    case NodeKind::Device: return node.netns.empty() ? node.name : fmt::format("{}@{}", node.name, node.netns);
    case NodeKind::Station: return node.mac.text();
    case NodeKind::Segment: return fmt::format("segment {}", id.value);
    }
    return {};
}

std::string labelOf(const TopologyTimeline& timeline, NodeId id)
{
    // A damaged store may name nodes that it does not have.
    return id.value < timeline.nodes().size() ? labelOf(timeline.node(id), id) : std::string();
}

} // namespace vnscope::topology
