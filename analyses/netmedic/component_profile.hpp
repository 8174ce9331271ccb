// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "analyses/netmedic/history.hpp"
#include "analyses/netmedic/variable_statistics.hpp"

namespace vnscope::analyses::netmedic {

/// A window of the past and how much a component's state in it is like that of now, 0..1.
struct SimilarWindow {
    std::size_t window = 0;
    double similarity = 0;
};

/// One component's states and how unusual each of them is.
class ComponentProfile final {
public:
    explicit ComponentProfile(std::vector<State> states);

    /// The largest of its variables' abnormalities, 0..1.
    [[nodiscard]] double abnormality(std::size_t window) const;
    /// 1 less the difference of the two states: that of each variable, as a share of its range, weighted by its
    /// abnormality in `now`. 1 if nothing is abnormal in `now`.
    [[nodiscard]] double similarity(std::size_t now, std::size_t other) const;
    /// The most similar window of each of kPieces equal pieces of the history, without `now` itself; those that are
    /// similar enough to tell something.
    [[nodiscard]] std::vector<SimilarWindow> similarWindows(std::size_t now) const;

private:
    /// Factors of the variables' differences; they add up to a difference of 0..1.
    using Weights = std::array<float, kVariables>;

    [[nodiscard]] Weights weightsAt(std::size_t now) const;
    [[nodiscard]] static double difference(const State& one, const State& other, const Weights& weights);

    std::vector<State> m_states;
    std::array<VariableStatistics, kVariables> m_statistics;
};

} // namespace vnscope::analyses::netmedic
