// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "analyses/netmedic/component_profile.hpp"
#include "analyses/netmedic/history.hpp"

namespace vnscope::analyses::netmedic {

/// A component that may be the reason.
struct Culprit {
    std::uint32_t element = 0;
    double score = 0;
    std::size_t worstRank = 0; ///< 1: the most likely. All that have the same score have the last rank among them.
};

/// NetMedic's answer: who made this component abnormal in this window? Victims of one window and component share an
/// answer; it is worked out once.
class CulpritRanking final {
public:
    explicit CulpritRanking(History history);

    /// All components, the most likely culprit first; equal ones by element. None if neither this element nor this time
    /// is in the history. Valid until the next call.
    [[nodiscard]] const std::vector<Culprit>& rank(std::uint32_t victim, base::Timestamp when);

private:
    /// By component that is the victim.
    using Rankings = std::vector<std::vector<Culprit>>;

    [[nodiscard]] std::optional<std::size_t> componentOf(std::uint32_t element) const;
    [[nodiscard]] Rankings rankingsAt(std::size_t window) const;

    WindowAxis m_axis;
    std::size_t m_windows = 0;
    std::vector<std::uint32_t> m_elements; ///< By component, ascending.
    std::vector<Edge> m_edges;
    std::vector<ComponentProfile> m_profiles;
    std::unordered_map<std::size_t, Rankings> m_known; ///< By window.
};

} // namespace vnscope::analyses::netmedic
