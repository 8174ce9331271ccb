// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/strict.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/session/store_source.hpp"
#include "apps/vnscope/session/trace_import.hpp"
#include "storage/base/duration_text.hpp"
#include "views/chart/format.hpp"

namespace vnscope::cli {
namespace {

using base::Result;

class ImportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {
            "import",
            "read traces, run every analysis and write a store",
            "A TRACE is a folder with a CTF trace of LTTng (kernel or user space), of perf or of DPDK, or a folder "
            "with such folders below it, or a log that QEMU wrote of its trace events. Several traces are one session: "
            "the hosts and guests of one experiment.\n\n"
            "The store appears when it is complete, or not at all. Damaged streams do not cost the healthy ones; "
            "what was lost stands in the store's table data_quality and in every report.",
            {{"import ~/lttng-traces/run-1 -o run-1.vns", "one host"},
             {"import host/ guest/ -o both.vns --clock-offset guest/=-3ms",
              "a host and its guest, whose clock is ahead by 3 ms"},
             {"import run-1 -o burst.vns --begin +10s --duration 2s", "two seconds out of a long trace"},
             {"import run-1 -o run-1.vns --symbols kallsyms.xz", "with names for the places of drops"},
             {"import run-1 -o run-1.vns --events", "with the events themselves, to be looked at one by one"}},
            false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("TRACE", m_traces, "folders with traces, or logs of QEMU")->required()->type_name("");
        app.add_option("-o,--output", m_store, "the store to write, usually NAME.vns; one that is there is replaced")
            ->required()
            ->type_name("FILE");
        m_options.define(app);
        m_options.defineEvents(app);
        app.add_flag("--strict", m_isStrict, "exit code 3 when any data was lost");
        reference::addChoice(app, "--progress", m_progress, {"json"},
                             "tell on the standard error how far it is, a line of JSON ten times a second");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        Console telling = console;
        if (m_progress == "json")
            telling.progress = ProgressStyle::JsonLines;
        const Result<analyses::runner::RunSummary> summary = importTraces(m_traces, m_options, m_store, telling);
        if (!summary)
            return tl::unexpected(summary.error());
        Interrupt::tooLate();
        if (console.isErrTerminal)
            console.err << fmt::format("{}: {} events in {}\n", m_store,
                                       views::chart::formatCount(static_cast<std::int64_t>(summary->events)),
                                       base::formatDuration(summary->range.length()));
        const Result<storage::Store> store = storage::Store::open(m_store);
        if (!store)
            return tl::unexpected(store.error());
        const Result<std::vector<std::string>> losses = dataLosses(*store);
        if (!losses)
            return tl::unexpected(losses.error());
        return judgeLosses(*losses, m_isStrict, console);
    }

private:
    std::vector<std::string> m_traces;
    std::string m_store;
    TraceOptions m_options;
    bool m_isStrict = false;
    std::string m_progress;
};

} // namespace

std::unique_ptr<Command> makeImportCommand()
{
    return std::make_unique<ImportCommand>();
}

} // namespace vnscope::cli
