// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyses/microscope/flow_table.hpp"
#include "analyses/microscope/network.hpp"
#include "analyses/microscope/queue_log.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::microscope {

/// A packet's way through the network, by what is known of it.
struct Journey {
    enum class State : std::uint8_t {
        Open,        ///< Under way.
        Arrived,     ///< Left what is traced.
        LostInQueue, ///< Written into a queue and never read.
        Refused,     ///< Found no room in a queue.
        GivenUp,     ///< The element itself did not want it.
    };

    base::Timestamp begin;
    base::Timestamp end;             ///< When it arrived or was lost.
    std::uint64_t packet = kUnnamed; ///< As the trace calls it.
    FlowId flow;                     ///< Invalid: not told.
    QueueId lastQueue;               ///< That it has been read from; invalid: none.
    std::uint32_t lastRank = 0;      ///< Low bits of its rank there.
    QueueId lostQueue;               ///< Where it was lost or refused.
    State state = State::Open;
    bool isWhole = false;    ///< It was seen to leave a source: `begin` is when.
    bool isDoubtful = false; ///< An element had another packet of its id at the same time.
};

/// One queue of a journey.
struct Hop {
    QueueId queue;
    ElementId element; ///< That read it.
    std::uint64_t rank = 0;
    base::Timestamp arrival;
    base::Timestamp read;
    base::Timestamp left; ///< Was written to the next queue, or lost.
};

} // namespace vnscope::analyses::microscope
