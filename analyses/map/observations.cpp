// SPDX-License-Identifier: Apache-2.0
#include "analyses/map/observations.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace vnscope::analyses::map {

namespace {

using Kind = Observation::Kind;
using topology::NodeId;

/// Hands observations to Discovery, whose nodes it knows by device.
class Feeder final {
public:
    Feeder(const trackers::Trackers& trackers, const std::vector<NamedThing>& things)
        : m_trackers(trackers), m_things(things)
    {
    }

    void feed(const Observation& it);
    [[nodiscard]] topology::TopologyTimeline finish(base::Timestamp end) { return m_discovery.finish(end); }
    [[nodiscard]] std::unordered_map<std::uint32_t, base::DeviceId> takeDevices() { return std::move(m_deviceOfNode); }

private:
    NodeId node(base::DeviceId device, base::Timestamp at);
    NodeId thing(std::uint64_t index, base::Timestamp at);
    void feedCable(const Observation& it);
    void remove(const Observation& it);
    void leave(const Observation& it);

    const trackers::Trackers& m_trackers;
    const std::vector<NamedThing>& m_things;
    topology::Discovery m_discovery;
    std::unordered_map<std::uint32_t, NodeId> m_nodes;
    std::unordered_map<std::uint32_t, base::DeviceId> m_deviceOfNode;
};

NodeId Feeder::node(base::DeviceId device, base::Timestamp at)
{
    if (!device.isValid())
        return {};
    const auto known = m_nodes.find(device.value);
    if (known != m_nodes.end())
        return known->second;
    const trackers::Device& it = m_trackers.devices().at(device);
    const std::string netns = it.netns == 0 ? std::string() : m_trackers.devices().netnsName(it.host, it.netns);
    // Without a namespace the label tells namesakes apart.
    const std::string name = it.netns == 0 ? m_trackers.deviceLabel(device) : std::string(m_trackers.text(it.name));
    const NodeId id =
        m_discovery.deviceSeen(at, {m_trackers.hostName(it.host), netns, name},
                               {trackers::toText(it.kind), it.ifindex, topology::MacAddress::fromBytes(it.mac)});
    m_nodes.emplace(device.value, id);
    m_deviceOfNode.emplace(id.value, device);
    return id;
}

NodeId Feeder::thing(std::uint64_t index, base::Timestamp at)
{
    const NamedThing& it = m_things[index];
    return m_discovery.deviceSeen(at, {m_trackers.hostName(it.host), "", it.name}, {it.kind, 0, {}});
}

void Feeder::feedCable(const Observation& it)
{
    const int vlan = it.cable == topology::EdgeKind::VlanDevice ? it.vlan : topology::kNoVlan;
    m_discovery.cableSeen(it.at, {it.cable, node(it.device, it.at), node(it.other, it.at), vlan}, it.method);
}

void Feeder::remove(const Observation& it)
{
    const auto known = m_nodes.find(it.device.value);
    if (known == m_nodes.end())
        return;
    m_discovery.deviceRemoved(it.at, known->second);
    m_nodes.erase(known);
}

/// A device that is gone left its bridge with that. Its last own entry may be deleted later, when the bridge itself
/// used the same address: that does not bring the device back.
void Feeder::leave(const Observation& it)
{
    const auto known = m_nodes.find(it.device.value);
    if (known != m_nodes.end())
        m_discovery.portLeft(it.at, node(it.other, it.at), known->second);
}

void Feeder::feed(const Observation& it)
{
    const bool isEnd = it.kind == Kind::DeviceGone || it.kind == Kind::PortLeft;
    const NodeId device = isEnd ? NodeId() : node(it.device, it.at);
    switch (it.kind) {
    case Kind::DeviceSeen: break;
    case Kind::DeviceGone: return remove(it);
    case Kind::PortJoined: return m_discovery.portJoined(it.at, node(it.other, it.at), device, it.method);
    case Kind::PortLeft: return leave(it);
    case Kind::Cable: return feedCable(it);
    case Kind::FdbSeen: return m_discovery.fdbSeen(it.at, device, node(it.other, it.at), it.mac, it.vlan, it.origin);
    case Kind::FdbDeleted: return m_discovery.fdbDeleted(it.at, device, node(it.other, it.at), it.mac, it.vlan);
    case Kind::PacketsPassed:
        return m_discovery.packetsPassed({it.since, it.at + 1}, device, node(it.other, it.at), it.count);
    case Kind::EventsLost:
        return m_discovery.eventsLost(m_trackers.hostName(static_cast<std::uint32_t>(it.count)), {it.since, it.at});
    case Kind::BridgeFilters: return m_discovery.bridgeFiltersVlans(device, it.count != 0);
    case Kind::BridgeAgeing: return m_discovery.bridgeAgeing(device, static_cast<base::Nanoseconds>(it.count));
    case Kind::ProcessHasTap:
        return m_discovery.cableSeen(it.at, {topology::EdgeKind::TapOwner, device, thing(it.count, it.at)});
    case Kind::PatchConnected: {
        const NodeId port = thing(it.count, it.at);
        if (device.isValid())
            m_discovery.portJoined(it.at, device, port);
        if (it.vlan >= 0)
            m_discovery.cableSeen(it.at,
                                  {topology::EdgeKind::Patch, thing(static_cast<std::uint64_t>(it.vlan), it.at), port});
        return;
    }
    }
}

} // namespace

void Observations::addProcess(base::Timestamp at, base::DeviceId tap, NamedThing process)
{
    Observation it;
    it.at = at;
    it.kind = Kind::ProcessHasTap;
    it.device = tap;
    it.count = m_things.size();
    m_things.push_back(std::move(process));
    add(it);
}

/// Patch ports come one by one; the second of a pair connects the two.
void Observations::addPatchPort(base::Timestamp at, NamedThing port)
{
    Observation it;
    it.at = at;
    it.kind = Kind::PatchConnected;
    it.device = port.bridge;
    it.count = m_things.size();
    const auto peer = std::ranges::find_if(m_things, [&](const NamedThing& other) {
        return other.kind == port.kind && other.host == port.host && other.name == port.peer;
    });
    it.vlan = peer == m_things.end() ? topology::kNoVlan : static_cast<int>(peer - m_things.begin());
    m_things.push_back(std::move(port));
    add(it);
}

Observations::Result Observations::discover(const trackers::Trackers& trackers, base::Timestamp end)
{
    std::ranges::stable_sort(m_log, {}, &Observation::at);
    Feeder feeder(trackers, m_things);
    for (const Observation& observation : m_log)
        feeder.feed(observation);
    Result result;
    result.timeline = feeder.finish(end);
    result.deviceOfNode = feeder.takeDevices();
    return result;
}

} // namespace vnscope::analyses::map
