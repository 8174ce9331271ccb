// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/ids.hpp"
#include "storage/base/time.hpp"
#include "topology/mac_address.hpp"

namespace vnscope::topology {

/// Index of a node in its timeline (`topology_node.node_id`).
using NodeId = base::Id<struct NodeTag>;

enum class NodeKind {
    Device,  ///< A network device of a traced host: bridge, port, veth, tap, VLAN device, ...
    Station, ///< An end host that is known by its MAC address alone.
    Segment, ///< A hub or a switch that is not traced: joins several ports or stations, has no name.
};

/// `device`, `station`, `segment`: the spelling in the store.
[[nodiscard]] std::string_view toText(NodeKind kind);
[[nodiscard]] std::optional<NodeKind> parseNodeKind(std::string_view text);

/// Something that frames come from, go to or pass.
struct Node {
    NodeKind kind = NodeKind::Device;
    std::string host;          ///< Name of the traced host; empty for stations and segments.
    std::string netns;         ///< Network namespace; empty: the host's first one, or not known.
    std::string name;          ///< Device name; empty for stations and segments.
    MacAddress mac;            ///< Not set when unknown.
    std::string deviceKind;    ///< `bridge`, `veth`, `tap`, ... as in the table `device`; empty for the others.
    std::uint32_t ifindex = 0; ///< 0: not known.
    base::TimeRange valid;     ///< While it exists, as far as was observed.

    bool operator==(const Node&) const = default;
};

} // namespace vnscope::topology
