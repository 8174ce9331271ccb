// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyses/microscope/history.hpp"
#include "analyses/microscope/network.hpp"
#include "analyses/microscope/path_table.hpp"
#include "analyses/microscope/queue_log.hpp"
#include "analyses/microscope/rewrite_detector.hpp"

namespace vnscope::analyses::microscope {

/// A packet that an element has read.
struct Inside {
    std::uint64_t packet = kUnnamed;
    base::Timestamp read;
    std::uint32_t journey = kNoJourney;
    std::uint32_t rank = 0; ///< Low bits of its rank in the queue.
    PathId path;
    QueueId queue; ///< That it was read from.
    bool isTaken = false;
};

/// What one element has read and not written yet, in the order of reading. What goes to one next queue goes in that
/// order, so a packet is looked for behind the one that went there last. Where ids are rewritten on the way, order and
/// count are all there is: then the next packet is the next one that was read. An element that writes a batch before it
/// reads the next one has given up what is left of it; one that does not is noticed by what it writes late.
class PacketsInside final {
public:
    /// What is admitted from now on is another batch.
    void beginBatch();
    /// The packet was read. Calls `onTwin` with others that it may be taken for, when it may go to one next queue and
    /// they to another.
    template <typename OnTwin> void admit(const Inside& packet, const OnTwin& onTwin)
    {
        if (m_usedOutlets > 1 && packet.packet != kUnnamed && (m_isInOrder || equalsOf(packet.packet) > 0))
            forEachTwin(packet, onTwin);
        ++equalsOf(packet.packet);
        m_packets.push(packet);
        if (m_packets.size() > kMost)
            forgetFirst();
    }
    /// The packet has gone on.
    void take(Inside& packet);
    /// The packet that goes to `queue` under this id; null: none.
    [[nodiscard]] Inside* findFor(QueueId queue, std::uint64_t packet);
    /// Packets get new ids on the way to `queue`.
    [[nodiscard]] bool rewritesTo(QueueId queue) const
    {
        return m_isInOrder && queue.value < m_outlets.size() && m_outlets[queue.value].detector.rewrites();
    }
    [[nodiscard]] bool rewrites() const { return m_isInOrder; }            ///< On the way to any queue.
    [[nodiscard]] bool hasEverRewritten() const { return m_hasRewritten; } ///< At any time of the trace.
    /// The packet of this id whose flow is told.
    [[nodiscard]] Inside* findForFlow(std::uint64_t packet) { return find(packet, m_flowCursor); }
    /// The first packet of this id.
    [[nodiscard]] Inside* findFirst(std::uint64_t packet);
    /// Forgets what was read before `horizon`.
    void forgetBefore(base::Timestamp horizon);

private:
    struct Outlet {
        bool isUsed = false;
        std::uint64_t cursor = 0; ///< Behind the packet last written there.
        RewriteDetector detector;
    };
    static constexpr std::uint64_t kMost = 4096;
    /// So many twins of a packet are told of, and so far back they are looked for.
    static constexpr std::size_t kMostTwins = 8;
    static constexpr std::uint64_t kTwinDistance = 32;

    /// How many packets inside may have this id: those of others that fall to the same place count, too.
    [[nodiscard]] std::uint16_t& equalsOf(std::uint64_t packet) { return m_equals[packet % m_equals.size()]; }
    template <typename OnTwin> void forEachTwin(const Inside& packet, const OnTwin& onTwin)
    {
        std::size_t told = 0;
        const std::uint64_t end = m_packets.end() - std::min<std::uint64_t>(m_packets.size(), kTwinDistance);
        for (std::uint64_t number = m_packets.end(); number != end && told < kMostTwins; --number) {
            const Inside& other = m_packets[number - 1];
            if (other.isTaken || (other.packet != packet.packet && !m_isInOrder))
                continue;
            onTwin(other);
            ++told;
        }
    }
    void forgetFirst();
    [[nodiscard]] Inside* find(std::uint64_t packet, std::uint64_t& cursor);
    /// The number of the first in [from, to) that it may be; `to`: none.
    [[nodiscard]] std::uint64_t search(std::uint64_t packet, std::uint64_t from, std::uint64_t to) const;

    [[nodiscard]] Outlet& outletOf(QueueId queue);
    void noteWritten(Outlet& outlet, bool isKnown);
    void judgePipeline();
    [[nodiscard]] Inside* nextInOrder();

    History<Inside> m_packets;
    std::vector<Outlet> m_outlets; ///< By queue.
    std::size_t m_usedOutlets = 0;
    bool m_isInOrder = false; ///< An outlet rewrites ids.
    bool m_hasRewritten = false;
    std::uint64_t m_batchBegin = 0;
    std::uint64_t m_floor = 0;      ///< What was read before it has nothing to do with what is written now.
    bool m_isLate = false;          ///< A packet was, since the last read.
    bool m_isPipelined = false;     ///< The element reads on before it has written what it has.
    std::uint64_t m_leftBehind = 0; ///< Packets that were inside when the next batch was read.
    std::uint64_t m_late = 0;       ///< Packets that were written when all of the last batch had been.
    std::array<std::uint16_t, 256> m_equals{};
    std::uint64_t m_flowCursor = 0; ///< Behind the packet whose flow was told last.
};

} // namespace vnscope::analyses::microscope
