// SPDX-License-Identifier: Apache-2.0
#include "views/flow/flow_graph.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vnscope::views::flow {
namespace {

using base::Result;
using storage::Select;
using storage::Store;
using storage::Table;
using storage::Value;

/// place.name is "<where> <kind>".
std::string whereOf(std::string_view name, std::string_view kind)
{
    if (name.size() > kind.size() && name.ends_with(kind))
        name.remove_suffix(kind.size() + 1);
    return std::string(name);
}

/// Hosts by device; empty when all devices are on one host, whose name then says nothing.
Result<std::map<std::int64_t, std::string>> readHosts(const Store& store)
{
    const Result<Table> rows = store.read({"device", {"device_id", "host"}, {}, {}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::int64_t, std::string> hosts;
    std::set<std::string_view> names;
    for (const auto& row : rows->rows) {
        hosts.emplace(row[0].integer(), row[1].text());
        names.insert(row[1].text());
    }
    if (names.size() <= 1)
        hosts.clear();
    return hosts;
}

Result<std::map<std::int64_t, Place>> readPlaces(const Store& store)
{
    const auto hosts = readHosts(store);
    if (!hosts)
        return tl::unexpected(hosts.error());
    const Result<Table> rows = store.read({"place", {"place_id", "kind", "name", "device_id"}, {}, {}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::int64_t, Place> places;
    for (const auto& row : rows->rows) {
        Place place{row[1].text(), whereOf(row[2].text(), row[1].text()), {}};
        if (!row[3].isNull())
            place.device = row[3].integer();
        if (const auto host = hosts->find(place.device.value_or(-1)); host != hosts->end())
            place.where = fmt::format("{}: {}", host->second, place.where);
        places.emplace(row[0].integer(), std::move(place));
    }
    return places;
}

/// Adds up steps between the same two places.
class StepAdder final {
public:
    void add(std::int64_t from, std::int64_t to, std::int64_t packets, std::optional<base::Nanoseconds> wait)
    {
        Step& step = m_steps.try_emplace({from, to}, Step{from, to, 0, {}}).first->second;
        step.packets += packets;
        step.wait = std::max(step.wait, wait); // None is less than any.
    }
    /// Steps from or to a place that the store has not (it is damaged) are left out.
    [[nodiscard]] FlowGraph graph(std::map<std::int64_t, Place> places) const
    {
        FlowGraph graph{std::move(places), {}};
        for (const auto& [ends, step] : m_steps)
            if (graph.places.contains(step.from) && graph.places.contains(step.to))
                graph.steps.push_back(step);
        std::stable_sort(graph.steps.begin(), graph.steps.end(),
                         [](const Step& a, const Step& b) { return a.packets > b.packets; });
        return graph;
    }

private:
    std::map<std::pair<std::int64_t, std::int64_t>, Step> m_steps;
};

std::optional<base::Nanoseconds> waitOf(const Value& cell)
{
    return cell.isNull() ? std::nullopt : std::optional(cell.integer());
}

Result<FlowGraph> readEdges(const Store& store, std::string table, std::vector<Select::Condition> where)
{
    auto places = readPlaces(store);
    if (!places)
        return tl::unexpected(std::move(places).error());
    const Result<Table> rows =
        store.read({std::move(table), {"from_id", "to_id", "packets", "latency_p99_ns"}, std::move(where), {}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    StepAdder steps;
    for (const auto& row : rows->rows)
        steps.add(row[0].integer(), row[1].integer(), row[2].integer(), waitOf(row[3]));
    return steps.graph(*std::move(places));
}

} // namespace

Result<FlowGraph> readFlow(const Store& store)
{
    return readEdges(store, "flow_edge", {});
}

Result<FlowGraph> readStreamFlow(const Store& store, std::int64_t streamId)
{
    return readEdges(store, "stream_edge", {{"stream_id", "=", streamId}});
}

Result<FlowGraph> readPacketFlow(const Store& store, std::int64_t packetId)
{
    auto places = readPlaces(store);
    if (!places)
        return tl::unexpected(std::move(places).error());
    const Result<Table> hops =
        store.read({"packet_hop", {"place_id", "ts_ns"}, {{"packet_id", "=", packetId}}, {"seq"}, -1});
    if (!hops)
        return tl::unexpected(hops.error());
    StepAdder steps;
    for (std::size_t hop = 1; hop < hops->rows.size(); ++hop) {
        const auto& before = hops->rows[hop - 1];
        const auto& now = hops->rows[hop];
        steps.add(before[0].integer(), now[0].integer(), 1, now[1].integer() - before[1].integer());
    }
    return steps.graph(*std::move(places));
}

} // namespace vnscope::views::flow
