// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/map_data.hpp"

#include <set>
#include <utility>

#include "topology/store_reader.hpp"

namespace vnscope::views::widgets::topology {
namespace {

using vnscope::topology::NodeId;

base::Result<void> readNodes(const storage::Store& store, MapData& data)
{
    const auto table = store.read({"topology_node", {"node_id", "device_id", "addresses"}, {}, {"node_id"}, -1});
    if (!table)
        return tl::unexpected(table.error());
    data.devices.resize(data.timeline.nodes().size());
    data.addresses.resize(data.timeline.nodes().size());
    for (const auto& row : table->rows) {
        const auto node = static_cast<std::size_t>(row[0].integer());
        if (node >= data.devices.size())
            continue;
        if (!row[1].isNull())
            data.devices[node] = row[1].integer();
        data.addresses[node] = row[2].text();
    }
    return {};
}

base::Result<void> readPortVlans(const storage::Store& store, MapData& data)
{
    if (!store.hasTable("port_vlan"))
        return {};
    const auto table = store.read({"port_vlan", {"device_id", "vlan", "valid_from_ns", "valid_to_ns"}, {}, {}, -1});
    if (!table)
        return tl::unexpected(table.error());
    for (const auto& row : table->rows)
        data.portVlans.emplace(row[0].integer(), MapData::PortVlan{static_cast<int>(row[1].integer()),
                                                                   {{row[2].integer()}, {row[3].integer()}}});
    return {};
}

} // namespace

std::optional<std::int64_t> MapData::deviceOf(NodeId node) const
{
    return node.value < devices.size() ? devices[node.value] : std::nullopt;
}

std::string MapData::addressesOf(NodeId node) const
{
    return node.value < addresses.size() ? addresses[node.value] : std::string();
}

std::vector<int> MapData::vlans() const
{
    std::set<int> vlans;
    for (const auto& edge : timeline.edges())
        if (edge.vlan > 0)
            vlans.insert(edge.vlan);
    for (const auto& [device, port] : portVlans)
        vlans.insert(port.vlan);
    return {vlans.begin(), vlans.end()};
}

base::Result<MapData> readMap(const storage::Store& store)
{
    auto timeline = vnscope::topology::readTimeline(store);
    if (!timeline)
        return tl::unexpected(std::move(timeline).error());
    MapData data;
    data.timeline = std::move(*timeline);
    for (const auto read : {readNodes, readPortVlans})
        if (auto done = read(store, data); !done)
            return tl::unexpected(std::move(done).error());
    return data;
}

} // namespace vnscope::views::widgets::topology
