// SPDX-License-Identifier: Apache-2.0
#include "views/report/time_series.hpp"

#include <vector>

namespace vnscope::views::report {

chart::BinChoice binsFor(const ReportContext& context, base::Nanoseconds finest)
{
    std::vector<base::Nanoseconds> widths;
    for (base::Nanoseconds width = finest; width <= 10 * base::kNsPerSecond; width *= 10)
        widths.push_back(width);
    return chart::chooseBins(context.window(), widths, kMaxBins);
}

} // namespace vnscope::views::report
