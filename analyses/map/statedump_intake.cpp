// SPDX-License-Identifier: Apache-2.0
#include "analyses/map/statedump_intake.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::analyses::map {

using tracepoints::EventType;
using tracepoints::StatedumpFdb;
using Kind = Observation::Kind;

namespace {

/// NUD_NOARP: an entry that somebody added and that does not age.
constexpr std::uint16_t kNoArp = 0x40;
/// OVSP_LOCAL (include/uapi/linux/openvswitch.h): the port that has its datapath's name.
constexpr std::uint32_t kLocalPort = 0;

Observation observation(Kind kind, base::Timestamp at, base::DeviceId device, base::DeviceId other = {})
{
    Observation it;
    it.kind = kind;
    it.at = at;
    it.device = device;
    it.other = other;
    return it;
}

std::string toText(const tracepoints::StatedumpAddress& it)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const char* const done = ::inet_ntop(it.family == 4 ? AF_INET : AF_INET6, it.address.data(), text.data(),
                                         static_cast<socklen_t>(text.size()));
    return done != nullptr ? fmt::format("{}/{}", text.data(), it.prefix) : std::string();
}

topology::FdbOrigin originOf(const StatedumpFdb& entry)
{
    if ((entry.state & StatedumpFdb::kPermanent) != 0)
        return topology::FdbOrigin::Local;
    return (entry.state & kNoArp) != 0 ? topology::FdbOrigin::Static : topology::FdbOrigin::Statedump;
}

} // namespace

void StatedumpIntake::process(const Event& event, const trackers::Trackers& trackers)
{
    switch (event.record.type) {
    case EventType::StatedumpBegin: m_begins[trackers.host()] = event.record.time; break;
    case EventType::StatedumpBridge: onBridge(event, trackers); break;
    case EventType::StatedumpBridgeVlan: onBridgeVlan(event, trackers); break;
    case EventType::StatedumpFdb: onFdb(event, trackers); break;
    case EventType::StatedumpAddress: onAddress(event, trackers); break;
    case EventType::StatedumpTapOwner: onTapOwner(event, trackers); break;
    case EventType::StatedumpOvsPort: onOvsPort(event, trackers); break;
    case EventType::StatedumpTunnel: {
        const auto& tunnel = event.as<tracepoints::StatedumpTunnel>();
        const base::DeviceId device = trackers.devices().byIndex(trackers.host(), tunnel.netns, tunnel.ifindex);
        if (device.isValid())
            m_tunnels.push_back({event.record.time, device, tunnel});
        break;
    }
    case EventType::StatedumpEnd: onEnd(event, trackers); break;
    default: break;
    }
}

void StatedumpIntake::onBridge(const Event& event, const trackers::Trackers& trackers)
{
    const auto& bridge = event.as<tracepoints::StatedumpBridge>();
    const base::DeviceId device = trackers.devices().byIndex(trackers.host(), bridge.netns, bridge.ifindex);
    if (!device.isValid())
        return;
    Observation filters = observation(Kind::BridgeFilters, event.record.time, device);
    filters.count = bridge.isVlanFiltering;
    m_observations.add(filters);
    Observation ageing = observation(Kind::BridgeAgeing, event.record.time, device);
    ageing.count = bridge.ageingMs * static_cast<std::uint64_t>(base::kNsPerMs);
    m_observations.add(ageing);
}

void StatedumpIntake::onBridgeVlan(const Event& event, const trackers::Trackers& trackers)
{
    const auto& it = event.as<tracepoints::StatedumpBridgeVlan>();
    const base::DeviceId port = trackers.devices().byIndex(trackers.host(), it.netns, it.ifindex);
    const bool isUntagged = (it.flags & tracepoints::StatedumpBridgeVlan::kPvid) != 0;
    if (port.isValid() && it.vlan != 0)
        m_vlans.seen(event.record.time, port, it.vlan, isUntagged ? VlanMode::Access : VlanMode::Trunk,
                     topology::method::kStatedump);
}

