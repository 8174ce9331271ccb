// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "storage/base/time.hpp"

namespace vnscope::simulator {

/// Lengths of time, counted in bins that are at most 1/64 of their value wide.
class Histogram final {
public:
    void add(base::Nanoseconds lengthNs)
    {
        ++m_bins[binOf(static_cast<std::uint64_t>(lengthNs))];
        ++m_count;
        m_sumNs += static_cast<double>(lengthNs);
    }
    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] double meanNs() const { return m_count == 0 ? 0 : m_sumNs / static_cast<double>(m_count); }
    /// The least value of the bin that the share `part` of all values falls in or below.
    [[nodiscard]] base::Nanoseconds quantile(double part) const
    {
        const auto rank = static_cast<std::uint64_t>(part * static_cast<double>(m_count));
        std::uint64_t seen = 0;
        for (std::size_t bin = 0; bin < m_bins.size(); ++bin)
            if ((seen += m_bins[bin]) > rank)
                return static_cast<base::Nanoseconds>(beginOf(bin));
        return 0;
    }

private:
    static constexpr unsigned kBits = 6; ///< Bins of an octave: 2^kBits.
    static constexpr std::uint64_t kFirst = std::uint64_t{1} << kBits;
    static constexpr std::size_t kBins = (64 - kBits + 1) << kBits;

    static std::size_t binOf(std::uint64_t value)
    {
        if (value < kFirst)
            return value;
        const auto octave = static_cast<unsigned>(std::bit_width(value)) - kBits - 1;
        return ((std::size_t{octave} + 1) << kBits) + ((value >> octave) - kFirst);
    }
    static std::uint64_t beginOf(std::size_t bin)
    {
        if (bin < kFirst)
            return bin;
        const auto octave = static_cast<unsigned>((bin >> kBits) - 1);
        return ((bin & (kFirst - 1)) + kFirst) << octave;
    }

    std::array<std::uint64_t, kBins> m_bins{};
    std::uint64_t m_count = 0;
    double m_sumNs = 0;
};

} // namespace vnscope::simulator
