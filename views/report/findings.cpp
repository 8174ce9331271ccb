// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

constexpr std::int64_t kShown = 20;

/// Where the report tells more about what an analysis found.
std::string sectionOf(std::string_view analysis)
{
    const auto all = sections();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const SectionInfo& info) { return info.analysis == analysis; });
    if (found != all.end())
        return std::string(found->id);
    return analysis == "quality" ? "data_quality" : "";
}

struct Urgency {
    Tone tone;
    std::string_view badge;
};

Urgency urgencyOf(double score)
{
    if (score >= 0.7)
        return {Tone::Alarm, "serious"};
    return score >= 0.4 ? Urgency{Tone::Warning, "notable"} : Urgency{Tone::Notice, "minor"};
}

} // namespace

base::Result<Section> buildFindings(const ReportContext& context)
{
    const auto findings = context.read(
        {"finding", {"score", "analysis", "title", "detail", "begin_ns", "end_ns", "quality"}, {}, {"rank"}, -1});
    if (!findings)
        return tl::unexpected(findings.error());
    Section section;
    const std::int64_t total = static_cast<std::int64_t>(findings->rows.size());
    section.headline.push_back({"findings", "Findings", Unit::Count, total});
    if (total == 0)
        return section;
    Entries list{"findings", {}, total, true};
    for (const auto& row : findings->rows) {
        if (static_cast<std::int64_t>(list.entries.size()) == kShown)
            break;
        const Urgency urgency = urgencyOf(row[0].real());
        const std::string& analysis = row[1].text();
        Entry entry{urgency.tone, std::string(urgency.badge), row[2].text(), row[3].text(), "",
                    {},           sectionOf(analysis)};
        entry.facts = {{"score", "Score", Unit::Ratio, row[0]},
                       {"analysis", "Analysis", Unit::None, analysis},
                       {"begin_ns", "From", Unit::Time, row[4]},
                       {"end_ns", "To", Unit::Time, row[5]}};
        if (!row[6].text().empty())
            entry.facts.push_back({"quality", "Could be changed by", Unit::None, row[6]});
        list.entries.push_back(std::move(entry));
    }
    section.blocks.emplace_back(std::move(list));
    return section;
}

} // namespace vnscope::views::report
