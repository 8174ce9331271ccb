// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <fmt/format.h>

#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/format_option.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/row_writer.hpp"
#include "storage/store.hpp"
#include "views/diagram/dot.hpp"
#include "views/diagram/svg.hpp"
#include "views/flow/picture.hpp"

namespace vnscope::cli {
namespace {

using base::ErrorCode;
using base::Result;
using storage::Select;

/// A picture of more steps takes seconds to lay out, and nobody can read it.
constexpr std::size_t kDrawnSteps = 100;

std::vector<std::string> flowColumns()
{
    return {"from", "to", "packets", "bytes", "latency_p50_ns", "latency_p99_ns", "latency_max_ns"};
}

class PathsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"paths",
                "show which way packets took, and where they waited",
                "Without an option, the traffic from each place to the next: packets, bytes, and the time between the "
                "arrivals at both. With --stream the same for one conversation (table stream of "
                "the store has the numbers), with --packet each place of one packet in order.\n\n"
                "The formats: text for terminals, svg for a picture (of the 100 heaviest steps), dot for Graphviz, "
                "json and "
                "csv for scripts.\n\nA place is a device's queue, its receive side (rx), the stack behind it, the "
                "wire, ovs-vswitchd "
                "(upcall), or an end of the way.",
                {{"paths host.vns", "all traffic, the heaviest steps first"},
                 {"paths host.vns --stream 4 --format svg -o flow.svg", "a picture of one conversation"},
                 {"paths host.vns --packet 1234", "each place of one packet"}},
                false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("FILE", m_store, "the store, made by \"vnscope import\"")->required()->type_name("");
        CLI::Option* stream =
            app.add_option("--stream", m_stream, "only the conversation of this number")->type_name("ID");
        app.add_option("--packet", m_packet, "only the packet of this number, place by place")
            ->type_name("ID")
            ->excludes(stream);
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
        if (!store->hasTable("flow_edge"))
            return base::fail(ErrorCode::NotFound,
                              fmt::format("{} has no paths; import the trace again with this version", m_store));
        if (Result<void> known = checkNumbers(*store); !known)
            return tl::unexpected(std::move(known).error());
        Result<Output> output = m_output == "-" ? Output::standard(console.out) : Output::open(m_output);
        if (!output)
            return tl::unexpected(std::move(output).error());
        const auto rowFormat = rowFormatOf(format());
        Result<void> done =
            rowFormat ? writeRows(*store, *rowFormat, output->stream()) : writePicture(*store, output->stream());
        if (done)
            done = m_output == "-" ? flushStandardOutput(console.out) : output->commit();
        if (!done)
            return tl::unexpected(std::move(done).error());
        return ExitCode::Done;
    }

private:
    [[nodiscard]] std::string format() const { return m_format.chosenFor(m_output); }

    [[nodiscard]] static Result<void> checkExists(const storage::Store& store, const char* table, const char* column,
                                                  std::int64_t id, const char* what)
    {
        const Result<storage::Table> found = store.read({table, {column}, {{column, "=", id}}, {}, 1});
        if (!found)
            return tl::unexpected(found.error());
        if (found->rows.empty())
            return base::fail(ErrorCode::NotFound, fmt::format("the store has no {} {}", what, id));
        return {};
    }

    [[nodiscard]] Result<void> checkNumbers(const storage::Store& store) const
    {
        if (m_stream)
            return checkExists(store, "stream", "stream_id", *m_stream, "conversation");
        if (m_packet)
            return checkExists(store, "packet", "packet_id", *m_packet, "packet");
        return {};
    }

    [[nodiscard]] Select flows() const
    {
        if (m_stream)
            return {
                "stream_flow", flowColumns(), {{"stream_id", "=", *m_stream}}, {"-packets", "from_id", "to_id"}, -1};
        return {"flow_summary", flowColumns(), {}, {"-packets", "from_id", "to_id"}, -1};
    }

    [[nodiscard]] Select hops() const
    {
        return {"packet_place",
                {"seq", "ts_ns", "wait_ns", "place", "cpu", "length_bytes", "join"},
                {{"packet_id", "=", *m_packet}},
                {"seq"},
                -1};
    }

    [[nodiscard]] Result<void> writeRows(const storage::Store& store, RowFormat format, std::ostream& out) const
    {
        const std::unique_ptr<RowWriter> writer = makeRowWriter(format, out);
        if (Result<void> read = store.read(m_packet ? hops() : flows(), *writer, Interrupt::isRequested); !read)
            return read;
        writer->finish();
        return {};
    }

    [[nodiscard]] Result<views::flow::FlowGraph> graph(const storage::Store& store) const
    {
        if (m_packet)
            return views::flow::readPacketFlow(store, *m_packet);
        return m_stream ? views::flow::readStreamFlow(store, *m_stream) : views::flow::readFlow(store);
    }

    [[nodiscard]] Result<void> writePicture(const storage::Store& store, std::ostream& out) const
    {
        const auto flow = graph(store);
        if (!flow)
            return tl::unexpected(flow.error());
        if (format() == "svg")
            out << views::diagram::toSvg(views::flow::pictureOf(*flow, kDrawnSteps));
        else
            out << views::diagram::toDot(views::flow::pictureOf(*flow, flow->steps.size()));
        return {};
    }

    std::string m_store;
    std::optional<std::int64_t> m_stream;
    std::optional<std::int64_t> m_packet;
    FormatOption m_format{{"text", "svg", "dot", "json", "csv"}};
    std::string m_output = "-";
};

} // namespace

std::unique_ptr<Command> makePathsCommand()
{
    return std::make_unique<PathsCommand>();
}

} // namespace vnscope::cli
