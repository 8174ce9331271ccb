// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include <fmt/format.h>

#include "views/report/catalog.hpp"
#include "views/report/middlebox_states.hpp"
#include "views/report/time_series.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::size_t kShownRows = 50;
constexpr std::size_t kShownStrips = 16;

std::string nameOf(const ElementNames& names, const Value& element)
{
    const auto found = names.find(element.integer());
    return found == names.end() ? std::string() : found->second;
}

/// A table of the store with an element in its first column, which becomes a name.
base::Result<Table> elementTable(const ReportContext& context, const ElementNames& names, const storage::Select& select,
                                 Table table)
{
    const auto rows = context.read(select);
    if (!rows)
        return tl::unexpected(rows.error());
    table.totalRows = static_cast<std::int64_t>(rows->rows.size());
    for (const auto& row : rows->rows) {
        if (table.rows.size() == kShownRows)
            break;
        std::vector<Value> cells(row.begin(), row.end());
        cells[0] = nameOf(names, row[0]);
        table.rows.push_back({std::move(cells), ""});
    }
    return table;
}

/// Steps are lines in the store, and one sentence after the other here.
std::string inOneLine(std::string text)
{
    while (text.ends_with('\n'))
        text.pop_back();
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
        text.replace(at, 1, "; ");
    return text;
}

base::Result<Table> causeTable(const ReportContext& context, const ElementNames& names)
{
    auto table = elementTable(
        context, names,
        {"root_cause",
         {"element_id", "label", "valid_from_ns", "valid_to_ns", "confidence", "waiting", "reasoning"},
         {},
         {"valid_from_ns", "element_id"}},
        {"root_causes",
         "Middleboxes that others wait for",
         {{"element", "Middlebox"},
          {"label", "Is", Unit::None, "overloaded: others wait to hand it data; underloaded: others wait for its data"},
          {"valid_from_ns", "From", Unit::Time},
          {"valid_to_ns", "To", Unit::Time},
          {"confidence", "Sure?"},
          {"waiting", "Waiting"},
          {"reasoning", "Why", Unit::None, "", Column::Look::Prose}},
         {},
         0,
         "Table root_cause of the store has all."});
    if (!table)
        return table;
    for (Row& row : table->rows)
        row.cells.back() = inOneLine(row.cells.back().text());
    return table;
}

base::Result<Table> shortageTable(const ReportContext& context, const ElementNames& names)
{
    return elementTable(
        context, names,
        {"resource_shortage",
         {"element_id", "resource", "scope", "drop_place", "lost_packets", "valid_from_ns", "valid_to_ns", "confidence",
          "evidence", "not_measured"},
         {},
         {"-lost_packets", "valid_from_ns"}},
        {"shortages",
         "Resources that are short",
         {{"element", "Lost most"},
          {"resource", "Resource"},
          {"scope", "Scope", Unit::None, "contention: several VMs want it; bottleneck: one wants more than it has"},
          {"drop_place", "Rule's place"},
          {"lost_packets", "Lost", Unit::Packets, "", Column::Look::Bar},
          {"valid_from_ns", "From", Unit::Time},
          {"valid_to_ns", "To", Unit::Time},
          {"confidence", "Sure?", Unit::None, "possible: a condition of the rule was not measured"},
          {"evidence", "Evidence", Unit::None, "", Column::Look::Prose},
          {"not_measured", "Not measured", Unit::None, "", Column::Look::Prose}},
         {},
         0,
         "Table resource_shortage of the store has all."});
}

base::Result<Table> stateTable(const ReportContext& context, const ElementNames& names)
{
    return elementTable(
        context, names,
        {"element_state", {"element_id", "state", "valid_from_ns", "valid_to_ns"}, {}, {"element_id", "valid_from_ns"}},
        {"states",
         "States of middleboxes over time",
         {{"element", "Middlebox"},
          {"state", "State"},
          {"valid_from_ns", "From", Unit::Time},
          {"valid_to_ns", "To", Unit::Time}},
         {},
         0,
         "Table element_state of the store has all.",
         3});
}

/// What PerfSight looks at is a second long; finer bins would have holes.
chart::BinChoice lossBins(const ReportContext& context)
{
    return binsFor(context, base::kNsPerSecond);
}

base::Result<Figures> lossChart(const ReportContext& context, const ElementNames& names)
{
    const auto rows = context.read({"element_loss", {"element_id", "begin_ns", "packets"}, {}, {"begin_ns"}});
    if (!rows)
        return tl::unexpected(rows.error());
    const chart::BinChoice choice = lossBins(context);
    std::map<std::int64_t, std::vector<chart::SparseBin>> sparse;
    for (const auto& row : rows->rows)
        sparse[row[0].integer()].push_back({{row[1].integer()}, static_cast<double>(row[2].integer())});
    chart::TimeChart chart{"Loss by element over time", "Packets that each element lost, one strip each.",
                           chart::ChartKind::Strips,    Unit::Packets,
                           context.window().begin,      {},
                           context.lossMarks()};
    for (const auto& [element, bins] : sparse) {
        if (chart.series.size() < kShownStrips)
            chart.series.push_back({fmt::format("element_{}", element), nameOf(names, Value(element)),
                                    chart::fillBins(context.window(), choice.shown, bins)});
    }
    return Figures{"loss", "Loss by element over time", {std::move(chart)}, {"loss"}};
}

} // namespace

base::Result<Section> buildPerfsight(const ReportContext& context)
{
    const base::Result<ElementNames> names = readElementNames(context);
    if (!names)
        return tl::unexpected(names.error());
    Section section;
    std::size_t verdicts = 0;
    for (const auto build : {causeTable, shortageTable}) {
        base::Result<Table> table = build(context, *names);
        if (!table)
            return tl::unexpected(table.error());
        verdicts += static_cast<std::size_t>(table->totalRows);
        if (!table->rows.empty())
            section.blocks.emplace_back(std::move(*table));
    }
    base::Result<Table> states = stateTable(context, *names);
    if (!states)
        return tl::unexpected(states.error());
    // The bins of the losses, so that both figures have one time axis.
    const base::TimeRange range = chart::fillBins(context.window(), lossBins(context).shown, {}).range();
    base::Result<Timeline> timeline = buildMiddleboxStates(context, *names, range, std::move(*states));
    if (!timeline)
        return tl::unexpected(timeline.error());
    if (!timeline->chart.rows.empty())
        section.blocks.emplace_back(std::move(*timeline));
    base::Result<Figures> losses = lossChart(context, *names);
    if (!losses)
        return tl::unexpected(losses.error());
    if (!losses->charts[0].series.empty())
        section.blocks.emplace_back(std::move(*losses));
    section.hasNoResult = verdicts == 0;
    if (!names->empty())
        section.headline = {{"bottlenecks", "Bottlenecks", Unit::Count, static_cast<std::int64_t>(verdicts)}};
    return section;
}

} // namespace vnscope::views::report
