// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"
#include "views/report/catalog.hpp"
#include "views/report/time_series.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::size_t kShownCauses = 50;
constexpr std::size_t kShownOthers = 20;
constexpr std::size_t kShownPlaces = 16;

struct PlaceWords {
    std::string_view place;
    std::string_view words;
};

constexpr std::array<PlaceWords, 15> kPlaces{{
    {"backlog", "the CPU's receive backlog was full"},
    {"bridge", "a bridge refused it (VLAN, port state, no such port)"},
    {"ovs", "Open vSwitch: a flow rule or no flow"},
    {"neighbour", "nobody answered ARP or neighbour discovery"},
    {"netfilter", "a firewall rule (nftables, iptables)"},
    {"no_socket", "nobody listens on that port"},
    {"other", "known, but in no group of ours"},
    {"protocol", "malformed or not expected by the protocol"},
    {"qdisc", "the queueing discipline was full or policed it"},
    {"routing", "no route or an invalid address"},
    {"socket_buffer", "the application read too slowly"},
    {"tcp", "TCP had no use for it"},
    {"tun_ring", "the guest did not take it from the TAP ring in time"},
    {"tx_driver", "the device driver could not send it"},
    {"unknown", "neither reason nor code location is known"},
}};

std::string meaningOf(std::string_view place)
{
    const auto found =
        std::find_if(kPlaces.begin(), kPlaces.end(), [&](const PlaceWords& one) { return one.place == place; });
    return found == kPlaces.end() ? std::string() : std::string(found->words);
}

/// The reason as the kernel calls it; a number of a kernel that we do not know stays a number.
std::string reasonText(const Value& reason, const Value& name)
{
    if (!name.isNull())
        return name.text();
    return reason.isNull() ? std::string() : fmt::format("{}", reason.integer());
}

/// One row of drop_summary.
struct Cause {
    Value device;
    std::string place;
    std::string location;
    std::string reason;
    std::int64_t drops = 0;
    Value first;
    Value last;
    std::string confidence;
};

base::Result<std::vector<Cause>> readCauses(const ReportContext& context)
{
    const auto rows = context.read(
        {"drop_summary",
         {"device_id", "place", "location", "reason", "reason_name", "drops", "first_ns", "last_ns", "confidence"},
         {},
         {"-drops", "first_ns"},
         -1});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<Cause> causes;
    for (const auto& row : rows->rows) {
        causes.push_back({context.deviceName(row[0]), row[1].text(), row[2].text(), reasonText(row[3], row[4]),
                          row[5].integer(), row[6], row[7], row[8].text()});
    }
    return causes;
}

