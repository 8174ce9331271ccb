// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/display_text.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/session/bit_rate.hpp"
#include "apps/vnscope/session/text_file.hpp"
#include "apps/vnscope/session/time_window.hpp"
#include "simulator/ctf_trace.hpp"
#include "simulator/examples.hpp"
#include "simulator/scenario_json.hpp"
#include "simulator/truth.hpp"
#include "storage/base/duration_text.hpp"

namespace vnscope::cli {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Nanoseconds;
using base::Result;
using namespace simulator;

/// How far a run is, redrawn ten times a second on a terminal.
class RunProgress final {
public:
    explicit RunProgress(const Console& console) : m_console(&console) {}
    RunProgress(const RunProgress&) = delete;
    RunProgress& operator=(const RunProgress&) = delete;
    ~RunProgress() { clear(); }

    void update(Nanoseconds nowNs, Nanoseconds endNs)
    {
        const auto time = std::chrono::steady_clock::now();
        if (!m_console->isErrTerminal || time < m_next)
            return;
        m_next = time + std::chrono::milliseconds(100);
        const double percent = 100 * static_cast<double>(nowNs) / static_cast<double>(endNs);
        m_console->err << fmt::format("\r\x1b[Ksimulating: {:.0f} %", percent) << std::flush;
        m_isDrawn = true;
    }
    void clear()
    {
        if (m_isDrawn)
            m_console->err << "\r\x1b[K" << std::flush;
        m_isDrawn = false;
    }

private:
    const Console* m_console;
    std::chrono::steady_clock::time_point m_next;
    bool m_isDrawn = false;
};

class SimulateCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {
            "simulate",
            "run a chain of network functions in simulated time",
            "Runs packets through a network of network functions (NFs) whose service times, queues and problems are "
            "known, and tells for each NF its load, its longest queue, its delays and its losses. With -o it also "
            "writes what the NFs would have recorded, as a trace that \"vnscope import\" takes, and truth.json, which "
            "says what truly happened: to size a chain, to try an analysis, to know how far to trust it.\n\n"
            "A scenario is a JSON file; --print-scenario writes one to begin with. The same scenario and seed give "
            "the same run. \"vnscope simulate --list\" names the examples.",
            {{"simulate --example figure10 --rate 1.6M --duration 2s", "how loaded each NF of the example is"},
             {"simulate --example figure10 --inject bursts,interrupts --duration 1s -o run-1",
              "a trace with known problems, then: vnscope import run-1 -o run-1.vns"},
             {"simulate --example figure10 --print-scenario > chain.json", "a chain to change"},
             {"simulate --scenario chain.json --rate 900k", "your own chain"}},
            false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("--scenario", m_scenarioFile, "the chain, as JSON")->type_name("FILE");
        app.add_option("--example", m_example, "an example instead; without either it is figure10")->type_name("NAME");
        app.add_flag("--list", m_isList, "name the examples and do nothing else");
        app.add_option("--rate", m_rate, "packets per second of all sources together: 1.2M")->type_name("RATE");
        app.add_option("--duration", m_duration, "how long to simulate: 5s, 20ms")->type_name("LENGTH");
        app.add_option("--seed", m_seed, "for other randomness")->type_name("N");
        app.add_option("-o,--output", m_output, "write DIR/trace and DIR/truth.json; DIR must be new or empty")
            ->type_name("DIR");
        app.add_flag("--print-scenario", m_isPrint, "write the scenario as JSON and do not run it");
        defineProblems(app);
        defineNoise(app);
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        if (m_isList)
            return list(console);
        const Result<Scenario> scenario = makeScenario();
        if (!scenario)
            return tl::unexpected(scenario.error());
        if (m_isPrint)
            console.out << toJson(*scenario) << '\n';
        else if (Result<void> ran = m_output.empty() ? runAlone(*scenario, console) : record(*scenario, console); !ran)
            return tl::unexpected(std::move(ran).error());
        if (Result<void> flushed = flushStandardOutput(console.out); !flushed)
            return tl::unexpected(std::move(flushed).error());
        return ExitCode::Done;
    }

private:
    void defineProblems(CLI::App& app)
    {
        app.add_option("--inject", m_inject, "problems to put in, one kind after the other: bursts, interrupts, bugs")
            ->delimiter(',')
            ->check(CLI::IsMember({"bursts", "interrupts", "bugs"}).description(""))
            ->type_name("KIND");
        app.add_option("--inject-every", m_injectEvery, "one problem each so long")
            ->capture_default_str()
            ->type_name("LENGTH");
        app.add_flag("--inject-drained", m_plan.isDrainGated, "the next problem waits until all queues were empty");
    }

