// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/network.hpp"

namespace vnscope::analyses::microscope {

/// The queues that a packet has gone through, from where it came from to one queue.
using PathId = base::Id<struct NfPathTag>;

/// The last step of a path: `writer` put the packet into `queue`, having had it by `previous`.
struct PathStep {
    PathId previous; ///< Invalid: the packet began at `writer`, or nothing is known of it before.
    ElementId writer;
    QueueId queue;
    std::uint32_t length = 1; ///< Steps.
};

/// Paths as a tree, each once.
class PathTable final {
public:
    /// A path that is longer goes in a circle: it is cut, as if the packet had begun there.
    static constexpr std::uint32_t kLongest = 16;

    [[nodiscard]] PathId extend(PathId previous, ElementId writer, QueueId queue);
    [[nodiscard]] const PathStep& operator[](PathId id) const { return m_steps[id.value]; }
    [[nodiscard]] std::uint64_t cut() const { return m_cut; } ///< Paths that were longer than kLongest.

private:
    static constexpr std::size_t kMost = 1 << 20; ///< What is more is cut.

    std::vector<PathStep> m_steps;
    std::unordered_map<std::uint64_t, PathId> m_ids; ///< By previous, writer and queue.
    std::uint64_t m_cut = 0;
};

} // namespace vnscope::analyses::microscope
