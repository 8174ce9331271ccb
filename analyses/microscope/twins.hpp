// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analyses/microscope/flow_ways.hpp"
#include "analyses/microscope/journey_log.hpp"
#include "analyses/microscope/packets_inside.hpp"
#include "analyses/microscope/path_table.hpp"
#include "analyses/microscope/queue_log.hpp"

namespace vnscope::analyses::microscope {

/// Packets of one id that an element held at the same time. If they went to different queues, their ids do not tell
/// which of them went where, and nor does the order. Their flows may, once these are told: each flow keeps to its way.
/// So a pair that would agree better with the ways of its flows the other way round gets turned round.
class Twins final {
public:
    using Logs = std::vector<std::unique_ptr<QueueLog>>; ///< By queue.

    Twins(Logs& logs, PathTable& paths, JourneyLog& journeys)
        : m_logs(logs), m_paths(paths), m_journeys(journeys), m_ways(paths)
    {
    }

    /// Both are inside of the same element.
    void add(const Inside& first, const Inside& second);
    /// Journeys have ended: learns what way flows take, and puts right pairs that have both ended.
    void settle();

    [[nodiscard]] std::uint64_t turned() const { return m_turned; } ///< Pairs.

private:
    /// A passage, by its queue and the low bits of its rank.
    struct Place {
        QueueId queue;
        std::uint32_t rank = 0;
    };
    struct Pair {
        Place first;
        Place second;
    };
    /// One packet of a pair.
    struct Twin {
        Place place;
        Passage* passage = nullptr;
        Journey* journey = nullptr;
        std::vector<Place> tail; ///< Where it was behind `place`, the last one first.
    };

    void learnWays();
    [[nodiscard]] bool settle(const Pair& pair);
    [[nodiscard]] Twin twinAt(const Place& place);
    [[nodiscard]] Passage* passageAt(const Place& place);
    [[nodiscard]] bool findTail(Twin& twin);
    void turnRound(Twin& first, Twin& second);
    void moveTail(const Twin& from, const Twin& to, std::uint32_t journey);

    Logs& m_logs;
    PathTable& m_paths;
    JourneyLog& m_journeys;
    FlowWays m_ways;
    std::vector<Pair> m_pairs; ///< In the order of reading.
    std::uint64_t m_turned = 0;
};

} // namespace vnscope::analyses::microscope
