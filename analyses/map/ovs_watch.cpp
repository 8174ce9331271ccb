// SPDX-License-Identifier: Apache-2.0
#include "analyses/map/ovs_watch.hpp"

#include <algorithm>
#include <span>

namespace vnscope::analyses::map {

using tracepoints::EventType;
using tracepoints::OvsPacket;

namespace {

std::uint64_t portKey(base::DeviceId datapath, std::uint32_t number)
{
    return (static_cast<std::uint64_t>(datapath.value) << 32U) | number;
}

std::uint64_t stationKey(base::DeviceId bridge, topology::MacAddress mac)
{
    return mac.bits ^ (static_cast<std::uint64_t>(bridge.value) << 48U);
}

bool isTagged(std::uint16_t tci)
{
    return (tci & OvsPacket::kVlanPresent) != 0;
}

std::uint16_t vlanOf(std::uint16_t tci)
{
    return tci & OvsPacket::kVlanIdMask;
}

} // namespace

base::DeviceId OvsWatch::portOf(base::DeviceId datapath, std::uint32_t number) const
{
    const auto known = m_ports.find(portKey(datapath, number));
    return known == m_ports.end() ? base::DeviceId() : known->second;
}

/// A state dump knows the bridge; the kernel knows the datapath that it shares with others.
base::DeviceId OvsWatch::bridgeOf(base::DeviceId port, const trackers::Trackers& trackers) const
{
    const base::DeviceId told = m_statedump.ovsBridgeOf(port);
    return told.isValid() ? told : trackers.devices().at(port).bridge;
}

/// As a switch learns: the sender is behind the port that its frame came in by. VLANs are left out, as the datapath
/// does not know which VLAN an untagged frame belongs to.
void OvsWatch::learnStation(const Event& event, const trackers::Trackers& trackers, base::DeviceId port)
{
    const auto& packet = event.as<OvsPacket>();
    const base::DeviceId bridge = bridgeOf(port, trackers);
    const auto mac = topology::MacAddress::fromBytes(packet.macSource);
    if (!bridge.isValid() || !mac.isSet() || mac.isGroup())
        return;
    base::DeviceId& place = m_stations[stationKey(bridge, mac)];
    if (place == port)
        return;
    place = port;
    Observation seen;
    seen.at = event.record.time;
    seen.kind = Observation::Kind::FdbSeen;
    seen.device = bridge;
    seen.other = port;
    seen.mac = mac;
    m_observations.add(seen);
}

/// A tag says which VLAN a frame belongs to: the one it came with, or that it got on its way. A port that it leaves by
/// with its tag is a trunk; one that it leaves by, or came in by, without, has that VLAN untagged.
void OvsWatch::onOutput(const OvsPacket& packet, base::Timestamp at, InAction& frame)
{
    constexpr std::string_view kMethod = topology::method::kSkbContinuity;
    const base::DeviceId outPort = portOf(frame.datapath, packet.actionArgument);
    if (frame.outputCount < InAction::kMostOutputs)
        frame.outputs[frame.outputCount++] = outPort;
    if (isTagged(packet.vlanTci) && frame.vlan == 0) {
        frame.vlan = vlanOf(packet.vlanTci);
        m_vlans.seen(at, frame.inPort, frame.vlan, VlanMode::Access, kMethod);
    }
    const std::uint16_t vlan = frame.vlan != 0 ? frame.vlan : m_vlans.accessVlan(frame.inPort);
    if (vlan != 0 && outPort.isValid())
        m_vlans.seen(at, outPort, vlan, isTagged(packet.vlanTci) ? VlanMode::Trunk : VlanMode::Access, kMethod);
}

/// A frame that is flooded past the very port where its receiver was: that port does not carry the VLAN any more.
void OvsWatch::judgeFlood(InAction& frame)
{
    const auto outputs = std::span(frame.outputs).first(frame.outputCount);
    const auto receiver = m_stations.find(stationKey(frame.bridge, frame.destination));
    const std::uint16_t vlan = frame.vlan != 0 ? frame.vlan : m_vlans.accessVlan(frame.inPort);
    const bool isFlood = outputs.size() > 1 && outputs.size() < InAction::kMostOutputs;
    if (isFlood && receiver != m_stations.end() && receiver->second != frame.inPort &&
        m_vlans.accessVlan(receiver->second) == vlan && std::ranges::find(outputs, receiver->second) == outputs.end())
        m_vlans.left(frame.at, receiver->second, vlan);
    frame.skb = 0;
}

/// The packet that this CPU works on; a new one ends the one before.
OvsWatch::InAction& OvsWatch::packetOf(const Event& event, const trackers::Trackers& trackers, base::DeviceId inPort)
{
    const auto& packet = event.as<OvsPacket>();
    if (m_byCpu.size() <= trackers.cpuIndex())
        m_byCpu.resize(trackers.cpuIndex() + 1U);
    InAction& frame = m_byCpu[trackers.cpuIndex()];
    if (frame.skb == packet.skb)
        return frame;
    if (frame.skb != 0)
        judgeFlood(frame);
    frame = InAction();
    frame.skb = packet.skb;
    frame.at = event.record.time;
    frame.inPort = inPort;
    frame.datapath = trackers.sighting().datapath;
    frame.bridge = bridgeOf(inPort, trackers);
    frame.destination = topology::MacAddress::fromBytes(packet.macDestination);
    if (isTagged(packet.vlanTci)) {
        frame.vlan = vlanOf(packet.vlanTci);
        m_vlans.seen(event.record.time, inPort, frame.vlan, VlanMode::Trunk, topology::method::kSkbContinuity);
    }
    return frame;
}

void OvsWatch::onPacket(const Event& event, const trackers::Trackers& trackers)
{
    const auto& packet = event.as<OvsPacket>();
    const base::DeviceId inPort = trackers.sighting().device;
    if (!inPort.isValid())
        return;
    m_ports.try_emplace(portKey(trackers.sighting().datapath, packet.inPort), inPort);
    learnStation(event, trackers, inPort);
    if (event.record.type == EventType::OvsUpcall)
        return;
    InAction& frame = packetOf(event, trackers, inPort);
    if (packet.actionType == OvsPacket::kOutput)
        onOutput(packet, event.record.time, frame);
    if (packet.isLastAction != 0)
        judgeFlood(frame);
}

} // namespace vnscope::analyses::map
