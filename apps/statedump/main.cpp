// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>

#include "apps/statedump/host_state.hpp"
#include "apps/statedump/writers.hpp"

namespace {

constexpr const char* kDescription =
    "Tells a trace what no tracepoint repeats: devices with their MACs, masters and peers in all namespaces,\n"
    "bridges with VLANs and forwarding tables, addresses, owners of taps, ports of Open vSwitch.\n"
    "Run it as root while a session records it, at the beginning of a trace and again at its end.";
constexpr const char* kExamples = "Examples:\n"
                                  "  lttng enable-event --userspace 'vnscope_statedump:*'\n"
                                  "  vnscope-statedump            # into the running LTTng session\n"
                                  "  vnscope-statedump --json     # look at it\n";

} // namespace

int main(int argc, char** argv)
{
    CLI::App app(kDescription, "vnscope-statedump");
    bool isJson = false;
    app.add_flag("--json", isJson, "Print the state as JSON instead of tracing it");
    app.set_version_flag("--version", VNSCOPE_VERSION);
    app.footer(kExamples);
    CLI11_PARSE(app, argc, argv);

    if (::geteuid() != 0)
        std::fputs("vnscope-statedump: not root: other users' namespaces and taps stay unseen.\n", stderr);
    const vnscope::statedump::HostState state = vnscope::statedump::readHost();
    for (const std::string& problem : state.problems)
        std::fprintf(stderr, "vnscope-statedump: %s\n", problem.c_str());
    if (state.links.empty())
        return EXIT_FAILURE;
    if (isJson)
        std::puts(vnscope::statedump::toJson(state).c_str());
    else
        vnscope::statedump::writeTrace(state);
    return EXIT_SUCCESS;
}
