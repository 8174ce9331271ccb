// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "topology/labels.hpp"
#include "topology/store_reader.hpp"
#include "views/map/picture.hpp"
#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

using topology::Change;
using topology::ChangeKind;
using topology::Edge;
using topology::Topology;
using topology::TopologyTimeline;

constexpr std::size_t kConnectionsShown = 100;
constexpr std::size_t kChangesShown = 100;

/// The picture's twin: every connection of the moment.
Table connectionTable(const TopologyTimeline& timeline, const Topology& snapshot, std::string id)
{
    Table table{std::move(id),
                "Connections",
                {{"from", "From"},
                 {"to", "To"},
                 {"kind", "Kind"},
                 {"vlan", "VLAN", Unit::None, "empty: all, or untagged"},
                 {"certainty", "How sure", Unit::None,
                  "certain: the host itself said so; inferred: all else is contradicted; ambiguous: one of several"},
                 {"method", "Found by"},
                 {"evidence", "Evidence", Unit::Count, "observations that it rests on"}},
                {},
                static_cast<std::int64_t>(snapshot.edges.size()),
                "\"vnscope topology\" has all.",
                2};
    for (const Edge& edge : snapshot.edges) {
        if (table.rows.size() == kConnectionsShown)
            break;
        table.rows.push_back({{labelOf(timeline, edge.from), labelOf(timeline, edge.to), topology::toText(edge.kind),
                               edge.vlan == topology::kNoVlan ? Value() : Value(edge.vlan),
                               topology::toText(edge.certainty), edge.method, edge.evidence},
                              ""});
    }
    return table;
}

Drawing drawingOf(const TopologyTimeline& timeline, base::Timestamp at, std::string_view id, std::string heading)
{
    const Topology snapshot = timeline.at(at);
    Drawing drawing{std::string(id), std::move(heading), map::pictureOf(snapshot),
                    connectionTable(timeline, snapshot, fmt::format("connections_{}", id))};
    drawing.picture.title = drawing.heading;
    return drawing;
}

Table changeTable(const TopologyTimeline& timeline)
{
    Table table{"changes",
                "What changed",
                {{"ts_ns", "When", Unit::Time},
                 {"kind", "Change"},
                 {"subject", "What"},
                 {"from", "From"},
                 {"to", "To"},
                 {"detail", "Detail", Unit::None, "", Column::Look::Prose}},
                {},
                static_cast<std::int64_t>(timeline.changes().size()),
                "\"vnscope topology --changes\" has all.",
                3};
    for (const Change& change : timeline.changes()) {
        if (table.rows.size() == kChangesShown)
            break;
        table.rows.push_back({{change.at, topology::toText(change.kind), labelOf(timeline, change.subject),
                               labelOf(timeline, change.from), labelOf(timeline, change.to), change.detail},
                              ""});
    }
    return table;
}

std::int64_t countOf(const TopologyTimeline& timeline, ChangeKind kind)
{
    return std::count_if(timeline.changes().begin(), timeline.changes().end(),
                         [kind](const Change& change) { return change.kind == kind; });
}

std::int64_t bridgesOf(const Topology& snapshot)
{
    return std::count_if(snapshot.nodes.begin(), snapshot.nodes.end(),
                         [](const Topology::Vertex& vertex) { return vertex.node.deviceKind == "bridge"; });
}

/// The first moment at which what the trace began with is known: after it, each change is one that really happened.
base::Timestamp settledTime(const TopologyTimeline& timeline)
{
    for (const Change& change : timeline.changes())
        if (change.kind == ChangeKind::Moved || change.kind == ChangeKind::Flapping)
            return change.at - 1;
    return timeline.range().end - 1;
}

} // namespace

base::Result<Section> buildTopology(const ReportContext& context)
{
    Section section;
    if (!context.store().hasTable("topology_node")) {
        section.hasNoResult = true;
        return section;
    }
    const auto timeline = topology::readTimeline(context.store());
    if (!timeline)
        return tl::unexpected(timeline.error());
    if (timeline->edges().empty()) {
        section.hasNoResult = true;
        return section;
    }
    const base::Timestamp last = timeline->range().end - 1;
    const base::Timestamp first = settledTime(*timeline);
    const std::int64_t moves = countOf(*timeline, ChangeKind::Moved);
    section.headline = {{"bridges", "Bridges", Unit::Count, bridgesOf(timeline->at(last))},
                        {"moves", "Moves", Unit::Count, moves}};
    if (first != last)
        section.blocks.emplace_back(drawingOf(*timeline, first, "before", "Before the first move"));
    section.blocks.emplace_back(drawingOf(*timeline, last, "end", "At the end"));
    if (!timeline->changes().empty())
        section.blocks.emplace_back(changeTable(*timeline));
    return section;
}

} // namespace vnscope::views::report
