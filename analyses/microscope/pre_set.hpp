// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/flow_weights.hpp"
#include "analyses/microscope/reconstruction.hpp"

namespace vnscope::analyses::microscope {

/// The packets that came to a queue since it began to build up: PreSet(p) of Microscope, section 4.2, by the ways on
/// which they came. It grows: a packet is looked at once for all victims behind it.
class PreSet final {
public:
    /// When the packets of one way came to one of its queues.
    struct Level {
        base::Timestamp first;
        base::Timestamp last;
        std::uint64_t firstRank = 0; ///< Of the packet that came first.

        [[nodiscard]] base::Nanoseconds span() const { return last - first; }
    };
    /// Those packets that came on one way.
    struct Part {
        PathId path;
        std::uint64_t packets = 0;
        std::vector<Level> levels; ///< This queue, the one before it, and so on; fewer when the past is forgotten.
        FlowWeights flows;         ///< By packets.
    };

    /// Of those from the packet `firstRank` on.
    PreSet(const Reconstruction& network, QueueId queue, std::uint64_t firstRank);

    void extendTo(std::uint64_t lastRank);
    [[nodiscard]] std::uint64_t endRank() const { return m_endRank; }
    [[nodiscard]] const std::vector<Part>& parts() const { return m_parts; }
    [[nodiscard]] std::uint64_t packets() const { return m_packets; }
    /// From the arrival of the first packet to that of the last one; empty without any.
    [[nodiscard]] base::TimeRange when() const;

private:
    [[nodiscard]] Part& partOf(PathId path);
    void add(const Passage& passage, std::uint64_t rank);

    const Reconstruction& m_network;
    QueueId m_queue;
    std::uint64_t m_endRank;
    std::uint64_t m_packets = 0;
    std::vector<Part> m_parts;
    std::unordered_map<std::uint32_t, std::size_t> m_partOf; ///< By path.
};

} // namespace vnscope::analyses::microscope
