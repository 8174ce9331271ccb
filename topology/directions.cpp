// SPDX-License-Identifier: Apache-2.0
#include "topology/directions.hpp"

#include <algorithm>
#include <bit>

namespace vnscope::topology {

namespace {

constexpr std::size_t kWordBits = 64;

bool hasBit(std::span<const Directions::Word> bits, std::size_t at)
{
    return ((bits[at / kWordBits] >> (at % kWordBits)) & 1U) != 0;
}
void setBit(std::span<Directions::Word> bits, std::size_t at)
{
    bits[at / kWordBits] |= Directions::Word{1} << (at % kWordBits);
}
void clearBit(std::span<Directions::Word> bits, std::size_t at)
{
    bits[at / kWordBits] &= ~(Directions::Word{1} << (at % kWordBits));
}

/// What both say; unknown when only one of them knows or they differ.
PortIndex agreed(PortIndex a, PortIndex b)
{
    return a == b ? a : kUnknownPort;
}

} // namespace

Directions::Directions(BridgeIndex bridges, PortIndex ports)
    : m_bridges(bridges),
      m_words((bridges + kWordBits - 1) / kWordBits),
      m_pairs(std::size_t{bridges} * (bridges > 0 ? bridges - 1 : 0) / 2),
      m_port(std::size_t{bridges} * bridges, kUnknownPort),
      m_slot(ports, kNoSlot),
      m_known(m_words * bridges),
      m_doubtful(m_words * bridges),
      m_newsIn(bridges)
{
    for (BridgeIndex bridge = 0; bridge < bridges; ++bridge)
        setBit(row(m_known, bridge), bridge);
}

std::size_t Directions::pairIndex(BridgeIndex a, BridgeIndex b)
{
    const std::size_t high = std::max(a, b);
    return high * (high - 1) / 2 + std::min(a, b);
}

std::span<Directions::Word> Directions::row(std::vector<Word>& bits, std::size_t number) const
{
    return std::span(bits).subspan(number * m_words, m_words);
}

void Directions::Pair::witness(PortIndex p, PortIndex r)
{
    lots[0].witness(p, r);
    if (isSplit)
        lots[1].witness(p, r);
}

void Directions::Pair::witness(PortIndex p, PortIndex r, std::size_t lot)
{
    if (!isSplit)
        lots[1] = lots[0];
    isSplit = true;
    lots[lot].witness(p, r);
}

void Directions::addPair(const Sighting& a, const Sighting& b, bool isStrong, std::uint64_t lot)
{
    if (a.bridge < b.bridge)
        return addPair(b, a, isStrong, lot);
    Pair& pair = m_pairs[pairIndex(a.bridge, b.bridge)];
    ++pair.count;
    if (isStrong)
        pair.witness(a.port, b.port);
    else
        pair.witness(a.port, b.port, lot & 1U);
}

void Directions::addWitness(std::span<const Sighting> sightings, std::uint64_t lot, base::Nanoseconds spread)
{
    for (std::size_t i = 0; i < sightings.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const Sighting& a = sightings[i];
            const Sighting& b = sightings[j];
            const base::Nanoseconds apart = a.at < b.at ? b.at - a.at : a.at - b.at;
            if (a.bridge != b.bridge)
                addPair(a, b, apart <= spread, lot);
        }
    }
}

void Directions::addCable(BridgeIndex a, PortIndex i, BridgeIndex b, PortIndex j)
{
    if (a < b)
        return addCable(b, j, a, i);
    for (Facing& facing : m_pairs[pairIndex(a, b)].lots)
        facing.fix(i, j);
}

void Directions::conclude(bool isLenient)
{
    readPairs(isLenient);
    // Each round makes known ways longer; a tree is done after as many rounds as doublings of its depth.
    while (propagate()) {
    }
    fillElsewhere();
}

