// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "views/chart/format.hpp"
#include "views/diagnosis/victim_picture.hpp"
#include "views/report/catalog.hpp"
#include "views/report/time_series.hpp"

namespace vnscope::views::report {
namespace {

using diagnosis::NfNames;
using storage::Value;

constexpr std::size_t kShownCulprits = 20;
constexpr double kLeastShare = 0.001; ///< Of all waiting; culprits of less are only counted.
constexpr std::size_t kShownStrips = 8;
constexpr std::size_t kShownPatterns = 30;
constexpr std::size_t kShownQueues = 50;
constexpr double kToPercent = 100;

/// What all parts of the section are made from.
struct Source {
    const ReportContext& context;
    NfNames names;
};

std::string culpritName(const NfNames& names, const Value& kind, const Value& element)
{
    return kind.text() == "source" ? fmt::format("bursts from {}", names.element(element)) : names.element(element);
}

base::Result<Table> culpritTable(const Source& source)
{
    const auto rows = source.context.read(
        {"nf_culprit",
         {"culprit_kind", "culprit_element_id", "share", "victims_late", "victims_lost", "worst_latency_ns"},
         {},
         {"culprit_rank"}});
    if (!rows)
        return tl::unexpected(rows.error());
    Table table{"culprits",
                "Who made packets wait",
                {{"culprit", "Culprit", Unit::None,
                  "a network function: it worked slower than it can; bursts: packets came too close together"},
                 {"share_percent", "Of all waiting", Unit::Percent, "each victim counts once", Column::Look::Bar},
                 {"victims_late", "Late packets", Unit::Packets, "that it has the largest part of"},
                 {"victims_lost", "Lost packets", Unit::Packets, "that it has the largest part of"},
                 {"worst_latency_ns", "Slowest", Unit::Nanoseconds, "of these late packets, from end to end"}},
                {},
                static_cast<std::int64_t>(rows->rows.size()),
                "Table nf_culprit of the store has all."};
    for (const auto& row : rows->rows) {
        if (table.rows.size() < kShownCulprits && row[2].real() >= kLeastShare)
            table.rows.push_back(
                {{culpritName(source.names, row[0], row[1]), kToPercent * row[2].real(), row[3], row[4], row[5]}, ""});
    }
    return table;
}

/// When each of the first culprits did what made packets wait.
base::Result<Figures> culpritChart(const Source& source)
{
    const auto rows = source.context.read(
        {"culprit_over_time", {"culprit_kind", "culprit_element_id", "begin_ns", "victims"}, {}, {"begin_ns"}});
    const auto order = source.context.read({"nf_culprit",
                                            {"culprit_kind", "culprit_element_id"},
                                            {{"share", ">=", kLeastShare}},
                                            {"culprit_rank"},
                                            static_cast<std::int64_t>(kShownStrips)});
    if (!rows || !order)
        return tl::unexpected(!rows ? rows.error() : order.error());
    std::map<std::string, std::vector<chart::SparseBin>> sparse;
    for (const auto& row : rows->rows)
        sparse[culpritName(source.names, row[0], row[1])].push_back({{row[2].integer()}, row[3].real()});
    chart::TimeChart chart{"Causes over time",
                           "How many late or lost packets go back to what each culprit did then, one strip each.",
                           chart::ChartKind::Strips,
                           Unit::Packets,
                           source.context.window().begin,
                           {},
                           source.context.lossMarks()};
    const chart::BinChoice choice = binsFor(source.context, 10 * base::kNsPerMs);
    for (std::size_t rank = 0; rank < order->rows.size(); ++rank) {
        const auto& row = order->rows[rank];
        chart.series.push_back({fmt::format("culprit_{}", rank + 1), source.names.element(row[1]),
                                chart::fillBins(source.context.window(), choice.shown,
                                                sparse[culpritName(source.names, row[0], row[1])])});
    }
    return Figures{"over_time", "When the causes were", {std::move(chart)}, {"over_time"}};
}

/// Tables 2 and 3 of the paper: rows are culprits, columns the kinds of network function where packets waited.
base::Result<Table> heatTable(const Source& source, const storage::Select& select, Table table)
{
    const auto rows = source.context.read(select);
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::string, double> columns;
    std::map<std::string, std::map<std::string, double>> cells;
    std::map<std::string, double> sums;
    for (const auto& row : rows->rows) {
        const std::string culprit = row.size() > 3 ? culpritName(source.names, row[3], row[4]) : row[0].text();
        columns[row[1].text()] += row[2].real();
        cells[culprit][row[1].text()] += kToPercent * row[2].real();
        sums[culprit] += row[2].real();
    }
    std::vector<std::string> order;
    for (const auto& [culprit, sum] : sums)
        order.push_back(culprit);
    std::ranges::stable_sort(order, std::greater<>{}, [&](const std::string& culprit) { return sums[culprit]; });
    for (const auto& [kind, sum] : columns)
        table.columns.push_back({fmt::format("at_{}_percent", kind), kind, Unit::Percent, "", Column::Look::Heat});
    for (const std::string& culprit : order) {
        std::vector<Value> row{culprit};
        for (const auto& [kind, sum] : columns)
            row.emplace_back(cells[culprit][kind]);
        if (table.rows.size() < kShownCulprits && sums[culprit] >= kLeastShare)
            table.rows.push_back({std::move(row), ""});
    }
    table.totalRows = static_cast<std::int64_t>(order.size());
    return table;
}

base::Result<Table> typeTable(const Source& source)
{
    return heatTable(source, {"culprit_by_type", {"culprit_type", "victim_type", "share"}},
                     {"by_type",
                      "Kinds of culprits, by the kind of network function where packets waited",
                      {{"culprit_type", "Culprit"}},
                      {},
                      0,
                      "View culprit_by_type of the store has all."});
}

base::Result<Table> elementTable(const Source& source)
{
    return heatTable(source,
                     {"culprit_by_element", {"culprit", "victim_type", "share", "culprit_kind", "culprit_element_id"}},
                     {"by_element",
                      "Culprits, by the kind of network function where packets waited",
                      {{"culprit", "Culprit"}},
                      {},
                      0,
                      "View culprit_by_element of the store has all."});
}

/// How far back causes are: the share of all waiting whose cause began at most so long before.
base::Result<Figures> gapChart(const Source& source)
{
    const auto rows = source.context.read({"culprit_gap", {"gap_ns", "bin_ns", "share"}, {}, {"gap_ns"}});
    if (!rows)
        return tl::unexpected(rows.error());
    chart::Bins bins;
    if (!rows->rows.empty()) {
        const base::Nanoseconds stored = rows->rows[0][1].integer();
        bins.bin = stored * (1 + rows->rows.back()[0].integer() / stored / static_cast<base::Nanoseconds>(kMaxBins));
    }
    double passed = 0;
    for (const auto& row : rows->rows) {
        const auto bin = static_cast<std::size_t>(row[0].integer() / bins.bin);
        bins.values.resize(std::max(bins.values.size(), bin + 1), kToPercent * std::min(passed, 1.0));
        passed += row[2].real();
        bins.values[bin] = kToPercent * std::min(passed, 1.0);
    }
    chart::TimeChart chart{"How long after its cause a packet waits",
                           "Share of all waiting whose cause began at most so long before the packet came.",
                           chart::ChartKind::Strips,
                           Unit::Percent,
                           {},
                           {{"share", "share of waiting", std::move(bins)}},
                           {}};
    return Figures{"gap", "How long after its cause a packet waits", {std::move(chart)}, {"gap"}};
}

/// "10.0.0.0/8 port 80", "anywhere ports 1024-2000"
std::string endText(const Value& address, const Value& ports)
{
    const bool isAnywhere = address.text().ends_with("/0");
    const bool isRange = ports.text().find('-') != std::string::npos;
    return fmt::format("{} port{} {}", isAnywhere ? "anywhere" : address.text(), isRange ? "s" : "", ports.text());
}

/// From cells place, protocol, source, source_ports, destination, destination_ports.
std::string sideOf(std::span<const Value> cells)
{
    if (cells[2].text().empty())
        return fmt::format("{}: no flow in particular", cells[0].text());
    return fmt::format("{}: {}{} to {}", cells[0].text(),
                       cells[1].isNull() ? "" : diagnosis::protocolText(cells[1].integer()) + " ",
                       endText(cells[2], cells[3]), endText(cells[4], cells[5]));
}

/// Patterns of one culprit stand together, the culprit with the most first.
base::Result<Table> patternTable(const Source& source)
{
    const auto rows = source.context.read(
        {"causal_pattern",
         {"culprit_place", "culprit_protocol", "culprit_source", "culprit_source_ports", "culprit_destination",
          "culprit_destination_ports", "victim_place", "victim_protocol", "victim_source", "victim_source_ports",
          "victim_destination", "victim_destination_ports", "share", "relations", "rank"},
         {},
         {"rank"}});
    if (!rows)
        return tl::unexpected(rows.error());
    Table table{
        "patterns",
        "Patterns of causes",
        {{"pattern", "Culprits => victims", Unit::None, "places, and flows that stand out there", Column::Look::Prose},
         {"share_percent", "Of all waiting", Unit::Percent, "that no other row has", Column::Look::Bar},
         {"relations", "Relations", Unit::Count, "of one culprit and one victim"},
         {"rank", "Rank", Unit::Count, "in table causal_pattern"}},
        {},
        static_cast<std::int64_t>(rows->rows.size()),
        "Table causal_pattern of the store has all."};
    std::map<std::string, double> shareOf;
    std::vector<std::pair<std::string, Row>> found; ///< By culprit.
    for (const auto& row : rows->rows) {
        const std::span<const Value> cells(row);
        std::string culprit = sideOf(cells.first(6));
        shareOf[culprit] += row[12].real();
        std::string pattern = fmt::format("{} => {}", culprit, sideOf(cells.subspan(6, 6)));
        found.emplace_back(std::move(culprit),
                           Row{{std::move(pattern), kToPercent * row[12].real(), row[13], row[14]}, ""});
    }
    std::ranges::stable_sort(found, std::greater<>{},
                             [&](const auto& pattern) { return std::pair(shareOf[pattern.first], pattern.first); });
    for (auto& [culprit, row] : found)
        table.rows.push_back(std::move(row));
    table.rows.resize(std::min(table.rows.size(), kShownPatterns));
    return table;
}

base::Result<Table> queueTable(const Source& source)
{
    const auto rows = source.context.read({"nf_queue",
                                           {"queue_id", "packets", "refused", "capacity", "peak_pps", "peak_low_pps",
                                            "peak_high_pps", "delay_median_ns", "delay_threshold_ns"},
                                           {{"packets", ">", 0}},
                                           {"queue_id"}});
    if (!rows)
        return tl::unexpected(rows.error());
    Table table{"queues",
                "Queues and how fast their readers can work",
                {{"queue", "Queue"},
                 {"packets", "Packets", Unit::Packets, "read from it"},
                 {"refused", "No room", Unit::Packets, "packets that found the queue full"},
                 {"capacity", "Capacity", Unit::Packets},
                 {"peak_pps", "Peak rate", Unit::Count, "packets a second of its reader when it has enough to do"},
                 {"peak_low_pps", "at least", Unit::Count, "with 95 % confidence"},
                 {"peak_high_pps", "at most", Unit::Count},
                 {"delay_median_ns", "Usual delay", Unit::Nanoseconds,
                  "from arrival until it was written on, in the trace's last second"},
                 {"delay_threshold_ns", "Unusual above", Unit::Nanoseconds}},
                {},
                static_cast<std::int64_t>(rows->rows.size()),
                "Table nf_queue of the store has all."};
    for (const auto& row : rows->rows) {
        if (table.rows.size() == kShownQueues)
            break;
        std::vector<Value> cells(row.begin(), row.end());
        cells[0] = source.names.queue(row[0]);
        for (std::size_t rate = 4; rate <= 6; ++rate)
            cells[rate] = row[rate].isNull() ? Value() : Value(static_cast<std::int64_t>(row[rate].real()));
        table.rows.push_back({std::move(cells), ""});
    }
    return table;
}

/// Queues of which only polls are known; without rows: none of them built up.
base::Result<Table> polledTable(const ReportContext& context, const NfNames& names)
{
    const auto rows = context.read({"polled_queue_summary",
                                    {"queue_id", "packets", "polls", "full_polls", "full_batch", "periods",
                                     "queuing_ns", "longest_run", "stalls", "longest_stall_ns", "peak_pps"},
                                    {},
                                    {"-queuing_ns", "queue_id"}});
    if (!rows)
        return tl::unexpected(rows.error());
    Table table{"polled_queues",
                "Queues that built up, by the polls of NICs and DPDK ports (who made packets wait is not known there)",
                {{"queue", "Queue"},
                 {"packets", "Packets", Unit::Packets, "read from it"},
                 {"polls", "Polls", Unit::Count},
                 {"full_polls", "Full polls", Unit::Count, "took all they may: more may have been waiting"},
                 {"full_batch", "A poll may take", Unit::Packets},
                 {"periods", "Times it built up", Unit::Count, "from a full poll until one that emptied it"},
                 {"queuing_ns", "For", Unit::Nanoseconds, "all these times together"},
                 {"longest_run", "Full in a row", Unit::Count, "at most"},
                 {"stalls", "Stalls", Unit::Count, "nobody polled although packets were waiting"},
                 {"longest_stall_ns", "Longest stall", Unit::Nanoseconds},
                 {"peak_pps", "Peak rate", Unit::Count, "packets a second of its reader when it has enough to do"}},
                {},
                static_cast<std::int64_t>(rows->rows.size()),
                "View polled_queue_summary of the store has all."};
    for (const auto& row : rows->rows) {
        if (table.rows.size() == kShownQueues)
            break;
        std::vector<Value> cells(row.begin(), row.end());
        cells.front() = names.queue(row.front());
        cells.back() = row.back().isNull() ? Value() : Value(static_cast<std::int64_t>(row.back().real()));
        table.rows.push_back({std::move(cells), ""});
    }
    return table;
}

Table stepTable(const diagnosis::VictimStory& victim)
{
    Table table{"worst_victim_steps",
                "How it was explained, queue by queue",
                {{"step", "Step", Unit::Count},
                 {"queue", "Queue"},
                 {"share_percent", "Of its wait", Unit::Percent, "that is looked into here"},
                 {"period_ns", "Built up for", Unit::Nanoseconds},
                 {"packets_arrived", "Came", Unit::Packets},
                 {"packets_read", "Read", Unit::Packets},
                 {"input_score", "Too many", Unit::Packets, "came more than its reader can do"},
                 {"processing_score", "Too slow", Unit::Packets, "its reader could have done more"},
                 {"spans", "How far apart the packets were when they left whom", Unit::None, "", Column::Look::Prose}},
                {},
                static_cast<std::int64_t>(victim.steps.size()),
                ""};
    for (const diagnosis::VictimStory::Step& step : victim.steps)
        table.rows.push_back(
            {{static_cast<std::int64_t>(table.rows.size()) + 1, step.queue, kToPercent * step.share,
              step.period.length(), step.packetsArrived, step.packetsRead, static_cast<std::int64_t>(step.inputScore),
              static_cast<std::int64_t>(step.processingScore), step.spans},
             ""});
    return table;
}

base::Result<std::optional<Drawing>> worstVictim(const Source& source)
{
    const auto rows =
        source.context.read({"victim", {"victim_id"}, {{"kind", "=", "latency"}}, {"-latency_ns", "victim_id"}, 1});
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->rows.empty())
        return std::nullopt;
    const auto victim = diagnosis::readVictim(source.context.store(), rows->rows[0][0].integer());
    if (!victim)
        return tl::unexpected(victim.error());
    return Drawing{"worst_victim", fmt::format("The slowest packet: victim {}", (*victim)->id),
                   diagnosis::pictureOf(**victim), stepTable(**victim)};
}

base::Result<std::optional<Facts>> summaryFacts(const ReportContext& context)
{
    const auto rows = context.read({"microscope_summary",
                                    {"packets_arrived", "packets_lost", "victims_late", "victims_lost",
                                     "latency_median_ns", "latency_threshold_ns", "victims_throughput"},
                                    {},
                                    {},
                                    1});
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->rows.empty())
        return std::nullopt;
    const auto& row = rows->rows[0];
    return Facts{"totals",
                 {{"packets_arrived", "Packets through", Unit::Packets, row[0]},
                  {"packets_lost", "Lost", Unit::Packets, row[1]},
                  {"victims_late", "Late, looked into", Unit::Packets, row[2]},
                  {"victims_lost", "Lost, looked into", Unit::Packets, row[3]},
                  {"victims_throughput", "Flows held up", Unit::Count, row[6]},
                  {"latency_median_ns", "Usual latency", Unit::Nanoseconds, row[4]},
                  {"latency_threshold_ns", "Late above", Unit::Nanoseconds, row[5]}}};
}

