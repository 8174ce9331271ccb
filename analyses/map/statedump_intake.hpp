// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <vector>

#include "analyses/map/observations.hpp"
#include "analyses/map/port_vlans.hpp"
#include "analyses/trackers/trackers.hpp"

namespace vnscope::analyses::map {

/// What state dumps tell: certain at their time, and nothing between two of them.
class StatedumpIntake final {
public:
    StatedumpIntake(Observations& observations, PortVlans& vlans) : m_observations(observations), m_vlans(vlans) {}

    void process(const Event& event, const trackers::Trackers& trackers);
    /// Tunnels whose two ends name each other.
    void finish();

    [[nodiscard]] bool hasDump() const { return m_dumps > 0; }
    /// An address of a port's own was deleted from its bridge; `port` is none where the entry had become the bridge's.
    /// The port that lost the last of the own addresses that a dump told of, if that is so: it left the bridge. A port
    /// that no dump told of leaves with the first.
    [[nodiscard]] base::DeviceId portThatLost(topology::MacAddress mac, int vlan, base::DeviceId port);
    /// The Open vSwitch bridge of a port, as the last dump told; none where none did.
    [[nodiscard]] base::DeviceId ovsBridgeOf(base::DeviceId port) const;
    /// IP addresses of a device, comma-separated.
    [[nodiscard]] std::string addressesOf(base::DeviceId device) const;

private:
    struct TunnelEnd {
        base::Timestamp at;
        base::DeviceId device;
        tracepoints::StatedumpTunnel told;
    };

    void onBridge(const Event& event, const trackers::Trackers& trackers);
    void onBridgeVlan(const Event& event, const trackers::Trackers& trackers);
    void onFdb(const Event& event, const trackers::Trackers& trackers);
    void onAddress(const Event& event, const trackers::Trackers& trackers);
    void onTapOwner(const Event& event, const trackers::Trackers& trackers);
    void onOvsPort(const Event& event, const trackers::Trackers& trackers);
    void onEnd(const Event& event, const trackers::Trackers& trackers);
    void connect(base::DeviceId id, const trackers::Trackers& trackers, base::Timestamp at);
    [[nodiscard]] base::DeviceId named(const trackers::Trackers& trackers, std::string_view name,
                                       std::uint32_t netns) const;

    Observations& m_observations;
    PortVlans& m_vlans;
    std::map<base::DeviceId, std::vector<std::string>> m_addresses;
    std::map<base::DeviceId, base::DeviceId> m_bridgeOf; ///< As the last dump told.
    std::map<base::DeviceId, base::DeviceId> m_ovsBridgeOf;
    /// Open vSwitch's datapaths. A port whose bridge is one is in no database that the dump read: its tags are not
    /// told.
    std::set<base::DeviceId> m_ovsDatapaths;
    std::map<base::DeviceId, std::set<std::pair<topology::MacAddress, int>>> m_ownEntries; ///< By port.

    std::vector<TunnelEnd> m_tunnels;
    std::map<std::uint32_t, base::Timestamp> m_begins; ///< Of the dump in progress, by host.
    std::uint32_t m_dumps = 0;
};

} // namespace vnscope::analyses::map
