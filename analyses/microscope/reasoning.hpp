// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyses/microscope/victim.hpp"

namespace vnscope::analyses::microscope {

/// How a diagnosis came about, hop by hop and queue by queue. To be asked while the diagnosis is told.
[[nodiscard]] std::vector<ReasoningStep> reasoningOf(const Diagnosis& diagnosis, Diagnoser& diagnoser,
                                                     const Reconstruction& network);

/// Reasonings of the worst victims, and of the worst of each culprit: at most kMost.
class ReasoningKeeper final {
public:
    static constexpr std::size_t kWorst = 500;
    static constexpr std::size_t kOfCulprit = 8;
    static constexpr std::size_t kCulprits = 60;
    static constexpr std::size_t kMost = kWorst + kOfCulprit * kCulprits;

    [[nodiscard]] bool wants(const Diagnosis& diagnosis) const;
    void keep(const Diagnosis& diagnosis, std::vector<ReasoningStep> steps);
    /// Null: not kept.
    [[nodiscard]] const std::vector<ReasoningStep>* find(std::uint64_t number) const;

private:
    /// Victims by how long they were on their way, and their numbers.
    using Worst = std::set<std::pair<base::Nanoseconds, std::uint64_t>>;
    using Key = std::pair<VictimKind, Culprit>;
    struct Kept {
        std::vector<ReasoningStep> steps;
        unsigned uses = 0;
    };

    [[nodiscard]] static bool hasRoom(const Worst& worst, std::size_t most, base::Nanoseconds length);
    void enter(Worst& worst, std::size_t most, base::Nanoseconds length, std::uint64_t number);

    Worst m_worst;
    std::map<Key, Worst> m_ofCulprit;
    std::unordered_map<std::uint64_t, Kept> m_kept;
};

} // namespace vnscope::analyses::microscope
