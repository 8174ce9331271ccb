// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/device_tracker.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::analyses::trackers {

namespace {

std::uint64_t nameKey(std::uint32_t host, base::StringId name)
{
    return (static_cast<std::uint64_t>(host) << 32U) | name.value;
}

/// A more telling kind replaces a less telling one: a veth that is polled by NAPI stays a veth.
int strength(DeviceKind kind)
{
    switch (kind) {
    case DeviceKind::Unknown: return 0;
    case DeviceKind::Nic: return 1;
    default: return 2;
    }
}

/// What rtnetlink calls the kinds that we tell apart.
DeviceKind kindOf(std::string_view kind)
{
    constexpr std::array<std::pair<std::string_view, DeviceKind>, 7> kKinds{{
        {"", DeviceKind::Nic},
        {"bridge", DeviceKind::Bridge},
        {"veth", DeviceKind::Veth},
        {"tun", DeviceKind::Tap},
        {"vlan", DeviceKind::Vlan},
        {"vxlan", DeviceKind::Vxlan},
        {"openvswitch", DeviceKind::Ovs},
    }};
    const auto* const found = std::ranges::find(kKinds, kind, &std::pair<std::string_view, DeviceKind>::first);
    return found == kKinds.end() ? DeviceKind::Unknown : found->second;
}

} // namespace

std::string_view toText(DeviceKind kind)
{
    switch (kind) {
    case DeviceKind::Unknown: return "unknown";
    case DeviceKind::Nic: return "nic";
    case DeviceKind::Bridge: return "bridge";
    case DeviceKind::Veth: return "veth";
    case DeviceKind::Tap: return "tap";
    case DeviceKind::Vlan: return "vlan";
    case DeviceKind::Vxlan: return "vxlan";
    case DeviceKind::Ovs: return "ovs";
    case DeviceKind::Loopback: return "loopback";
    }
    return "unknown";
}

base::DeviceId DeviceTracker::create(std::uint32_t host, base::StringId name, std::string_view text, base::Timestamp at)
{
    const base::DeviceId id{static_cast<std::uint32_t>(m_devices.size())};
    Device& device = m_devices.emplace_back();
    device.host = host;
    device.name = name;
    device.firstSeen = at;
    device.lastSeen = at;
    if (text == "lo")
        sawLoopback(id);
    std::vector<base::DeviceId>& namesakes = m_byName[nameKey(host, name)];
    namesakes.insert(namesakes.begin(), id);
    return id;
}

base::DeviceId DeviceTracker::byName(std::uint32_t host, base::StringId name, std::string_view text, base::Timestamp at)
{
    const auto found = m_byName.find(nameKey(host, name));
    if (found == m_byName.end())
        return create(host, name, text, at);
    const base::DeviceId id = found->second.front();
    touch(id, at);
    return id;
}

base::DeviceId DeviceTracker::byName(std::uint32_t host, std::uint32_t netns, base::StringId name,
                                     std::string_view text, base::Timestamp at)
{
    if (netns == 0)
        return byName(host, name, text, at);
    base::DeviceId id;
    if (const auto namesakes = m_byName.find(nameKey(host, name)); namesakes != m_byName.end()) {
        const auto inNetns = [&](std::uint32_t wanted) {
            const auto found = std::ranges::find_if(namesakes->second,
                                                    [&](base::DeviceId it) { return this->at(it).netns == wanted; });
            return found == namesakes->second.end() ? base::DeviceId() : *found;
        };
        // Packets showed it before, without a namespace: theirs is the first that an event tells.
        id = inNetns(netns);
        if (!id.isValid())
            id = inNetns(0);
    }
    if (!id.isValid())
        id = create(host, name, text, at);
    m_devices[id.value].netns = netns;
    touch(id, at);
    return id;
}

DeviceTracker::Pair DeviceTracker::pair(base::DeviceId sender, std::uint32_t host, base::StringId receiverName,
                                        std::string_view text, base::Timestamp at)
{
    // The common case by far: the two already know each other.
    if (const base::DeviceId peer = m_devices[sender.value].peer;
        peer.isValid() && m_devices[peer.value].name == receiverName) {
        touch(peer, at);
        return {sender, peer};
    }
    // The sender's name may mean several devices; the receiver's name tells which of them, and the other way round.
    byName(host, receiverName, text, at);
    std::vector<base::DeviceId>& receivers = m_byName[nameKey(host, receiverName)];
    const Device senderDevice = m_devices[sender.value];
    for (const base::DeviceId candidate : m_byName[nameKey(host, senderDevice.name)]) {
        const base::DeviceId peer = m_devices[candidate.value].peer;
        if (peer.isValid() && m_devices[peer.value].name == receiverName) {
            touch(peer, at);
            return {candidate, peer};
        }
    }
    // A veth may have a namesake for a peer (eth0 to eth0), never itself.
    const auto unpaired = std::ranges::find_if(
        receivers, [&](base::DeviceId id) { return id != sender && !m_devices[id.value].peer.isValid(); });
    const base::DeviceId receiver = unpaired != receivers.end() ? *unpaired : create(host, receiverName, text, at);
    const base::DeviceId theSender = senderDevice.peer.isValid() ? create(host, senderDevice.name, {}, at) : sender;
    m_devices[theSender.value].peer = receiver;
    m_devices[receiver.value].peer = theSender;
    setKind(theSender, DeviceKind::Veth, "a packet it sent was received by its peer under the same skb");
    setKind(receiver, DeviceKind::Veth, "it received a packet under the skb that its peer was sending");
    touch(receiver, at);
    return {theSender, receiver};
}

