// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <ostream>

#include <fmt/format.h>

#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/display_text.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/row_writer.hpp"
#include "apps/vnscope/session/store_source.hpp"
#include "storage/base/duration_text.hpp"
#include "views/chart/format.hpp"

namespace vnscope::cli {
namespace {

using base::Result;
using storage::Select;

/// One part of what is printed: rows of a table of the store.
struct Part {
    std::string_view key; ///< In JSON; a table's name.
    std::string_view heading;
    Select select;
};

std::vector<Part> parts()
{
    return {
        {"trace",
         "Traces",
         {"trace",
          {"trace_id", "path", "host", "domain", "tracer", "kernel_release", "events", "discarded_events",
           "discarded_packets"},
          {},
          {"trace_id"},
          -1}},
        {"trace_stream",
         "Streams",
         {"trace_stream", {"trace_id", "name", "cpu", "state", "events", "bytes"}, {}, {"trace_id", "name"}, -1}},
        {"event_class",
         "Event classes",
         {"event_class",
          {"trace_id", "name", "count", "schema", "missing_fields"},
          {},
          {"trace_id", "-count", "name"},
          -1}},
        {"analysis",
         "Analyses",
         {"analysis", {"analysis", "version", "state", "missing_events"}, {}, {"analysis"}, -1}},
        {"data_quality",
         "Quality of the data",
         {"data_quality",
          {"severity", "kind", "subject", "count", "message", "advice"},
          {},
          {"severity", "-count"},
          -1}},
    };
}

class InfoCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"info",
                "tell what a store or a trace holds",
                "Prints the traces with their hosts, streams and event classes, which analyses could run, and the "
                "quality of the data. A trace is read whole for that.",
                {{"info run-1.vns", "what is in this store?"},
                 {"info ~/lttng-traces/run-1", "what was recorded?"},
                 {"info run-1.vns --format json", "for a script"}},
                false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("FILE|TRACE", m_inputs, "one store, or folders with traces")->required()->type_name("");
        reference::addChoice(app, "--format", m_format, {"text", "json"}, "how to print it")->capture_default_str();
        m_options.define(app);
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        const Result<StoreSource> source = StoreSource::open(m_inputs, m_options, {}, console);
        if (!source)
            return tl::unexpected(source.error());
        const Result<void> printed =
            m_format == "json" ? printJson(source->store(), console.out) : printText(source->store(), console.out);
        if (!printed)
            return tl::unexpected(printed.error());
        if (Result<void> flushed = flushStandardOutput(console.out); !flushed)
            return tl::unexpected(std::move(flushed).error());
        return ExitCode::Done;
    }

private:
    static base::Timestamp metaTime(const storage::Store& store, std::string_view key)
    {
        return {store.metaInteger(key).value_or(0)};
    }

    static Result<void> printText(const storage::Store& store, std::ostream& out)
    {
        using namespace views::chart;
        const base::TimeRange range{metaTime(store, "begin_ns"), metaTime(store, "end_ns")};
        out << fmt::format("from    {}\nto      {}\nlength  {}\nmade by vnscope {}: {}\n", formatTime(range.begin, 9),
                           formatTime(range.end, 9), base::formatDuration(range.length()),
                           escapeForTerminal(store.meta("vnscope_version")), escapeForTerminal(store.meta("command")));
        for (const Part& part : parts()) {
            out << fmt::format("\n{}\n", part.heading);
            const std::unique_ptr<RowWriter> writer = makeRowWriter(RowFormat::Table, out);
            if (Result<void> read = store.read(part.select, *writer); !read)
                return read;
            writer->finish();
        }
        return {};
    }

    static Result<void> printJson(const storage::Store& store, std::ostream& out)
    {
        out << fmt::format("{{\"begin_ns\":{},\"end_ns\":{}", metaTime(store, "begin_ns").ns,
                           metaTime(store, "end_ns").ns);
        for (const Part& part : parts()) {
            out << fmt::format(",\n\"{}\":", part.key);
            const std::unique_ptr<RowWriter> writer = makeRowWriter(RowFormat::Json, out);
            if (Result<void> read = store.read(part.select, *writer); !read)
                return read;
            writer->finish();
        }
        out << "}\n";
        return {};
    }

    std::vector<std::string> m_inputs;
    std::string m_format = "text";
    TraceOptions m_options;
};

} // namespace

std::unique_ptr<Command> makeInfoCommand()
{
    return std::make_unique<InfoCommand>();
}

} // namespace vnscope::cli
