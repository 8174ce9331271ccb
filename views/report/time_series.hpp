// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "views/chart/bins.hpp"
#include "views/report/context.hpp"

namespace vnscope::views::report {

/// Bins that a chart or its JSON may have: finer than any screen, small enough for a file that is mailed.
inline constexpr std::size_t kMaxBins = 1200;

/// Which bins to read and to show for the report's window. `finest` is the narrowest width that the table keeps; the
/// others are ten times wider each, up to 10 s.
[[nodiscard]] chart::BinChoice binsFor(const ReportContext& context, base::Nanoseconds finest);

} // namespace vnscope::views::report
