// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "storage/base/time.hpp"
#include "topology/facing.hpp"

namespace vnscope::topology {

/// Dense number of a bridge within one solver.
using BridgeIndex = std::uint32_t;

/// A bridge met an address on one of its ports.
struct Sighting {
    BridgeIndex bridge = 0;
    PortIndex port = kUnknownPort;
    base::Timestamp at;
};

/// Which port of each bridge leads to each other bridge, as far as it is proven.
///
/// Memory is quadratic in the bridges of one broadcast domain (56 bytes for each pair); time is quadratic in the
/// bridges that know the same address.
class Directions {
public:
    Directions(BridgeIndex bridges, PortIndex ports);

    /// Sightings of one address while it stayed at one place. Two that are at most `spread` apart prove; two that are
    /// further apart may hide a move, so that at least two addresses, with different `lot`s (its lowest bit), have to
    /// agree.
    void addWitness(std::span<const Sighting> sightings, std::uint64_t lot, base::Nanoseconds spread);
    /// Two ports that a known cable joins.
    void addCable(BridgeIndex a, PortIndex i, BridgeIndex b, PortIndex j);
    /// Draws the conclusions; call it once, after all evidence. A lenient one believes what only one address says.
    void conclude(bool isLenient);

    [[nodiscard]] BridgeIndex bridges() const { return m_bridges; }
    /// The port of `from` that leads to `to`; kUnknownPort when not proven.
    [[nodiscard]] PortIndex port(BridgeIndex from, BridgeIndex to) const { return m_port[index(from, to)]; }
    /// Addresses that both bridges met.
    [[nodiscard]] std::uint32_t evidence(BridgeIndex a, BridgeIndex b) const { return m_pairs[pairIndex(a, b)].count; }
    [[nodiscard]] bool isUplink(PortIndex port) const { return m_slot[port] != kNoSlot; }

    using Word = std::uint64_t;
    [[nodiscard]] std::size_t words() const { return m_words; }
    /// Bit set of the bridges that are proven not to be behind `port` of `bridge`, itself included.
    [[nodiscard]] std::span<const Word> elsewhere(BridgeIndex bridge, PortIndex port) const;

private:
    static constexpr std::uint32_t kNoSlot = 0xFFFFFFFFU;

    /// Both lots are the same until one of them gets a witness of its own; until then the first stands for both.
    struct Pair {
        Facing lots[2];
        bool isSplit = false;
        std::uint32_t count = 0;

        void witness(PortIndex p, PortIndex r);
        void witness(PortIndex p, PortIndex r, std::size_t lot);
        [[nodiscard]] const Facing& lot(std::size_t number) const { return lots[isSplit ? number : 0]; }
    };

    [[nodiscard]] std::size_t index(BridgeIndex a, BridgeIndex b) const { return std::size_t{a} * m_bridges + b; }
    [[nodiscard]] static std::size_t pairIndex(BridgeIndex a, BridgeIndex b);
    void addPair(const Sighting& a, const Sighting& b, bool isStrong, std::uint64_t lot);
    void readPairs(bool isLenient);
    bool propagate();
    bool propagateThrough(BridgeIndex a, BridgeIndex b);
    void learn(BridgeIndex from, BridgeIndex to, PortIndex port);
    void doubt(BridgeIndex from, BridgeIndex to);
    void fillElsewhere();
    [[nodiscard]] std::span<Word> row(std::vector<Word>& bits, std::size_t number) const;
    std::span<Word> behind(PortIndex port);

    BridgeIndex m_bridges = 0;
    std::size_t m_words = 0;
    std::vector<Pair> m_pairs;         ///< Triangular, a > b.
    std::vector<PortIndex> m_port;     ///< Square.
    std::vector<std::uint32_t> m_slot; ///< By port: its row of m_behind.
    std::vector<Word> m_behind;        ///< By slot: bridges behind that port.
    std::vector<Word> m_known;         ///< By bridge: bridges whose direction is known, and itself.
    std::vector<Word> m_doubtful;      ///< By bridge: bridges that evidence puts behind two ports at once.
    std::vector<Word> m_elsewhere;     ///< By slot: known and not behind.
    std::uint32_t m_round = 0;
    std::vector<std::uint32_t> m_newsIn; ///< By bridge: the last round that told something new of its ways.
};

} // namespace vnscope::topology
