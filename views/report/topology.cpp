// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <utility>

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
constexpr std::size_t kMovesDrawn = 6; ///< More moves than these are not drawn one by one.
constexpr base::Nanoseconds kTogether = base::kNsPerSecond;

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

/// Whether people would see the same: what only tooltips and tables tell does not count.
bool looksTheSame(const Drawing& a, const Drawing& b)
{
    const auto drawn = [](const Drawing& drawing) {
        diagram::Diagram picture = drawing.picture;
        picture.title.clear();
        for (diagram::Box& box : picture.boxes)
            box.tooltip.clear();
        for (diagram::Line& line : picture.lines)
            line.tooltip.clear();
        return picture;
    };
    return drawn(a) == drawn(b);
}

/// Moves that belong together: a machine with several addresses moves all of them at about the same time.
struct Move {
    base::Timestamp begin;
    base::Timestamp end;
    std::string text; ///< What happened first.
    std::size_t changes = 0;
};

std::vector<Move> movesOf(const TopologyTimeline& timeline)
{
    std::vector<Move> moves;
    for (const Change& change : timeline.changes()) {
        if (change.kind != ChangeKind::Moved && change.kind != ChangeKind::Flapping)
            continue;
        if (moves.empty() || change.at - moves.back().end > kTogether)
            moves.push_back({change.at, change.at, change.detail, 0});
        moves.back().end = change.at;
        ++moves.back().changes;
    }
    return moves;
}

std::string headingOf(const Move& move, base::Timestamp origin)
{
    const std::string more = move.changes > 1 ? fmt::format(", and {} more", move.changes - 1) : std::string();
    return fmt::format("{}: {}{}", chart::formatOffset(move.begin, origin), move.text, more);
}

/// What the trace began with becomes known bit by bit: all of it is known just before the first change that is more
/// than an appearance. None: the map only grew.
std::optional<base::Timestamp> settledTime(const TopologyTimeline& timeline)
{
    const auto& changes = timeline.changes();
    const auto first = std::find_if(changes.begin(), changes.end(),
                                    [](const Change& change) { return change.kind != ChangeKind::Appeared; });
    return first == changes.end() ? std::nullopt : std::optional(first->at - 1);
}

/// The maps worth a look, in order: before the first change, after each move, at the end. None is there twice.
class Gallery final {
public:
    Gallery(const TopologyTimeline& timeline, base::Timestamp origin) : m_timeline(timeline), m_origin(origin) {}

    [[nodiscard]] std::vector<Drawing> draw(const std::vector<Move>& moves)
    {
        if (const auto start = settledTime(m_timeline))
            add(*start, "start", fmt::format("At the start, as known by {}", chart::formatOffset(*start, m_origin)));
        for (std::size_t index = 0; index < moves.size(); ++index) {
            const bool isLast = index + 1 == moves.size();
            if (moves.size() > kMovesDrawn && index > 0 && !isLast)
                continue;
            add(moves[index].end, fmt::format("change_{}", index + 1), headingOf(moves[index], m_origin));
        }
        addEnd();
        return std::move(m_drawings);
    }

private:
    void add(base::Timestamp at, std::string_view id, std::string heading)
    {
        Drawing drawing = drawingOf(m_timeline, at, id, std::move(heading));
        if (m_drawings.empty() || !looksTheSame(m_drawings.back(), drawing))
            m_drawings.push_back(std::move(drawing));
    }
    /// The last map is the end's, even if it has been so for a while.
    void addEnd()
    {
        Drawing end = drawingOf(m_timeline, m_timeline.range().end - 1, "end",
                                m_drawings.empty() ? "At the end; nothing was seen to move or go" : "At the end");
        if (!m_drawings.empty() && looksTheSame(m_drawings.back(), end)) {
            end.heading = fmt::format("{}; the same at the end", m_drawings.back().heading);
            end.picture.title = end.heading;
            m_drawings.pop_back();
        }
        m_drawings.push_back(std::move(end));
    }

    const TopologyTimeline& m_timeline;
    base::Timestamp m_origin;
    std::vector<Drawing> m_drawings;
};

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
    const std::set<topology::NodeId> bridges = timeline->at(timeline->range().end - 1).bridges();
    section.headline = {{"bridges", "Bridges", Unit::Count, static_cast<std::int64_t>(bridges.size())},
                        {"moves", "Moves", Unit::Count, countOf(*timeline, ChangeKind::Moved)}};
    const std::vector<Move> moves = movesOf(*timeline);
    if (moves.size() > kMovesDrawn)
        section.blocks.emplace_back(
            Paragraph{fmt::format("Stations moved {} times. The map is drawn after the first and the last of these; "
                                  "\"vnscope topology --at TIME\" draws it at any time.",
                                  moves.size())});
    for (Drawing& drawing : Gallery(*timeline, context.window().begin).draw(moves))
        section.blocks.emplace_back(std::move(drawing));
    if (!timeline->changes().empty())
        section.blocks.emplace_back(changeTable(*timeline));
    return section;
}

} // namespace vnscope::views::report