/// Drops added up by `keyOf(cause)`, most first.
template <typename KeyOf>
std::vector<std::pair<std::string, std::int64_t>> sumBy(const std::vector<Cause>& causes, KeyOf keyOf)
{
    std::map<std::string, std::int64_t> sums;
    for (const Cause& cause : causes)
        sums[keyOf(cause)] += cause.drops;
    std::vector<std::pair<std::string, std::int64_t>> sorted(sums.begin(), sums.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    return sorted;
}

using Sums = std::vector<std::pair<std::string, std::int64_t>>;

Table placeTable(const Sums& places)
{
    Table table{"by_place",
                "Drops by place",
                {{"place", "Place"},
                 {"drops", "Drops", Unit::Packets, "", Column::Look::Bar},
                 {"meaning", "What it means", Unit::None, "", Column::Look::Prose}},
                {},
                static_cast<std::int64_t>(places.size()),
                ""};
    for (const auto& [place, drops] : places)
        table.rows.push_back({{place, drops, meaningOf(place)}, ""});
    return table;
}

Table deviceTable(const Sums& devices)
{
    Table table{"by_device",
                "Drops by device",
                {{"device", "Device where last seen"}, {"drops", "Drops", Unit::Packets, "", Column::Look::Bar}},
                {},
                static_cast<std::int64_t>(devices.size()),
                "View drop_summary of the store has all."};
    for (const auto& [device, drops] : devices) {
        if (table.rows.size() == kShownCauses)
            break;
        table.rows.push_back({{device.empty() ? Value() : Value(device), drops}, ""});
    }
    return table;
}

Table causeTable(const std::vector<Cause>& causes)
{
    Table table{"causes",
                "Drops by place, device, reason and code location",
                {{"place", "Place"},
                 {"device", "Device"},
                 {"reason", "Reason", Unit::None, "as this kernel names it; a number when its names are not known"},
                 {"location", "Location"},
                 {"drops", "Drops", Unit::Packets, "", Column::Look::Bar},
                 {"first_ns", "First", Unit::Time},
                 {"last_ns", "Last", Unit::Time},
                 {"confidence", "Sure?", Unit::None,
                  "certain: reason or symbol says that it is a loss; likely: neither is known"}},
                {},
                static_cast<std::int64_t>(causes.size()),
                "View drop_summary of the store has all."};
    for (const Cause& cause : causes) {
        if (table.rows.size() == kShownCauses)
            break;
        table.rows.push_back({{cause.place, cause.device, cause.reason.empty() ? Value() : Value(cause.reason),
                               cause.location, cause.drops, cause.first, cause.last, cause.confidence},
                              ""});
    }
    return table;
}

base::Result<Figures> dropChart(const ReportContext& context, const Sums& places)
{
    const chart::BinChoice choice = binsFor(context, 10 * base::kNsPerMs);
    const auto rows =
        context.read({"drop_bin", {"place", "begin_ns", "drops"}, {{"bin_ns", "=", choice.stored}}, {"begin_ns"}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::string, std::vector<chart::SparseBin>> sparse;
    for (const auto& row : rows->rows)
        sparse[row[0].text()].push_back({{row[1].integer()}, static_cast<double>(row[2].integer())});
    const std::string bin = base::formatDuration(choice.shown);
    chart::TimeChart chart{"Drops over time",        fmt::format("Packets lost in each {}, one strip per place.", bin),
                           chart::ChartKind::Strips, Unit::Packets,
                           context.window().begin,   {},
                           context.lossMarks()};
    for (const auto& [place, drops] : places) {
        if (chart.series.size() < kShownPlaces)
            chart.series.push_back({place, place, chart::fillBins(context.window(), choice.shown, sparse[place])});
    }
    return Figures{"over_time", fmt::format("Drops over time, in bins of {}", bin), {std::move(chart)}, {"drops"}};
}

base::Result<Table> retryTable(const ReportContext& context)
{
    const auto rows = context.read({"tx_retry", {"device_id", "retries"}, {}, {"-retries"}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    Table table{"tx_retries",
                "Sending tried again because the driver was busy: nothing was lost",
                {{"device", "Device"}, {"retries", "Retries", Unit::Count}},
                {},
                static_cast<std::int64_t>(rows->rows.size()),
                "Table tx_retry of the store has all."};
    for (const auto& row : rows->rows) {
        if (table.rows.size() < kShownOthers)
            table.rows.push_back({{context.deviceName(row[0]), row[1]}, ""});
    }
    return table;
}

base::Result<Table> freedTable(const ReportContext& context)
{
    const auto rows = context.read({"skb_free",
                                    {"verdict", "location", "reason", "reason_name", "count"},
                                    {{"verdict", "<>", "drop"}},
                                    {"-count", "location"},
                                    -1});
    if (!rows)
        return tl::unexpected(rows.error());
    Table table{"not_drops",
                "Freed by kfree_skb, but not lost: not counted above",
                {{"verdict", "Why not a drop"},
                 {"location", "Location"},
                 {"reason", "Reason"},
                 {"count", "Packets", Unit::Packets}},
                {},
                static_cast<std::int64_t>(rows->rows.size()),
                "Table skb_free of the store has all."};
    for (const auto& row : rows->rows) {
        if (table.rows.size() < kShownOthers)
            table.rows.push_back({{row[0], row[1], reasonText(row[2], row[3]), row[4]}, ""});
    }
    return table;
}

Paragraph summary(const std::vector<Cause>& causes, const Sums& places, std::int64_t total)
{
    std::int64_t likely = 0;
    for (const Cause& cause : causes)
        likely += cause.confidence == "certain" ? 0 : cause.drops;
    std::string text = fmt::format("{} packets were lost, most of them ({}) at “{}”.", chart::formatCount(total),
                                   chart::formatCount(places.front().second), places.front().first);
    if (likely > 0) {
        text += fmt::format(" {} of them are likely but not certain losses: neither reason nor symbol is known there.",
                            chart::formatCount(likely));
    }
    return {std::move(text)};
}

base::Result<void> addTable(Section& section, base::Result<Table> table)
{
    if (!table)
        return tl::unexpected(table.error());
    if (!table->rows.empty())
        section.blocks.emplace_back(std::move(*table));
    return {};
}

} // namespace

base::Result<Section> buildDrops(const ReportContext& context)
{
    const auto causes = readCauses(context);
    if (!causes)
        return tl::unexpected(causes.error());
    std::int64_t total = 0;
    for (const Cause& cause : *causes)
        total += cause.drops;
    Section section;
    section.headline.push_back(
        {"drops", "Packets dropped", Unit::Packets, context.couldRun("drops") ? Value(total) : Value()});
    section.hasNoResult = causes->empty();
    if (!causes->empty()) {
        const Sums places = sumBy(*causes, [](const Cause& cause) { return cause.place; });
        auto chart = dropChart(context, places);
        if (!chart)
            return tl::unexpected(chart.error());
        section.blocks.emplace_back(summary(*causes, places, total));
        section.blocks.emplace_back(placeTable(places));
        section.blocks.emplace_back(std::move(*chart));
        section.blocks.emplace_back(
            deviceTable(sumBy(*causes, [](const Cause& cause) { return cause.device.text(); })));
        section.blocks.emplace_back(causeTable(*causes));
    }
    if (auto done = addTable(section, retryTable(context)); !done)
        return tl::unexpected(done.error());
    if (auto done = addTable(section, freedTable(context)); !done)
        return tl::unexpected(done.error());
    return section;
}

} // namespace vnscope::views::report
