// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <optional>

#include <fmt/format.h>

#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/commands/strict.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/session/store_source.hpp"
#include "apps/vnscope/threshold/metrics.hpp"
#include "views/report/report.hpp"

namespace vnscope::cli {
namespace {

using base::Result;
using views::report::Format;

class ReportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {
            "report",
            "write a report about a store or about traces",
            "The report lists findings first, then the quality of the data, devices, drops, offloading, "
            "conversations and CPUs, and which events to record next time. HTML is one file without outside "
            "references; JSON follows docs/report-json.md; text is for terminals and mail.\n\n"
            "Traces are imported to a temporary store first. That takes space below $TMPDIR; --keep-store keeps it.\n\n"
            "--fail-if makes a gate of the report: it compares metrics, which \"vnscope list metrics\" names, with "
            "numbers (1e9, 1G, 100k, 5%), joined by and, or, not and parentheses. When a condition holds, or "
            "cannot be judged, the report is written, a sentence says which value it was, and the exit code is 4.",
            {{"report run-1.vns -o run-1.html", "for a colleague"},
             {"report ~/lttng-traces/run-1", "straight from a trace to the terminal"},
             {"report run-1.vns -o run-1.json", "for a script"},
             {"report run-1.vns -o r.html --fail-if \"drops > 100\" --fail-if \"rx_bps(eth0) < 1G and rx_packets(eth0) "
              "> 0\"",
              "a gate in CI"}},
            false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("FILE|TRACE", m_inputs, "one store, or folders with traces")->required()->type_name("");
        app.add_option("-o,--output", m_output, "where to write; - is the standard output")
            ->capture_default_str()
            ->type_name("OUT");
        reference::addChoice(app, "--format", m_format, {"html", "json", "text"},
                             "the format; without it the ending of OUT tells (.html, .json), else it is text");
        app.add_option("--fail-if", m_failIf, "exit code 4 when this condition holds; several may be given")
            ->expected(1)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            ->type_name("EXPR");
        app.add_option("--keep-store", m_keptStore, "keep the store that the traces were imported to")
            ->type_name("FILE");
        m_options.define(app);
        app.add_flag("--strict", m_isStrict, "exit code 3 when any data was lost");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        const Result<std::vector<threshold::Expression>> conditions = parseConditions();
        if (!conditions)
            return tl::unexpected(conditions.error());
        // Opened before the long work, so that a place that cannot be written to is known at once.
        Result<Output> output = openOutput(console);
        if (!output)
            return tl::unexpected(std::move(output).error());
        const Result<StoreSource> source = StoreSource::open(m_inputs, m_options, m_keptStore, console);
        if (!source)
            return tl::unexpected(source.error());
        if (Result<void> rendered = views::report::renderReport(source->store(), format(), output->stream()); !rendered)
            return tl::unexpected(std::move(rendered).error());
        if (Result<void> written = output->commit(); !written)
            return tl::unexpected(std::move(written).error());
        Interrupt::tooLate();
        return judgeAll(*conditions, source->store(), console);
    }

private:
    [[nodiscard]] Result<std::vector<threshold::Expression>> parseConditions() const
    {
        std::vector<threshold::Expression> conditions;
        for (const std::string& text : m_failIf) {
            Result<threshold::Expression> condition = threshold::parse(text);
            if (!condition)
                return tl::unexpected(std::move(condition).error());
            if (Result<void> checked = threshold::checkMetrics(*condition); !checked)
                return tl::unexpected(std::move(checked).error());
            conditions.push_back(std::move(*condition));
        }
        return conditions;
    }

    [[nodiscard]] Result<Output> openOutput(const Console& console) const
    {
        if (m_output == "-")
            return Output::standard(console.out);
        return Output::open(m_output);
    }

    [[nodiscard]] Format format() const
    {
        static const std::map<std::string, Format> kFormats{{"html", Format::Html}, {"json", Format::Json},
                                                            {"text", Format::Text}, {".html", Format::Html},
                                                            {".htm", Format::Html}, {".json", Format::Json}};
        const auto known =
            kFormats.find(m_format.empty() ? std::filesystem::path(m_output).extension().string() : m_format);
        return known == kFormats.end() ? Format::Text : known->second;
    }

    [[nodiscard]] Result<ExitCode> judgeAll(const std::vector<threshold::Expression>& conditions,
                                            const storage::Store& store, const Console& console) const
    {
        threshold::StoreMetrics metrics(store);
        bool isAnyBroken = false;
        for (const threshold::Expression& condition : conditions) {
            const Result<threshold::Judgement> judgement = threshold::judge(condition, metrics);
            if (!judgement)
                return tl::unexpected(judgement.error());
            if (judgement->verdict == threshold::Verdict::Passed)
                continue;
            isAnyBroken = true;
            console.complain(judgement->sentence);
        }
        const Result<std::vector<std::string>> losses = dataLosses(store);
        if (!losses)
            return tl::unexpected(losses.error());
        const ExitCode strictness = judgeLosses(*losses, m_isStrict, console);
        return isAnyBroken ? ExitCode::Threshold : strictness;
    }

    std::vector<std::string> m_inputs;
    std::string m_output = "-";
    std::string m_format;
    std::vector<std::string> m_failIf;
    std::string m_keptStore;
    TraceOptions m_options;
    bool m_isStrict = false;
};

} // namespace

std::unique_ptr<Command> makeReportCommand()
{
    return std::make_unique<ReportCommand>();
}

} // namespace vnscope::cli
