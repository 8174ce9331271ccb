// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/format_option.hpp"
#include "apps/vnscope/console/display_text.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/made_rows.hpp"
#include "apps/vnscope/session/time_window.hpp"
#include "topology/graphml.hpp"
#include "topology/labels.hpp"
#include "topology/store_reader.hpp"
#include "views/diagram/dot.hpp"
#include "views/diagram/svg.hpp"
#include "views/map/picture.hpp"
#include "views/map/snapshot_writers.hpp"

namespace vnscope::cli {
namespace {

using base::Result;
using storage::Value;
using topology::TopologyDiff;
using topology::TopologyTimeline;

class TopologyCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"topology",
                "show the virtual network at a time, its changes, or the difference of two times",
                "Draws which machine is behind which port of which bridge, and in which VLAN. Each connection is "
                "certain (the host itself said so), inferred (every other possibility is contradicted) or ambiguous "
                "(one of several). The formats: text for terminals, svg for a picture, dot for Graphviz, graphml for "
                "graph tools, json for scripts.\n\n"
                "TIME is ns since 1970, an ISO time with its zone, or +1.5s after the trace's begin; without --at it "
                "is the trace's end. --changes lists what appeared, vanished, moved, flapped or aged; --diff "
                "compares two times. Both print text, csv or json.",
                {{"topology host.vns", "the network at the trace's end"},
                 {"topology host.vns --at +10s --format svg -o map.svg", "a picture of it ten seconds after the begin"},
                 {"topology host.vns --changes", "what changed, and when"},
                 {"topology host.vns --diff +10s +50s --format json", "what is different, for a script"}},
                false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("FILE", m_store, "the store, made by \"vnscope import\"")->required()->type_name("");
        CLI::Option* at = app.add_option("--at", m_at, "the moment to show")->type_name("TIME");
        CLI::Option* changes = app.add_flag("--changes", m_isChanges, "list the changes instead");
        CLI::Option* diff =
            app.add_option("--diff", m_diff, "compare two moments instead")->expected(2)->type_name("TIME TIME");
        at->excludes(changes)->excludes(diff);
        changes->excludes(diff);
        m_format.addTo(app);
        app.add_option("-o,--output", m_output, "where to write; - is the standard output")
            ->capture_default_str()
            ->type_name("OUT");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        const Result<storage::Store> store = storage::Store::open(m_store);
        if (!store)
            return tl::unexpected(store.error());
        const Result<TopologyTimeline> timeline = topology::readTimeline(*store);
        if (!timeline)
            return tl::unexpected(timeline.error());
        Result<Output> output =
            m_output == "-" ? Result<Output>(Output::standard(console.out)) : Output::open(m_output);
        if (!output)
            return tl::unexpected(std::move(output).error());
        if (Result<void> written = write(*timeline, output->stream()); !written)
            return tl::unexpected(std::move(written).error());
        if (Result<void> committed = output->commit(); !committed)
            return tl::unexpected(std::move(committed).error());
        return ExitCode::Done;
    }

private:
    [[nodiscard]] std::string format() const { return m_format.chosenFor(m_output); }

    /// The format of what is a table rather than a picture.
    [[nodiscard]] Result<RowFormat> rowFormat() const
    {
        if (const auto known = rowFormatOf(format()))
            return *known;
        return base::fail(base::ErrorCode::Usage,
                          fmt::format("Changes and differences are tables: text, csv or json, not {}.", format()));
    }

    [[nodiscard]] static Result<base::Timestamp> moment(const std::string& text, const TopologyTimeline& timeline)
    {
        const Result<TimePoint> point = parseTimePoint(text);
        if (!point)
            return tl::unexpected(point.error());
        const base::Timestamp time =
            point->isRelative ? timeline.range().begin + point->ns : base::Timestamp{point->ns};
        // The last instant belongs to the trace, too.
        if (timeline.range().contains(time) || time == timeline.range().end)
            return std::min(time, timeline.range().end - 1);
        return base::fail(base::ErrorCode::Usage,
                          fmt::format("{} is outside of the trace, which is {:.3f} s long.", text,
                                      static_cast<double>(timeline.range().length()) / base::kNsPerSecond));
    }

