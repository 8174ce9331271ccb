// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"
#include "views/report/catalog.hpp"
#include "views/report/cpu.hpp"
#include "views/report/time_series.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::size_t kShownStrips = 16;
constexpr std::size_t kShownRows = 200;

/// `scale` * part / whole; nothing when the part is not known or there is no whole.
Value quotient(const Value& part, std::int64_t whole, double scale)
{
    if (part.isNull() || whole <= 0)
        return {};
    return scale * static_cast<double>(part.integer()) / static_cast<double>(whole);
}

std::string cpuName(const ReportContext& context, const Value& host, const Value& cpu)
{
    return context.withHost(host.text(), fmt::format("CPU {}", cpu.integer()));
}

Table softirqTable(const ReportContext& context, const storage::Table& rows)
{
    Table table{"softirq",
                "Time in network softirqs",
                {{"cpu", "CPU"},
                 {"vector", "Softirq"},
                 {"entries", "Runs", Unit::Count},
                 {"total_ns", "Time", Unit::Nanoseconds},
                 {"busy_percent", "Of the window", Unit::Percent, "", Column::Look::Bar},
                 {"max_ns", "Longest run", Unit::Nanoseconds}},
                {},
                static_cast<std::int64_t>(rows.rows.size()),
                "Table softirq_time of the store has all."};
    for (const auto& row : rows.rows) {
        if (table.rows.size() == kShownRows)
            break;
        const std::string name = cpuName(context, row[1], row[0]);
        table.rows.push_back({{name, row[2], row[3], row[4], quotient(row[4], context.window().length(), 100), row[5]},
                              context.qualityOf(name)});
    }
    return table;
}

std::optional<std::int64_t> deviceOf(const Value& id)
{
    return id.isNull() ? std::nullopt : std::optional(id.integer());
}

base::Result<Figures> busyChart(const ReportContext& context)
{
    const chart::BinChoice choice = binsFor(context, 10 * base::kNsPerMs);
    const auto rows = context.read({"softirq_bin",
                                    {"host", "cpu", "vector", "begin_ns", "busy_ns"},
                                    {{"bin_ns", "=", choice.stored}},
                                    {"begin_ns"},
                                    -1});
    if (!rows)
        return tl::unexpected(rows.error());
    using Key = std::tuple<std::string, std::int64_t, std::string>;
    std::map<Key, std::vector<chart::SparseBin>> strips;
    const double percentPerNs = 100.0 / static_cast<double>(choice.shown);
    for (const auto& row : rows->rows) {
        strips[{row[0].text(), row[1].integer(), row[2].text()}].push_back(
            {{row[3].integer()}, static_cast<double>(row[4].integer()) * percentPerNs});
    }
    const std::string bin = base::formatDuration(choice.shown);
    chart::TimeChart chart{"Network softirq time over time",
                           fmt::format("Share of each {} that a CPU spent in a network softirq, one strip each.", bin),
                           chart::ChartKind::Strips,
                           Unit::Percent,
                           context.window().begin,
                           {},
                           context.lossMarks()};
    for (const auto& [key, sparse] : strips) {
        if (chart.series.size() == kShownStrips)
            break;
        const auto& [host, cpu, vector] = key;
        chart.series.push_back({fmt::format("{}/{}/{}", host, cpu, vector),
                                context.withHost(host, fmt::format("CPU {} {}", cpu, vector)),
                                chart::fillBins(context.window(), choice.shown, sparse)});
    }
    return Figures{
        "busy", fmt::format("Time in network softirqs, in bins of {}", bin), {std::move(chart)}, {"softirq"}};
}

} // namespace

