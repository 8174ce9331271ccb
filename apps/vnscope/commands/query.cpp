// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/row_writer.hpp"
#include "storage/store.hpp"

namespace vnscope::cli {
namespace {

class QueryCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"query",
                "ask a store in SQL",
                "Runs one SQL statement that reads, and prints its rows. The store cannot be changed this way. "
                "\"vnscope list tables\" names the tables and says what one row of each means; times are nanoseconds "
                "since 1970, sizes bytes, rates bits per second.\n\n"
                "CSV is as RFC 4180 says: NULL is nothing between the commas, the empty text is \"\". JSON is one "
                "array with an object per row; integers are exact.",
                {{"query host.vns \"SELECT name, rx_packets, tx_packets, drops FROM device_total\"",
                  "what each device carried"},
                 {"query host.vns \"SELECT place, sum(drops) FROM drop_summary GROUP BY place\" --format csv",
                  "drops by place, for a spreadsheet"},
                 {"query host.vns \"SELECT * FROM stream ORDER BY bytes_ab + bytes_ba DESC LIMIT 10\" --format json",
                  "the ten largest conversations, for a script"}},
                false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("FILE", m_store, "the store, made by \"vnscope import\"")->required()->type_name("");
        app.add_option("SQL", m_sql, "one SQL statement")->required()->type_name("");
        reference::addChoice(app, "--format", m_format, {"table", "csv", "json"}, "how to print the rows")
            ->capture_default_str();
    }

    [[nodiscard]] base::Result<ExitCode> run(const Console& console) override
    {
        static const std::map<std::string, RowFormat> kFormats{
            {"table", RowFormat::Table}, {"csv", RowFormat::Csv}, {"json", RowFormat::Json}};
        const base::Result<storage::Store> store = storage::Store::open(m_store);
        if (!store)
            return tl::unexpected(store.error());
        const std::unique_ptr<RowWriter> writer = makeRowWriter(kFormats.at(m_format), console.out);
        if (base::Result<void> done = store->query(m_sql, *writer, Interrupt::isRequested); !done)
            return tl::unexpected(std::move(done).error());
        writer->finish();
        if (base::Result<void> flushed = flushStandardOutput(console.out); !flushed)
            return tl::unexpected(std::move(flushed).error());
        return ExitCode::Done;
    }

private:
    std::string m_store;
    std::string m_sql;
    std::string m_format = "table";
};

} // namespace

std::unique_ptr<Command> makeQueryCommand()
{
    return std::make_unique<QueryCommand>();
}

} // namespace vnscope::cli
