// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyses/microscope/flow_weights.hpp"
#include "analyses/microscope/reconstruction.hpp"

namespace vnscope::analyses::microscope {

/// A queuing period, packet by packet: what would wait if the element had worked at its peak rate all the time, and
/// whose packets it was slow with. It grows with the period: a packet is looked at once for all victims of a period.
class PeriodWalk final {
public:
    /// Of the period that began with the packet `firstRank`.
    PeriodWalk(const Reconstruction& network, QueueId queue, std::uint64_t firstRank);

    void extendTo(std::uint64_t lastRank);
    [[nodiscard]] std::uint64_t endRank() const { return m_endRank; }

    /// Packets that would be there at peak rate, the last one included: Lindley's recursion. The largest of
    /// n_i(s) - r T(s) over all begins s within the period; section 4.1 takes the period's own begin only, and so lays
    /// on an element that was slow once all that came too fast long after.
    [[nodiscard]] double backlogAt(base::Timestamp at) const;
    /// The first of the packets that make the backlog: those before it would be gone.
    [[nodiscard]] std::uint64_t backlogFirst() const { return m_backlogFirst; }
    /// Flows by the time that the element worked longer on their batches than usual, in seconds.
    [[nodiscard]] const FlowWeights& slowness() const { return m_slowness; }

private:
    void addToBacklog(std::uint64_t rank);
    void addSlowness(std::uint64_t rank);

    const Reconstruction& m_network;
    QueueId m_queue;
    double m_rate;
    std::uint64_t m_endRank;
    std::uint64_t m_slowUntil; ///< Rank up to which m_slowness has been told.
    std::uint64_t m_readNumber = 0;
    double m_backlog = 0;
    std::uint64_t m_backlogFirst;
    base::Timestamp m_lastArrival;
    FlowWeights m_slowness;
};

} // namespace vnscope::analyses::microscope
