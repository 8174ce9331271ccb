// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "storage/base/time.hpp"

namespace vnscope::analyses::microscope {

/// How fast an element works when it has enough to do: r_i of Microscope, section 4.1. The median time that it takes
/// for a packet of a full batch when the next one was waiting already. A maximum would say too much: 15 % more than the
/// truth costs a fifth of the verdicts, 10 % less costs none.
class PeakRate final {
public:
    /// Packets per second, and within which bounds with 95 % confidence.
    struct Estimate {
        double perSecond = 0; ///< 0: not known.
        double low = 0;
        double high = 0;
        std::uint64_t batches = 0;
        bool isFromFullBatches = false; ///< Else of whatever batches there were: less certain.
    };

    /// A batch took so long, and the next one was there when it was done.
    void addFull(base::Nanoseconds length, std::uint32_t packets) { add(m_full, length, packets); }
    /// The same of a batch that was not full.
    void addPartial(base::Nanoseconds length, std::uint32_t packets) { add(m_partial, length, packets); }
    /// Known from elsewhere.
    void give(double perSecond) { m_given = perSecond; }

    [[nodiscard]] Estimate estimate() const;
    [[nodiscard]] double perSecond() const; ///< 0: not known. Cheap.

private:
    /// Counts of durations per packet, 64 buckets an octave.
    struct Counts {
        std::vector<std::uint32_t> buckets;
        std::uint64_t total = 0;
    };
    static void add(Counts& counts, base::Nanoseconds length, std::uint32_t packets);
    static double nsAt(const Counts& counts, double rank);
    [[nodiscard]] const Counts& better() const;

    Counts m_full;
    Counts m_partial;
    double m_given = 0;
    mutable double m_cached = 0;
    mutable std::uint64_t m_cachedAt = 0; ///< Batches that the cached value is of.
};

} // namespace vnscope::analyses::microscope
