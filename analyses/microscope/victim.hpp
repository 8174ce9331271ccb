// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/microscope/engine.hpp"

namespace vnscope::analyses::microscope {

/// One step of how a wait was explained: a queue that was looked into.
struct ReasoningStep {
    std::uint8_t depth = 0;
    QueueId queue;
    double share = 0; ///< Of all that the victim waited.
    QueuingPeriod period;
    double rate = 0; ///< As Explanation.
    double inputScore = 0;
    double processingScore = 0;
    std::string spans; ///< How far apart the period's packets were when they left whom, by who handed them on.
};

/// A diagnosis as it is kept until the end of the trace.
struct Victim {
    struct Hop {
        QueueId queue;
        ElementId element;
        base::Timestamp arrival;
        base::Timestamp read;
        base::Timestamp left;
        base::Timestamp periodBegin;
        std::uint64_t packetsArrived = 0;
        std::uint64_t packetsRead = 0;
        double rate = 0;
        double inputScore = 0;
        double processingScore = 0;
        double seconds = 0;
    };
    struct Relation {
        ElementId element; ///< Where the victim waited.
        Culprit culprit;
        double seconds = 0;   ///< Of the victim's wait.
        double share = 0;     ///< All of a victim make 1.
        base::TimeRange when; ///< What the culprit did.
        base::Nanoseconds gap = 0;
        std::uint64_t packets = 0;
        std::vector<FlowShare> flows; ///< As Blame.
        std::uint8_t depth = 0;

        /// With the largest surplus; invalid: none stands out.
        [[nodiscard]] FlowId flow() const { return flows.empty() ? FlowId{} : flows.front().flow; }
    };

    VictimKind kind = VictimKind::Latency;
    std::uint64_t number = 0; ///< Of the journey, in the order of beginning.
    std::uint64_t packet = kUnnamed;
    base::Timestamp begin;
    base::Timestamp end;
    FlowId flow;
    QueueId lostQueue;
    bool isPersistent = false;
    std::vector<Hop> hops;
    std::vector<Relation> relations;

    [[nodiscard]] base::Nanoseconds length() const { return end - begin; }
    /// The culprit with the largest share; `relations` has some.
    [[nodiscard]] Culprit worstCulprit() const;
};

/// The part of the victim's wait that was at this hop; those of all hops make 1.
[[nodiscard]] double shareOf(const HopDiagnosis& hop, const Diagnosis& diagnosis);
[[nodiscard]] Victim makeVictim(const Diagnosis& diagnosis);

} // namespace vnscope::analyses::microscope
