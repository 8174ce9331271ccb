// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "views/chart/bins.hpp"
#include "views/chart/format.hpp"

/// Quantities over time, as a store keeps them: several tables have rows of equally wide bins, in several widths.
namespace vnscope::views::series {

/// What makes one value of bins that are shown as one.
enum class Joining {
    Sum,     ///< Bytes, packets, busy time.
    Largest, ///< The length of a queue.
};

/// One quantity over time. Rows of `table` have the columns `begin_ns` and `bin_ns` beside the value's.
struct Source {
    std::string table{};
    std::string column{};                            ///< The value.
    std::vector<storage::Select::Condition> where{}; ///< Which rows, besides those of a width and a range.
    std::vector<base::Nanoseconds> widths{};         ///< Values of bin_ns, the narrowest first.
    bool isCutAtEnds = false;                        ///< The first and the last bin of the table may be shorter.
    Joining joining = Joining::Sum;
    double factor = 1;                     ///< From the column's unit to what is shown: 8 from bytes to bits.
    bool isPerSecond = false;              ///< Shown as a rate: divided by the bin's width.
    chart::Unit unit = chart::Unit::Count; ///< Of what is shown.

    /// Different for different sources: a name to remember answers by.
    [[nodiscard]] std::string key() const;
};

/// Bins of width `width` (one of source.widths), or shorter where the source says so, that begin in `range`, as the
/// source wants them shown. Bins without a row are absent. No rows and no error where the store has no such table.
[[nodiscard]] base::Result<std::vector<chart::SparseBin>> readBins(const storage::Store& store, const Source& source,
                                                                   base::Nanoseconds width,
                                                                   const base::TimeRange& range,
                                                                   const std::function<bool()>& stop = {});

/// The widest of the source's widths of which `range` has at least `columns` bins; else the narrowest.
[[nodiscard]] base::Nanoseconds widthFor(const Source& source, const base::TimeRange& range, std::size_t columns);

/// All of a quantity in `range`, not as a rate: of the widest bins that `range` has hundreds of, where the table is
/// that fine, those that touch it.
[[nodiscard]] base::Result<double> sumOver(const storage::Store& store, Source source, const base::TimeRange& range,
                                           const std::function<bool()>& stop = {});

/// Bytes of one device, one way, as bits per second. `column`: bytes or l3_bytes of table bandwidth.
[[nodiscard]] Source deviceRate(std::int64_t device, std::string direction, std::string column = "bytes");

} // namespace vnscope::views::series
