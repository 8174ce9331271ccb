// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "analyses/microscope/engine.hpp"
#include "evaluation/ground_truth.hpp"
#include "simulator/scenario.hpp"

namespace vnscope::evaluation {

struct TrialOptions {
    TruthOptions truth;
    unsigned idBits = 16;
    analyses::microscope::EngineOptions engine; ///< Its idBits and isVictim are set by the trial.
    double rateError = 0; ///< Given rates are wrong by up to this share; 0: rates are estimated from the trace.
    std::vector<base::Nanoseconds> netmedicWindows; ///< None: NetMedic does not run.
};

/// How well the reason of one victim was found.
struct Outcome {
    Reason reason;
    std::uint32_t hops = 0;    ///< Elements between where it happened and where the victim lost most time.
    std::uint32_t rank = 0;    ///< Of the likeliest of its reasons among all suspects; 1: found.
    bool isFlowRight = false;  ///< Of a burst or bug: and its flow is the first that is named.
    bool isPersistent = false; ///< Tagged as overload.
    std::vector<std::uint32_t> netmedicRanks; ///< By TrialOptions::netmedicWindows.
};

struct TrialResult {
    std::vector<Outcome> outcomes; ///< One for each victim that one injection is the reason of.
    std::uint64_t packets = 0;
    std::uint64_t unseen = 0; ///< Victims beside those: their own records are not in the trace, so nobody asks.
    std::uint64_t overloaded =
        0; ///< Late packets of an element that could not keep up, problems that were put in apart.
    std::uint64_t overloadTagged = 0; ///< And of them, those that the analysis says it of.
    std::uint64_t waysChecked = 0;    ///< Of a sample of packets that arrived.
    std::uint64_t waysRight = 0;      ///< Element for element.
    std::uint64_t packetsRight = 0;   ///< And each time that of this very packet.
    double analysisSeconds = 0;       ///< Events and diagnosis together, the simulator apart.
};

/// Runs a scenario, asks both methods, and compares with the truth. `scenario` must have passed simulator::check().
[[nodiscard]] TrialResult runTrial(const simulator::Scenario& scenario, const TrialOptions& options);

/// Suspects that there can be: all elements, and the source.
[[nodiscard]] std::uint32_t suspectsOf(const simulator::Scenario& scenario);

} // namespace vnscope::evaluation
