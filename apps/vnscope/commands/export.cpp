// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/row_writer.hpp"
#include "storage/store.hpp"

namespace vnscope::cli {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Result;

class ExportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"export",
                "write tables of a store as CSV or JSON files",
                "Writes one file per table and view into a new directory. The directory appears when everything is "
                "written, or not at all. The formats are those of \"vnscope query\".",
                {{"export host.vns -o host-csv --format csv", "every table"},
                 {"export host.vns -o drops --format json --tables packet_drop,drop_summary", "two of them"}},
                false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("FILE", m_store, "the store, made by \"vnscope import\"")->required()->type_name("");
        app.add_option("-o,--output", m_directory, "the directory to make; an empty one may be there")
            ->required()
            ->type_name("DIR");
        reference::addChoice(app, "--format", m_format, {"csv", "json"}, "the format of the files")
            ->capture_default_str();
        app.add_option("--tables", m_tables, "only these tables and views, parted by commas")
            ->delimiter(',')
            ->type_name("NAME");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        const Result<storage::Store> store = storage::Store::open(m_store);
        if (!store)
            return tl::unexpected(store.error());
        const Result<std::vector<std::string>> names = chosenTables(*store);
        if (!names)
            return tl::unexpected(names.error());
        std::error_code ignored;
        const fs::path target =
            fs::path(m_directory).has_filename() ? fs::path(m_directory) : fs::path(m_directory).parent_path();
        if (fs::exists(target, ignored) && !(fs::is_directory(target, ignored) && fs::is_empty(target, ignored)))
            return fail(ErrorCode::Io, fmt::format("\"{}\" exists and is not an empty directory", m_directory));
        Result<StagedDirectory> staged = StagedDirectory::create(target);
        if (!staged)
            return tl::unexpected(std::move(staged).error());
        for (const std::string& name : *names) {
            if (Result<void> written = writeTable(*store, name, staged->path()); !written)
                return tl::unexpected(std::move(written).error());
        }
        if (Result<void> moved = staged->commit(); !moved)
            return tl::unexpected(std::move(moved).error());
        if (console.isErrTerminal)
            console.err << fmt::format("{} files written to {}\n", names->size(), m_directory);
        return ExitCode::Done;
    }

private:
    [[nodiscard]] Result<std::vector<std::string>> chosenTables(const storage::Store& store) const
    {
        const Result<std::vector<storage::TableInfo>> tables = store.tables();
        if (!tables)
            return tl::unexpected(tables.error());
        std::vector<std::string> existing;
        for (const storage::TableInfo& table : *tables)
            existing.push_back(table.name);
        if (m_tables.empty())
            return existing;
        for (const std::string& name : m_tables) {
            if (std::find(existing.begin(), existing.end(), name) == existing.end())
                return fail(ErrorCode::Usage, fmt::format("--tables: the store has no table \"{}\"; it has {}", name,
                                                          fmt::join(existing, ", ")));
        }
        return m_tables;
    }

    [[nodiscard]] Result<void> writeTable(const storage::Store& store, const std::string& name,
                                          const fs::path& directory) const
    {
        Result<Output> output = Output::open(directory / fmt::format("{}.{}", name, m_format));
        if (!output)
            return tl::unexpected(std::move(output).error());
        const std::unique_ptr<RowWriter> writer =
            makeRowWriter(m_format == "csv" ? RowFormat::Csv : RowFormat::Json, output->stream());
        if (Result<void> read = store.read({name, {}, {}, {}, -1}, *writer, Interrupt::isRequested); !read)
            return read;
        writer->finish();
        return output->commit();
    }

    std::string m_store;
    std::string m_directory;
    std::string m_format = "csv";
    std::vector<std::string> m_tables;
};

} // namespace

std::unique_ptr<Command> makeExportCommand()
{
    return std::make_unique<ExportCommand>();
}

} // namespace vnscope::cli
