// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/microscope/culprit_tally.hpp"
#include "analyses/microscope/reasoning.hpp"
#include "analyses/microscope/victim_keeper.hpp"

namespace vnscope::analyses::microscope {

/// All that is known at the end of the trace. Borrowed.
struct Outcome {
    const Engine& engine;
    const VictimKeeper& victims; ///< Judged.
    const ReasoningKeeper& reasonings;
    const std::vector<CulpritTally>& culprits;
    base::Nanoseconds latencyThreshold = 0; ///< Above it a packet is late.

    [[nodiscard]] const Reconstruction& network() const { return engine.network(); }
};

void writeTables(const Outcome& outcome, storage::StoreWriter& store);
/// What aggregation makes of all causal relations.
void writePatterns(const Outcome& outcome, storage::StoreWriter& store);
void reportFindings(const Outcome& outcome, std::vector<Finding>& findings);
void reportDefects(const Outcome& outcome, std::vector<base::DataQuality>& quality);

} // namespace vnscope::analyses::microscope
