// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analyses/microscope/victim.hpp"

namespace vnscope::analyses::microscope {

/// Victims until the end of the trace, when it is known which of the late packets belong to the slowest of all. Of more
/// than kMost of a kind, those that were on their way for longest are kept.
class VictimKeeper final {
public:
    static constexpr std::size_t kMost = 100'000;

    void add(Victim victim);
    /// Forgets late packets that took no longer than this; call it once, at the end.
    void judge(base::Nanoseconds latencyThreshold);
    /// In the order of their beginning; after judge().
    [[nodiscard]] const std::vector<Victim>& victims() const { return m_victims; }
    /// Forgotten for want of room, although they may be victims.
    [[nodiscard]] std::uint64_t forgotten(VictimKind kind) const { return m_forgotten[static_cast<std::size_t>(kind)]; }

private:
    std::array<std::vector<Victim>, kVictimKinds> m_heaps; ///< By kind; of a full one, the shortest is on top.
    std::array<std::uint64_t, kVictimKinds> m_forgotten{};
    std::vector<Victim> m_victims;
};

} // namespace vnscope::analyses::microscope
