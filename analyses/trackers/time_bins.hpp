// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "storage/base/time.hpp"

namespace vnscope::analyses::trackers {

/// Bin widths of the store's series, finest first; each is ten times the one before.
inline constexpr std::array<base::Nanoseconds, 5> kBinWidths{base::kNsPerMs, 10 * base::kNsPerMs, 100 * base::kNsPerMs,
                                                             base::kNsPerSecond, 10 * base::kNsPerSecond};

/// Sums of `Count` values per time bin at several resolutions, in one pass and constant memory: only the open bin of
/// each resolution is kept. Values must come in time order; what comes late by less than a bin goes to the open one.
template <std::size_t Count> class TimeBins final {
public:
    using Sums = std::array<std::uint64_t, Count>;

    /// `widths`: a run of kBinWidths.
    explicit TimeBins(std::span<const base::Nanoseconds> widths = kBinWidths) : m_widths(widths) {}

    /// Adds `values` at `at`; every bin that `at` is past goes to `flush(width, begin, sums)`, once, if it is not
    /// empty.
    template <typename Flush> void add(base::Timestamp at, const Sums& values, Flush&& flush)
    {
        // A finer bin never outlives a coarser one, so while the finest is open all are.
        if (m_isOpen && at < m_begins[0] + m_widths[0]) {
            accumulate(m_sums[0], values);
            return;
        }
        if (m_isOpen)
            close(at, flush);
        if (!m_isOpen) {
            for (std::size_t level = 0; level < m_widths.size(); ++level)
                m_begins[level] = base::binBegin(at, m_widths[level]);
            m_isOpen = true;
        }
        accumulate(m_sums[0], values);
    }

    /// Flushes every open bin; the bins are empty afterwards.
    template <typename Flush> void finish(Flush&& flush)
    {
        if (!m_isOpen)
            return;
        for (std::size_t level = 0; level < m_widths.size(); ++level)
            closeLevel(level, flush);
        m_isOpen = false;
    }

private:
    static void accumulate(Sums& into, const Sums& values)
    {
        for (std::size_t i = 0; i < Count; ++i)
            into[i] += values[i];
    }

    template <typename Flush> void close(base::Timestamp at, Flush&& flush)
    {
        for (std::size_t level = 0; level < m_widths.size(); ++level) {
            if (at < m_begins[level] + m_widths[level])
                return;
            closeLevel(level, flush);
            m_begins[level] = base::binBegin(at, m_widths[level]);
        }
    }

    template <typename Flush> void closeLevel(std::size_t level, Flush&& flush)
    {
        if (m_sums[level] != Sums{})
            flush(m_widths[level], m_begins[level], m_sums[level]);
        if (level + 1 < m_widths.size())
            accumulate(m_sums[level + 1], m_sums[level]);
        m_sums[level] = Sums{};
    }

    std::span<const base::Nanoseconds> m_widths;
    bool m_isOpen = false;
    std::array<base::Timestamp, kBinWidths.size()> m_begins{};
    std::array<Sums, kBinWidths.size()> m_sums{};
};

} // namespace vnscope::analyses::trackers
