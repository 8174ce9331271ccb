// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "storage/base/time.hpp"
#include "topology/edge.hpp"
#include "topology/fdb_interval.hpp"
#include "topology/topology_timeline.hpp"

namespace vnscope::topology {

/// What identifies a device: names repeat on other hosts and in other namespaces, and after a removal.
struct DeviceKey {
    std::string_view host;
    std::string_view netns; ///< Empty: the host's first namespace, or not known.
    std::string_view name;
};

/// What may be known of a device besides; empty, 0 and unset mean "not told" and take nothing back.
struct DeviceFacts {
    std::string_view kind; ///< `bridge`, `veth`, `tap`, ... as in the table `device`.
    std::uint32_t ifindex = 0;
    MacAddress mac;
};

/// Two devices that are joined by something the host knows of.
struct Cable {
    EdgeKind kind =
        EdgeKind::VethPair; ///< VethPair, Tunnel, Patch, VlanDevice (lower device first) or TapOwner (tap first).
    NodeId from;
    NodeId to;
    int vlan = kNoVlan; ///< Tag of a VLAN device.
};

/// Finds the network from what was observed. Observations come in time order, over all hosts of the session; one that
/// is older than the one before counts as simultaneous with it. Memory grows with changes, not with events that repeat.
///
/// The method, its proofs and limits: topology/README.md.
class Discovery {
public:
    struct Options {
        /// How long a move may take to reach all bridges. Two sightings of an address that lie further apart are
        /// compared with less weight, as it may have moved in between.
        base::Nanoseconds spread = 2 * base::kNsPerSecond;
        /// Moves back and forth between two places that make a duplicate address or a loop of it, and the time they lie
        /// in.
        std::uint32_t flapMoves = 3;
        base::Nanoseconds flapWindow = 60 * base::kNsPerSecond;
    };

    Discovery();
    explicit Discovery(Options options);
    ~Discovery();
    Discovery(Discovery&&) noexcept;
    Discovery& operator=(Discovery&&) noexcept;
    Discovery(const Discovery&) = delete;
    Discovery& operator=(const Discovery&) = delete;

    /// A device is there, and what is known of it. The id stays the same until it is removed; callers may keep it.
    NodeId deviceSeen(base::Timestamp at, const DeviceKey& key, const DeviceFacts& facts = {});
    /// A device is gone, and with it its ports, cables and entries.
    void deviceRemoved(base::Timestamp at, NodeId device);

    /// A device is a port of a bridge. FDB events imply it; a state dump tells it earlier.
    void portJoined(base::Timestamp at, NodeId bridge, NodeId port, std::string_view method = method::kStatedump);
    void portLeft(base::Timestamp at, NodeId bridge, NodeId port);
    /// Bridge properties. Not told: filtering when it has an entry with a VLAN, ageing 300 s (the kernel's default).
    void bridgeFiltersVlans(NodeId bridge, bool isFiltering);
    void bridgeAgeing(NodeId bridge, base::Nanoseconds ageing);

    void cableSeen(base::Timestamp at, const Cable& cable, std::string_view method = method::kStatedump);
    void cableRemoved(base::Timestamp at, const Cable& cable);

    /// An entry is new, has moved, or (state dump) is there. `port` none, or origin Local: the bridge's own address.
    void fdbSeen(base::Timestamp at, NodeId bridge, NodeId port, MacAddress mac, int vlan,
                 FdbOrigin origin = FdbOrigin::Learned);
    void fdbDeleted(base::Timestamp at, NodeId bridge, NodeId port, MacAddress mac, int vlan);

    /// `packets` came in by one device and went out by the other, within one host.
    void packetsPassed(base::TimeRange when, NodeId in, NodeId out, std::uint64_t packets);

    /// Events of a host were lost in a range: what was open then is doubtful from there on, until it is seen again.
    void eventsLost(std::string_view host, base::TimeRange when);

    /// Ends the observation and finds the network. The object is empty afterwards.
    [[nodiscard]] TopologyTimeline finish(base::Timestamp end);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace vnscope::topology
