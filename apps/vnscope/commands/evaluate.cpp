// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/format_option.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/made_rows.hpp"
#include "apps/vnscope/session/bit_rate.hpp"
#include "apps/vnscope/session/time_window.hpp"
#include "evaluation/summary.hpp"
#include "simulator/examples.hpp"

namespace vnscope::cli {
namespace {

using base::ErrorCode;
using base::fail;
using base::Nanoseconds;
using base::Result;
using evaluation::Summary;
using evaluation::Trial;
using evaluation::TrialOptions;
using simulator::InjectionPlan;
using simulator::Scenario;

/// What is run for each seed.
struct Case {
    std::string name; ///< In front of its figures; empty: the only one.
    InjectionPlan plan;
};

class EvaluateCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {
            "evaluate",
            "measure how often the diagnosis of late packets is right",
            "Simulates the network of Microscope's Figure 10 (SIGCOMM 2020), puts problems in - bursts of one flow, "
            "interrupts of network functions, flows that trip a bug of a firewall -, asks Microscope and NetMedic who "
            "made "
            "packets late, and compares with the truth: each run is repeated without some of the problems, and a "
            "problem "
            "is a packet's reason when without it the packet would have taken less than half as long.\n\n"
            "Profiles: quiet is the paper's protocol at 1.2 M packets/s; noisy adds 60 interrupts of 20 to 500 us a "
            "second "
            "to each network function, brings problems every 8 ms, loses 0.5 % of the records, tells times wrong by up "
            "to "
            "1 us and rates by up to 5 %; busy runs at 1.6 M packets/s and puts the next problem in when all queues "
            "have "
            "drained.\n\n"
            "Each figure is the median over the runs, with the 95 % confidence interval of the mean.",
            {{"evaluate --seeds 10 -o quiet.csv", "the paper's protocol, ten runs of 5 s"},
             {"evaluate --profile noisy --seeds 3 --duration 2s", "how much noise costs"},
             {"evaluate --netmedic 1ms,10ms,100ms", "NetMedic with three window lengths beside it"},
             {"evaluate --sweep bursts --curve", "by the size of bursts, and the share of victims by rank"}},
            false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("--profile", m_profile, "quiet, noisy or busy")
            ->check(CLI::IsMember({"quiet", "noisy", "busy"}).description(""))
            ->capture_default_str()
            ->type_name("NAME");
        app.add_option("--seeds", m_seeds, "how many runs")
            ->check(CLI::Range(1U, 1000U).description(""))
            ->capture_default_str()
            ->type_name("N");
        app.add_option("--first-seed", m_firstSeed, "seed of the first run; the others follow")
            ->capture_default_str()
            ->type_name("N");
        app.add_option("--rate", m_rate, "packets per second instead of the profile's: 1.2M")->type_name("RATE");
        app.add_option("--duration", m_duration, "length of a run")->capture_default_str()->type_name("LENGTH");
        app.add_option("--netmedic", m_windows, "window lengths of NetMedic; without them it does not run")
            ->delimiter(',')
            ->type_name("LENGTH");
        app.add_option("--sweep", m_sweep, "instead of the usual problems, by size: bursts or interrupts")
            ->check(CLI::IsMember({"bursts", "interrupts"}).description(""))
            ->type_name("KIND");
        app.add_option("--victims", m_victimPercent,
                       "of all packets, for each kind of problem: the latest that it delayed are its victims")
            ->check(CLI::Range(0.001, 50.0).description(""))
            ->capture_default_str()
            ->type_name("PERCENT");
        app.add_flag("--paper", m_isPaper, "diagnose literally as the paper says, without what vnscope adds");
        app.add_flag("--curve", m_isCurve, "write the share of victims by rank instead of figures");
        m_format.addTo(app);
        app.add_option("-o,--output", m_output, "where to write; - is the standard output")
            ->capture_default_str()
            ->type_name("OUT");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        if (Result<void> read = readOptions(); !read)
            return tl::unexpected(std::move(read).error());
        Result<Output> output = m_output == "-" ? Output::standard(console.out) : Output::open(m_output);
        if (!output)
            return tl::unexpected(std::move(output).error());
        const std::optional<RowFormat> format = rowFormatOf(m_format.chosenFor(m_output));
        MadeRows rows(format.value_or(RowFormat::Table), columns(), output->stream());
        for (const Case& each : cases()) {
            const std::vector<Trial> trials = runAll(each, console);
            if (Interrupt::isRequested())
                return fail(ErrorCode::Cancelled, "stopped; nothing was written");
            const auto hasVictims = [](const Trial& trial) {
                return !trial.result.outcomes.empty() || trial.result.overloaded > 0;
            };
            if (std::none_of(trials.begin(), trials.end(), hasVictims))
                return fail(
                    ErrorCode::NotFound,
                    fmt::format("{}: no packet was late because of a problem that was put in; a longer --duration or "
                                "a lower --rate gives some",
                                each.name));
            addRows(rows, each, evaluation::summarize(trials, m_windowLengths));
        }
        rows.finish();
        if (Result<void> done = m_output == "-" ? flushStandardOutput(console.out) : output->commit(); !done)
            return tl::unexpected(std::move(done).error());
        return ExitCode::Done;
    }

private:
    [[nodiscard]] Result<void> readOptions()
    {
        const Result<Nanoseconds> length = parseDuration(m_duration);
        if (!length || *length <= 0)
            return fail(ErrorCode::Usage, fmt::format("--duration: \"{}\" is no length of time", m_duration));
        m_length = *length;
        for (const std::string& window : m_windows) {
            const Result<Nanoseconds> parsed = parseDuration(window);
            if (!parsed || *parsed <= 0)
                return fail(ErrorCode::Usage, fmt::format("--netmedic: \"{}\" is no length of time", window));
            m_windowLengths.push_back(*parsed);
        }
        m_packetsPerSecond = m_profile == "busy" ? 1.6e6 : 1.2e6;
        if (m_rate.empty())
            return {};
        const Result<std::uint64_t> rate = parseBitRate(m_rate);
        if (!rate)
            return fail(ErrorCode::Usage,
                        fmt::format("--rate: \"{}\" is no rate: packets per second, as 1.2M", m_rate));
        m_packetsPerSecond = static_cast<double>(*rate);
        return {};
    }

