// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/time.hpp"
#include "topology/node.hpp"

namespace vnscope::topology {

/// What an edge joins; `from` is named first.
enum class EdgeKind {
    BridgePort,   ///< A bridge and a device that is its port.
    VethPair,     ///< The two ends of a veth.
    AttachedHost, ///< A port, a segment or (in alternatives only) a bridge, and the station behind it.
    Uplink,       ///< Two ports of different bridges, or a port and a segment: nothing that we know is between.
    Tunnel,       ///< The two ends of a tunnel (VXLAN, GRE, ...).
    Patch,        ///< The two ends of an Open vSwitch patch.
    VlanDevice,   ///< The lower device and the VLAN device on it; `vlan` is its tag.
    TapOwner,     ///< A tap and the station or device of the guest that has it open.
};

/// `bridge_port`, `veth_pair`, ...: the spelling in the store.
[[nodiscard]] std::string_view toText(EdgeKind kind);
[[nodiscard]] std::optional<EdgeKind> parseEdgeKind(std::string_view text);

enum class Certainty {
    Certain,   ///< The host itself said so.
    Inferred,  ///< Follows from the evidence, every other possibility is contradicted.
    Ambiguous, ///< One of several possibilities, or resting on evidence that lost events may have made stale.
};

/// `certain`, `inferred`, `ambiguous`: the spelling in the store.
[[nodiscard]] std::string_view toText(Certainty certainty);
[[nodiscard]] std::optional<Certainty> parseCertainty(std::string_view text);

/// How an edge was found. Stable names: they stand in `topology_edge.method`.
namespace method {
inline constexpr std::string_view kFdbEvent = "fdb_event";           ///< An FDB event names bridge and port.
inline constexpr std::string_view kStatedump = "statedump";          ///< A state dump or netlink told.
inline constexpr std::string_view kSkbContinuity = "skb_continuity"; ///< The same packet passed both.
inline constexpr std::string_view kLocalAddress = "local_address";   ///< A device with this address is known.
inline constexpr std::string_view kElimination = "elimination";      ///< Every other place is contradicted.
inline constexpr std::string_view kSharedSegment = "shared_segment"; ///< Several ports or stations face each other.
} // namespace method

inline constexpr int kNoVlan = -1;

/// A connection for a while. Undirected, although its ends have an order.
struct Edge {
    NodeId from;
    NodeId to;
    EdgeKind kind = EdgeKind::Uplink;
    int vlan = kNoVlan; ///< VLAN that was seen to use it; kNoVlan: all, or untagged.
    base::TimeRange valid;
    std::string method;         ///< One of `method::k…`.
    std::uint64_t evidence = 0; ///< Observations that it rests on.
    Certainty certainty = Certainty::Ambiguous;
    /// Ambiguous edges with the same number other than 0 are alternatives: one of them is true. An ambiguous edge that
    /// is alone in its group is the only possibility left, but rests on what lost events may have made stale.
    std::uint32_t alternatives = 0;

    bool operator==(const Edge&) const = default;
};

} // namespace vnscope::topology