base::Result<DeviceRows> readPolls(const ReportContext& context, Conditions where)
{
    const auto rows = context.read({"napi_poll",
                                    {"device_id", "device", "cpu", "host", "polls", "empty_polls", "full_polls",
                                     "packets", "budget", "max_packets"},
                                    std::move(where),
                                    {"-polls", "device", "cpu"},
                                    -1});
    if (!rows)
        return tl::unexpected(rows.error());
    DeviceRows read{{"napi",
                     "NAPI polls by device and CPU",
                     {{"device", "Device", Unit::None, "(backlog) is the CPU's own queue, which veth uses"},
                      {"cpu", "CPU"},
                      {"polls", "Polls", Unit::Count},
                      {"packets", "Packets", Unit::Packets},
                      {"packets_per_poll", "Per poll", Unit::Ratio},
                      {"max_packets", "Most", Unit::Packets},
                      {"budget_percent", "Of budget", Unit::Percent, "packets handled of packets allowed"},
                      {"full_polls", "Full polls", Unit::Count, "polls that used their whole budget: more was waiting"},
                      {"empty_polls", "Empty polls", Unit::Count}},
                     {},
                     static_cast<std::int64_t>(rows->rows.size()),
                     "Table napi_poll of the store has all."},
                    {}};
    for (const auto& row : rows->rows) {
        if (read.devices.size() == kShownRows)
            break;
        read.devices.push_back(deviceOf(row[0]));
        read.table.rows.push_back(
            {{context.withHost(row[3].text(), row[1].text()), fmt::format("CPU {}", row[2].integer()), row[4], row[7],
              quotient(row[7], row[4].integer(), 1), row[9], quotient(row[7], row[8].integer(), 100), row[6], row[5]},
             ""});
    }
    return read;
}

base::Result<DeviceRows> readDeviceCpus(const ReportContext& context, Conditions where)
{
    const auto rows =
        context.read({"device_cpu_summary",
                      {"device_id", "device", "cpu", "host", "packets", "percent", "rx_packets", "tx_packets"},
                      std::move(where),
                      {"-device_packets", "device_id", "-packets", "host", "cpu"},
                      -1});
    if (!rows)
        return tl::unexpected(rows.error());
    DeviceRows read{
        {"device_cpu",
         "Which CPUs worked on the packets of which device",
         {{"device", "Device"},
          {"cpu", "CPU"},
          {"packets", "Packets", Unit::Packets, "received and transmitted"},
          {"percent", "Of the device's", Unit::Percent, "share of all packets of this device", Column::Look::Bar},
          {"rx_packets", "Received", Unit::Packets},
          {"tx_packets", "Transmitted", Unit::Packets}},
         {},
         static_cast<std::int64_t>(rows->rows.size()),
         "Table device_cpu of the store has all."},
        {}};
    for (const auto& row : rows->rows) {
        if (read.devices.size() == kShownRows)
            break;
        read.devices.push_back(deviceOf(row[0]));
        read.table.rows.push_back({{context.withHost(row[3].text(), row[1].text()),
                                    fmt::format("CPU {}", row[2].integer()), row[4], row[5], row[6], row[7]},
                                   ""});
    }
    return read;
}

base::Result<Section> buildCpu(const ReportContext& context)
{
    const auto times = context.read({"softirq_time",
                                     {"cpu", "host", "vector", "entries", "total_ns", "max_ns"},
                                     {},
                                     {"host", "cpu", "vector"},
                                     -1});
    if (!times)
        return tl::unexpected(times.error());
    auto devices = readDeviceCpus(context);
    if (!devices)
        return tl::unexpected(devices.error());
    auto polls = readPolls(context);
    if (!polls)
        return tl::unexpected(polls.error());
    Section section;
    if (!times->rows.empty()) {
        auto chart = busyChart(context);
        if (!chart)
            return tl::unexpected(chart.error());
        section.blocks.emplace_back(softirqTable(context, *times));
        if (!chart->charts.front().series.empty())
            section.blocks.emplace_back(std::move(*chart));
    }
    for (DeviceRows* rows : {&*devices, &*polls})
        if (!rows->table.rows.empty())
            section.blocks.emplace_back(std::move(rows->table));
    return section;
}

} // namespace vnscope::views::report
