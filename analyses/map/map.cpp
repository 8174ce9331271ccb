// SPDX-License-Identifier: Apache-2.0
#include "analyses/map/map.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analyses/map/map_tables.hpp"
#include "analyses/map/observations.hpp"
#include "analyses/map/ovs_watch.hpp"
#include "analyses/map/port_vlans.hpp"
#include "analyses/map/statedump_intake.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_map_kTables.hpp"

namespace vnscope::analyses::map {

namespace {

using tracepoints::BridgeFdb;
using tracepoints::EventType;
using Kind = Observation::Kind;

/// Packets of one pair of devices are told as one observation, until they pause this long.
constexpr base::Nanoseconds kPause = base::kNsPerSecond;
/// BR_FDB_LOCAL of net/bridge/br_private.h: an address of the bridge or of the port itself.
constexpr std::uint32_t kLocalEntry = 0x1;

struct Passing {
    base::Timestamp first;
    base::Timestamp last;
    std::uint64_t packets = 0;
};

class Map final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext&) override {}
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    using EntryKey = std::tuple<base::DeviceId, topology::MacAddress, int>; ///< Bridge, MAC, VLAN.

    void onFdb(const Event& event, const trackers::Trackers& trackers);
    void placeEarlierAdds(base::DeviceId port, base::DeviceId bridge);
    void noteOlderEntry(const Observation& entry, const EntryKey& key, bool isLocal,
                        const trackers::Trackers& trackers);
    void onFdbDelete(const Observation& entry, const BridgeFdb& fdb, const trackers::Trackers& trackers);
    void onPacket(const Event& event, const trackers::Trackers& trackers);
    void onPassed(const Event& event, const trackers::Trackers& trackers);
    void onLost(const Event& event, const trackers::Trackers& trackers);
    void noteCables(base::DeviceId id, const trackers::Trackers& trackers, base::Timestamp at);
    void tell(std::pair<base::DeviceId, base::DeviceId> pair, const Passing& passing);
    void addDevices(const trackers::Trackers& trackers);
    void addAdvice(RunContext& context) const;

    Observations m_observations;
    PortVlans m_vlans;
    StatedumpIntake m_statedump{m_observations, m_vlans};
    OvsWatch m_ovs{m_observations, m_vlans, m_statedump};
    std::map<std::pair<base::DeviceId, base::DeviceId>, Passing> m_passing;
    std::vector<bool> m_isCabled; ///< By device: its peer or lower device is told.

    std::set<EntryKey> m_knownEntries; ///< That an event told of.
    /// Added by hand to ports whose bridge is not known yet (older probes' br_fdb_add names the port alone).
    std::map<base::DeviceId, std::vector<Observation>> m_unplaced;
    std::map<std::uint32_t, base::Timestamp> m_hostBegin; ///< First event of each host.
    bool m_hasFdbEvents = false;
    bool m_hasLoss = false;
};

