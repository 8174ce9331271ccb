// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory_resource>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "topology/discovery.hpp"

namespace vnscope::topology {

/// Something local that a host told, for as long as it was so.
struct Fact {
    EdgeKind kind = EdgeKind::BridgePort;
    NodeId from;
    NodeId to;
    int vlan = kNoVlan;
    base::TimeRange valid;
    std::string method;
    std::uint64_t evidence = 0;
    bool hasEnded = false;                  ///< Its end was observed.
    std::vector<base::Timestamp> confirmed; ///< When it was told; those close together once.
};

/// An FDB entry, and when the bridge said so.
struct FdbRecord {
    FdbInterval interval;
    /// Most entries are told once; there are many of them.
    boost::container::small_vector<base::Timestamp, 1> confirmed; ///< When it was told; those close together once.
    bool mayHaveLeft = false; ///< It ended before it can have aged: the station may be gone from there.
};

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
    [[nodiscard]] const std::vector<FdbRecord>& fdb() const { return m_fdb; }
    [[nodiscard]] const std::vector<Loss>& losses() const { return m_losses; }
    [[nodiscard]] bool isFiltering(NodeId bridge) const;
    /// Packets that passed from one device of a host to another, and when.
    using Passages = std::map<std::pair<NodeId, NodeId>, std::pair<base::TimeRange, std::uint64_t>>;
    [[nodiscard]] const Passages& passages() const { return m_passages; }
    /// Whether the device was announced, not just named by an event.
    [[nodiscard]] bool wasTold(NodeId node) const { return m_wasTold[node.value]; }
    [[nodiscard]] bool wasRemoved(NodeId node) const { return m_nodes[node.value].valid.end < m_range.end; }

private:
    using FactKey = std::tuple<EdgeKind, NodeId, NodeId>;
    struct EntryKey {
        NodeId bridge;
        int vlan = 0;
        MacAddress mac;
        bool operator==(const EntryKey&) const = default;
    };
    struct EntryHash {
        std::size_t operator()(const EntryKey& key) const noexcept;
    };

    base::Timestamp advance(base::Timestamp at);
    template <typename Times> void confirm(Times& times, base::Timestamp at) const;
    void end(FdbRecord& record, base::Timestamp at, FdbEnd how);
    [[nodiscard]] bool isAgeReached(const FdbRecord& record, base::Timestamp at) const;
    void correctEnds();

    base::Nanoseconds m_spread;
    bool m_hasBegun = false;
    base::TimeRange m_range;
    std::vector<Node> m_nodes;
    std::vector<bool> m_wasTold;
    std::map<std::tuple<std::string, std::string, std::string>, NodeId, std::less<>> m_devices;
    std::vector<Fact> m_facts;
    std::map<FactKey, std::size_t> m_openFacts;
    std::vector<FdbRecord> m_fdb;
    /// Every node that it hands out has a record in m_fdb, which stays too: so what is freed need not be reused, and
    /// all goes at once.
    std::pmr::monotonic_buffer_resource m_entryMemory;
    std::pmr::unordered_map<EntryKey, std::size_t, EntryHash> m_openEntries{&m_entryMemory};
    std::unordered_map<NodeId, BridgeFacts> m_bridges;
    Passages m_passages;
    std::vector<Loss> m_losses;
};

} // namespace vnscope::topology
