// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string_view>

#include "views/diagnosis/victim_story.hpp"
#include "views/diagnosis/writers.hpp"

namespace vnscope::views::diagnosis {

/// Who made packets of a window late. Times are counted from `traceBegin`.
void writeText(const VictimSummary& summary, base::Timestamp traceBegin, Spelling spelling, std::ostream& out);
void writeText(const VictimStory& victim, base::Timestamp traceBegin, Spelling spelling, std::ostream& out);
void writeText(const std::vector<VictimLine>& victims, base::Timestamp traceBegin, Spelling spelling,
               std::ostream& out);

/// `victim_id`, `kind`, …, `hops`, `causes`, `steps`.
void writeJson(const VictimStory& victim, std::ostream& out);
/// An array of objects.
void writeJson(const std::vector<VictimLine>& victims, std::ostream& out);

} // namespace vnscope::views::diagnosis
