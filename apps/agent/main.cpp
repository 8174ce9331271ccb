// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <iostream>

#include <fmt/format.h>

#include "apps/agent/command_line.hpp"
#include "apps/reference/bash_completion.hpp"
#include "apps/reference/man_page.hpp"
#include "recording/agent/loop.hpp"

namespace {

using namespace vnscope::agent;
namespace recording = vnscope::recording::agent;

using std::chrono::nanoseconds;

void complain(const std::string& sentence)
{
    std::cerr << "vnscope-agent: " << sentence << '\n';
}

ExitCode printed(const std::string& text)
{
    return (std::cout << text << std::flush) ? ExitCode::Done : ExitCode::Failed;
}

double seconds(const timeval& time)
{
    constexpr double kUsPerSecond = 1e6;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / kUsPerSecond;
}

double microseconds(nanoseconds time)
{
    constexpr double kNsPerUs = 1e3;
    return static_cast<double>(time.count()) / kNsPerUs;
}

void printCosts(const recording::Agent& agent, nanoseconds ran)
{
    std::cerr << fmt::format("{:<14} {:>8} {:>10} {:>10}\n", "collector", "samples", "mean µs", "most µs");
    for (const recording::Cost& cost : agent.costs())
        std::cerr << fmt::format("{:<14} {:>8} {:>9.1f} {:>9.1f}\n", cost.collector, cost.samples,
                                 cost.samples == 0 ? 0.0 : microseconds(cost.total) / static_cast<double>(cost.samples),
                                 microseconds(cost.longest));
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    const double wall = std::chrono::duration<double>(ran).count();
    std::cerr << fmt::format("CPU {:.3f} s (user {:.3f}, system {:.3f}) in {:.1f} s: {:.3f} % of one CPU\n", cpu,
                             seconds(usage.ru_utime), seconds(usage.ru_stime), wall, 100 * cpu / wall);
}

vnscope::base::Result<void> run(recording::Agent& agent, const Options& options)
{
    if (options.isOnce) {
        agent.rescan();
        agent.sample(recording::Depth::All);
        return {};
    }
    recording::LoopOptions loop{nanoseconds(options.periodNs), nanoseconds(options.rescanNs), std::nullopt};
    if (options.durationNs != 0)
        loop.duration = nanoseconds(options.durationNs);
    const auto missed = recording::runLoop(agent, loop);
    if (!missed)
        return tl::unexpected(missed.error());
    if (*missed != 0)
        complain(fmt::format("{} periods passed without a sample: the one before took too long.", *missed));
    return {};
}

ExitCode sampleHost(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    if (::geteuid() != 0)
        complain("not root: other namespaces and other users' processes stay unseen.");
    recording::Problems problems(complain);
    const auto sink = options.print == "json" ? recording::makeJsonSink(std::cout) : recording::makeTraceSink();
    recording::Agent agent({nanoseconds(options.rulesNs), options.processes}, *sink, problems);
    const auto result = run(agent, options);
    if (options.printsCost)
        printCosts(agent, std::chrono::steady_clock::now() - begin);
    if (!result)
        complain(result.error().text());
    return result && std::cout ? ExitCode::Done : ExitCode::Failed;
}

ExitCode runProgram(int argc, char** argv)
{
    CommandLine commandLine;
    if (const auto early = commandLine.parse(argc, argv, std::cout, std::cerr))
        return *early;
    if (commandLine.options().generate == "man")
        return printed(vnscope::reference::programManPage(commandLine.model()));
    if (commandLine.options().generate == "completion")
        return printed(vnscope::reference::bashCompletion(commandLine.model()));
    return sampleHost(commandLine.options());
}

} // namespace

int main(int argc, char** argv)
{
    return static_cast<int>(runProgram(argc, argv));
}
