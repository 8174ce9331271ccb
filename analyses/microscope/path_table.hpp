// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/network.hpp"
#include "storage/base/time.hpp"

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

/// Paths as a tree, each once, and how many packets usually go on each.
class PathTable final {
public:
    /// A path that is longer goes in a circle: it is cut, as if the packet had begun there.
    static constexpr std::uint32_t kLongest = 16;

    /// Counts a packet that goes on.
    [[nodiscard]] PathId extend(PathId previous, ElementId writer, QueueId queue);
    /// The same of a packet that was counted for `counted` by mistake: it counts once.
    [[nodiscard]] PathId redirect(PathId counted, PathId previous, ElementId writer, QueueId queue);
    /// What was counted since the last call is one sample of the paths' rates; less than half a sample's usual time
    /// is left to the next one.
    void settle(base::Timestamp now);
    /// Counting begins.
    void begin(base::Timestamp now) { m_since = now; }
    /// Packets per second, the median of the last kSamples; 0: not known.
    [[nodiscard]] double usualRate(PathId id) const { return m_rates[id.value].usual; }
    /// Names the last steps of paths, from a queue back: behind `ending`, which is 0 for the first of them, `writer`
    /// had it from the queue `before`; an invalid one: it began there.
    [[nodiscard]] static std::uint64_t endingOf(std::uint64_t ending, ElementId writer, QueueId before);
    /// The same for all paths to `queue` that end so; 0 also where a network has more than kMostEndings.
    [[nodiscard]] double usualRate(QueueId queue, std::uint64_t ending) const;
    [[nodiscard]] const PathStep& operator[](PathId id) const { return m_steps[id.value]; }
    [[nodiscard]] std::uint64_t cut() const { return m_cut; } ///< Paths that were longer than kLongest.

private:
    static constexpr std::size_t kMost = 1 << 20; ///< What is more is cut.
    static constexpr std::size_t kMostEndings = 1 << 18;

    /// An odd number, and more than twice as many as an incident is long.
    static constexpr std::size_t kSamples = 9;

    struct Rate {
        std::uint32_t packets = 0; ///< Since the last sample.
        float usual = 0;
        std::array<float, kSamples> samples{};
    };

    void addEndings();

    std::vector<PathStep> m_steps;
    std::vector<Rate> m_rates;                           ///< By path.
    std::unordered_map<std::uint64_t, double> m_endings; ///< Usual rates, by queue and ending.
    base::Timestamp m_since;
    base::Nanoseconds m_longest = 0;                 ///< Time of a sample.
    std::size_t m_samples = 0;                       ///< Taken so far.
    std::unordered_map<std::uint64_t, PathId> m_ids; ///< By previous, writer and queue.
    std::uint64_t m_cut = 0;
};

} // namespace vnscope::analyses::microscope
