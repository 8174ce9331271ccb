// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analyses/catalog.hpp"
#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/row_writer.hpp"
#include "apps/vnscope/threshold/metrics.hpp"
#include "storage/store.hpp"
#include "tracepoints/schema.hpp"
#include "views/report/catalog.hpp"

namespace vnscope::cli {
namespace {

using base::Result;
using storage::Table;

std::string schemaNames(const std::vector<tracepoints::EventType>& types)
{
    std::vector<std::string_view> names;
    for (const tracepoints::EventType type : types) {
        if (const tracepoints::Schema* schema = tracepoints::schemaOf(type))
            names.push_back(schema->name);
    }
    return fmt::format("{}", fmt::join(names, " or "));
}

std::string neededEvents(const analyses::AnalysisInfo& info, bool isRequired)
{
    std::vector<std::string> names;
    for (const analyses::EventNeed& need : info.needs) {
        if (need.isRequired == isRequired)
            names.push_back(schemaNames(need.anyOf));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

Result<Table> listAnalyses()
{
    Table table{{"analysis", "version", "question", "needs", "uses"}, {}};
    for (const auto& analysis : analyses::createAll()) {
        const analyses::AnalysisInfo& info = analysis->info();
        table.rows.push_back(
            {info.id, info.version, info.question, neededEvents(info, true), neededEvents(info, false)});
    }
    return table;
}

Result<Table> listEvents()
{
    Table table{{"event", "spellings", "description"}, {}};
    for (const tracepoints::Schema& schema : tracepoints::schemas())
        table.rows.push_back({schema.name, fmt::format("{}", fmt::join(schema.spellings, ", ")), schema.description});
    return table;
}

std::string_view argumentText(threshold::Argument argument)
{
    switch (argument) {
    case threshold::Argument::None: return "";
    case threshold::Argument::OptionalDevice: return "(DEVICE), or nothing for all";
    case threshold::Argument::Device: return "(DEVICE)";
    case threshold::Argument::Place: return "(PLACE)";
    case threshold::Argument::Cpu: return "(CPU)";
    }
    return "";
}

Result<Table> listMetrics()
{
    Table table{{"metric", "of", "unit", "meaning"}, {}};
    for (const threshold::MetricInfo& metric : threshold::metrics())
        table.rows.push_back({metric.name, argumentText(metric.argument), metric.unit, metric.meaning});
    return table;
}

Result<Table> listSections()
{
    Table table{{"section", "title", "question"}, {}};
    for (const views::report::SectionInfo& section : views::report::sections())
        table.rows.push_back({section.id, section.title, section.question});
    return table;
}

Result<Table> listTables()
{
    const Result<std::vector<storage::TableInfo>> tables = storage::tablesOf(analyses::allTables());
    if (!tables)
        return tl::unexpected(tables.error());
    Table table{{"table", "kind", "columns", "one_row_is"}, {}};
    for (const storage::TableInfo& info : *tables)
        table.rows.push_back(
            {info.name, info.isView ? "view" : "table", fmt::format("{}", fmt::join(info.columns, " ")), info.comment});
    return table;
}

class ListCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"list",
                "list what this build knows",
                "Lists the analyses with the events that they need, the events that are understood with their "
                "spellings, the metrics of \"report --fail-if\", the sections of a report, or the tables of a store.",
                {{"list analyses", "which questions are answered, and from which events"},
                 {"list tables --format json", "the tables of a store and their columns, for a script"},
                 {"list metrics", "what --fail-if can compare"}},
                false};
    }

    void define(CLI::App& app) override
    {
        reference::addChoice(app, "WHAT", m_what, {"analyses", "events", "metrics", "sections", "tables"},
                             "what to list")
            ->required();
        reference::addChoice(app, "--format", m_format, {"text", "csv", "json"}, "how to print it")
            ->capture_default_str();
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        static const std::map<std::string, Result<Table> (*)()> kLists{{"analyses", listAnalyses},
                                                                       {"events", listEvents},
                                                                       {"metrics", listMetrics},
                                                                       {"sections", listSections},
                                                                       {"tables", listTables}};
        const Result<Table> table = kLists.at(m_what)();
        if (!table)
            return tl::unexpected(table.error());
        if (m_format == "text")
            printEntries(*table, console.out);
        else
            printRows(*table, m_format == "csv" ? RowFormat::Csv : RowFormat::Json, console.out);
        if (Result<void> flushed = flushStandardOutput(console.out); !flushed)
            return tl::unexpected(std::move(flushed).error());
        return ExitCode::Done;
    }

private:
    static void printRows(const Table& table, RowFormat format, std::ostream& out)
    {
        const std::unique_ptr<RowWriter> writer = makeRowWriter(format, out);
        writer->columns(table.columns);
        for (const std::vector<storage::Value>& row : table.rows) {
            if (!writer->row(row))
                return;
        }
        writer->finish();
    }

    /// Sentences do not fit into columns, so each entry is a heading and its facts below it.
    static void printEntries(const Table& table, std::ostream& out)
    {
        for (const std::vector<storage::Value>& row : table.rows) {
            out << row.front().text() << '\n';
            for (std::size_t i = 1; i < row.size(); ++i) {
                const std::string text = row[i].text().empty() && !row[i].isNull() && row[i].integer() != 0
                                             ? fmt::format("{}", row[i].integer())
                                             : row[i].text();
                if (!text.empty())
                    out << fmt::format("    {:<12} {}\n", table.columns[i], text);
            }
        }
    }

    std::string m_what;
    std::string m_format = "text";
};

} // namespace

std::unique_ptr<Command> makeListCommand()
{
    return std::make_unique<ListCommand>();
}

} // namespace vnscope::cli
