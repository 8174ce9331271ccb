// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/delay_history.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vnscope::analyses::microscope {

namespace {

constexpr unsigned kStepsLog2 = 5; ///< 32 buckets an octave.

} // namespace

// The bits below the highest one say where in the octave a number is: no logarithm for each packet.
std::size_t delayBucket(base::Nanoseconds delay)
{
    constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepsLog2;
    const auto value = static_cast<std::uint64_t>(std::max<base::Nanoseconds>(delay, 0));
    if (value < kSteps)
        return static_cast<std::size_t>(value);
    const unsigned octave = static_cast<unsigned>(std::bit_width(value)) - 1 - kStepsLog2;
    const std::uint64_t bucket = (std::uint64_t{octave} << kStepsLog2) + (value >> octave);
    return std::min<std::size_t>(static_cast<std::size_t>(bucket), DelayHistory::kBuckets - 1);
}

double delayOfBucket(std::size_t bucket)
{
    constexpr std::size_t kSteps = std::size_t{1} << kStepsLog2;
    if (bucket < kSteps)
        return static_cast<double>(bucket);
    const std::size_t octave = (bucket >> kStepsLog2) - 1;
    const double low = std::ldexp(static_cast<double>(kSteps + (bucket & (kSteps - 1))), static_cast<int>(octave));
    return low + std::ldexp(0.5, static_cast<int>(octave));
}

void DelayHistory::add(base::Nanoseconds delay)
{
    Segment& segment = m_segments[m_current];
    if (segment.counts.empty())
        segment.counts.resize(kBuckets);
    ++segment.counts[delayBucket(delay)];
    ++segment.total;
    const auto value = static_cast<double>(delay);
    segment.sum += value;
    segment.sumOfSquares += value * value;
}

void DelayHistory::medianAndMad(const Counts& counts, std::uint64_t total)
{
    const std::uint64_t half = (total + 1) / 2;
    std::uint64_t passed = 0;
    std::size_t middle = 0;
    while (middle < kBuckets && passed + counts[middle] < half)
        passed += counts[middle++];
    const double median = delayOfBucket(middle);
    // The deviation that half of the delays stay within: outwards from the median, the nearer side first.
    std::size_t low = middle;
    std::size_t high = middle + 1;
    std::uint64_t within = 0;
    double deviation = 0;
    while (within < half && (low < kBuckets || high < kBuckets)) {
        const double below = low < kBuckets ? median - delayOfBucket(low) : HUGE_VAL;
        const double above = high < kBuckets ? delayOfBucket(high) - median : HUGE_VAL;
        deviation = std::min(below, above);
        within += below <= above ? counts[low] : counts[high];
        if (below <= above)
            --low; // wraps around below 0: then there is nothing below
        else
            ++high;
    }
    m_median = static_cast<base::Nanoseconds>(median);
    m_threshold = static_cast<base::Nanoseconds>(median + 1.4826 * deviation);
}

void DelayHistory::settle(Abnormality abnormality)
{
    Counts all(kBuckets);
    double sum = 0;
    double sumOfSquares = 0;
    std::uint64_t total = 0;
    for (const Segment& segment : m_segments) {
        for (std::size_t bucket = 0; bucket < segment.counts.size(); ++bucket)
            all[bucket] += segment.counts[bucket];
        sum += segment.sum;
        sumOfSquares += segment.sumOfSquares;
        total += segment.total;
    }
    if (total > 0) {
        medianAndMad(all, total);
        if (abnormality == Abnormality::MeanAndSigma) {
            const double mean = sum / static_cast<double>(total);
            const double variance = std::max(0.0, sumOfSquares / static_cast<double>(total) - mean * mean);
            m_threshold = static_cast<base::Nanoseconds>(mean + std::sqrt(variance));
        }
    }
    m_current = (m_current + 1) % kSegments;
    m_segments[m_current] = {};
}

} // namespace vnscope::analyses::microscope
