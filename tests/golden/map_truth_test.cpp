// SPDX-License-Identifier: Apache-2.0
// The map of the real traces against what iproute2 and the recording's own timeline said. Nothing here is taken from
// an earlier output of ours.

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/imported_sample.hpp"
#include "tests/support/map_truth.hpp"

namespace vnscope::tests {
namespace {

using nlohmann::json;
using storage::Table;
using support::cable;
using support::EdgeTruth;
using support::FdbReplay;
using support::FdbTruth;
using support::ImportedSample;
using support::kSecond;
using support::kTimelineSlack;
using support::nodeNames;
using support::SampleCase;
using support::secondsAfter;
using support::StoredEdge;
using support::storedEdges;
using support::timelineNs;

/// The edges that plan_start.json or plan_end.json (`ip -d -j link` of every namespace, in short) describe.
std::set<EdgeTruth> plannedEdges(const SampleCase& sample, const std::string& plan)
{
    std::set<EdgeTruth> edges;
    const json namespaces = sample.truthJson(plan);
    const auto nameOf = [&](const json& link) -> std::string {
        for (const json& netns : namespaces)
            for (const json& other : netns["links"])
                if (other["link_index"] == link["ifindex"] && other["ifindex"] == link["link_index"] &&
                    other["ifname"] != link["ifname"])
                    return other["ifname"];
        return {};
    };
    for (const json& netns : namespaces) {
        for (const json& link : netns["links"]) {
            const std::string name = link["ifname"];
            if (link["master"].is_string())
                edges.insert({"bridge_port", link["master"], name});
            if (link["kind"] == "veth")
                edges.insert(cable("veth_pair", name,
                                   link["link"].is_string() ? link["link"].get<std::string>() : nameOf(link)));
            if (link["kind"] == "vlan")
                edges.insert(cable("vlan_device", name, link["link"]));
        }
    }
    return edges;
}

/// What was true of bridge-vlan-migration at a time, for the times that are not within a change.
class BridgeTruth final {
public:
    explicit BridgeTruth(const SampleCase& sample)
        : m_start(plannedEdges(sample, "plan_start.json")),
          m_end(plannedEdges(sample, "plan_end.json")),
          m_between(m_start)
    {
        m_between.erase({"bridge_port", "br0", "vnet2"});
        m_between.insert({"bridge_port", "br1", "vnet2"});
        m_begin = timelineNs(sample, "lttng started");
        m_beginA = timelineNs(sample, "migrationA begin");
        m_endA = timelineNs(sample, "migrationA end");
        m_beginB = timelineNs(sample, "migrationB begin");
        m_endB = timelineNs(sample, "migrationB end");
        m_stop = timelineNs(sample, "lttng stop");
    }

    struct Moment {
        std::int64_t ns;
        const std::set<EdgeTruth>& edges;
    };
    /// Every quarter of a second outside of the two migrations.
    [[nodiscard]] std::vector<Moment> moments() const
    {
        std::vector<Moment> all;
        for (std::int64_t at = m_begin + kTimelineSlack; at < m_stop - kTimelineSlack; at += kSecond / 4) {
            if (at < m_beginA - kTimelineSlack)
                all.push_back({at, m_start});
            else if (at > m_endA + kTimelineSlack && at < m_beginB - kTimelineSlack)
                all.push_back({at, m_between});
            else if (at > m_endB + kTimelineSlack)
                all.push_back({at, m_end});
        }
        return all;
    }

