// SPDX-License-Identifier: Apache-2.0
#include "analyses/map/map_tables.hpp"

#include <utility>

#include <fmt/format.h>

#include "topology/labels.hpp"

namespace vnscope::analyses::map {

namespace {

using topology::Change;
using topology::ChangeKind;
using topology::labelOf;
using topology::Node;
using topology::TopologyTimeline;

storage::Value orNull(bool isThere, storage::Value value)
{
    return isThere ? std::move(value) : storage::Value();
}

void writeNodes(const Observations::Result& found, const StatedumpIntake& statedump, storage::StoreWriter& store)
{
    storage::TableWriter rows =
        store.table("topology_node", {"node_id", "kind", "device_id", "host", "netns", "name", "mac", "device_kind",
                                      "ifindex", "addresses", "valid_from_ns", "valid_to_ns"});
    for (std::uint32_t index = 0; index < found.timeline.nodes().size(); ++index) {
        const Node& node = found.timeline.nodes()[index];
        const auto device = found.deviceOfNode.find(index);
        const base::DeviceId deviceId = device == found.deviceOfNode.end() ? base::DeviceId() : device->second;
        rows.append(index, topology::toText(node.kind), deviceId, node.host, node.netns, node.name,
                    orNull(node.mac.isSet(), node.mac.text()), node.deviceKind, orNull(node.ifindex != 0, node.ifindex),
                    statedump.addressesOf(deviceId), node.valid.begin, node.valid.end);
    }
}

void writeEdges(const TopologyTimeline& timeline, storage::StoreWriter& store)
{
    storage::TableWriter rows =
        store.table("topology_edge", {"from_id", "to_id", "kind", "vlan", "valid_from_ns", "valid_to_ns", "method",
                                      "evidence", "certainty", "alternatives"});
    for (const topology::Edge& edge : timeline.edges())
        rows.append(edge.from, edge.to, topology::toText(edge.kind), orNull(edge.vlan != topology::kNoVlan, edge.vlan),
                    edge.valid.begin, edge.valid.end, edge.method, edge.evidence, topology::toText(edge.certainty),
                    orNull(edge.alternatives != 0, edge.alternatives));
}

void writeChanges(const TopologyTimeline& timeline, storage::StoreWriter& store)
{
    storage::TableWriter rows =
        store.table("topology_change", {"ts_ns", "kind", "subject_id", "from_id", "to_id", "subject", "detail"});
    for (const Change& change : timeline.changes())
        rows.append(change.at, topology::toText(change.kind), change.subject, change.from, change.to,
                    labelOf(timeline, change.subject), change.detail);
}

void writeFdb(const TopologyTimeline& timeline, storage::StoreWriter& store)
{
    storage::TableWriter rows = store.table("fdb_entry", {"bridge_id", "port_id", "mac", "vlan", "valid_from_ns",
                                                          "valid_to_ns", "origin", "end", "doubtful_from_ns"});
    for (const topology::FdbInterval& entry : timeline.fdb())
        rows.append(entry.bridge, entry.port, entry.mac.text(), entry.vlan, entry.valid.begin, entry.valid.end,
                    topology::toText(entry.origin), topology::toText(entry.end), entry.doubtfulFrom);
}

void writeVlans(const std::vector<PortVlans::Row>& vlans, storage::StoreWriter& store)
{
    storage::TableWriter rows =
        store.table("port_vlan", {"device_id", "vlan", "mode", "valid_from_ns", "valid_to_ns", "method"});
    for (const PortVlans::Row& row : vlans)
        rows.append(row.port, row.vlan, row.mode == VlanMode::Access ? "access" : "trunk", row.from, row.to,
                    row.method);
}

/// Moves and flapping are what an operator asks about; the rest is in the table.
void addFindings(const TopologyTimeline& timeline, RunContext& context)
{
    constexpr double kFlappingScore = 0.8;
    constexpr double kMoveScore = 0.6; // Above drops of a few packets: a guest that moves explains them.
    for (const Change& change : timeline.changes()) {
        const bool isFlapping = change.kind == ChangeKind::Flapping;
        if (!isFlapping && change.kind != ChangeKind::Moved)
            continue;
        Finding finding;
        finding.score = isFlapping ? kFlappingScore : kMoveScore;
        finding.subjectKind = "node";
        finding.subjectId = change.subject.value;
        const std::string from = labelOf(timeline, change.from);
        const std::string to = labelOf(timeline, change.to);
        const std::string_view words = isFlapping ? "{} flaps between {} and {}" : "{} moved from {} to {}";
        // Ports of one name at two bridges: the detail tells them apart.
        finding.title =
            from == to ? change.detail : fmt::format(fmt::runtime(words), labelOf(timeline, change.subject), from, to);
        finding.detail = change.detail;
        finding.when = {change.at, change.at + 1};
        context.findings.push_back(std::move(finding));
    }
}

} // namespace

void writeTables(const Observations::Result& found, const std::vector<PortVlans::Row>& vlans,
                 const StatedumpIntake& statedump, RunContext& context)
{
    writeNodes(found, statedump, context.store);
    writeEdges(found.timeline, context.store);
    writeChanges(found.timeline, context.store);
    writeFdb(found.timeline, context.store);
    writeVlans(vlans, context.store);
    addFindings(found.timeline, context);
}

} // namespace vnscope::analyses::map
