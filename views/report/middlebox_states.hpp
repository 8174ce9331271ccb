// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "views/report/context.hpp"
#include "views/report/document.hpp"

namespace vnscope::views::report {

/// What each element is called, by its id in the store.
using ElementNames = std::map<std::int64_t, std::string>;

/// "name", or "host: name" where the session has several hosts, of each element.
[[nodiscard]] base::Result<ElementNames> readElementNames(const ReportContext& context);

/// What middleboxes did when, a row for each, senders above those that they send to. `range` is that of the figures it
/// stands beside; `twin` the table of the same.
[[nodiscard]] base::Result<Timeline> buildMiddleboxStates(const ReportContext& context, const ElementNames& names,
                                                          const base::TimeRange& range, Table twin);

} // namespace vnscope::views::report
