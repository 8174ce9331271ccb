// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/format.h>

#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::size_t kShownRows = 200;
constexpr const char* kMoreAdvice = "Table virtqueue of the store has all.";

using Hosts = std::map<std::int64_t, std::string>; ///< By trace.

base::Result<Hosts> hostsOf(const ReportContext& context)
{
    const auto traces = context.read({"trace", {"trace_id", "host"}, {}, {"trace_id"}, -1});
    if (!traces)
        return tl::unexpected(traces.error());
    Hosts hosts;
    for (const auto& row : traces->rows)
        hosts.emplace(row[0].integer(), row[1].text());
    return hosts;
}

/// By number and device where the guest said them, else by the address.
std::string nameOf(const ReportContext& context, const Hosts& hosts, const storage::Table& queues, std::size_t row)
{
    const Value& device = queues.at(row, "device");
    const Value& number = queues.at(row, "queue");
    std::string name = device.isNull() || number.isNull()
                           ? "at " + queues.at(row, "vq").text()
                           : fmt::format("queue {} of {}", number.integer(), device.text());
    const auto host = hosts.find(queues.at(row, "trace_id").integer());
    return host == hosts.end() ? name : context.withHost(host->second, name);
}

/// One row for each queue: its name, and what the store's columns of the others' names say.
Table tableOf(const ReportContext& context, const Hosts& hosts, const storage::Table& queues, Table table)
{
    for (std::size_t row = 0; row < queues.rows.size() && row < kShownRows; ++row) {
        std::vector<Value> cells{nameOf(context, hosts, queues, row)};
        for (std::size_t column = 1; column < table.columns.size(); ++column)
            cells.push_back(queues.at(row, table.columns[column].key));
        table.rows.push_back({std::move(cells), ""});
    }
    table.totalRows = static_cast<std::int64_t>(queues.rows.size());
    return table;
}

Table requestTable()
{
    return {"requests",
            "Requests by virtqueue",
            {{"name", "Virtqueue", Unit::None, "number and device, an address in its QEMU process"},
             {"pops", "Requests", Unit::Count, "taken by QEMU", Column::Look::Bar},
             {"flushed", "Answers", Unit::Count, "that became visible to the guest"},
             {"bytes", "Bytes", Unit::Bytes, "written into the guest's buffers"},
             {"max_depth", "Most at once", Unit::Count, "taken and not yet answered"},
             {"guest_notifies", "By guest", Unit::Count, "notifications: the guest told QEMU to look"},
             {"host_notifies", "By QEMU", Unit::Count, "QEMU told the guest to look"}},
            {},
            0,
            kMoreAdvice};
}

Table timeTable()
{
    return {"times",
            "How long requests took",
            {{"name", "Virtqueue"},
             {"services", "Served", Unit::Count, "requests whose begin and end are in the trace"},
             {"service_mean_ns", "Mean", Unit::Nanoseconds,
              "from QEMU's taking it to its answer. Of a queue that the guest fills in advance, as a network device's "
              "receive queue, it says nothing of waiting",
              Column::Look::Bar},
             {"service_max_ns", "Longest", Unit::Nanoseconds},
             {"pop_waits", "Waits", Unit::Count, "notifications by the guest that a request followed"},
             {"pop_wait_mean_ns", "Mean wait", Unit::Nanoseconds, "from the notification to QEMU's taking the request"},
             {"pop_wait_max_ns", "Longest wait", Unit::Nanoseconds}},
            {},
            0,
            kMoreAdvice};
}

} // namespace

base::Result<Section> buildVirtqueues(const ReportContext& context)
{
    const auto queues = context.read({.table = "virtqueue", .orderBy = {"-pops", "trace_id", "vq"}});
    if (!queues)
        return tl::unexpected(queues.error());
    const auto hosts = hostsOf(context);
    if (!hosts)
        return tl::unexpected(hosts.error());
    Section section;
    if (queues->rows.empty())
        return section;
    section.blocks.emplace_back(tableOf(context, *hosts, *queues, requestTable()));
    section.blocks.emplace_back(tableOf(context, *hosts, *queues, timeTable()));
    return section;
}

} // namespace vnscope::views::report