void StatedumpIntake::onFdb(const Event& event, const trackers::Trackers& trackers)
{
    const auto& entry = event.as<StatedumpFdb>();
    const trackers::DeviceTracker& devices = trackers.devices();
    const base::DeviceId bridge = devices.byIndex(trackers.host(), entry.netns, entry.bridge);
    const base::DeviceId port = devices.byIndex(trackers.host(), entry.netns, entry.ifindex);
    const auto mac = topology::MacAddress::fromBytes(entry.mac);
    if (!bridge.isValid() || !port.isValid() || !mac.isSet())
        return;
    Observation seen = observation(Kind::FdbSeen, event.record.time, bridge, port == bridge ? base::DeviceId() : port);
    seen.mac = mac;
    seen.vlan = entry.vlan;
    seen.origin = originOf(entry);
    if (seen.origin == topology::FdbOrigin::Local && seen.other.isValid())
        m_ownEntries[seen.other].emplace(mac, seen.vlan);
    m_observations.add(seen);
}

base::DeviceId StatedumpIntake::portThatLost(topology::MacAddress mac, int vlan, base::DeviceId port)
{
    const std::pair entry(mac, vlan);
    auto owner = m_ownEntries.find(port);
    if (!port.isValid())
        owner = std::ranges::find_if(m_ownEntries, [&](const auto& it) { return it.second.contains(entry); });
    if (owner == m_ownEntries.end())
        return port;
    owner->second.erase(entry);
    if (!owner->second.empty())
        return {};
    const base::DeviceId left = owner->first;
    m_ownEntries.erase(owner);
    return left;
}

void StatedumpIntake::onAddress(const Event& event, const trackers::Trackers& trackers)
{
    const auto& it = event.as<tracepoints::StatedumpAddress>();
    const base::DeviceId device = trackers.devices().byIndex(trackers.host(), it.netns, it.ifindex);
    const std::string text = toText(it);
    if (!device.isValid() || text.empty())
        return;
    std::vector<std::string>& known = m_addresses[device];
    if (std::ranges::find(known, text) == known.end())
        known.push_back(text);
}

std::string StatedumpIntake::addressesOf(base::DeviceId device) const
{
    const auto known = m_addresses.find(device);
    return known == m_addresses.end() ? std::string() : fmt::format("{}", fmt::join(known->second, ", "));
}

/// A device by its name, in the given namespace if there is one of that name.
base::DeviceId StatedumpIntake::named(const trackers::Trackers& trackers, std::string_view name,
                                      std::uint32_t netns) const
{
    base::DeviceId found;
    const auto& devices = trackers.devices().devices();
    for (std::uint32_t index = 0; index < devices.size(); ++index) {
        const trackers::Device& device = devices[index];
        if (device.host != trackers.host() || !trackers.devices().isTold({index}) || trackers.text(device.name) != name)
            continue;
        if (device.netns == netns)
            return {index};
        found = {index};
    }
    return found;
}

void StatedumpIntake::onTapOwner(const Event& event, const trackers::Trackers& trackers)
{
    const auto& owner = event.as<tracepoints::StatedumpTapOwner>();
    const base::DeviceId tap = named(trackers, trackers.text(owner.device), owner.netns);
    if (tap.isValid())
        m_observations.addProcess(
            event.record.time, tap,
            {trackers.host(), fmt::format("{} ({})", trackers.text(owner.process), owner.pid), "process", {}, {}});
}

