// SPDX-License-Identifier: Apache-2.0
// Random networks built on this machine, used, changed and recorded; the map against what iproute2 says of them.

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "storage/store.hpp"
#include "tests/live/perf_script_trace.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests::live {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using storage::Table;

/// The recording's exit code where this machine cannot do it.
constexpr int kCannot = 77;

/// Kind, and the two ends as "netns/name"; a cable's in their order.
using EdgeTruth = std::tuple<std::string, std::string, std::string>;

EdgeTruth cable(std::string a, std::string b)
{
    if (b < a)
        std::swap(a, b);
    return {"veth_pair", a, b};
}

struct DeviceTruth {
    std::string name; ///< "netns/name"
    json link;
};

std::vector<DeviceTruth> devicesOf(const fs::path& folder)
{
    std::vector<DeviceTruth> devices;
    for (const auto& file : fs::directory_iterator(folder)) {
        const std::string netns = file.path().stem();
        if (file.path().extension() != ".json" || netns == "fdb")
            continue;
        std::ifstream input(file.path());
        for (const json& link : json::parse(input))
            if (link.contains("ifname"))
                devices.push_back({netns + "/" + link["ifname"].get<std::string>(), link});
    }
    return devices;
}

std::set<EdgeTruth> edgesOf(const std::vector<DeviceTruth>& devices)
{
    std::set<EdgeTruth> edges;
    for (const DeviceTruth& it : devices) {
        const std::string netns = it.name.substr(0, it.name.find('/'));
        if (it.link.contains("master"))
            edges.insert({"bridge_port", netns + "/" + it.link["master"].get<std::string>(), it.name});
        if (!it.link.contains("linkinfo") || it.link["linkinfo"].value("info_kind", "") != "veth")
            continue;
        if (it.link.contains("link")) { // The peer is in the same namespace.
            edges.insert(cable(it.name, netns + "/" + it.link["link"].get<std::string>()));
            continue;
        }
        for (const DeviceTruth& other : devices)
            if (other.link.value("link_index", 0) == it.link["ifindex"] &&
                it.link.value("link_index", 0) == other.link["ifindex"] && other.name.find(netns + "/") != 0)
                edges.insert(cable(it.name, other.name));
    }
    return edges;
}

/// Port as "netns/name", and the MAC learned there.
std::set<std::pair<std::string, std::string>> learnedOf(const fs::path& folder, const std::string& netns)
{
    std::set<std::pair<std::string, std::string>> learned;
    std::ifstream input(folder / "fdb.json");
    for (const json& entry : json::parse(input))
        if (entry.contains("master") && entry.value("state", "") != "permanent")
            learned.insert({netns + "/" + entry["ifname"].get<std::string>(), entry["mac"].get<std::string>()});
    return learned;
}

class LiveMap : public testing::TestWithParam<int> {
protected:
    void record();
    [[nodiscard]] Table read(const storage::Select& select) const;
    void compareAt(const std::string& when) const;

    support::ScratchDirectory m_scratch;
    std::string m_hostNetns;
    std::map<std::int64_t, std::string> m_names; ///< "netns/name" of the nodes of our namespaces.
};

Table LiveMap::read(const storage::Select& select) const
{
    const auto store = storage::Store::open(m_scratch.path() / "live.vns");
    if (!store)
        throw std::runtime_error(store.error().text());
    auto table = store->read(select);
    if (!table)
        throw std::runtime_error(table.error().text());
    return *std::move(table);
}

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
    const Table nodes = read({.table = "topology_node"});
    for (std::size_t row = 0; row < nodes.rows.size(); ++row)
        if (nodes.at(row, "netns").text().starts_with(ours))
            m_names[nodes.at(row, "node_id").integer()] =
                nodes.at(row, "netns").text() + "/" + nodes.at(row, "name").text();
}

void LiveMap::compareAt(const std::string& when) const
{
    SCOPED_TRACE(when);
    const fs::path folder = m_scratch.path() / "truth" / when;
    std::int64_t at = 0;
    std::ifstream(folder / "time") >> at;
    const auto isValid = [&](const Table& table, std::size_t row) {
        return table.at(row, "valid_from_ns").integer() <= at && at < table.at(row, "valid_to_ns").integer();
    };
    std::set<EdgeTruth> ours;
    const Table edges = read({.table = "topology_edge"});
    for (std::size_t row = 0; row < edges.rows.size(); ++row) {
        const auto a = m_names.find(edges.at(row, "from_id").integer());
        const auto b = m_names.find(edges.at(row, "to_id").integer());
        const std::string kind = edges.at(row, "kind").text();
        if (a == m_names.end() || b == m_names.end() || !isValid(edges, row) || kind == "attached_host")
            continue;
        EXPECT_EQ(edges.at(row, "certainty").text(), "certain") << kind << " " << a->second << " " << b->second;
        ours.insert(kind == "bridge_port" ? EdgeTruth{kind, a->second, b->second} : cable(a->second, b->second));
    }
    EXPECT_EQ(ours, edgesOf(devicesOf(folder)));

    std::set<std::pair<std::string, std::string>> learned;
    const Table entries = read({.table = "fdb_entry", .where = {{"origin", "<>", "local"}}});
    for (std::size_t row = 0; row < entries.rows.size(); ++row)
        if (const auto port = m_names.find(entries.at(row, "port_id").integer());
            port != m_names.end() && isValid(entries, row))
            learned.insert({port->second, entries.at(row, "mac").text()});
    EXPECT_EQ(learned, learnedOf(folder, m_hostNetns));
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
