// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/support/golden_traces.hpp"

/// Writes a kernel-like trace with one stream per CPU, for as many CPUs as asked: no machine here has them.
int main(int argc, char** argv)
{
    using namespace vnscope::tests::support;

    std::string directory;
    std::uint64_t events = 5'000'000;
    KernelStory story;
    story.cpus = 512;
    story.pollGapNs = 5'000'000; // One or two CPUs poll at any time, as on a host that is not idle.
    CLI::App app{"Writes a kernel-like CTF trace with one stream per CPU."};
    app.add_option("directory", directory, "where to write")->required();
    app.add_option("--cpus", story.cpus, "streams")->check(CLI::Range(1, 4096));
    app.add_option("--events", events, "events of all streams together, at least");
    CLI11_PARSE(app, argc, argv);

    // 3 events per poll; per packet 4 when it is sent on and 2 when it is dropped.
    const double perPacket = 3.0 / story.packetsPerPoll + 4.0 - 2.0 / story.dropEvery;
    const double packets = static_cast<double>(events) / story.cpus / perPacket;
    story.packetsPerCpu = static_cast<std::uint32_t>(packets) + story.packetsPerPoll;
    const auto truth = writeKernelTrace(directory, KernelSpelling::Lttng27, story);
    if (!truth) {
        fmt::print(stderr, "vnscope-many-streams: {}\n", truth.error().text());
        return 1;
    }
    fmt::print("{{\"events\": {}, \"streams\": {}}}\n", truth->events, story.cpus);
}
