// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/commands/victim_rows.hpp"

#include "apps/vnscope/rows/made_rows.hpp"

namespace vnscope::cli {

void writeVictimRows(const std::vector<views::diagnosis::VictimLine>& victims, std::ostream& out)
{
    MadeRows rows(RowFormat::Csv,
                  {"victim_id", "kind", "begin_ns", "latency_ns", "flow", "lost_queue", "culprit_kind", "culprit",
                   "culprit_element_id", "share", "is_persistent"},
                  out);
    for (const auto& victim : victims)
        rows.add({victim.id, victim.kind, victim.begin, victim.latency, victim.flow,
                  victim.lostQueue, victim.isSource ? "source" : "element", victim.culprit, victim.culpritElement,
                  victim.share, victim.isPersistent});
    rows.finish();
}

void writeCauseRows(const views::diagnosis::VictimStory& victim, std::ostream& out)
{
    MadeRows rows(RowFormat::Csv,
                  {"victim_id", "victim_element", "culprit_kind", "culprit", "share", "seconds", "depth", "begin_ns",
                   "end_ns", "gap_ns", "packets", "flow"},
                  out);
    for (const auto& cause : victim.causes)
        rows.add({victim.id, cause.victimElement, cause.isSource ? "source" : "element", cause.culprit, cause.share,
                  cause.seconds, cause.depth, cause.when.begin, cause.when.end, cause.gap, cause.packets, cause.flow});
    rows.finish();
}

} // namespace vnscope::cli
