// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyses/trackers/trackers.hpp"
#include "topology/discovery.hpp"

namespace vnscope::analyses::map {

/// Something that the map follows from. Devices are the trackers'.
struct Observation {
    enum class Kind : std::uint8_t {
        DeviceSeen,     ///< device
        DeviceGone,     ///< device
        PortJoined,     ///< device is a port of other
        PortLeft,       ///< device, other
        Cable,          ///< device to other, cable, vlan
        FdbSeen,        ///< bridge device, port other, mac, vlan, origin
        FdbDeleted,     ///< bridge device, port other, mac, vlan
        PacketsPassed,  ///< in device, out other, since, count
        EventsLost,     ///< since, count: index of the host
        BridgeFilters,  ///< device, count: 0 or 1
        BridgeAgeing,   ///< device, count: ns
        ProcessHasTap,  ///< device, count: index of a process
        PatchConnected, ///< count, vlan: indices of two patch ports
    };

    base::Timestamp at;
    base::Timestamp since;
    base::DeviceId device;
    base::DeviceId other;
    topology::MacAddress mac;
    std::uint64_t count = 0;
    std::string_view method = topology::method::kStatedump;
    int vlan = 0;
    Kind kind = Kind::DeviceSeen;
    topology::EdgeKind cable = topology::EdgeKind::VethPair;
    topology::FdbOrigin origin = topology::FdbOrigin::Learned;
};

/// A thing with a name that is no network device: the process behind a tap, a patch port of Open vSwitch.
struct NamedThing {
    std::uint32_t host = 0;
    std::string name;
    std::string kind; ///< `process`, `patch`
    base::DeviceId bridge;
    std::string peer; ///< Of a patch port.
};

/// All observations of a session. They are kept until its end because some are known late: a device that a second state
/// dump misses went away when it was seen last. They are as many as changes and pairs of devices, not as events.
class Observations final {
public:
    void add(const Observation& observation) { m_log.push_back(observation); }
    void addProcess(base::Timestamp at, base::DeviceId tap, NamedThing process);
    void addPatchPort(base::Timestamp at, NamedThing port);

    /// The map, and which of its nodes are which devices.
    struct Result {
        topology::TopologyTimeline timeline;
        std::unordered_map<std::uint32_t, base::DeviceId> deviceOfNode;
    };
    [[nodiscard]] Result discover(const trackers::Trackers& trackers, base::Timestamp end);

private:
    std::vector<Observation> m_log;
    std::vector<NamedThing> m_things;
};

} // namespace vnscope::analyses::map