    void defineNoise(CLI::App& app)
    {
        app.add_option("--interrupts", m_interrupts, "interrupts of 20 to 150 us, per second and NF")->type_name("N");
        app.add_option("--slowdowns", m_slowdowns, "times per second in which all NFs are slow together")
            ->type_name("N");
        app.add_option("--lost-records", m_lostRecords, "share of events that the trace lacks: 0.01")
            ->type_name("SHARE");
        app.add_option("--jitter", m_jitter, "times are wrong by up to this")->type_name("LENGTH");
        app.add_option("--clock-offset", m_clockOffset, "clocks of NFs are off by up to this")->type_name("LENGTH");
        app.add_option("--clock-drift", m_clockDrift, "clocks of NFs run wrong by up to this")->type_name("PPM");
        reference::addChoice(app, "--ids", m_ids, {"random16", "composite32", "flow-counter16"},
                             "what the packet ids are");
        app.add_option("--zero-ids", m_zeroIds, "share of packets whose id is 0")->type_name("SHARE");
        app.add_option("--rewrite-ids", m_rewriters, "NFs of these kinds give packets new ids: vpn")
            ->delimiter(',')
            ->type_name("KIND");
    }

    [[nodiscard]] static Result<ExitCode> list(const Console& console)
    {
        for (const NamedExample& example : namedExamples())
            console.out << fmt::format("{:<18} {}\n", example.name, example.summary);
        return ExitCode::Done;
    }

    [[nodiscard]] Result<Scenario> makeScenario()
    {
        ExampleOptions options;
        if (Result<void> taken = takeRun(options); !taken)
            return tl::unexpected(std::move(taken).error());
        Result<Scenario> scenario = m_scenarioFile.empty() ? ofExample(options) : ofFile(options);
        if (!scenario)
            return scenario;
        if (Result<void> taken = takeNoise(scenario->noise); !taken)
            return tl::unexpected(std::move(taken).error());
        if (Result<void> taken = takeRewriters(*scenario); !taken)
            return tl::unexpected(std::move(taken).error());
        if (Result<void> checked = check(*scenario); !checked)
            return tl::unexpected(std::move(checked).error());
        if (Result<void> injected = inject(*scenario); !injected)
            return tl::unexpected(std::move(injected).error());
        return check(*scenario).map([&] { return std::move(*scenario); });
    }

    [[nodiscard]] Result<void> takeRun(ExampleOptions& options) const
    {
        if (!m_scenarioFile.empty() && !m_example.empty())
            return fail(ErrorCode::Usage, "--scenario and --example exclude each other");
        options.seed = m_seed.value_or(1);
        if (!m_rate.empty()) {
            const Result<std::uint64_t> rate = parseBitRate(m_rate);
            if (!rate)
                return fail(ErrorCode::Usage,
                            fmt::format("--rate: \"{}\" is no rate: packets per second, as 1.2M", m_rate));
            options.packetsPerSecond = static_cast<double>(*rate);
        }
        return takeLength(m_duration, "--duration", options.durationNs);
    }

    [[nodiscard]] static Result<void> takeLength(const std::string& text, std::string_view option, Nanoseconds& length)
    {
        if (text.empty())
            return {};
        const Result<Nanoseconds> parsed = parseDuration(text);
        if (!parsed)
            return fail(parsed.error().code, fmt::format("{}: {}", option, parsed.error().message));
        length = *parsed;
        return {};
    }

