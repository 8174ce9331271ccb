// SPDX-License-Identifier: Apache-2.0
#include "views/flow/picture.hpp"
#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

constexpr std::int64_t kEdgesShown = 60;
constexpr std::int64_t kPairsShown = 30;

Table edgeTable(const storage::Table& rows, std::int64_t total)
{
    Table table{
        "edges",
        "From place to place",
        {{"from", "From", Unit::None, "rx: received, waits for the stack; stack: bridge, router or socket code"},
         {"to", "To"},
         {"packets", "Packets", Unit::Packets, "a super-packet counts once", Column::Look::Bar},
         {"bytes", "Bytes", Unit::Bytes},
         {"latency_p50_ns", "Wait p50", Unit::Nanoseconds, "time between the arrivals at both places"},
         {"latency_p99_ns", "p99", Unit::Nanoseconds},
         {"latency_max_ns", "max", Unit::Nanoseconds}},
        {},
        total,
        "\"vnscope paths\" prints all, and those of one conversation or packet.",
        2};
    for (const auto& row : rows.rows)
        table.rows.push_back({row, ""});
    return table;
}

Table pairTable(const storage::Table& rows, std::int64_t total)
{
    Table table{"endpoints",
                "Endpoints that talk over this host",
                {{"from", "From"},
                 {"to", "To"},
                 {"packets", "Packets", Unit::Packets, "delivered ones"},
                 {"bytes", "Bytes", Unit::Bytes, "", Column::Look::Bar},
                 {"latency_p50_ns", "Latency p50", Unit::Nanoseconds, "from the sender's queue to the last sighting"},
                 {"latency_p99_ns", "p99", Unit::Nanoseconds},
                 {"latency_max_ns", "max", Unit::Nanoseconds}},
                {},
                total,
                "Table endpoint_flow of the store has all.",
                2};
    for (const auto& row : rows.rows)
        table.rows.push_back({row, ""});
    return table;
}

Table datapathTable(const storage::Table& rows)
{
    Table table{"ovs",
                "Open vSwitch",
                {{"label", "Datapath"},
                 {"lookups", "Lookups", Unit::Packets},
                 {"hits", "Hits", Unit::Packets, "answered by the kernel's flow table"},
                 {"misses", "Misses", Unit::Packets, "sent up to ovs-vswitchd"},
                 {"hit_rate", "Hit rate", Unit::Ratio},
                 {"upcall_p50_ns", "Upcall p50", Unit::Nanoseconds, "until such a packet went on"},
                 {"upcall_max_ns", "max", Unit::Nanoseconds}},
                {},
                static_cast<std::int64_t>(rows.rows.size()),
                ""};
    for (const auto& row : rows.rows)
        table.rows.push_back({row, ""});
    return table;
}

base::Result<std::int64_t> countRows(const ReportContext& context, const char* table, const char* column)
{
    const auto rows = context.read({table, {column}, {}, {}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    return static_cast<std::int64_t>(rows->rows.size());
}

} // namespace

base::Result<Section> buildPaths(const ReportContext& context)
{
    const auto edgeCount = countRows(context, "flow_edge", "packets");
    const auto pairCount = countRows(context, "endpoint_flow", "packets");
    if (!edgeCount || !pairCount)
        return tl::unexpected((edgeCount ? pairCount : edgeCount).error());
    Section section;
    if (*edgeCount == 0)
        return section;
    const std::vector<std::string> columns{
        "from", "to", "packets", "bytes", "latency_p50_ns", "latency_p99_ns", "latency_max_ns"};
    const auto pairs = context.read({"endpoint_summary", columns, {}, {"-bytes", "from", "to"}, kPairsShown});
    const auto edges = context.read({"flow_summary", columns, {}, {"-packets", "from_id", "to_id"}, kEdgesShown});
    const auto datapaths =
        context.read({"ovs_datapath",
                      {"label", "lookups", "hits", "misses", "hit_rate", "upcall_p50_ns", "upcall_max_ns"},
                      {},
                      {"label"},
                      -1});
    const auto graph = flow::readFlow(context.store());
    if (!graph)
        return tl::unexpected(graph.error());
    for (const auto* result : {&pairs, &edges, &datapaths})
        if (!*result)
            return tl::unexpected(result->error());
    if (*pairCount > 0)
        section.blocks.emplace_back(pairTable(*pairs, *pairCount));
    section.blocks.emplace_back(
        Drawing{"flow", "Flow graph", flow::pictureOf(*graph, flow::kReadableSteps), edgeTable(*edges, *edgeCount)});
    if (!datapaths->rows.empty())
        section.blocks.emplace_back(datapathTable(*datapaths));
    return section;
}

} // namespace vnscope::views::report
