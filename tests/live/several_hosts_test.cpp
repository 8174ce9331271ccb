// SPDX-License-Identifier: Apache-2.0
// Two hosts on a cable, three on a switch that nobody traces: built on this machine, used, a machine migrated, each
// host recorded for itself. All traces in one import; the map against what was built and what iproute2 says of each
// host.

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/live/network_truth.hpp"
#include "tests/live/perf_script_trace.hpp"
#include "tests/live/recorded_map.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests::live {

namespace {

namespace fs = std::filesystem;
using support::EdgeTruth;

/// The place in the map of an unnamed switch.
const std::string kSegment = "segment";

/// A device of a host's own namespace.
std::string atHome(const std::string& host, const std::string& device)
{
    return host + "/home/" + device;
}

struct Move {
    base::Timestamp at;
    std::string mac;
    std::string from;
    std::string to;
};

/// Seed, number of hosts.
class SeveralHosts : public testing::TestWithParam<std::pair<int, int>> {
protected:
    void record();
    void import();
    [[nodiscard]] std::set<std::string> devicesAt(const std::string& when) const;
    [[nodiscard]] Move move() const;
    [[nodiscard]] std::map<EdgeTruth, std::set<std::string>> edgesAt(const std::string& when) const;
    [[nodiscard]] fs::path truth(const std::string& name) const { return m_scratch.path() / "truth" / name; }
    void compareAt(const std::string& when) const;
    void compareMove() const;