void DeviceTracker::setKind(base::DeviceId device, DeviceKind kind, std::string_view evidence)
{
    Device& known = m_devices[device.value];
    if (strength(kind) <= strength(known.kind))
        return;
    known.kind = kind;
    known.evidence = evidence;
}

void DeviceTracker::beginDump(std::uint32_t host)
{
    ++m_dumps[host];
    m_vanished[host].clear();
}

base::DeviceId DeviceTracker::byIndex(std::uint32_t host, std::uint32_t netns, std::uint32_t ifindex) const
{
    const auto found = m_declared.find({host, netns, ifindex});
    return found == m_declared.end() ? base::DeviceId() : found->second.device;
}

const std::vector<base::DeviceId>& DeviceTracker::vanished(std::uint32_t host) const
{
    static const std::vector<base::DeviceId> kNone;
    const auto found = m_vanished.find(host);
    return found == m_vanished.end() ? kNone : found->second;
}

bool DeviceTracker::isTold(base::DeviceId device) const
{
    const Device& it = at(device);
    return it.isDeclared && byIndex(it.host, it.netns, it.ifindex) == device;
}

/// What packets showed under the name of a declared device before, if it can be no other: they are cabled to the same
/// peer, or no other device of this host has the name.
base::DeviceId DeviceTracker::adoptable(const DeclaredKey& key, const Declared& declared) const
{
    const std::uint32_t host = std::get<0>(key);
    const auto namesakes = m_byName.find(nameKey(host, declared.link.name));
    if (namesakes == m_byName.end())
        return {};
    const auto peer = m_declared.find({host, declared.link.linkNetns, declared.link.link});
    const bool isOnly = std::ranges::count_if(m_declared, [&](const auto& other) {
                            return std::get<0>(other.first) == host && other.second.link.name == declared.link.name;
                        }) == 1;
    for (const base::DeviceId candidate : namesakes->second) {
        const Device& device = at(candidate);
        // An event may have told its namespace; the name is unique there.
        const auto home = m_homes.find(host);
        const bool isHome = home != m_homes.end() && home->second == declared.link.netns;
        const bool isSameNetns = device.netns == declared.link.netns || (device.isInFirstNetns && isHome);
        if (device.isDeclared || (device.netns != 0 && !isSameNetns))
            continue;
        const bool isCabledAlike =
            device.peer.isValid() && peer != m_declared.end() && at(device.peer).name == peer->second.link.name;
        if (isSameNetns || isCabledAlike || (isOnly && !device.peer.isValid()))
            return candidate;
    }
    return {};
}

void DeviceTracker::declare(std::uint32_t host, const tracepoints::StatedumpLink& link, std::string_view name,
                            std::string_view kind, base::Timestamp at)
{
    // Every namespace has a loopback device and packets do not tell which: they share one row.
    if (name == "lo")
        return;
    Declared& declared = m_declared[{host, link.netns, link.ifindex}];
    // An ifindex may be given to another device after a removal.
    if (declared.device.isValid() && declared.link.name != link.name) {
        m_vanished[host].push_back(declared.device);
        declared.device = {};
    }
    declared.link = link;
    declared.kind = kindOf(kind);
    declared.at = at;
    declared.dump = m_dumps[host];
    m_unsettled.insert(host);
}

void DeviceTracker::settle(const DeclaredKey& key, Declared& declared)
{
    if (!declared.device.isValid()) {
        const base::DeviceId known = adoptable(key, declared);
        declared.device = known.isValid() ? known : create(std::get<0>(key), declared.link.name, {}, declared.at);
    }
    Device& device = m_devices[declared.device.value];
    device.isDeclared = true;
    device.netns = declared.link.netns;
    device.ifindex = declared.link.ifindex;
    device.mac = declared.link.mac;
    device.vlan = declared.link.vlan;
    setKind(declared.device, declared.kind, "the state dump says so");
    touch(declared.device, declared.at);
}

