// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/latency_sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vnscope::analyses::paths {

namespace {

constexpr unsigned kBitsPerOctave = 4;
constexpr std::uint64_t kBucketsPerOctave = 1U << kBitsPerOctave;

std::uint32_t bucketOf(std::uint64_t value)
{
    if (value < kBucketsPerOctave)
        return static_cast<std::uint32_t>(value);
    const auto octave = static_cast<unsigned>(std::bit_width(value)) - 1U - kBitsPerOctave;
    return static_cast<std::uint32_t>((octave << kBitsPerOctave) + (value >> octave));
}

/// The middle of a bucket.
std::uint64_t middleOf(std::uint32_t bucket)
{
    if (bucket < 2 * kBucketsPerOctave)
        return bucket;
    const unsigned octave = (bucket >> kBitsPerOctave) - 1U;
    const std::uint64_t low = (bucket - (std::uint64_t{octave} << kBitsPerOctave)) << octave;
    return low + ((std::uint64_t{1} << octave) >> 1U);
}

} // namespace

void LatencySketch::addToBucket(std::uint32_t index, std::uint64_t count)
{
    const auto found = std::ranges::lower_bound(m_buckets, index, {}, &Bucket::index);
    if (found != m_buckets.end() && found->index == index)
        found->count += count;
    else
        m_buckets.insert(found, {index, count});
}

void LatencySketch::add(base::Nanoseconds duration)
{
    const base::Nanoseconds bounded = std::max<base::Nanoseconds>(duration, 0);
    addToBucket(bucketOf(static_cast<std::uint64_t>(bounded)), 1);
    ++m_count;
    m_max = std::max(m_max, bounded);
}

void LatencySketch::merge(const LatencySketch& other)
{
    for (const Bucket& bucket : other.m_buckets)
        addToBucket(bucket.index, bucket.count);
    m_count += other.m_count;
    m_max = std::max(m_max, other.m_max);
}

base::Nanoseconds LatencySketch::quantile(double share) const
{
    if (m_count == 0)
        return 0;
    const auto rank =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(m_count))));
    std::uint64_t seen = 0;
    for (const Bucket& bucket : m_buckets) {
        seen += bucket.count;
        if (seen >= rank)
            return std::min(static_cast<base::Nanoseconds>(middleOf(bucket.index)), m_max);
    }
    return m_max;
}

} // namespace vnscope::analyses::paths
