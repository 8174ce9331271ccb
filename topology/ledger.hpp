// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/container/deque.hpp>
#include <boost/container/small_vector.hpp>
#include <tsl/robin_map.h>

#include "topology/discovery.hpp"
#include "topology/pair_key.hpp"

namespace vnscope::topology {

/// When something was told; times close together once. Most things are told once, and there are many of them.
using Confirmed = boost::container::small_vector<base::Timestamp, 1>;

/// Something local that a host told, for as long as it was so.
struct Fact {
    EdgeKind kind = EdgeKind::BridgePort;
    NodeId from;
    NodeId to;
    int vlan = kNoVlan;
    base::TimeRange valid;
    std::string method;
    std::uint64_t evidence = 0;
    bool hasEnded = false; ///< Its end was observed.
    Confirmed confirmed;
};

/// An FDB entry, and when the bridge said so.
struct FdbRecord {
    FdbInterval interval;
    Confirmed confirmed;
    bool mayHaveLeft = false; ///< It ended before it can have aged: the station may be gone from there.
};
/// They are many and large: what is there never moves.
using FdbRecords =
    boost::container::deque<FdbRecord, void, boost::container::deque_options_t<boost::container::block_size<1024U>>>;

struct BridgeFacts {
    std::optional<bool> isFiltering;
    base::Nanoseconds ageing = 300 * base::kNsPerSecond; ///< BR_DEFAULT_AGEING_TIME, net/bridge/br_private.h.
};

struct Loss {
    std::string host;
    base::TimeRange when;
};

/// What was observed, as intervals: the input of the inference.
class Ledger {
public:
    explicit Ledger(base::Nanoseconds spread) : m_spread(spread) {}

    NodeId deviceSeen(base::Timestamp at, const DeviceKey& key, const DeviceFacts& facts);
    void deviceRemoved(base::Timestamp at, NodeId device);
    void factSeen(base::Timestamp at, const Fact& fact);
    void factEnded(base::Timestamp at, EdgeKind kind, NodeId from, NodeId to);
    void portLeft(base::Timestamp at, NodeId bridge, NodeId port);
    void fdbSeen(base::Timestamp at, const FdbInterval& entry);
    void fdbDeleted(base::Timestamp at, const FdbInterval& entry);
    void packetsPassed(base::TimeRange when, NodeId in, NodeId out, std::uint64_t packets);
    void lost(Loss loss) { m_losses.push_back(std::move(loss)); }
    BridgeFacts& bridge(NodeId bridge) { return m_bridges[bridge]; }
    /// Ends everything that is open, and says how entries ended.
    void close(base::Timestamp end);

    [[nodiscard]] base::TimeRange range() const { return m_range; }
    [[nodiscard]] const std::vector<Node>& nodes() const { return m_nodes; }
    [[nodiscard]] const std::vector<Fact>& facts() const { return m_facts; }
    [[nodiscard]] const FdbRecords& fdb() const { return m_fdb; }
    [[nodiscard]] const std::vector<Loss>& losses() const { return m_losses; }
    [[nodiscard]] bool isFiltering(NodeId bridge) const;
    /// Packets that passed from one device of a host to another, and when.
    using Passages = std::map<std::pair<NodeId, NodeId>, std::pair<base::TimeRange, std::uint64_t>>;
    [[nodiscard]] const Passages& passages() const { return m_passages; }
    /// Whether the device was announced, not just named by an event.
    [[nodiscard]] bool wasTold(NodeId node) const { return m_wasTold[node.value]; }
    [[nodiscard]] bool wasRemoved(NodeId node) const { return m_nodes[node.value].valid.end < m_range.end; }

private:
    struct FactKey {
        EdgeKind kind = EdgeKind::BridgePort;
        NodeId from;
        NodeId to;
        bool operator==(const FactKey&) const = default;
    };
    struct DeviceName {
        std::string host;
        std::string netns;
        std::string name;
        bool operator==(const DeviceName&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const DeviceName& device) const noexcept;
        std::size_t operator()(const FactKey& key) const noexcept;
    };

    using OpenEntries = tsl::robin_map<MacAddress, std::uint32_t>; ///< Indices in m_fdb.

    base::Timestamp advance(base::Timestamp at);
    void flush(OpenEntries& entries, base::Timestamp at, NodeId port);
    void confirm(Confirmed& times, base::Timestamp at) const;
    void end(FdbRecord& record, base::Timestamp at, FdbEnd how);
    [[nodiscard]] bool isAgeReached(const FdbRecord& record, base::Timestamp at) const;
    void correctEnds();

    base::Nanoseconds m_spread;
    bool m_hasBegun = false;
    base::TimeRange m_range;
    std::vector<Node> m_nodes;
    std::vector<bool> m_wasTold;
    std::unordered_map<DeviceName, NodeId, KeyHash> m_devices;
    std::vector<Fact> m_facts;
    tsl::robin_map<FactKey, std::uint32_t, KeyHash> m_openFacts; ///< Indices in m_facts.
    FdbRecords m_fdb;
    /// By bridge and VLAN, small tables as the bridges have them.
    tsl::robin_map<PairKey, OpenEntries, PairHash> m_openEntries;
    std::unordered_map<NodeId, BridgeFacts> m_bridges;
    Passages m_passages;
    std::vector<Loss> m_losses;
};

} // namespace vnscope::topology