    [[nodiscard]] std::vector<std::string> columns() const
    {
        if (m_isCurve)
            return {"case", "rank", "microscope_percent", "netmedic_percent"};
        return {"case", "figure", "unit", "median", "low", "high", "victims"};
    }

    [[nodiscard]] std::vector<Case> cases() const
    {
        InjectionPlan plan;
        if (m_profile == "noisy")
            plan.everyNs = 8 * base::kNsPerMs;
        plan.isDrainGated = m_profile == "busy";
        std::vector<Case> cases;
        if (m_sweep == "bursts") {
            plan.interrupts = plan.bugs = false;
            for (const std::uint32_t packets : {200U, 500U, 1000U, 2500U, 5000U}) {
                plan.burstMin = plan.burstMax = packets;
                cases.push_back({fmt::format("bursts of {} packets", packets), plan});
            }
        } else if (m_sweep == "interrupts") {
            plan.bursts = plan.bugs = false;
            for (const int us : {300, 500, 750, 1000, 1500}) {
                plan.interruptMinNs = plan.interruptMaxNs = us * base::kNsPerUs;
                cases.push_back({fmt::format("interrupts of {} us", us), plan});
            }
        } else {
            cases.push_back({m_profile, plan});
        }
        return cases;
    }

    [[nodiscard]] Scenario scenarioOf(const Case& each, std::uint64_t seed) const
    {
        Scenario scenario = simulator::figure10(seed, m_packetsPerSecond, m_length);
        if (m_profile == "noisy") {
            scenario.noise.interruptsPerSecond = 60;
            scenario.noise.interruptMinNs = 20 * base::kNsPerUs;
            scenario.noise.interruptMaxNs = 500 * base::kNsPerUs;
            scenario.noise.lostRecords = 0.005;
            scenario.noise.jitterNs = base::kNsPerUs;
        }
        simulator::addInjections(scenario, each.plan);
        return scenario;
    }

    [[nodiscard]] TrialOptions trialOptions() const
    {
        TrialOptions options;
        options.netmedicWindows = m_windowLengths;
        options.rateError = m_profile == "noisy" ? 0.05 : 0;
        options.truth.share = m_victimPercent / 100;
        options.truth.isCancelled = [] { return Interrupt::isRequested(); };
        if (m_isPaper) {
            options.engine.abnormality = analyses::microscope::Abnormality::MeanAndSigma;
            options.engine.diagnosis.countsOwnDelay = false;
            options.engine.diagnosis.restartsBacklog = false;
            options.engine.diagnosis.weighsByExcess = false;
            options.engine.diagnosis.joinsWays = false;
            options.engine.diagnosis.forgetsWhenHeld = false;
        }
        return options;
    }

    /// Two runs at a time: each needs some hundred megabytes.
    [[nodiscard]] std::vector<Trial> runAll(const Case& each, const Console& console) const
    {
        const auto runOne = [&](std::uint64_t seed) {
            Trial trial{scenarioOf(each, seed), {}};
            trial.result = evaluation::runTrial(trial.scenario, trialOptions());
            return trial;
        };
        std::vector<Trial> trials;
        for (std::uint64_t done = 0; done < m_seeds && !Interrupt::isRequested();) {
            std::vector<std::future<Trial>> running;
            for (std::uint64_t i = done; i < m_seeds && i < done + 2; ++i)
                running.push_back(std::async(std::launch::async, runOne, m_firstSeed + i));
            for (std::future<Trial>& trial : running)
                trials.push_back(trial.get());
            done += running.size();
            if (console.isErrTerminal)
                console.err << fmt::format("{}: {} of {} runs\n", each.name, done, m_seeds) << std::flush;
        }
        return trials;
    }

    void addRows(MadeRows& rows, const Case& each, const Summary& summary) const
    {
        const auto number = [](double value) { return storage::Value(fmt::format("{:.3f}", value)); };
        if (m_isCurve) {
            for (const evaluation::RankPoint& point : summary.curve)
                rows.add({each.name, std::int64_t{point.rank}, number(point.microscope),
                          m_windowLengths.empty() ? storage::Value() : number(point.netmedic)});
            return;
        }
        for (const evaluation::Figure& figure : summary.figures)
            rows.add(
                {each.name, figure.name, figure.unit, number(figure.median), number(figure.low), number(figure.high),
                 figure.victims == 0 ? storage::Value() : storage::Value(static_cast<std::int64_t>(figure.victims))});
    }

    std::string m_profile = "quiet";
    unsigned m_seeds = 10;
    std::uint64_t m_firstSeed = 1;
    std::string m_rate;
    std::string m_duration = "5s";
    std::vector<std::string> m_windows;
    std::string m_sweep;
    double m_victimPercent = 3;
    bool m_isPaper = false;
    bool m_isCurve = false;
    std::string m_output = "-";
    FormatOption m_format{{"text", "json", "csv"}};
    Nanoseconds m_length = 0;
    double m_packetsPerSecond = 0;
    std::vector<Nanoseconds> m_windowLengths;
};

} // namespace

std::unique_ptr<Command> makeEvaluateCommand()
{
    return std::make_unique<EvaluateCommand>();
}

} // namespace vnscope::cli