void Directions::readPairs(bool isLenient)
{
    for (BridgeIndex a = 1; a < m_bridges; ++a) {
        for (BridgeIndex b = 0; b < a; ++b) {
            const Pair& pair = m_pairs[pairIndex(a, b)];
            PortIndex first = agreed(pair.lot(0).first(), pair.lot(1).first());
            PortIndex second = agreed(pair.lot(0).second(), pair.lot(1).second());
            for (const std::size_t lot : {0U, 1U}) {
                if (isLenient && first == kUnknownPort)
                    first = pair.lot(lot).first();
                if (isLenient && second == kUnknownPort)
                    second = pair.lot(lot).second();
            }
            learn(a, b, first);
            learn(b, a, second);
        }
    }
}

std::span<Directions::Word> Directions::behind(PortIndex port)
{
    if (m_slot[port] == kNoSlot) {
        m_slot[port] = static_cast<std::uint32_t>(m_behind.size() / m_words);
        m_behind.resize(m_behind.size() + m_words);
    }
    return row(m_behind, m_slot[port]);
}

void Directions::learn(BridgeIndex from, BridgeIndex to, PortIndex port)
{
    if (port == kUnknownPort || hasBit(row(m_doubtful, from), to))
        return;
    m_port[index(from, to)] = port;
    setBit(row(m_known, from), to);
    setBit(behind(port), to);
    m_newsIn[from] = m_round;
}

void Directions::doubt(BridgeIndex from, BridgeIndex to)
{
    clearBit(behind(m_port[index(from, to)]), to);
    clearBit(row(m_known, from), to);
    setBit(row(m_doubtful, from), to);
    m_port[index(from, to)] = kUnknownPort;
    m_newsIn[from] = m_round;
}

/// What two bridges say together is the same as long as neither has news.
bool Directions::propagate()
{
    bool hasLearned = false;
    ++m_round;
    for (BridgeIndex a = 0; a < m_bridges; ++a) {
        for (BridgeIndex b = 0; b < m_bridges; ++b) {
            const bool hasNews = std::max(m_newsIn[a], m_newsIn[b]) + 1 >= m_round;
            if (hasNews && a != b && port(a, b) != kUnknownPort && port(b, a) != kUnknownPort)
                hasLearned = propagateThrough(a, b) || hasLearned;
        }
    }
    return hasLearned;
}

/// What is on other ports of b than a is, is behind the same port of a as b.
bool Directions::propagateThrough(BridgeIndex a, BridgeIndex b)
{
    bool hasLearned = false;
    const PortIndex way = port(a, b);
    const Word* const known = row(m_known, b).data();
    const Word* const back = behind(port(b, a)).data();
    const Word* const there = behind(way).data(); // Both ports have their rows, so that none of them moves.
    const Word* const doubtful = row(m_doubtful, a).data();
    for (std::size_t word = 0; word < m_words; ++word) {
        Word news = known[word] & ~back[word] & ~there[word] & ~doubtful[word];
        for (; news != 0; news &= news - 1) {
            const auto c =
                static_cast<BridgeIndex>(word * kWordBits + static_cast<std::size_t>(std::countr_zero(news)));
            if (c == a || c == b)
                continue;
            if (port(a, c) != kUnknownPort)
                doubt(a, c);
            else
                learn(a, c, way);
            hasLearned = true;
        }
    }
    return hasLearned;
}

void Directions::fillElsewhere()
{
    m_elsewhere.resize(m_behind.size());
    for (BridgeIndex a = 0; a < m_bridges; ++a) {
        for (BridgeIndex b = 0; b < m_bridges; ++b) {
            if (port(a, b) == kUnknownPort)
                continue;
            const std::uint32_t slot = m_slot[port(a, b)];
            for (std::size_t word = 0; word < m_words; ++word)
                m_elsewhere[slot * m_words + word] = m_known[a * m_words + word] & ~m_behind[slot * m_words + word];
        }
    }
}

std::span<const Directions::Word> Directions::elsewhere(BridgeIndex bridge, PortIndex port) const
{
    const bool hasBridges = port < m_slot.size() && m_slot[port] != kNoSlot;
    return hasBridges ? std::span(m_elsewhere).subspan(m_slot[port] * m_words, m_words)
                      : std::span(m_known).subspan(bridge * m_words, m_words);
}

} // namespace vnscope::topology