    std::set<EdgeTruth> m_start;
    std::set<EdgeTruth> m_end;
    std::set<EdgeTruth> m_between;
    std::int64_t m_begin = 0, m_beginA = 0, m_endA = 0, m_beginB = 0, m_endB = 0, m_stop = 0;
};

std::vector<support::StateSnapshot> dumpsOf(const SampleCase& sample)
{
    // As a recording with our own tools does it: one dump when the trace has begun, one before it ends.
    return {{"start", timelineNs(sample, "lttng started")},
            {"end_before_stop", timelineNs(sample, "snapshot end_before_stop begin")}};
}

class BridgeMap : public testing::Test {
protected:
    SampleCase m_case{"bridge-vlan-migration"};
    BridgeTruth m_truth{m_case};
};

TEST_F(BridgeMap, EqualsWhatIprouteSaysAtAnyTime)
{
    const ImportedSample imported("bridge-vlan-migration", dumpsOf(m_case));
    const std::vector<StoredEdge> edges = storedEdges(imported, nodeNames(imported));
    const auto moments = m_truth.moments();
    ASSERT_GT(moments.size(), 150U);
    for (const auto& moment : moments) {
        std::set<EdgeTruth> ours;
        for (const StoredEdge& edge : edges) {
            const bool isLink = std::get<0>(edge.edge) != "attached_host";
            if (isLink && edge.from <= moment.ns && moment.ns < edge.to) {
                EXPECT_EQ(edge.certainty, "certain");
                ours.insert(edge.edge);
            }
        }
        EXPECT_EQ(ours, moment.edges) << secondsAfter(m_truth.m_begin, moment.ns) << " s after the trace's begin";
    }
}

/// Without a state dump there is less to know; what is said must be true all the same.
TEST_F(BridgeMap, SaysNothingWrongWithoutAStateDump)
{
    const ImportedSample imported("bridge-vlan-migration");
    std::size_t judged = 0;
    for (const StoredEdge& edge : storedEdges(imported, nodeNames(imported))) {
        const bool isLink = std::get<0>(edge.edge) != "attached_host";
        if (!isLink || edge.certainty == "ambiguous")
            continue;
        for (const auto& moment : m_truth.moments()) {
            // Nothing tells when vnet5 was removed; the cable to it is known as long as nothing speaks against it.
            const bool isRemoved = edge.edge == cable("veth_pair", "vnet5", "vm5-eth0") && moment.ns > m_truth.m_endB;
            if (isRemoved || moment.ns < edge.from || moment.ns >= edge.to)
                continue;
            EXPECT_TRUE(moment.edges.contains(edge.edge))
                << std::get<0>(edge.edge) << " " << std::get<1>(edge.edge) << " " << std::get<2>(edge.edge) << " at "
                << secondsAfter(m_truth.m_begin, moment.ns) << " s";
            ++judged;
        }
    }
    EXPECT_GT(judged, 1000U);
}

TEST_F(BridgeMap, ForwardingTablesEqualBridgeFdbAtAnyTime)
{
    const ImportedSample imported("bridge-vlan-migration", dumpsOf(m_case));
    const FdbReplay truth(m_case, "monitor_bridge_fdb.txt");
    const auto names = nodeNames(imported);
    const Table entries = imported.read({.table = "fdb_entry", .where = {{"origin", "<>", "local"}}});
    std::size_t compared = 0;
    for (std::int64_t at = m_truth.m_begin + kSecond / 10; at < m_truth.m_stop; at += kSecond / 10) {
        const FdbTruth* const there = truth.at(at);
        if (there == nullptr)
            continue;
        const FdbTruth ours = support::storedFdb(entries, names, at);
        EXPECT_EQ(ours, *there) << secondsAfter(m_truth.m_begin, at) << " s after the trace's begin";
        ++compared;
    }
    EXPECT_GT(compared, 300U);
}

TEST_F(BridgeMap, BothMigrationsAreFoundWithTheirPlaces)
{
    for (const bool hasDump : {true, false}) {
        SCOPED_TRACE(hasDump ? "with a state dump" : "without a state dump");
        const ImportedSample imported("bridge-vlan-migration",
                                      hasDump ? dumpsOf(m_case) : std::vector<support::StateSnapshot>());
        const Table moves = imported.read({.table = "topology_change", .where = {{"kind", "=", "moved"}}});
        std::map<std::string, std::vector<std::size_t>> byMac;
        for (std::size_t row = 0; row < moves.rows.size(); ++row)
            for (const std::string mac : {"52:54:00:00:00:02", "52:54:00:00:00:05"})
                if (moves.at(row, "detail").text().find(mac) != std::string::npos)
                    byMac[mac].push_back(row);
        EXPECT_EQ(moves.rows.size(), 2U);
        ASSERT_EQ(byMac.size(), 2U);
        const auto expect = [&](const std::string& mac, std::int64_t begin, std::int64_t end, const std::string& from,
                                const std::string& to) {
            ASSERT_EQ(byMac[mac].size(), 1U);
            const std::size_t row = byMac[mac][0];
            EXPECT_GT(moves.at(row, "ts_ns").integer(), begin - kTimelineSlack);
            EXPECT_LT(moves.at(row, "ts_ns").integer(), end + kTimelineSlack);
            EXPECT_THAT(moves.at(row, "detail").text(), testing::HasSubstr(from));
            EXPECT_THAT(moves.at(row, "detail").text(), testing::HasSubstr(to));
        };
        expect("52:54:00:00:00:02", m_truth.m_beginA, m_truth.m_endA, "br0 port vnet2", "br1 port vnet2");
        expect("52:54:00:00:00:05", m_truth.m_beginB, m_truth.m_endB, "br1 port vnet5 ", "br0 port vnet5b");
    }
}

/// The recording's probe of br_fdb_add names no bridge, and nothing tells before of which bridge vnet1 is a port.
TEST_F(BridgeMap, AnEntryAddedByHandIsThereFromThenOnOnly)
{
    const ImportedSample imported("bridge-vlan-migration");
    const Table entry = imported.read({.table = "fdb_entry", .where = {{"mac", "=", "52:54:00:00:aa:01"}}});
    ASSERT_EQ(entry.rows.size(), 1U);
    EXPECT_EQ(entry.at(0, "vlan").integer(), 10);
    EXPECT_EQ(entry.at(0, "origin").text(), "static");
    EXPECT_EQ(entry.at(0, "end").text(), "deleted");
    EXPECT_NEAR(static_cast<double>(entry.at(0, "valid_from_ns").integer()),
                static_cast<double>(timelineNs(m_case, "static fdb add")), kSecond / 4);
    EXPECT_NEAR(static_cast<double>(entry.at(0, "valid_to_ns").integer()),
                static_cast<double>(timelineNs(m_case, "static fdb del")), kSecond / 4);
}

/// br1 forgets after 8 s; `bridge monitor fdb` calls what aged "stale" and says when.
TEST_F(BridgeMap, AgeingIsSeen)
{
    const ImportedSample imported("bridge-vlan-migration", dumpsOf(m_case));
    std::ifstream file(m_case.truth("monitor_bridge_fdb.txt"));
    std::multiset<std::string> aged;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("Deleted") && line.find("stale") != std::string::npos)
            aged.insert(line.substr(8, 17));
    const Table entries = imported.read({.table = "fdb_entry", .where = {{"end", "=", "aged"}}});
    std::multiset<std::string> ours;
    for (std::size_t row = 0; row < entries.rows.size(); ++row)
        ours.insert(entries.at(row, "mac").text());
    EXPECT_EQ(ours, aged);
    EXPECT_FALSE(aged.empty());
}

class OvsMap : public testing::Test {
protected:
    SampleCase m_case{"ovs"};
};

/// ovsp1 and ovsp2 are access ports of VLAN 10, ovsp3 a trunk of 10 and 20; ovsp2 is retagged to 20 and back.
TEST_F(OvsMap, PortsTagsTrunkAndRetagAreRight)
{
    const ImportedSample imported("ovs");
    const std::int64_t retag = timelineNs(m_case, "O3 vm2's port moved");
    const std::int64_t back = timelineNs(m_case, "O3 tag back to 10");
    const auto names = nodeNames(imported);
    std::set<std::string> ports;
    for (const StoredEdge& edge : storedEdges(imported, nodeNames(imported)))
        if (std::get<0>(edge.edge) == "bridge_port")
            ports.insert(std::get<2>(edge.edge));
    EXPECT_THAT(ports, testing::IsSupersetOf({"ovsp1", "ovsp2", "ovsp3"}));

    const Table devices = imported.read({.table = "device"});
    std::map<std::int64_t, std::string> deviceNames;
    for (std::size_t row = 0; row < devices.rows.size(); ++row)
        deviceNames[devices.at(row, "device_id").integer()] = devices.at(row, "name").text();
    using Stay = std::pair<std::int64_t, std::int64_t>;
    std::map<std::tuple<std::string, int, std::string>, std::vector<Stay>> stays;
    const Table vlans = imported.read({.table = "port_vlan"});
    for (std::size_t row = 0; row < vlans.rows.size(); ++row)
        stays[{deviceNames[vlans.at(row, "device_id").integer()], static_cast<int>(vlans.at(row, "vlan").integer()),
               vlans.at(row, "mode").text()}]
            .emplace_back(vlans.at(row, "valid_from_ns").integer(), vlans.at(row, "valid_to_ns").integer());
    // No frame of VLAN 20 was sent, so all there is to see of the retag is that ovsp2 is out of VLAN 10 meanwhile.
    for (const auto& [what, when] : stays) {
        const auto& [port, vlan, mode] = what;
        EXPECT_EQ(vlan, 10) << port;
        EXPECT_EQ(mode, port == "ovsp1" || port == "ovsp2" ? "access" : "trunk") << port;
    }
    ASSERT_EQ((stays[{"ovsp1", 10, "access"}].size()), 1U);
    ASSERT_EQ((stays[{"ovsp3", 10, "trunk"}].size()), 1U);
    const std::vector<Stay>& retagged = stays[{"ovsp2", 10, "access"}];
    ASSERT_EQ(retagged.size(), 2U);
    EXPECT_NEAR(static_cast<double>(retagged[0].second), static_cast<double>(retag), kTimelineSlack);
    EXPECT_NEAR(static_cast<double>(retagged[1].first), static_cast<double>(back), kTimelineSlack);
}

} // namespace
} // namespace vnscope::tests
