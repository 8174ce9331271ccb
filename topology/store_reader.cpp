// SPDX-License-Identifier: Apache-2.0
#include "topology/store_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace vnscope::topology {

namespace {

using storage::Value;

base::TimeRange rangeOf(const Value& begin, const Value& end)
{
    return {{begin.integer()}, {end.integer()}};
}

NodeId nodeOf(const Value& cell)
{
    return cell.isNull() ? NodeId() : NodeId{static_cast<std::uint32_t>(cell.integer())};
}

/// Text that this version does not know comes from a newer one, or is damaged.
template <typename T> base::Result<T> known(const std::optional<T>& parsed, const Value& cell)
{
    if (parsed)
        return *parsed;
    return base::fail(
        base::ErrorCode::Unsupported,
        fmt::format("The store's map has the word \"{}\", which this version does not know.", cell.text()));
}

/// Reads a table and makes a `T` of each row; `convert` gives a Result<T>.
template <typename T, typename Convert>
base::Result<std::vector<T>> readAll(const storage::Store& store, std::string table, std::vector<std::string> columns,
                                     std::vector<std::string> order, Convert&& convert)
{
    const auto rows = store.read({std::move(table), std::move(columns), {}, std::move(order)});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<T> all;
    all.reserve(rows->rows.size());
    for (const std::vector<Value>& row : rows->rows) {
        base::Result<T> one = convert(row);
        if (!one)
            return tl::unexpected(std::move(one).error());
        all.push_back(*std::move(one));
    }
    return all;
}

base::Result<Node> nodeOfRow(const std::vector<Value>& row)
{
    enum : std::size_t { kKind, kHost, kNetns, kName, kMac, kDeviceKind, kIfindex, kFrom, kTo };
    const auto kind = known(parseNodeKind(row[kKind].text()), row[kKind]);
    if (!kind)
        return tl::unexpected(kind.error());
    return Node{*kind,
                row[kHost].text(),
                row[kNetns].text(),
                row[kName].text(),
                MacAddress::parse(row[kMac].text()).value_or(MacAddress()),
                row[kDeviceKind].text(),
                static_cast<std::uint32_t>(row[kIfindex].integer()),
                rangeOf(row[kFrom], row[kTo])};
}

base::Result<Edge> edgeOfRow(const std::vector<Value>& row)
{
    enum : std::size_t { kFromId, kToId, kKind, kVlan, kFrom, kTo, kMethod, kEvidence, kCertainty, kAlternatives };
    const auto kind = known(parseEdgeKind(row[kKind].text()), row[kKind]);
    if (!kind)
        return tl::unexpected(kind.error());
    const auto certainty = known(parseCertainty(row[kCertainty].text()), row[kCertainty]);
    if (!certainty)
        return tl::unexpected(certainty.error());
    return Edge{nodeOf(row[kFromId]),
                nodeOf(row[kToId]),
                *kind,
                row[kVlan].isNull() ? kNoVlan : static_cast<int>(row[kVlan].integer()),
                rangeOf(row[kFrom], row[kTo]),
                row[kMethod].text(),
                static_cast<std::uint64_t>(row[kEvidence].integer()),
                *certainty,
                static_cast<std::uint32_t>(row[kAlternatives].integer())};
}

base::Result<Change> changeOfRow(const std::vector<Value>& row)
{
    enum : std::size_t { kAt, kKind, kSubject, kFrom, kTo, kDetail };
    const auto kind = known(parseChangeKind(row[kKind].text()), row[kKind]);
    if (!kind)
        return tl::unexpected(kind.error());
    return Change{{row[kAt].integer()}, *kind, nodeOf(row[kSubject]), nodeOf(row[kFrom]), nodeOf(row[kTo]),
                  row[kDetail].text()};
}

base::Result<FdbInterval> entryOfRow(const std::vector<Value>& row)
{
    enum : std::size_t { kBridge, kPort, kMac, kVlan, kFrom, kTo, kOrigin, kEnd, kDoubtful };
    const auto origin = known(parseFdbOrigin(row[kOrigin].text()), row[kOrigin]);
    if (!origin)
        return tl::unexpected(origin.error());
    const auto end = known(parseFdbEnd(row[kEnd].text()), row[kEnd]);
    if (!end)
        return tl::unexpected(end.error());
    FdbInterval entry{nodeOf(row[kBridge]),
                      nodeOf(row[kPort]),
                      MacAddress::parse(row[kMac].text()).value_or(MacAddress()),
                      static_cast<int>(row[kVlan].integer()),
                      rangeOf(row[kFrom], row[kTo]),
                      *origin,
                      *end,
                      {}};
    if (!row[kDoubtful].isNull())
        entry.doubtfulFrom = base::Timestamp{row[kDoubtful].integer()};
    return entry;
}

/// A time of the store's `meta` table. What a damaged store says must not overflow when it is computed with.
base::Timestamp metaTime(const storage::Store& store, std::string_view key)
{
    constexpr std::int64_t kLatest = 4'000'000'000 * base::kNsPerSecond;
    return {std::clamp<std::int64_t>(store.metaInteger(key).value_or(0), 0, kLatest)};
}

} // namespace

base::Result<TopologyTimeline> readTimeline(const storage::Store& store)
{
    if (!store.hasTable("topology_node"))
        return base::fail(base::ErrorCode::NotFound,
                          "The store has no map; import the traces again with this version.");
    TopologyTimeline::Parts parts;
    parts.range = {metaTime(store, "begin_ns"), metaTime(store, "end_ns")};
    auto nodes = readAll<Node>(
        store, "topology_node",
        {"kind", "host", "netns", "name", "mac", "device_kind", "ifindex", "valid_from_ns", "valid_to_ns"}, {"node_id"},
        nodeOfRow);
    if (!nodes)
        return tl::unexpected(std::move(nodes).error());
    auto edges = readAll<Edge>(store, "topology_edge",
                               {"from_id", "to_id", "kind", "vlan", "valid_from_ns", "valid_to_ns", "method",
                                "evidence", "certainty", "alternatives"},
                               {"edge_id"}, edgeOfRow);
    if (!edges)
        return tl::unexpected(std::move(edges).error());
    auto changes =
        readAll<Change>(store, "topology_change", {"ts_ns", "kind", "subject_id", "from_id", "to_id", "detail"},
                        {"change_id"}, changeOfRow);
    if (!changes)
        return tl::unexpected(std::move(changes).error());
    auto fdb = readAll<FdbInterval>(
        store, "fdb_entry",
        {"bridge_id", "port_id", "mac", "vlan", "valid_from_ns", "valid_to_ns", "origin", "end", "doubtful_from_ns"},
        {"fdb_entry_id"}, entryOfRow);
    if (!fdb)
        return tl::unexpected(std::move(fdb).error());
    parts.nodes = *std::move(nodes);
    parts.edges = *std::move(edges);
    parts.changes = *std::move(changes);
    parts.fdb = *std::move(fdb);
    return TopologyTimeline(std::move(parts));
}

} // namespace vnscope::topology