    [[nodiscard]] Result<Scenario> ofExample(const ExampleOptions& options) const
    {
        const std::string_view wanted = m_example.empty() ? std::string_view("figure10") : m_example;
        for (const NamedExample& example : namedExamples())
            if (example.name == wanted)
                return example.make(options);
        return fail(ErrorCode::Usage,
                    fmt::format("--example: there is no \"{}\"; \"vnscope simulate --list\" names them", wanted));
    }

    [[nodiscard]] Result<Scenario> ofFile(const ExampleOptions& options) const
    {
        const Result<std::string> text = readTextFile(m_scenarioFile);
        if (!text)
            return tl::unexpected(text.error());
        Result<Scenario> scenario = parseScenario(*text);
        if (!scenario)
            return scenario;
        if (m_seed)
            scenario->seed = *m_seed;
        if (options.durationNs > 0)
            scenario->durationNs = options.durationNs;
        if (options.packetsPerSecond > 0)
            setRate(*scenario, options.packetsPerSecond);
        return scenario;
    }

    [[nodiscard]] Result<void> takeNoise(Noise& noise) const
    {
        noise.interruptsPerSecond = m_interrupts.value_or(noise.interruptsPerSecond);
        noise.slowdownsPerSecond = m_slowdowns.value_or(noise.slowdownsPerSecond);
        noise.lostRecords = m_lostRecords.value_or(noise.lostRecords);
        noise.clockDriftPpm = m_clockDrift.value_or(noise.clockDriftPpm);
        noise.zeroIds = m_zeroIds.value_or(noise.zeroIds);
        if (!m_ids.empty())
            noise.ids = m_ids == "random16"      ? IdMode::Random16
                        : m_ids == "composite32" ? IdMode::Composite32
                                                 : IdMode::FlowCounter16;
        if (Result<void> taken = takeLength(m_jitter, "--jitter", noise.jitterNs); !taken)
            return taken;
        return takeLength(m_clockOffset, "--clock-offset", noise.clockOffsetNs);
    }

    [[nodiscard]] Result<void> takeRewriters(Scenario& scenario) const
    {
        for (const std::string& kind : m_rewriters) {
            bool isThere = false;
            for (Element& element : scenario.elements) {
                element.rewritesIds |= element.kind == kind;
                isThere |= element.kind == kind;
            }
            if (!isThere)
                return fail(ErrorCode::Usage, fmt::format("--rewrite-ids: no NF is of the kind \"{}\"", kind));
        }
        return {};
    }

    [[nodiscard]] Result<void> inject(Scenario& scenario)
    {
        if (m_inject.empty())
            return {};
        const auto isWanted = [&](std::string_view kind) {
            return std::find(m_inject.begin(), m_inject.end(), kind) != m_inject.end();
        };
        m_plan.bursts = isWanted("bursts");
        m_plan.interrupts = isWanted("interrupts");
        m_plan.bugs = isWanted("bugs");
        if (Result<void> taken = takeLength(m_injectEvery, "--inject-every", m_plan.everyNs); !taken)
            return taken;
        addInjections(scenario, m_plan);
        return {};
    }

    /// Calls `step()` until it gives false.
    template <typename Step>
    [[nodiscard]] static Result<void> drive(const Console& console, const Engine& engine, Nanoseconds endNs, Step step)
    {
        RunProgress progress(console);
        while (step()) {
            if (Interrupt::isRequested())
                return fail(ErrorCode::Cancelled, "stopped on request; nothing was written");
            progress.update(engine.now(), endNs);
        }
        return {};
    }

    [[nodiscard]] static Result<void> runAlone(const Scenario& scenario, const Console& console)
    {
        Engine engine(scenario);
        const Nanoseconds endNs = scenario.durationNs;
        Result<void> ran = drive(console, engine, endNs, [&] {
            engine.run(std::min(engine.now() + SimulatedTrace::kSliceNs, endNs));
            return engine.now() < endNs;
        });
        if (ran)
            summarise(scenario, engine, console.out);
        return ran;
    }

