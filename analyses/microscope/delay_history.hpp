// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "storage/base/time.hpp"

namespace vnscope::analyses::microscope {

/// How a delay is told from a usual one.
enum class Abnormality : std::uint8_t {
    MedianAndMad, ///< Median + 1.4826 MAD: what is abnormal itself does not move the threshold.
    MeanAndSigma, ///< Mean + standard deviation, as the paper has it.
};

/// Delays at one queue over the last while, and which of them are abnormal.
class DelayHistory final {
public:
    static constexpr std::size_t kSegments = 10; ///< How many calls of settle() the last while is.

    void add(base::Nanoseconds delay);
    /// Ends a segment: the threshold is made anew, of the last kSegments.
    void settle(Abnormality abnormality);
    [[nodiscard]] bool isAbnormal(base::Nanoseconds delay) const { return delay > m_threshold; }
    [[nodiscard]] base::Nanoseconds threshold() const { return m_threshold; }
    [[nodiscard]] base::Nanoseconds median() const { return m_median; }

    /// Counts of durations, 32 buckets an octave: a bucket is 2.2 % wide.
    static constexpr std::size_t kBuckets = 32 * 40;
    using Counts = std::vector<std::uint32_t>;

private:
    struct Segment {
        Counts counts;
        double sum = 0;
        double sumOfSquares = 0;
        std::uint64_t total = 0;
    };
    void medianAndMad(const Counts& counts, std::uint64_t total);

    std::array<Segment, kSegments> m_segments;
    std::size_t m_current = 0;
    base::Nanoseconds m_threshold = 0;
    base::Nanoseconds m_median = 0;
};

/// Bucket of a duration, and a duration in the middle of a bucket.
[[nodiscard]] std::size_t delayBucket(base::Nanoseconds delay);
[[nodiscard]] double delayOfBucket(std::size_t bucket);

} // namespace vnscope::analyses::microscope
