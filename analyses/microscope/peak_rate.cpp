// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/peak_rate.hpp"

#include <algorithm>
#include <cmath>

namespace vnscope::analyses::microscope {

namespace {

constexpr double kPerOctave = 64;
constexpr std::size_t kBuckets = 64 * 40; ///< Up to 18 minutes a packet.
/// Fewer full batches say less than many partial ones.
constexpr std::uint64_t kEnough = 16;

double nsOf(std::size_t bucket)
{
    return std::exp2((static_cast<double>(bucket) + 0.5) / kPerOctave) - 1;
}

} // namespace

void PeakRate::add(Counts& counts, base::Nanoseconds length, std::uint32_t packets)
{
    if (length < 0 || packets == 0)
        return;
    if (counts.buckets.empty())
        counts.buckets.resize(kBuckets);
    const double perPacket = static_cast<double>(length) / packets;
    const auto bucket = static_cast<std::size_t>(std::log2(perPacket + 1) * kPerOctave);
    ++counts.buckets[std::min(bucket, kBuckets - 1)];
    ++counts.total;
}

double PeakRate::nsAt(const Counts& counts, double rank)
{
    const double wanted = std::clamp(rank, 0.0, static_cast<double>(counts.total) - 1);
    double passed = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        passed += counts.buckets[bucket];
        if (passed > wanted)
            return nsOf(bucket);
    }
    return 0;
}

const PeakRate::Counts& PeakRate::better() const
{
    return m_full.total >= kEnough || m_partial.total == 0 ? m_full : m_partial;
}

PeakRate::Estimate PeakRate::estimate() const
{
    const Counts& counts = better();
    Estimate estimate;
    estimate.batches = counts.total;
    estimate.isFromFullBatches = &counts == &m_full && counts.total > 0;
    if (counts.total > 0) {
        const double middle = static_cast<double>(counts.total - 1) / 2;
        const double spread = 0.98 * std::sqrt(static_cast<double>(counts.total)); // 1.96 sigma of a binomial median
        estimate.perSecond = 1e9 / nsAt(counts, middle);
        estimate.low = 1e9 / nsAt(counts, middle + spread);
        estimate.high = 1e9 / nsAt(counts, middle - spread);
    }
    if (m_given > 0)
        estimate.perSecond = estimate.low = estimate.high = m_given;
    return estimate;
}

double PeakRate::perSecond() const
{
    if (m_given > 0)
        return m_given;
    // A median of many does not move with a few more.
    const std::uint64_t total = m_full.total + m_partial.total;
    if (total > m_cachedAt + m_cachedAt / 64) {
        m_cached = estimate().perSecond;
        m_cachedAt = total;
    }
    return m_cached;
}

} // namespace vnscope::analyses::microscope