    support::ScratchDirectory m_scratch;
    std::vector<std::pair<std::string, std::string>> m_uplinks; ///< Host and its port.
    std::optional<RecordedMap> m_map;
};

void SeveralHosts::record()
{
    const auto [seed, count] = GetParam();
    const auto run =
        support::runProgram("bash '" VNSCOPE_SOURCE_DIR "/tests/live/several_hosts' " + std::to_string(seed) + " " +
                            std::to_string(count) + " '" + m_scratch.path().string() + "'");
    if (run.exitCode == kCannot)
        GTEST_SKIP() << run.output;
    ASSERT_EQ(run.exitCode, 0) << run.output;
    std::ifstream uplinks(truth("uplinks"));
    for (std::string host, port; uplinks >> host >> port;)
        m_uplinks.emplace_back(host, port);
    ASSERT_EQ(m_uplinks.size(), static_cast<std::size_t>(count));
    import();
}

void SeveralHosts::import()
{
    std::vector<TracedHost> hosts;
    std::string traces;
    for (const auto& [host, port] : m_uplinks) {
        TracedHost& traced = hosts.emplace_back(TracedHost{host, {}, m_scratch.path() / "perf" / host});
        for (const char* const when : {"used", "end"})
            for (const DeviceTruth& device : devicesOf(truth(when) / host))
                if (device.link["ifname"] != "lo")
                    traced.devices.insert(device.link["ifname"]);
        traces += " '" + traced.directory.string() + "' '" + (m_scratch.path() / "state" / host).string() + "'";
    }
    std::ifstream script(m_scratch.path() / "perf.txt");
    writePerfTraces(script, hosts);
    const fs::path store = m_scratch.path() / "live.vns";
    const auto imported = support::runProgram("vnscope import" + traces + " -o '" + store.string() + "'");
    ASSERT_EQ(imported.exitCode, 0) << imported.output;
    m_map.emplace(store, [](const RecordedMap::NodeRow& node) {
        if (node.kind == "device")
            return node.host + "/" + (node.netns.empty() ? "home" : node.netns) + "/" + node.name;
        return node.kind == "station" ? node.mac : kSegment;
    });
}

std::set<std::string> SeveralHosts::devicesAt(const std::string& when) const
{
    std::set<std::string> devices;
    for (const auto& [host, port] : m_uplinks)
        for (const DeviceTruth& device : devicesOf(truth(when) / host, host + "/"))
            if (device.link["ifname"] != "lo")
                devices.insert(device.name);
    return devices;
}

/// What each host knows of itself is certain; no host knows what its uplink leads to.
std::map<EdgeTruth, std::set<std::string>> SeveralHosts::edgesAt(const std::string& when) const
{
    std::map<EdgeTruth, std::set<std::string>> edges;
    std::vector<std::string> uplinks;
    for (const auto& [host, port] : m_uplinks) {
        for (const EdgeTruth& edge : edgesOf(devicesOf(truth(when) / host, host + "/")))
            edges[edge] = {"certain"};
        uplinks.push_back(atHome(host, port));
    }
    if (uplinks.size() == 2)
        edges[support::cable("uplink", uplinks[0], uplinks[1])] = {"inferred"};
    else
        for (const std::string& uplink : uplinks)
            edges[support::cable("uplink", uplink, kSegment)] = {"inferred"};
    return edges;
}

void SeveralHosts::compareAt(const std::string& when) const
{
    SCOPED_TRACE(when);
    const base::Timestamp at = timeOf(truth(when));
    std::set<std::string> devices;
    int segments = 0;
    for (const auto& [id, node] : m_map->nodes()) {
        if (!node.valid.contains(at))
            continue;
        if (node.kind == "device") {
            EXPECT_TRUE(devices.insert(m_map->nameOf(id)).second) << m_map->nameOf(id);
        }
        segments += node.kind == "segment" ? 1 : 0;
    }
    EXPECT_EQ(devices, devicesAt(when));
    EXPECT_EQ(segments, m_uplinks.size() > 2 ? 1 : 0);
    EXPECT_EQ(m_map->edgesAt(at), edgesAt(when));

    std::set<std::pair<std::string, std::string>> learned;
    for (const auto& [host, port] : m_uplinks)
        learned.merge(learnedOf(truth(when) / host, host + "/home"));
    EXPECT_EQ(m_map->learnedAt(at), learned);

    std::set<std::pair<std::string, std::string>> attached;
    std::ifstream stations(truth(when) / "stations");
    for (std::string host, port, mac; stations >> host >> port >> mac;)
        attached.emplace(atHome(host, port), mac);
    std::ifstream ofSwitch(truth("switch"));
    for (std::string mac; ofSwitch >> mac;)
        attached.emplace(kSegment, mac);
    std::set<std::pair<std::string, std::string>> found;
    for (const auto& [place, certainties] : m_map->attachedAt(at)) {
        EXPECT_FALSE(certainties.contains("ambiguous")) << place.first << " " << place.second;
        found.insert(place);
    }
    EXPECT_EQ(found, attached);
}

Move SeveralHosts::move() const
{
    Move move;
    std::ifstream file(truth("moved"));
    std::string fromHost;
    std::string fromPort;
    std::string toHost;
    std::string toPort;
    file >> move.at.ns >> move.mac >> fromHost >> fromPort >> toHost >> toPort;
    move.from = atHome(fromHost, fromPort);
    move.to = atHome(toHost, toPort);
    return move;
}

void SeveralHosts::compareMove() const
{
    const Move truth = move();
    const storage::Table changes = m_map->read({.table = "topology_change", .where = {{"kind", "=", "moved"}}});
    ASSERT_EQ(changes.rows.size(), 1U);
    EXPECT_EQ(m_map->nodes().at(changes.at(0, "subject_id").integer()).mac, truth.mac);
    EXPECT_EQ(m_map->nameOf(changes.at(0, "from_id").integer()), truth.from);
    EXPECT_EQ(m_map->nameOf(changes.at(0, "to_id").integer()), truth.to);
    EXPECT_NEAR(static_cast<double>(changes.at(0, "ts_ns").integer() - truth.at.ns), 0.0,
                static_cast<double>(base::kNsPerSecond));
}

TEST_P(SeveralHosts, MergeIntoOneMap)
{
    ASSERT_NO_FATAL_FAILURE(record());
    if (IsSkipped())
        return;
    compareAt("used");
    compareAt("end");
    compareMove();
}

INSTANTIATE_TEST_SUITE_P(OnACable, SeveralHosts, testing::Values(std::pair(1, 2), std::pair(2, 2), std::pair(3, 2)));
INSTANTIATE_TEST_SUITE_P(OnASwitch, SeveralHosts, testing::Values(std::pair(1, 3), std::pair(2, 3), std::pair(3, 3)));

} // namespace

} // namespace vnscope::tests::live
