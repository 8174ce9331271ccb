// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "storage/base/time.hpp"

namespace vnscope::analyses::paths {

/// Quantiles of durations in bounded memory: counts per bucket, 16 buckets to an octave. A quantile is at most 1/32
/// (3.2 %) away from a duration that was really there; the maximum is exact. Below 16 ns buckets are 1 ns wide.
class LatencySketch final {
public:
    /// Negative durations count as 0: two CPUs' clocks may differ by a little.
    void add(base::Nanoseconds duration);
    void merge(const LatencySketch& other);

    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] base::Nanoseconds max() const { return m_max; }
    /// `share` in 0..1; 0 for an empty sketch.
    [[nodiscard]] base::Nanoseconds quantile(double share) const;

private:
    struct Bucket {
        std::uint32_t index = 0;
        std::uint64_t count = 0;
    };
    void addToBucket(std::uint32_t index, std::uint64_t count);

    std::vector<Bucket> m_buckets; ///< Not empty ones, in order.
    std::uint64_t m_count = 0;
    base::Nanoseconds m_max = 0;
};

} // namespace vnscope::analyses::paths
