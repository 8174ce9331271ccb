// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/map/observations.hpp"
#include "analyses/map/port_vlans.hpp"
#include "analyses/map/statedump_intake.hpp"
#include "analyses/trackers/trackers.hpp"

namespace vnscope::analyses::map {

/// What Open vSwitch's datapath shows of its ports: which MACs send into them, and which VLANs they carry. The datapath
/// has no forwarding database, but its flow keys hold what one would learn from.
class OvsWatch final {
public:
    OvsWatch(Observations& observations, PortVlans& vlans, const StatedumpIntake& statedump)
        : m_observations(observations), m_vlans(vlans), m_statedump(statedump)
    {
    }

    void onPacket(const Event& event, const trackers::Trackers& trackers);

private:
    /// The packet whose actions a CPU carries out.
    struct InAction {
        static constexpr std::size_t kMostOutputs = 16;

        std::uint64_t skb = 0; ///< 0: none.
        base::Timestamp at;
        base::DeviceId inPort;
        base::DeviceId datapath;
        base::DeviceId bridge;
        topology::MacAddress destination;
        std::uint16_t vlan = 0; ///< That the frame belongs to, as far as a tag told; 0: none did.
        std::array<base::DeviceId, kMostOutputs> outputs{};
        std::size_t outputCount = 0;
    };

    void learnStation(const Event& event, const trackers::Trackers& trackers, base::DeviceId port);
    InAction& packetOf(const Event& event, const trackers::Trackers& trackers, base::DeviceId inPort);
    void onOutput(const tracepoints::OvsPacket& packet, base::Timestamp at, InAction& frame);
    void judgeFlood(InAction& frame);
    [[nodiscard]] base::DeviceId bridgeOf(base::DeviceId port, const trackers::Trackers& trackers) const;
    [[nodiscard]] base::DeviceId portOf(base::DeviceId datapath, std::uint32_t number) const;

    Observations& m_observations;
    PortVlans& m_vlans;
    const StatedumpIntake& m_statedump;
    std::vector<InAction> m_byCpu;
    std::unordered_map<std::uint64_t, base::DeviceId> m_ports;    ///< By datapath and port number.
    std::unordered_map<std::uint64_t, base::DeviceId> m_stations; ///< Where a MAC of a bridge was seen last.
};

} // namespace vnscope::analyses::map
