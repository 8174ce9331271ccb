// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "analyses/perfsight/assessment.hpp"
#include "storage/base/time.hpp"
#include "views/diagnosis/victim_story.hpp"

namespace vnscope::views::diagnosis {

/// Makes a name of the trace harmless for where it is printed.
using Spelling = std::string (*)(std::string_view);

/// What is wrong first, then why, then the numbers. Times are counted from `traceBegin`.
void writeText(const analyses::perfsight::Assessment& assessment, base::Timestamp traceBegin, Spelling spelling,
               std::ostream& out);

/// The same as JSON: `begin_ns`, `end_ns`, `root_causes`, `shortages`, `losses`, `middleboxes`, `links`, `quality`; and
/// what Microscope says of packets: `microscope`. Either may be null: what it says is left out then.
void writeJson(const base::TimeRange& window, const analyses::perfsight::Assessment* assessment,
               const VictimSummary* victims, std::ostream& out);

} // namespace vnscope::views::diagnosis
