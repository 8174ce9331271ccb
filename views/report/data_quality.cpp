// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::size_t kShown = 100;

struct Looks {
    int order;
    Tone tone;
    std::string_view badge;
};

Looks looksOf(std::string_view severity)
{
    if (severity == "data_loss")
        return {0, Tone::Alarm, "data loss"};
    return severity == "defect" ? Looks{1, Tone::Warning, "defect"} : Looks{2, Tone::Notice, "info"};
}

Entries defectList(std::vector<std::vector<Value>> rows)
{
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        return looksOf(a[0].text()).order < looksOf(b[0].text()).order;
    });
    Entries list{"defects", {}, static_cast<std::int64_t>(rows.size()), false};
    for (const auto& row : rows) {
        if (list.entries.size() == kShown)
            break;
        const Looks looks = looksOf(row[0].text());
        Entry entry{looks.tone, std::string(looks.badge), row[4].text(), "", row[5].text(), {}, ""};
        entry.facts = {{"kind", "Kind", Unit::None, row[1]}, {"count", "Count", Unit::Count, row[3]}};
        if (!row[2].text().empty())
            entry.facts.push_back({"subject", "Where", Unit::None, row[2]});
        if (!row[6].isNull())
            entry.facts.push_back({"ts_ns", "First at", Unit::Time, row[6]});
        list.entries.push_back(std::move(entry));
    }
    return list;
}

Table lifecycleTable(const storage::Table& lives)
{
    Table table{"skb_lifecycle",
                "How much of each packet's life the trace shows",
                {{"kind", "Kind", Unit::None},
                 {"count", "Packets", Unit::Packets},
                 {"meaning", "Meaning", Unit::None, "", Column::Look::Prose}},
                {},
                static_cast<std::int64_t>(lives.rows.size()),
                ""};
    for (const auto& row : lives.rows)
        table.rows.push_back({row, ""});
    return table;
}

} // namespace

base::Result<Section> buildDataQuality(const ReportContext& context)
{
    const auto quality = context.read({"data_quality",
                                       {"severity", "kind", "subject", "count", "message", "advice", "ts_ns"},
                                       {},
                                       {"quality_id"},
                                       -1});
    if (!quality)
        return tl::unexpected(quality.error());
    const auto lives = context.read({"skb_lifecycle", {"kind", "count", "meaning"}, {}, {}, -1});
    if (!lives)
        return tl::unexpected(lives.error());
    Section section;
    section.hasNoResult = quality->rows.empty();
    if (!section.hasNoResult)
        section.blocks.emplace_back(defectList(quality->rows));
    if (!lives->rows.empty())
        section.blocks.emplace_back(lifecycleTable(*lives));
    return section;
}

} // namespace vnscope::views::report