void DeviceTracker::settleDeclared(std::uint32_t host)
{
    if (m_unsettled.erase(host) == 0)
        return;
    const std::uint32_t dump = m_dumps[host];
    for (auto& [key, declared] : m_declared)
        if (std::get<0>(key) == host && declared.dump == dump)
            settle(key, declared);
    for (const auto& [key, declared] : m_declared)
        if (std::get<0>(key) == host && declared.dump == dump)
            connectDeclared(key, declared);
}

void DeviceTracker::connectDeclared(const DeclaredKey& key, const Declared& declared)
{
    const auto& [host, netns, ifindex] = key;
    Device& device = m_devices[declared.device.value];
    const base::DeviceId master = byIndex(host, netns, declared.link.master);
    if (!device.isOvsPort)
        device.bridge = master.isValid() && at(master).kind == DeviceKind::Bridge ? master : base::DeviceId();
    if (declared.link.link == 0)
        return;
    const base::DeviceId other = byIndex(host, declared.link.linkNetns, declared.link.link);
    if (device.kind == DeviceKind::Veth)
        device.peer = other;
    else if (device.kind == DeviceKind::Vlan)
        device.lower = other;
}

void DeviceTracker::endDump(std::uint32_t host, bool isComplete)
{
    if (!isComplete)
        return;
    const std::uint32_t dump = m_dumps[host];
    std::erase_if(m_declared, [&](const auto& entry) {
        const bool isGone = std::get<0>(entry.first) == host && entry.second.dump != dump;
        if (isGone)
            m_vanished[host].push_back(entry.second.device);
        return isGone;
    });
}

void DeviceTracker::nameNetns(std::uint32_t host, std::uint32_t netns, std::string_view name)
{
    m_homes.try_emplace(host, netns);
    m_netnsNames[{host, netns}] = name;
}

std::string DeviceTracker::netnsName(std::uint32_t host, std::uint32_t netns) const
{
    if (const auto home = m_homes.find(host); home != m_homes.end() && home->second == netns)
        return {};
    const auto found = m_netnsNames.find({host, netns});
    return found == m_netnsNames.end() || found->second.empty() ? std::to_string(netns) : found->second;
}

void DeviceTracker::sawLoopback(base::DeviceId device)
{
    setKind(device, DeviceKind::Loopback, "name lo; every namespace has one, and the trace names no namespace");
    m_devices[device.value].isAmbiguous = true;
}

void DeviceTracker::sawNapi(base::DeviceId device)
{
    setKind(device, DeviceKind::Nic, "a NAPI poll names it");
}

void DeviceTracker::sawBridge(base::DeviceId bridge, base::DeviceId port, std::uint32_t bridgeIfindex,
                              std::uint32_t portIfindex)
{
    setKind(bridge, DeviceKind::Bridge, "FDB events name it as their bridge");
    if (bridgeIfindex != 0)
        m_devices[bridge.value].ifindex = bridgeIfindex;
    if (!port.isValid() || port == bridge)
        return;
    m_devices[port.value].bridge = bridge;
    if (portIfindex != 0)
        m_devices[port.value].ifindex = portIfindex;
}

void DeviceTracker::sawOvsPort(base::DeviceId device, base::DeviceId datapath)
{
    Device& port = m_devices[device.value];
    port.isOvsPort = true;
    if (!datapath.isValid())
        return;
    setKind(datapath, DeviceKind::Ovs, "Open vSwitch names it as a datapath");
    if (!port.bridge.isValid())
        port.bridge = datapath;
}

void DeviceTracker::sawOvsInternal(base::DeviceId device)
{
    setKind(device, DeviceKind::Ovs, "Open vSwitch delivered a packet to it as an internal port");
}

void DeviceTracker::sawStacked(base::DeviceId upper, base::DeviceId lower, std::string_view upperName)
{
    Device& device = m_devices[upper.value];
    // A bridge also hands its own packets to its ports; only FDB events tell the two apart for certain, so a VLAN
    // device must look like one: the customary "parent.id" name and always the same lower device.
    if (device.kind != DeviceKind::Unknown || upperName.find('.') == std::string_view::npos)
        return;
    device.lower = lower;
    setKind(upper, DeviceKind::Vlan, "it hands each skb to its lower device, and is named after it");
}

void DeviceTracker::sawDpdk(base::DeviceId device)
{
    setKind(device, DeviceKind::Nic, "a DPDK port");
}

void DeviceTracker::sawNoLinkHeader(base::DeviceId device)
{
    m_devices[device.value].linkHeaderBytes = 0;
}

void DeviceTracker::touch(base::DeviceId device, base::Timestamp at)
{
    Device& known = m_devices[device.value];
    known.lastSeen = std::max(known.lastSeen, at);
    known.firstSeen = std::min(known.firstSeen, at);
}

bool DeviceTracker::hasNamesakes(base::DeviceId id) const
{
    const Device& device = at(id);
    const auto found = m_byName.find(nameKey(device.host, device.name));
    return found != m_byName.end() && found->second.size() > 1;
}

} // namespace vnscope::analyses::trackers
