// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>

#include "apps/reference/bash_completion.hpp"
#include "apps/reference/man_page.hpp"
#include "apps/statedump/command_line.hpp"
#include "apps/statedump/host_state.hpp"
#include "apps/statedump/writers.hpp"

namespace {

using namespace vnscope::statedump;

ExitCode printed(const std::string& text)
{
    return (std::cout << text << std::flush) ? ExitCode::Done : ExitCode::Failed;
}

ExitCode dump(const Options& options)
{
    if (::geteuid() != 0)
        std::cerr << "vnscope-statedump: not root: other users' namespaces and taps stay unseen.\n";
    const HostState state = readHost(options.ovsdbSockets);
    for (const std::string& problem : state.problems)
        std::cerr << "vnscope-statedump: " << problem << '\n';
    if (state.links.empty())
        return ExitCode::Failed;
    if (options.isJson)
        return printed(toJson(state) + '\n');
    writeTrace(state);
    return ExitCode::Done;
}

ExitCode run(int argc, char** argv)
{
    CommandLine commandLine;
    if (const auto early = commandLine.parse(argc, argv, std::cout, std::cerr))
        return *early;
    if (commandLine.options().generate == "man")
        return printed(vnscope::reference::programManPage(commandLine.model()));
    if (commandLine.options().generate == "completion")
        return printed(vnscope::reference::bashCompletion(commandLine.model()));
    return dump(commandLine.options());
}

} // namespace

int main(int argc, char** argv)
{
    return static_cast<int>(run(argc, argv));
}
