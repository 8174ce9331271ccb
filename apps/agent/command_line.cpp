// SPDX-License-Identifier: Apache-2.0
#include "apps/agent/command_line.hpp"

#include <map>
#include <ostream>

#include "apps/reference/choice.hpp"
#include "apps/reference/cli11_model.hpp"
#include "apps/reference/parse.hpp"

namespace vnscope::agent {

namespace {

constexpr const char* kName = "vnscope-agent";
constexpr const char* kDescription =
    "Samples the counters of every element of a host's data plane into a trace: devices, taps, queueing disciplines,\n"
    "backlogs of CPUs, protocols, Open vSwitch, CPU times, in all network namespaces.\n"
    "Run it as root while a session records vnscope_element:*.";

std::vector<reference::ExampleModel> examples()
{
    return {{"lttng enable-event --userspace 'vnscope_element:*'", "let the LTTng session record the samples"},
            {"vnscope-agent", "sample ten times a second, until a signal"},
            {"vnscope-agent --once --print json", "look at everything once"},
            {"vnscope-agent --period 1h & kill -USR1 $!", "sample on demand only"},
            {"vnscope-agent --process haproxy --duration 30s",
             "with the CPU time of haproxy, and how long its quota held it up"}};
}

std::vector<reference::ExitCodeModel> exitCodes()
{
    return {{static_cast<int>(ExitCode::Done), "done; what could not be read stands on the standard error"},
            {static_cast<int>(ExitCode::Failed), "the host cannot be sampled, or the JSON not be written"},
            {static_cast<int>(ExitCode::Usage), "the command line makes no sense"}};
}

std::vector<std::string> notes()
{
    return {
        "It only reads. SIGUSR1 samples at once; SIGTERM and SIGINT sample a last time and end it.",
        "Devices that come are known within a second of the first sample that meets them, namespaces, processes and "
        "owners of taps after the next look around (--rescan). A namespace that lost its name and its last process "
        "lives on until then, because the agent still holds it open.",
        "A user who is not root samples his own network namespace only.",
        "Kinds, attributes and their units are described in recording/agent/README.md of the sources, the events in "
        "tracepoints/element/README.md."};
}

} // namespace

CommandLine::CommandLine() : m_app(kDescription, kName)
{
    m_app.get_help_ptr()->description("Print this help and exit");
    m_app.set_version_flag("--version", std::string(kName) + " " + VNSCOPE_VERSION, "Print the version and exit");
    addTime("--period", m_options.periodNs, "Time between two samples, as 100ms (the default), 1s, 1h; at least 1ms");
    addTime("--duration", m_options.durationNs, "End after this time; default: at a signal");
    addTime("--rescan", m_options.rescanNs, "Time between two looks for new elements; default: 5s");
    addTime("--rules-period", m_options.rulesNs, "Time between two samples of Open vSwitch's rules; default: 5s");
    m_app.add_flag("--once", m_options.isOnce, "Sample once and end");
    m_app
        .add_option("--process", m_options.processes,
                    "Sample the CPU time of the processes of this number or name, and their cgroup's throttling")
        ->type_name("PID|NAME")
        ->allow_extra_args(false);
    reference::addChoice(m_app, "--print", m_options.print, {"json"},
                         "Print one line for each sample of an element instead of tracing it");
    m_app.add_flag("--print-cost", m_options.printsCost,
                   "Print at the end what the samples took, on the standard error");
    reference::addChoice(m_app, "--generate", m_options.generate, {"completion", "man"}, "for our own build")
        ->group("");
    m_app.footer(reference::examplesHelp(examples()) + "\n\n" + reference::exitCodesHelp(exitCodes()));
}

void CommandLine::addTime(const char* name, std::int64_t& ns, const char* description)
{
    static const std::map<std::string, std::int64_t> kUnits{
        {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};
    m_app.add_option(name, ns, description)
        ->transform(CLI::AsNumberWithUnit(kUnits, CLI::AsNumberWithUnit::UNIT_REQUIRED).description(""))
        ->check(CLI::Range(std::int64_t{1'000'000}, std::int64_t{1'000} * 3'600'000'000'000).description(""))
        ->type_name("TIME");
}

reference::ProgramModel CommandLine::model() const
{
    reference::ProgramModel program;
    program.name = kName;
    program.version = VNSCOPE_VERSION;
    program.date = VNSCOPE_RELEASE_DATE;
    program.summary = "sample the counters of a host's data plane into a trace";
    program.paragraphs = reference::splitParagraphs(kDescription);
    program.options = reference::parametersOf(m_app).options;
    program.exitCodes = exitCodes();
    program.variables = {{"OVS_RUNDIR", "a further folder with the sockets of Open vSwitch"},
                         {"OVS_DBDIR", "one more"}};
    program.examples = examples();
    program.notes = notes();
    program.seeAlso = {"vnscope(1)", "vnscope-statedump(1)", "lttng(1)"};
    return program;
}

std::optional<ExitCode> CommandLine::parse(int argumentCount, const char* const* arguments, std::ostream& out,
                                           std::ostream& err)
{
    const std::optional<reference::ParseEnd> end = reference::parse(m_app, argumentCount, arguments, out, err);
    if (!end)
        return std::nullopt;
    return *end == reference::ParseEnd::Answered ? ExitCode::Done : ExitCode::Usage;
}

} // namespace vnscope::agent