    [[nodiscard]] Result<void> write(const TopologyTimeline& timeline, std::ostream& out) const
    {
        if (m_isChanges)
            return writeChanges(timeline, out);
        if (!m_diff.empty())
            return writeDiff(timeline, out);
        return writeSnapshot(timeline, out);
    }

    [[nodiscard]] Result<void> writeSnapshot(const TopologyTimeline& timeline, std::ostream& out) const
    {
        const Result<base::Timestamp> at =
            m_at.empty() ? Result<base::Timestamp>(timeline.range().end - 1) : moment(m_at, timeline);
        if (!at)
            return tl::unexpected(at.error());
        const topology::Topology snapshot = timeline.at(*at);
        const std::string kind = format();
        if (kind == "svg")
            out << views::diagram::toSvg(views::map::pictureOf(snapshot));
        else if (kind == "dot")
            out << views::diagram::toDot(views::map::pictureOf(snapshot));
        else if (kind == "graphml")
            topology::writeGraphml(snapshot, out);
        else if (kind == "json")
            views::map::writeJson(snapshot, out);
        else if (kind == "text")
            views::map::writeText(snapshot, escapeForTerminal, out);
        else
            return base::fail(base::ErrorCode::Usage,
                              "A map is no table: csv is for --changes and --diff; `vnscope query` has the tables.");
        return {};
    }

    [[nodiscard]] Result<void> writeChanges(const TopologyTimeline& timeline, std::ostream& out) const
    {
        const Result<RowFormat> format = rowFormat();
        if (!format)
            return tl::unexpected(format.error());
        MadeRows rows(*format, {"ts_ns", "after_begin_s", "kind", "subject", "from", "to", "detail"}, out);
        for (const topology::Change& change : timeline.changes())
            rows.add({change.at, static_cast<double>(change.at - timeline.range().begin) / base::kNsPerSecond,
                      topology::toText(change.kind), labelOf(timeline, change.subject), labelOf(timeline, change.from),
                      labelOf(timeline, change.to), change.detail});
        rows.finish();
        return {};
    }

    [[nodiscard]] Result<void> writeDiff(const TopologyTimeline& timeline, std::ostream& out) const
    {
        const Result<RowFormat> format = rowFormat();
        if (!format)
            return tl::unexpected(format.error());
        const Result<base::Timestamp> earlier = moment(m_diff[0], timeline);
        if (!earlier)
            return tl::unexpected(earlier.error());
        const Result<base::Timestamp> later = moment(m_diff[1], timeline);
        if (!later)
            return tl::unexpected(later.error());
        const TopologyDiff diff = timeline.diff(*earlier, *later);
        MadeRows rows(*format, {"difference", "kind", "from", "to", "vlan", "certainty"}, out);
        for (const topology::NodeId node : diff.appeared)
            rows.add({"appeared", topology::toText(timeline.node(node).kind), labelOf(timeline, node), {}, {}, {}});
        for (const topology::NodeId node : diff.vanished)
            rows.add({"vanished", topology::toText(timeline.node(node).kind), labelOf(timeline, node), {}, {}, {}});
        for (const auto& [word, edges] : {std::pair("added", &diff.added), std::pair("removed", &diff.removed)})
            for (const topology::Edge& edge : *edges)
                rows.add({word, topology::toText(edge.kind), labelOf(timeline, edge.from), labelOf(timeline, edge.to),
                          edge.vlan == topology::kNoVlan ? Value() : Value(edge.vlan),
                          topology::toText(edge.certainty)});
        rows.finish();
        return {};
    }

    std::string m_store;
    std::string m_at;
    bool m_isChanges = false;
    std::vector<std::string> m_diff;
    FormatOption m_format{{"text", "svg", "dot", "graphml", "json", "csv"}};
    std::string m_output = "-";
};

} // namespace

std::unique_ptr<Command> makeTopologyCommand()
{
    return std::make_unique<TopologyCommand>();
}

} // namespace vnscope::cli
