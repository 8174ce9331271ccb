// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "topology/labels.hpp"
#include "views/map/snapshot_writers.hpp"

namespace vnscope::views::map {

namespace {

using nlohmann::ordered_json;

ordered_json orNull(bool isThere, ordered_json value)
{
    return isThere ? std::move(value) : ordered_json();
}

ordered_json toJson(const topology::Topology::Vertex& vertex)
{
    const topology::Node& node = vertex.node;
    return {{"node_id", vertex.id.value},
            {"kind", topology::toText(node.kind)},
            {"label", topology::labelOf(node, vertex.id)},
            {"host", node.host},
            {"netns", node.netns},
            {"name", node.name},
            {"mac", orNull(node.mac.isSet(), node.mac.text())},
            {"device_kind", node.deviceKind},
            {"ifindex", orNull(node.ifindex != 0, node.ifindex)}};
}

ordered_json toJson(const topology::Edge& edge)
{
    return {{"from_id", edge.from.value},
            {"to_id", edge.to.value},
            {"kind", topology::toText(edge.kind)},
            {"vlan", orNull(edge.vlan != topology::kNoVlan, edge.vlan)},
            {"valid_from_ns", edge.valid.begin.ns},
            {"valid_to_ns", edge.valid.end.ns},
            {"method", edge.method},
            {"evidence", edge.evidence},
            {"certainty", topology::toText(edge.certainty)},
            {"alternatives", orNull(edge.alternatives != 0, edge.alternatives)}};
}

} // namespace

void writeJson(const topology::Topology& topology, std::ostream& out)
{
    ordered_json nodes = ordered_json::array();
    for (const auto& vertex : topology.nodes)
        nodes.push_back(toJson(vertex));
    ordered_json edges = ordered_json::array();
    for (const topology::Edge& edge : topology.edges)
        edges.push_back(toJson(edge));
    const ordered_json all = {{"at_ns", topology.at.ns}, {"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
    out << all.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

} // namespace vnscope::views::map
