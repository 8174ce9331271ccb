// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/packets_inside.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {

namespace {

/// By how many packets an element may change the order of what goes to one next queue.
constexpr std::uint64_t kReordered = 256;
/// So many late packets, and at least half of those left behind, are no accident.
constexpr std::uint64_t kLatePackets = 32;
/// No element that hands everything on has so many packets at once.
constexpr std::uint64_t kMostPipelined = 1024;

} // namespace

void PacketsInside::take(Inside& packet)
{
    packet.isTaken = true;
    --equalsOf(packet.packet);
}

void PacketsInside::forgetFirst()
{
    if (!m_packets.front().isTaken)
        --equalsOf(m_packets.front().packet);
    m_packets.popFront();
}

void PacketsInside::beginBatch()
{
    if (m_isInOrder)
        judgePipeline();
    m_batchBegin = m_packets.end();
}

void PacketsInside::judgePipeline()
{
    for (std::uint64_t number = std::max(m_batchBegin, m_packets.begin()); number < m_packets.end(); ++number)
        m_leftBehind += m_packets[number].isTaken ? 0 : 1;
    if (m_isPipelined) {
        m_isPipelined = m_packets.end() - std::max(m_floor, m_packets.begin()) <= kMostPipelined;
    } else if (m_isLate) {
        // It has just written more than it read last, so it had nothing left.
        m_isPipelined = m_late >= kLatePackets && m_late * 2 >= m_leftBehind;
        m_floor = m_packets.end();
    }
    m_isLate = false;
}

PacketsInside::Outlet& PacketsInside::outletOf(QueueId queue)
{
    if (m_outlets.size() <= queue.value)
        m_outlets.resize(queue.value + 1);
    Outlet& outlet = m_outlets[queue.value];
    m_usedOutlets += outlet.isUsed ? 0 : 1;
    outlet.isUsed = true;
    return outlet;
}

Inside* PacketsInside::findFor(QueueId queue, std::uint64_t packet)
{
    Outlet& outlet = outletOf(queue);
    if (!outlet.detector.rewrites()) {
        Inside* const found = find(packet, outlet.cursor);
        if (packet != kUnnamed && !m_packets.isEmpty())
            noteWritten(outlet, found != nullptr);
        return found;
    }
    if (packet != kUnnamed && !m_packets.isEmpty())
        noteWritten(outlet, search(packet, m_packets.begin(), m_packets.end()) != m_packets.end());
    return nextInOrder();
}

void PacketsInside::noteWritten(Outlet& outlet, bool isKnown)
{
    const bool before = outlet.detector.rewrites();
    outlet.detector.note(isKnown);
    if (outlet.detector.rewrites() == before)
        return;
    m_isInOrder =
        std::any_of(m_outlets.begin(), m_outlets.end(), [](const Outlet& other) { return other.detector.rewrites(); });
    m_hasRewritten |= m_isInOrder;
    m_floor = m_batchBegin;
    m_leftBehind = 0;
    m_late = 0;
}

Inside* PacketsInside::nextInOrder()
{
    const std::uint64_t floor = std::clamp(m_floor, m_packets.begin(), m_packets.end());
    const std::uint64_t batch = std::clamp(m_batchBegin, floor, m_packets.end());
    const std::uint64_t found = search(kUnnamed, m_isPipelined ? floor : batch, m_packets.end());
    if (found != m_packets.end())
        return &m_packets[found];
    m_isLate = search(kUnnamed, floor, batch) != batch;
    m_late += m_isLate ? 1 : 0;
    return nullptr;
}

Inside* PacketsInside::findFirst(std::uint64_t packet)
{
    std::uint64_t cursor = 0;
    return find(packet, cursor);
}

std::uint64_t PacketsInside::search(std::uint64_t packet, std::uint64_t from, std::uint64_t to) const
{
    const auto isIt = [packet](const Inside& candidate) {
        return packet == kUnnamed || candidate.packet == kUnnamed || candidate.packet == packet;
    };
    while (from < to && (m_packets[from].isTaken || !isIt(m_packets[from])))
        ++from;
    return from;
}

Inside* PacketsInside::find(std::uint64_t packet, std::uint64_t& cursor)
{
    while (!m_packets.isEmpty() && m_packets.front().isTaken)
        forgetFirst();
    const std::uint64_t begin = std::clamp(cursor, m_packets.begin(), m_packets.end());
    std::uint64_t found = search(packet, begin, m_packets.end());
    if (found == m_packets.end()) {
        found = search(packet, std::max(m_packets.begin(), begin - std::min(begin, kReordered)), begin);
        if (found == begin)
            return nullptr;
    }
    cursor = found + 1;
    return &m_packets[found];
}

void PacketsInside::forgetBefore(base::Timestamp horizon)
{
    while (!m_packets.isEmpty() && m_packets.front().read < horizon)
        forgetFirst();
}

} // namespace vnscope::analyses::microscope
