// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "topology/ledger.hpp"
#include "topology/tree.hpp"

namespace vnscope::topology {

/// A bridge told that it met an address.
struct Meeting {
    Sighting sighting;
    base::TimeRange known; ///< While the bridge had the entry.
    FdbEnd end = FdbEnd::Open;
    bool mayHaveLeft = false; ///< As in FdbRecord.
    bool isSeed = false;      ///< From a state dump.
};

/// All meetings of one address in one broadcast domain, by time.
struct Track {
    MacAddress mac;
    std::vector<Meeting> meetings;
    bool isEvidence = true;           ///< Of where bridges are; otherwise only of where the station is.
    std::optional<BridgeIndex> owner; ///< The bridge whose own address it is; then it is no station.
};

struct DomainPort {
    BridgeIndex bridge = 0;
    NodeId node;
};

/// Bridges that share addresses within one VLAN.
struct Domain {
    int vlan = kNoVlan; ///< kNoVlan: none of its bridges filters VLANs.
    std::vector<NodeId> bridges;
    std::vector<DomainPort> ports;
    std::vector<Track> tracks;
};

/// Sorts the ledger's entries into broadcast domains.
///
/// An entry with VLAN 0 of a bridge that does not filter belongs to whichever VLAN the address has elsewhere, or to the
/// tag of the VLAN devices that are the bridge's ports. An address that is known in several VLANs says nothing of such
/// a bridge.
[[nodiscard]] std::vector<Domain> findDomains(const Ledger& ledger);

} // namespace vnscope::topology
