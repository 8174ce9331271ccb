// SPDX-License-Identifier: Apache-2.0
#include "apps/statedump/command_line.hpp"

#include <ostream>

#include "apps/reference/choice.hpp"
#include "apps/reference/cli11_model.hpp"
#include "apps/reference/parse.hpp"

namespace vnscope::statedump {

namespace {

constexpr const char* kName = "vnscope-statedump";
constexpr const char* kDescription =
    "Tells a trace what no tracepoint repeats: devices with their MACs, masters and peers in all namespaces,\n"
    "bridges with VLANs and forwarding tables, addresses, owners of taps, ports of Open vSwitch.\n"
    "Run it as root while a session records it, at the beginning of a trace and again at its end.";

std::vector<reference::ExampleModel> examples()
{
    return {{"lttng enable-event --userspace 'vnscope_statedump:*'", "let the LTTng session record the dump"},
            {"vnscope-statedump", "write the state into the session that runs"},
            {"vnscope-statedump --json", "look at it"},
            {"vnscope-statedump --ovsdb /run/openvswitch/db.sock --ovsdb /run/ovs2/db.sock",
             "two Open vSwitches, the second one in a folder of its own"}};
}

std::vector<reference::ExitCodeModel> exitCodes()
{
    return {{static_cast<int>(ExitCode::Done), "done; what could not be read stands on the standard error"},
            {static_cast<int>(ExitCode::Failed), "no device could be read, or the JSON could not be written"},
            {static_cast<int>(ExitCode::Usage), "the command line makes no sense"}};
}

std::vector<std::string> notes()
{
    return {
        "It only reads: rtnetlink and generic netlink in every network namespace, /proc, and the databases of Open "
        "vSwitch.",
        "A user who is not root does not see the namespaces and taps of others.",
        "Databases of Open vSwitch are found by the control sockets ovsdb-server.PID.ctl in /var/run/openvswitch, "
        "$OVS_RUNDIR and $OVS_DBDIR, and by db.sock there. A server that keeps its sockets elsewhere, or is reached "
        "by TCP or TLS only, is not found. The answer of a server is waited for two seconds, and read up to 16 MiB; "
        "a server that needs more is reported, and the others are asked all the same.",
        "The events and their fields are described in tracepoints/statedump/README.md of the sources."};
}

} // namespace

CommandLine::CommandLine() : m_app(kDescription, kName)
{
    m_app.get_help_ptr()->description("Print this help and exit");
    m_app.set_version_flag("--version", std::string(kName) + " " + VNSCOPE_VERSION, "Print the version and exit");
    m_app.add_flag("--json", m_options.isJson, "Print the state as JSON instead of tracing it");
    m_app
        .add_option("--ovsdb", m_options.ovsdbSockets,
                    "Ask the ovsdb-server at this Unix socket, instead of those that are found")
        ->type_name("SOCKET")
        ->allow_extra_args(false);
    reference::addChoice(m_app, "--generate", m_options.generate, {"completion", "man"}, "for our own build")
        ->group("");
    m_app.footer(reference::examplesHelp(examples()) + "\n\n" + reference::exitCodesHelp(exitCodes()));
}

reference::ProgramModel CommandLine::model() const
{
    reference::ProgramModel program;
    program.name = kName;
    program.version = VNSCOPE_VERSION;
    program.date = VNSCOPE_RELEASE_DATE;
    program.summary = "write the state of a host's virtual network into a trace";
    program.paragraphs = reference::splitParagraphs(kDescription);
    program.options = reference::parametersOf(m_app).options;
    program.exitCodes = exitCodes();
    program.variables = {{"OVS_RUNDIR", "a further folder with the sockets of Open vSwitch"},
                         {"OVS_DBDIR", "one more"}};
    program.examples = examples();
    program.notes = notes();
    program.seeAlso = {"vnscope(1)", "lttng(1)", "ovsdb-server(1)"};
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

} // namespace vnscope::statedump
