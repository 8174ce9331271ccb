// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

struct Looks {
    Tone tone;
    std::string_view badge;
};

Looks looksOf(std::string_view state)
{
    if (state == "complete")
        return {Tone::Good, "complete"};
    return state == "partial" ? Looks{Tone::Notice, "partial"} : Looks{Tone::Warning, "could not run"};
}

Entry entryOf(const std::vector<storage::Value>& row)
{
    const Looks looks = looksOf(row[3].text());
    Entry entry{looks.tone, std::string(looks.badge), row[1].text(), row[2].text(), row[5].text(), {}, ""};
    entry.facts = {{"analysis", "Analysis", Unit::None, row[0]},
                   {"state", "State", Unit::None, row[3]},
                   {"version", "Version", Unit::None, row[6]}};
    if (!row[4].text().empty())
        entry.facts.push_back({"missing_events", "Missing events", Unit::None, row[4]});
    return entry;
}

} // namespace

base::Result<Section> buildCoverage(const ReportContext& context)
{
    const auto rows = context.read({"analysis",
                                    {"analysis", "title", "question", "state", "missing_events", "advice", "version"},
                                    {{"state", "<>", "not_asked"}},
                                    {"analysis"},
                                    -1});
    if (!rows)
        return tl::unexpected(rows.error());
    Section section;
    if (rows->rows.empty())
        return section;
    Entries list{"analyses", {}, static_cast<std::int64_t>(rows->rows.size()), false};
    // What could not be answered is what the reader can do something about, so it comes first.
    constexpr std::array<std::string_view, 3> kOrder{"missing_events", "partial", "complete"};
    for (const std::string_view state : kOrder) {
        for (const auto& row : rows->rows) {
            if (row[3].text() == state)
                list.entries.push_back(entryOf(row));
        }
    }
    section.blocks.emplace_back(std::move(list));
    return section;
}

} // namespace vnscope::views::report