const AnalysisInfo& Map::info() const
{
    static const AnalysisInfo kInfo{
        "map",
        2,
        "Virtual topology",
        "Which machine is behind which port of which bridge, in which VLAN, and when did that change?",
        {{{EventType::BrFdbUpdate, EventType::StatedumpLink, EventType::OvsExecuteAction, EventType::NetDevQueue},
          true,
          "the map"},
         {{EventType::BrFdbUpdate}, false, "learning bridges, and moves"},
         {{EventType::FdbDelete}, false, "ageing, and ports that leave a bridge"},
         {{EventType::StatedumpLink}, false, "what was there before the trace, MACs, namespaces, silent devices"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Map::subscriptions() const
{
    return {EventType::BrFdbUpdate,        EventType::BrFdbAdd,
            EventType::BrFdbExternalLearn, EventType::FdbDelete,
            EventType::OvsExecuteAction,   EventType::OvsUpcall,
            EventType::NetDevQueue,        EventType::NetIfRx,
            EventType::NetIfReceiveSkb,    EventType::EventsLost,
            EventType::StatedumpBegin,     EventType::StatedumpEnd,
            EventType::StatedumpBridge,    EventType::StatedumpBridgeVlan,
            EventType::StatedumpTunnel,    EventType::StatedumpAddress,
            EventType::StatedumpFdb,       EventType::StatedumpTapOwner,
            EventType::StatedumpOvsPort};
}

void Map::process(const Event& event, RunContext& context)
{
    const trackers::Trackers& trackers = context.trackers;
    m_hostBegin.try_emplace(trackers.host(), event.record.time);
    switch (event.record.type) {
    case EventType::NetDevQueue:
    case EventType::NetIfRx:
    case EventType::NetIfReceiveSkb: return onPacket(event, trackers);
    case EventType::BrFdbUpdate:
    case EventType::BrFdbAdd:
    case EventType::BrFdbExternalLearn:
    case EventType::FdbDelete: return onFdb(event, trackers);
    case EventType::OvsExecuteAction:
    case EventType::OvsUpcall: return m_ovs.onPacket(event, trackers);
    case EventType::EventsLost: return onLost(event, trackers);
    default: return m_statedump.process(event, trackers);
    }
}

void Map::onFdb(const Event& event, const trackers::Trackers& trackers)
{
    const auto& fdb = event.as<BridgeFdb>();
    const base::DeviceId seen = trackers.sighting().device;
    if (!seen.isValid())
        return;
    m_hasFdbEvents = true;
    // The event names the port, or the bridge alone when the entry is its own.
    const trackers::Device& device = trackers.devices().at(seen);
    const bool isOwn = device.kind == trackers::DeviceKind::Bridge;
    Observation entry;
    entry.at = event.record.time;
    entry.device = isOwn ? seen : device.bridge;
    entry.other = isOwn ? base::DeviceId() : seen;
    entry.mac = topology::MacAddress::fromBytes(fdb.mac);
    entry.vlan = fdb.vlan;
    if (!entry.mac.isSet())
        return;
    if (event.record.type == EventType::BrFdbAdd) {
        entry.kind = Kind::FdbSeen;
        entry.origin = topology::FdbOrigin::Static;
        m_unplaced[seen].push_back(entry);
    }
    if (!entry.device.isValid())
        return;
    placeEarlierAdds(seen, entry.device);
    if (event.record.type == EventType::BrFdbAdd)
        return;
    const std::tuple key(entry.device, entry.mac, entry.vlan);
    if (event.record.type == EventType::FdbDelete) {
        noteOlderEntry(entry, key, (fdb.flags & kLocalEntry) != 0, trackers);
        return onFdbDelete(entry, fdb, trackers);
    }
    m_knownEntries.insert(key);
    entry.kind = Kind::FdbSeen;
    entry.origin = event.record.type == EventType::BrFdbExternalLearn ? topology::FdbOrigin::External
                   : isOwn                                            ? topology::FdbOrigin::Local
                                                                      : topology::FdbOrigin::Learned;
    m_observations.add(entry);
}

void Map::placeEarlierAdds(base::DeviceId port, base::DeviceId bridge)
{
    const auto unplaced = m_unplaced.extract(port);
    if (unplaced.empty())
        return;
    for (Observation& entry : unplaced.mapped()) {
        entry.device = bridge;
        if (entry.other == bridge)
            entry.other = {};
        m_knownEntries.emplace(bridge, entry.mac, entry.vlan);
        m_observations.add(entry);
    }
}

/// An entry that is deleted, and that nothing told of before, was there when the trace began: learning it would have
/// been an event.
void Map::noteOlderEntry(const Observation& entry, const EntryKey& key, bool isLocal,
                         const trackers::Trackers& trackers)
{
    const bool isKnown = m_statedump.hasDump() || m_hasLoss || !m_knownEntries.insert(key).second;
    const auto begin = m_hostBegin.find(trackers.host());
    if (isKnown || begin == m_hostBegin.end())
        return;
    Observation older = entry;
    older.kind = Kind::FdbSeen;
    older.at = begin->second;
    older.origin = isLocal ? topology::FdbOrigin::Local : topology::FdbOrigin::Learned;
    m_observations.add(older);
}

/// A port that leaves its bridge takes its own addresses along; that they are deleted is all that tells of it.
void Map::onFdbDelete(const Observation& entry, const BridgeFdb& fdb, const trackers::Trackers& trackers)
{
    Observation deleted = entry;
    deleted.kind = Kind::FdbDeleted;
    m_observations.add(deleted);
    const bool isOwn = (fdb.flags & kLocalEntry) != 0 || !entry.other.isValid() ||
                       entry.mac == topology::MacAddress::fromBytes(trackers.devices().at(entry.other).mac);
    const base::DeviceId port = isOwn ? m_statedump.portThatLost(entry.mac, entry.vlan, entry.other) : base::DeviceId();
    if (!port.isValid())
        return;
    Observation left;
    left.at = entry.at;
    left.kind = Kind::PortLeft;
    left.device = port;
    left.other = entry.device;
    m_observations.add(left);
}

/// The tracker sees cables in packets; what it finds new is told once.
void Map::noteCables(base::DeviceId id, const trackers::Trackers& trackers, base::Timestamp at)
{
    if (m_isCabled.size() <= id.value)
        m_isCabled.resize(id.value + 1U);
    const trackers::Device& device = trackers.devices().at(id);
    if (m_isCabled[id.value] || (!device.peer.isValid() && !device.lower.isValid()))
        return;
    m_isCabled[id.value] = true;
    Observation cable;
    cable.at = at;
    cable.kind = Kind::Cable;
    cable.method = topology::method::kSkbContinuity;
    cable.device = device.peer.isValid() ? std::min(id, device.peer) : device.lower;
    cable.other = device.peer.isValid() ? std::max(id, device.peer) : id;
    cable.cable = device.peer.isValid() ? topology::EdgeKind::VethPair : topology::EdgeKind::VlanDevice;
    cable.vlan = device.vlan != 0 ? device.vlan : topology::kNoVlan;
    m_observations.add(cable);
}

void Map::onPacket(const Event& event, const trackers::Trackers& trackers)
{
    const trackers::Sighting& sighting = trackers.sighting();
    if (!sighting.device.isValid())
        return;
    noteCables(sighting.device, trackers, event.record.time);
    if (event.record.type == EventType::NetDevQueue && sighting.appearance == trackers::Appearance::Continued)
        onPassed(event, trackers);
}

/// A packet that came in by one device and goes out by another with its TTL untouched was bridged, not routed.
void Map::onPassed(const Event& event, const trackers::Trackers& trackers)
{
    const trackers::SkbState& skb = *trackers.sighting().skb;
    const base::DeviceId out = trackers.sighting().device;
    const auto& headers = event.as<tracepoints::SkbAtDevice>().headers;
    const bool isBridged =
        skb.receivedBy.isValid() && skb.receivedBy != out && skb.receivedTtl != 0 && skb.receivedTtl == headers.ttl;
    if (!isBridged)
        return;
    const auto pair = std::pair(skb.receivedBy, out);
    Passing& passing = m_passing[pair];
    const base::Timestamp now = event.record.time;
    if (passing.packets > 0 && now - passing.last > kPause) {
        tell(pair, passing);
        passing.packets = 0;
    }
    if (passing.packets++ == 0)
        passing.first = now;
    passing.last = now;
}

void Map::tell(std::pair<base::DeviceId, base::DeviceId> pair, const Passing& passing)
{
    Observation it;
    it.kind = Kind::PacketsPassed;
    it.since = passing.first;
    it.at = passing.last;
    it.device = pair.first;
    it.other = pair.second;
    it.count = passing.packets;
    m_observations.add(it);
}

void Map::onLost(const Event& event, const trackers::Trackers& trackers)
{
    m_hasLoss = true;
    Observation it;
    it.kind = Kind::EventsLost;
    it.since = {event.as<tracepoints::EventsLost>().beginNs};
    it.at = event.record.time;
    it.count = trackers.host();
    m_observations.add(it);
}

/// Devices that packets showed, beside those of state dumps. Loopback devices join nothing.
void Map::addDevices(const trackers::Trackers& trackers)
{
    const auto& devices = trackers.devices().devices();
    for (std::uint32_t index = 0; index < devices.size(); ++index) {
        if (devices[index].kind == trackers::DeviceKind::Loopback)
            continue;
        Observation it;
        it.at = devices[index].firstSeen;
        it.device = {index};
        m_observations.add(it);
    }
}

void Map::addAdvice(RunContext& context) const
{
    if (!m_hasFdbEvents || m_statedump.hasDump())
        return;
    context.quality.push_back(
        {base::Severity::Info,
         "no_state_dump",
         "The trace has no state dump: what bridges had learned before it began is not in the map.",
         "Run vnscope-statedump while the session records, at its begin and at its end.",
         1,
         {},
         {},
         "map"});
}

void Map::finish(RunContext& context)
{
    for (const auto& [pair, passing] : m_passing)
        tell(pair, passing);
    m_statedump.finish();
    while (!m_unplaced.empty()) {
        const base::DeviceId port = m_unplaced.begin()->first;
        const base::DeviceId bridge = context.trackers.devices().at(port).bridge;
        if (bridge.isValid())
            placeEarlierAdds(port, bridge);
        else
            m_unplaced.erase(port);
    }
    addDevices(context.trackers);
    const Observations::Result found = m_observations.discover(context.trackers, context.range.end);
    writeTables(found, m_vlans.finish(context.range.end), m_statedump, context);
    addAdvice(context);
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Map>();
}

} // namespace vnscope::analyses::map