void StatedumpIntake::onOvsPort(const Event& event, const trackers::Trackers& trackers)
{
    const auto& port = event.as<tracepoints::StatedumpOvsPort>();
    const base::DeviceId bridge = named(trackers, trackers.text(port.bridge), port.netns);
    if (trackers.text(port.kind) == "patch") {
        m_observations.addPatchPort(event.record.time, {trackers.host(), std::string(trackers.text(port.name)), "patch",
                                                        bridge, std::string(trackers.text(port.peer))});
        return;
    }
    const base::DeviceId device = trackers.devices().byIndex(trackers.host(), port.netns, port.ifindex);
    if (port.number == kLocalPort && device.isValid())
        m_ovsDatapaths.insert(device);
    if (!device.isValid() || !bridge.isValid() || device == bridge)
        return;
    m_ovsBridgeOf[device] = bridge;
    m_observations.add(observation(Kind::PortJoined, event.record.time, device, bridge));
    if (port.tag != 0)
        m_vlans.seen(event.record.time, device, port.tag, VlanMode::Access, topology::method::kStatedump);
    const std::string_view trunks = trackers.text(port.trunks);
    for (const char* at = trunks.data(); at < trunks.data() + trunks.size();) {
        std::uint16_t vlan = 0;
        const auto [next, error] = std::from_chars(at, trunks.data() + trunks.size(), vlan);
        if (error != std::errc())
            break;
        m_vlans.seen(event.record.time, device, vlan, VlanMode::Trunk, topology::method::kStatedump);
        at = next + 1; // the comma
    }
}

base::DeviceId StatedumpIntake::ovsBridgeOf(base::DeviceId port) const
{
    const auto told = m_ovsBridgeOf.find(port);
    return told == m_ovsBridgeOf.end() ? base::DeviceId() : told->second;
}

/// Masters and peers are known once the dump is complete.
void StatedumpIntake::connect(base::DeviceId id, const trackers::Trackers& trackers, base::Timestamp at)
{
    const trackers::Device& device = trackers.devices().at(id);
    m_observations.add(observation(Kind::DeviceSeen, at, id));
    const bool isOvs = m_ovsBridgeOf.contains(id);
    const base::DeviceId bridge = isOvs ? m_ovsBridgeOf[id] : device.bridge;
    base::DeviceId& former = m_bridgeOf[id];
    if (former.isValid() && former != bridge)
        m_observations.add(observation(Kind::PortLeft, at, id, former));
    if (bridge.isValid() && !isOvs)
        m_observations.add(observation(Kind::PortJoined, at, id, bridge));
    former = bridge;
    if (device.peer.isValid() && id < device.peer && trackers.devices().at(device.peer).isDeclared)
        m_observations.add(observation(Kind::Cable, at, id, device.peer));
    if (device.lower.isValid()) {
        Observation cable = observation(Kind::Cable, at, device.lower, id);
        cable.cable = topology::EdgeKind::VlanDevice;
        cable.vlan = device.vlan;
        m_observations.add(cable);
    }
}

void StatedumpIntake::onEnd(const Event& event, const trackers::Trackers& trackers)
{
    ++m_dumps;
    const base::Timestamp begin = m_begins[trackers.host()];
    const auto& devices = trackers.devices().devices();
    std::vector<base::DeviceId> ports;
    for (std::uint32_t index = 0; index < devices.size(); ++index) {
        const base::DeviceId id{index};
        if (devices[index].host != trackers.host() || !trackers.devices().isTold(id))
            continue;
        connect(id, trackers, begin);
        if (!m_ovsDatapaths.contains(ovsBridgeOf(id)))
            ports.push_back(id);
    }
    // Nothing tells when a device was removed; it was there when it was seen last.
    for (const base::DeviceId id : trackers.devices().vanished(trackers.host()))
        m_observations.add(observation(Kind::DeviceGone, devices[id.value].lastSeen + 1, id));
    if (event.as<tracepoints::StatedumpMark>().problems == 0)
        m_vlans.closeUnseenSince(begin, ports);
}

void StatedumpIntake::finish()
{
    for (auto a = m_tunnels.begin(); a != m_tunnels.end(); ++a) {
        for (auto b = std::next(a); b != m_tunnels.end(); ++b) {
            const bool isOne = a->device != b->device && a->told.id == b->told.id && a->told.family == b->told.family &&
                               a->told.family != 0 && a->told.local == b->told.remote &&
                               b->told.local == a->told.remote;
            if (!isOne)
                continue;
            Observation cable = observation(Kind::Cable, std::max(a->at, b->at), a->device, b->device);
            cable.cable = topology::EdgeKind::Tunnel;
            m_observations.add(cable);
        }
    }
}

} // namespace vnscope::analyses::map
