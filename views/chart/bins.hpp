// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "storage/base/time.hpp"

namespace vnscope::views::chart {

/// Values of equally wide time bins without gaps; bin i covers [begin + i * bin, begin + (i + 1) * bin).
struct Bins {
    base::Timestamp begin;
    base::Nanoseconds bin = 1;
    std::vector<double> values;

    [[nodiscard]] base::TimeRange range() const
    {
        return {begin, begin + bin * static_cast<base::Nanoseconds>(values.size())};
    }
    [[nodiscard]] base::Timestamp binBegin(std::size_t index) const
    {
        return begin + bin * static_cast<base::Nanoseconds>(index);
    }

    bool operator==(const Bins&) const = default;
};

/// One bin as the store keeps it: only bins that are not empty.
struct SparseBin {
    base::Timestamp begin;
    double value = 0;
};

/// Which stored bin width to read, and how wide the bins to show are (a multiple of the stored one).
struct BinChoice {
    base::Nanoseconds stored = 0;
    base::Nanoseconds shown = 0;
};

/// The finest of the `available` widths that covers `range` with at most `maxBins` bins; when even the widest needs
/// more, several of the widest are shown as one. `available` must not be empty and its widths positive.
[[nodiscard]] BinChoice chooseBins(const base::TimeRange& range, std::span<const base::Nanoseconds> available,
                                   std::size_t maxBins);

/// The bins that cover `range`, aligned to the epoch, all zero where `sparse` has nothing. Values that fall in one bin
/// are added up; what lies outside is left out.
[[nodiscard]] Bins fillBins(const base::TimeRange& range, base::Nanoseconds bin, std::span<const SparseBin> sparse);

/// Several neighbouring bins as one.
struct Extent {
    double low = 0;
    double high = 0;
    double mean = 0;
    std::size_t first = 0; ///< Index of the first bin it stands for.
    std::size_t count = 0; ///< How many bins it stands for.

    bool operator==(const Extent&) const = default;
};

/// At most `columns` extents that together stand for every value exactly once: a peak one bin wide stays visible, as
/// `high`, however few columns there are.
[[nodiscard]] std::vector<Extent> reduce(std::span<const double> values, std::size_t columns);

/// The largest value and where it is; 0 at 0 for no values.
struct Peak {
    double value = 0;
    std::size_t index = 0;
};
[[nodiscard]] Peak peakOf(std::span<const double> values);
[[nodiscard]] double meanOf(std::span<const double> values);

} // namespace vnscope::views::chart
