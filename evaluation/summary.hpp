// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/trial.hpp"

namespace vnscope::evaluation {

/// One number of each run, over all runs.
struct Figure {
    std::string name; ///< "rank 1, bursts", …
    std::string unit; ///< "%" or "s" or "".
    double median = 0;
    double low =
        0; ///< 95 % confidence interval of the mean over the runs (Student's t); equal to the median for one run.
    double high = 0;
    std::uint64_t victims = 0; ///< In all runs together; 0: the number is not of victims.
};

/// One point of a curve: so many of the victims have the reason at this rank or before it.
struct RankPoint {
    std::uint32_t rank = 0;
    double microscope = 0; ///< %
    double netmedic = 0;   ///< % with the best of the windows; 0 when NetMedic did not run.
};

/// A run and its result.
struct Trial {
    simulator::Scenario scenario;
    TrialResult result;
};

struct Summary {
    std::vector<Figure> figures;
    std::vector<RankPoint> curve; ///< Figure 11 of the paper, turned: share by rank. All runs together.
};

[[nodiscard]] Summary summarize(const std::vector<Trial>& trials, const std::vector<base::Nanoseconds>& windows);

} // namespace vnscope::evaluation
