// SPDX-License-Identifier: Apache-2.0
// Random networks built on this machine, used, changed and recorded; the map against what iproute2 says of them.

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/live/network_truth.hpp"
#include "tests/live/perf_script_trace.hpp"
#include "tests/live/recorded_map.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests::live {

namespace {

namespace fs = std::filesystem;

class LiveMap : public testing::TestWithParam<int> {
protected:
    void record();
    void compareAt(const std::string& when) const;

    support::ScratchDirectory m_scratch;
    std::string m_hostNetns;
    std::optional<RecordedMap> m_map;
};

void LiveMap::record()
{
    const std::string out = m_scratch.path();
    const auto run = support::runProgram("bash '" VNSCOPE_SOURCE_DIR "/tests/live/random_bridges' " +
                                         std::to_string(GetParam()) + " '" + out + "'");
    if (run.exitCode == kCannot)
        GTEST_SKIP() << run.output;
    ASSERT_EQ(run.exitCode, 0) << run.output;
    std::ifstream script(m_scratch.path() / "perf.txt");
    writePerfTrace(script, m_scratch.path() / "perf");
    const auto imported =
        support::runProgram("vnscope import '" + out + "/perf' '" + out + "/state' -o '" + out + "/live.vns'");
    ASSERT_EQ(imported.exitCode, 0) << imported.output;
    for (const auto& file : fs::directory_iterator(m_scratch.path() / "truth" / "used"))
        if (file.path().stem().string().ends_with("-h"))
            m_hostNetns = file.path().stem();
    const std::string ours = m_hostNetns.substr(0, m_hostNetns.size() - 1);
    m_map.emplace(m_scratch.path() / "live.vns", [&](const RecordedMap::NodeRow& node) {
        return node.netns.starts_with(ours) ? node.netns + "/" + node.name : std::string();
    });
}

void LiveMap::compareAt(const std::string& when) const
{
    SCOPED_TRACE(when);
    const fs::path folder = m_scratch.path() / "truth" / when;
    const base::Timestamp at = timeOf(folder);
    std::map<support::EdgeTruth, std::set<std::string>> edges;
    for (const support::EdgeTruth& edge : edgesOf(devicesOf(folder)))
        edges[edge] = {"certain"};
    EXPECT_EQ(m_map->edgesAt(at), edges);
    EXPECT_EQ(m_map->learnedAt(at), learnedOf(folder, m_hostNetns));
}

TEST_P(LiveMap, EqualsWhatIprouteSays)
{
    ASSERT_NO_FATAL_FAILURE(record());
    if (IsSkipped())
        return;
    compareAt("used");
    compareAt("end");
}

INSTANTIATE_TEST_SUITE_P(Seeds, LiveMap, testing::Values(1, 2, 3));

} // namespace

} // namespace vnscope::tests::live