base::Result<void> addVictimBlocks(const Source& source, Section& section)
{
    for (const auto build : {culpritTable, typeTable, elementTable}) {
        auto table = build(source);
        if (!table)
            return tl::unexpected(table.error());
        section.blocks.emplace_back(std::move(*table));
    }
    for (const auto build : {culpritChart, gapChart}) {
        auto figures = build(source);
        if (!figures)
            return tl::unexpected(figures.error());
        section.blocks.emplace_back(std::move(*figures));
    }
    auto patterns = patternTable(source);
    if (!patterns)
        return tl::unexpected(patterns.error());
    if (!patterns->rows.empty())
        section.blocks.emplace_back(std::move(*patterns));
    auto worst = worstVictim(source);
    if (!worst)
        return tl::unexpected(worst.error());
    if (*worst)
        section.blocks.emplace_back(std::move(**worst));
    return {};
}

} // namespace

base::Result<Section> buildMicroscope(const ReportContext& context)
{
    Section section;
    auto facts = summaryFacts(context);
    auto names = NfNames::read(context.store());
    if (!facts || !names)
        return tl::unexpected(!facts ? facts.error() : names.error());
    auto polled = polledTable(context, *names);
    if (!polled)
        return tl::unexpected(polled.error());
    if (!*facts) {
        if (!polled->rows.empty())
            section.blocks.emplace_back(std::move(*polled));
        return section;
    }
    const std::int64_t victims = (*facts)->facts[2].value.integer() + (*facts)->facts[3].value.integer();
    section.blocks.emplace_back(std::move(**facts));
    const Source source{context, std::move(*names)};
    section.hasNoResult = victims == 0;
    section.headline = {{"victims", "Late or lost packets", Unit::Packets, victims}};
    if (victims > 0) {
        if (auto added = addVictimBlocks(source, section); !added)
            return tl::unexpected(added.error());
    }
    auto queues = queueTable(source);
    if (!queues)
        return tl::unexpected(queues.error());
    section.blocks.emplace_back(std::move(*queues));
    if (!polled->rows.empty())
        section.blocks.emplace_back(std::move(*polled));
    return section;
}

} // namespace vnscope::views::report
