// SPDX-License-Identifier: Apache-2.0
#include "analyses/netmedic/component_profile.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace vnscope::analyses::netmedic {

namespace {

/// NetMedic's K: pieces that the history is cut into, so that its similar windows are not all of one time.
constexpr std::size_t kPieces = 10;
/// NetMedic's delta: a state that differs by more says nothing.
constexpr double kLargestDifference = 1.0 / 3.0;

} // namespace

ComponentProfile::ComponentProfile(std::vector<State> states) : m_states(std::move(states))
{
    for (const State& state : m_states) {
        for (std::size_t i = 0; i < kVariables; ++i)
            m_statistics[i].add(state[i]);
    }
}

double ComponentProfile::abnormality(std::size_t window) const
{
    double most = 0;
    for (std::size_t i = 0; i < kVariables; ++i)
        most = std::max(most, m_statistics[i].abnormality(m_states[window][i]));
    return most;
}

double ComponentProfile::similarity(std::size_t now, std::size_t other) const
{
    return 1 - difference(m_states[now], m_states[other], weightsAt(now));
}

std::vector<SimilarWindow> ComponentProfile::similarWindows(std::size_t now) const
{
    const Weights weights = weightsAt(now);
    const std::size_t windows = m_states.size();
    std::vector<SimilarWindow> found;
    for (std::size_t piece = 0; piece < kPieces; ++piece) {
        std::optional<SimilarWindow> best;
        for (std::size_t i = piece * windows / kPieces; i < (piece + 1) * windows / kPieces; ++i) {
            const double similarity = 1 - difference(m_states[now], m_states[i], weights);
            if (i != now && similarity >= 1 - kLargestDifference && (!best || similarity > best->similarity))
                best = SimilarWindow{i, similarity};
        }
        if (best)
            found.push_back(*best);
    }
    return found;
}

ComponentProfile::Weights ComponentProfile::weightsAt(std::size_t now) const
{
    std::array<double, kVariables> abnormalities{};
    double sum = 0;
    for (std::size_t i = 0; i < kVariables; ++i) {
        abnormalities[i] = m_statistics[i].abnormality(m_states[now][i]);
        sum += abnormalities[i];
    }
    Weights weights{};
    for (std::size_t i = 0; i < kVariables; ++i) {
        if (abnormalities[i] > 0)
            weights[i] = static_cast<float>(abnormalities[i] / sum / m_statistics[i].range());
    }
    return weights;
}

double ComponentProfile::difference(const State& one, const State& other, const Weights& weights)
{
    float sum = 0;
    for (std::size_t i = 0; i < kVariables; ++i)
        sum += std::abs(one[i] - other[i]) * weights[i];
    return static_cast<double>(sum);
}

} // namespace vnscope::analyses::netmedic