    [[nodiscard]] Result<void> record(const Scenario& scenario, const Console& console) const
    {
        const fs::path given(m_output);
        Result<StagedDirectory> staged = StagedDirectory::create(given.has_filename() ? given : given.parent_path());
        if (!staged)
            return tl::unexpected(std::move(staged).error());
        const fs::path folder = staged->path() / "trace";
        std::error_code error;
        if (!fs::create_directory(folder, error))
            return fail(ErrorCode::Io, fmt::format("{}: {}", m_output, error.message()));
        SimulatedTrace trace(scenario);
        CtfTrace written(folder, trace.session().streams.size(), scenario.noise.ids);
        Result<void> done = drive(console, trace.engine(), scenario.durationNs, [&] {
            const Result<const tracepoints::EventBatch*> batch = trace.next();
            if (*batch != nullptr)
                written.add(**batch, trace.strings());
            return *batch != nullptr;
        });
        if (done)
            done = written.finish();
        if (done)
            done = writeTruth(staged->path() / "truth.json", truthJson(scenario, trace));
        if (done)
            done = staged->commit();
        if (done)
            summarise(scenario, trace.engine(), console.out);
        return done;
    }

    [[nodiscard]] static Result<void> writeTruth(const fs::path& path, const std::string& text)
    {
        Result<Output> output = Output::open(path);
        if (!output)
            return tl::unexpected(std::move(output).error());
        output->stream() << text;
        return output->commit();
    }

    static void summarise(const Scenario& scenario, const Engine& engine, std::ostream& out)
    {
        constexpr std::string_view kRow = "{:<16} {:>8} {:>10} {:>12} {:>12} {:>12} {:>10}\n";
        out << fmt::format(kRow, "element", "load", "queue max", "delay mean", "delay p99", "packets", "dropped");
        for (std::uint32_t i = 0; i < scenario.elements.size(); ++i) {
            const ElementTotals& totals = engine.totals(i);
            const double load = totals.busyNs / static_cast<double>(scenario.durationNs);
            out << fmt::format(kRow, escapeForTerminal(scenario.elements[i].name), fmt::format("{:.1f} %", 100 * load),
                               totals.queueMax, base::formatDuration(static_cast<Nanoseconds>(totals.delay.meanNs())),
                               base::formatDuration(totals.delay.quantile(0.99)), totals.read, totals.dropped);
        }
        const Totals totals = engine.totals();
        out << fmt::format("{} packets in {}: {} went through, {} were dropped, {} are inside\n", totals.made,
                           base::formatDuration(scenario.durationNs), totals.left, totals.dropped, totals.inside);
        out << fmt::format("latency: mean {}, median {}, 99 % {}, 99.9 % {}\n",
                           base::formatDuration(static_cast<Nanoseconds>(totals.latency.meanNs())),
                           base::formatDuration(totals.latency.quantile(0.5)),
                           base::formatDuration(totals.latency.quantile(0.99)),
                           base::formatDuration(totals.latency.quantile(0.999)));
    }

    std::string m_scenarioFile;
    std::string m_example;
    std::string m_rate;
    std::string m_duration;
    std::optional<std::uint64_t> m_seed;
    std::string m_output;
    bool m_isList = false;
    bool m_isPrint = false;
    std::vector<std::string> m_inject;
    std::string m_injectEvery = "20ms";
    InjectionPlan m_plan;
    std::optional<double> m_interrupts;
    std::optional<double> m_slowdowns;
    std::optional<double> m_lostRecords;
    std::string m_jitter;
    std::string m_clockOffset;
    std::optional<double> m_clockDrift;
    std::string m_ids;
    std::optional<double> m_zeroIds;
    std::vector<std::string> m_rewriters;
};

} // namespace

std::unique_ptr<Command> makeSimulateCommand()
{
    return std::make_unique<SimulateCommand>();
}

} // namespace vnscope::cli
