// SPDX-License-Identifier: Apache-2.0
// A chain of processes that is traced while it runs: who was stopped is who is blamed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "analyses/microscope/engine.hpp"
#include "importer/session.hpp"
#include "tests/live/recorded_session.hpp"

namespace vnscope::tests::live {
namespace {

namespace fs = std::filesystem;
namespace microscope = analyses::microscope;
using support::runProgram;

struct Pause {
    std::string element;
    base::TimeRange when;
};

std::vector<Pause> pausesIn(const fs::path& file)
{
    std::ifstream in(file);
    std::vector<Pause> pauses;
    Pause pause;
    while (in >> pause.element >> pause.when.begin.ns >> pause.when.end.ns)
        pauses.push_back(pause);
    return pauses;
}

/// Victims of one pause, and how many of them name it first.
struct Score {
    std::size_t victims = 0;
    std::size_t right = 0;
};

Score diagnose(const fs::path& trace, const std::vector<Pause>& pauses)
{
    Score score;
    microscope::EngineOptions options;
    options.latencyThreshold = 600 * base::kNsPerUs;
    microscope::Engine* engine = nullptr;
    const auto nameOf = [&](microscope::ElementId id) {
        return id.isValid() ? engine->network().network()[id].name : std::string();
    };
    /// A packet that was in front of a stopped element for at least half of the pause, and came no other way to be
    /// late.
    const auto pauseOf = [&](const microscope::Diagnosis& victim) -> const Pause* {
        for (const microscope::Hop& hop : engine->network().hops(victim.journey)) {
            for (const Pause& pause : pauses) {
                const base::Nanoseconds together =
                    std::min(hop.left, pause.when.end) - std::max(hop.arrival, pause.when.begin);
                if (nameOf(hop.element) == pause.element && 2 * together >= pause.when.length())
                    return &pause;
            }
        }
        return nullptr;
    };
    microscope::Engine counting(options, [&](const microscope::Diagnosis& victim) {
        const Pause* const pause = pauseOf(victim);
        if (pause == nullptr)
            return;
        ++score.victims;
        const microscope::Suspect& first = victim.suspects.front();
        score.right +=
            first.culprit.kind == microscope::Culprit::Kind::Element && nameOf(first.culprit.element) == pause->element;
    });
    engine = &counting;
    const std::array paths{trace};
    auto session = importer::openSession(paths, {});
    EXPECT_TRUE(session.has_value());
    for (auto batch = (*session)->next(); batch && *batch != nullptr; batch = (*session)->next()) {
        for (const tracepoints::EventRecord& record : (*batch)->events())
            counting.process(record, **batch, (*session)->strings(), 0, "host");
    }
    counting.finish();
    // Those under way when the tracer began to listen.
    EXPECT_LE(counting.cutJourneys(), counting.arrived() / 100);
    return score;
}

TEST(NfChain, AStoppedProcessIsBlamedByThosePacketsThatWaitedForIt)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    // As NFs that have CPUs of their own: else the scheduler pauses them, too, and rightly is blamed for it.
    if (runProgram("chrt --fifo 5 true 2>&1").exitCode != 0)
        GTEST_SKIP() << "no real-time priority here";
    const support::ScratchDirectory scratch;
    const fs::path pauses = scratch.path() / "pauses";
    RecordRun run(scratch.path() / "run", fmt::format("--preset nf -- chrt --fifo 5 '{}' '{}' '{}' 4", VNSCOPE_NF_CHAIN,
                                                      (scratch.path() / "rings").string(), pauses.string()));
    ASSERT_EQ(run.wait(), 0) << run.said();
    const std::vector<Pause> stopped = pausesIn(pauses);
    ASSERT_GT(stopped.size(), 50U);
    const Score score = diagnose(run.folder() / "lttng", stopped);
    const double percent = 100.0 * static_cast<double>(score.right) / static_cast<double>(score.victims);
    std::cout << fmt::format("{} pauses, {} victims, {:.1f} % name the stopped process first\n", stopped.size(),
                             score.victims, percent);
    EXPECT_GT(score.victims, 4 * stopped.size());
    EXPECT_GE(percent, 90);
}

} // namespace
} // namespace vnscope::tests::live
