// SPDX-License-Identifier: Apache-2.0
#include "analyses/map/ovs_watch.hpp"

namespace vnscope::analyses::map {

using tracepoints::EventType;
using tracepoints::OvsPacket;

namespace {

std::uint64_t portKey(const OvsPacket& packet, std::uint32_t number)
{
    return (static_cast<std::uint64_t>(packet.datapath.value) << 32U) | number;
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

base::DeviceId OvsWatch::portOf(const OvsPacket& packet, std::uint32_t number) const
{
    const auto known = m_ports.find(portKey(packet, number));
    return known == m_ports.end() ? base::DeviceId() : known->second;
}

/// As a switch learns: the sender is behind the port that its frame came in by. VLANs are left out, as the datapath
/// does not know which VLAN an untagged frame belongs to.
void OvsWatch::learnStation(const Event& event, const trackers::Trackers& trackers, base::DeviceId port)
{
    const auto& packet = event.as<OvsPacket>();
    const base::DeviceId bridge = trackers.devices().at(port).bridge;
    const auto mac = topology::MacAddress::fromBytes(packet.macSource);
    if (!bridge.isValid() || !mac.isSet() || mac.isGroup())
        return;
    base::DeviceId& place = m_stations[mac.bits ^ (static_cast<std::uint64_t>(bridge.value) << 48U)];
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

/// A tag that a frame got on its way from an untagged port is that port's VLAN; a tag that a frame goes out with is
/// carried by the port it goes out by; a tag that was taken off is the VLAN of an untagged port.
void OvsWatch::onOutput(const OvsPacket& packet, base::Timestamp at, base::DeviceId inPort, const InAction& entry)
{
    constexpr std::string_view kMethod = topology::method::kSkbContinuity;
    const base::DeviceId outPort = portOf(packet, packet.actionArgument);
    const bool isTaggedNow = isTagged(packet.vlanTci);
    if (isTaggedNow && outPort.isValid())
        m_vlans.seen(at, outPort, vlanOf(packet.vlanTci), VlanMode::Trunk, kMethod);
    if (isTagged(entry.tciAtEntry)) {
        m_vlans.seen(at, inPort, vlanOf(entry.tciAtEntry), VlanMode::Trunk, kMethod);
        if (!isTaggedNow && outPort.isValid())
            m_vlans.seen(at, outPort, vlanOf(entry.tciAtEntry), VlanMode::Access, kMethod);
    } else if (isTaggedNow) {
        m_vlans.seen(at, inPort, vlanOf(packet.vlanTci), VlanMode::Access, kMethod);
    }
}

void OvsWatch::onPacket(const Event& event, const trackers::Trackers& trackers)
{
    const auto& packet = event.as<OvsPacket>();
    const base::DeviceId inPort = trackers.sighting().device;
    if (!inPort.isValid())
        return;
    m_ports.try_emplace(portKey(packet, packet.inPort), inPort);
    learnStation(event, trackers, inPort);
    if (event.record.type == EventType::OvsUpcall)
        return;
    if (m_byCpu.size() <= trackers.cpuIndex())
        m_byCpu.resize(trackers.cpuIndex() + 1U);
    InAction& entry = m_byCpu[trackers.cpuIndex()];
    if (entry.skb != packet.skb)
        entry = {packet.skb, packet.vlanTci};
    if (packet.actionType == OvsPacket::kOutput)
        onOutput(packet, event.record.time, inPort, entry);
    if (packet.isLastAction != 0)
        entry.skb = 0;
}

} // namespace vnscope::analyses::map
