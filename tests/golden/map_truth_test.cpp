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

namespace vnscope::tests {
namespace {

using nlohmann::json;
using storage::Table;
using support::ImportedSample;
using support::SampleCase;

constexpr std::int64_t kSecond = 1'000'000'000;
/// The recording's timeline is written by a shell, and LTTng's clock lies up to 3 ms behind it.
constexpr std::int64_t kTimelineSlack = kSecond;
/// Between the kernel's event and the netlink message of the same change.
constexpr std::int64_t kMonitorSlack = kSecond / 10;

/// The time of the first line of timeline.tsv that begins with `what`.
std::int64_t timelineNs(const SampleCase& sample, const std::string& what)
{
    std::ifstream file(sample.truth("timeline.tsv"));
    std::int64_t ns = 0;
    for (std::string text; file >> ns && std::getline(file, text);)
        if (text.substr(1).starts_with(what))
            return ns;
    throw std::runtime_error("the timeline does not tell of " + what);
}

double secondsAfter(std::int64_t begin, std::int64_t at)
{
    return static_cast<double>(at - begin) / static_cast<double>(kSecond);
}

/// "br0 vnet1": a bridge and its port, or the two ends of a cable in the order of their names.
using EdgeTruth = std::tuple<std::string, std::string, std::string>;

EdgeTruth cable(const std::string& kind, std::string a, std::string b)
{
    if (b < a)
        std::swap(a, b);
    return {kind, a, b};
}

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

/// The rows of topology_edge with the names of their ends.
struct StoredEdge {
    EdgeTruth edge;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string certainty;
};

std::map<std::int64_t, std::string> nodeNames(const ImportedSample& imported)
{
    std::map<std::int64_t, std::string> names;
    const Table nodes = imported.read({.table = "topology_node"});
    for (std::size_t row = 0; row < nodes.rows.size(); ++row)
        names[nodes.at(row, "node_id").integer()] =
            nodes.at(row, "kind").text() == "station" ? nodes.at(row, "mac").text() : nodes.at(row, "name").text();
    return names;
}

std::vector<StoredEdge> storedEdges(const ImportedSample& imported)
{
    const auto names = nodeNames(imported);
    const auto nameOf = [&](std::int64_t id) { return names.contains(id) ? names.at(id) : std::string(); };
    std::vector<StoredEdge> all;
    const Table edges = imported.read({.table = "topology_edge"});
    for (std::size_t row = 0; row < edges.rows.size(); ++row) {
        const std::string kind = edges.at(row, "kind").text();
        const std::string a = nameOf(edges.at(row, "from_id").integer());
        const std::string b = nameOf(edges.at(row, "to_id").integer());
        const bool isOrdered = kind == "bridge_port" || kind == "attached_host";
        all.push_back({isOrdered ? EdgeTruth{kind, a, b} : cable(kind, a, b), edges.at(row, "valid_from_ns").integer(),
                       edges.at(row, "valid_to_ns").integer(), edges.at(row, "certainty").text()});
    }
    return all;
}

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
    const std::vector<StoredEdge> edges = storedEdges(imported);
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
    for (const StoredEdge& edge : storedEdges(imported)) {
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

/// `bridge monitor fdb` told every change of a learned entry with its time; the tables at the start told the rest.
using FdbTruth = std::set<std::tuple<std::string, std::string, std::string, int>>; ///< Bridge, port, MAC, VLAN.

class FdbReplay final {
public:
    explicit FdbReplay(const SampleCase& sample)
    {
        for (const json& entry : sample.truthJson("start/root/bridge_fdb.json"))
            if (entry.contains("master") && entry.value("state", "") != "permanent")
                m_now.insert({entry["master"], entry["ifname"], entry["mac"], entry.value("vlan", 0)});
        std::ifstream file(sample.truth("monitor_bridge_fdb.txt"));
        for (std::string line; std::getline(file, line);)
            read(line);
        m_states[m_at] = m_now;
    }

    /// The entries at a time; none when something changed so close to it that the two clocks may disagree.
    [[nodiscard]] const FdbTruth* at(std::int64_t ns) const
    {
        const auto next = m_states.lower_bound(ns - kMonitorSlack);
        const bool isClose = next != m_states.end() && next->first < ns + kMonitorSlack;
        if (isClose || next == m_states.begin())
            return nullptr;
        return &std::prev(next)->second;
    }

private:
    void read(const std::string& line);

    FdbTruth m_now;
    std::int64_t m_at = 0;
    std::map<std::int64_t, FdbTruth> m_states; ///< Entries from a time on.
};

void FdbReplay::read(const std::string& line)
{
    std::istringstream words(line);
    std::vector<std::string> all;
    for (std::string word; words >> word;)
        all.push_back(word);
    if (!all.empty() && all[0] == "Timestamp:") { // Timestamp: Fri Nov 20 22:19:31 2026 484144 usec
        m_states[m_at] = m_now;
        std::tm time{};
        std::istringstream date(all[2] + " " + all[3] + " " + all[4] + " " + all[5]);
        date >> std::get_time(&time, "%b %d %H:%M:%S %Y");
        m_at = static_cast<std::int64_t>(timegm(&time)) * kSecond + std::stoll(all[6]) * 1000;
        return;
    }
    const bool isDeleted = !all.empty() && all[0] == "Deleted";
    if (isDeleted)
        all.erase(all.begin());
    const bool isBridges = std::ranges::find(all, "master") != all.end();
    if (!isBridges || std::ranges::find(all, "permanent") != all.end())
        return;
    std::map<std::string, std::string> named;
    for (std::size_t i = 1; i + 1 < all.size(); i += 2)
        named[all[i]] = all[i + 1];
    const int vlan = named.contains("vlan") ? std::stoi(named["vlan"]) : 0;
    // An entry that moves is told at its new place only.
    std::erase_if(m_now, [&](const auto& entry) {
        return std::get<0>(entry) == named["master"] && std::get<2>(entry) == all[0] && std::get<3>(entry) == vlan;
    });
    if (!isDeleted)
        m_now.insert({named["master"], named["dev"], all[0], vlan});
}

TEST_F(BridgeMap, ForwardingTablesEqualBridgeFdbAtAnyTime)
{
    const ImportedSample imported("bridge-vlan-migration", dumpsOf(m_case));
    const FdbReplay truth(m_case);
    const auto names = nodeNames(imported);
    const Table entries = imported.read({.table = "fdb_entry", .where = {{"origin", "<>", "local"}}});
    std::size_t compared = 0;
    for (std::int64_t at = m_truth.m_begin + kSecond / 10; at < m_truth.m_stop; at += kSecond / 10) {
        const FdbTruth* const there = truth.at(at);
        if (there == nullptr)
            continue;
        FdbTruth ours;
        for (std::size_t row = 0; row < entries.rows.size(); ++row)
            if (entries.at(row, "valid_from_ns").integer() <= at && at < entries.at(row, "valid_to_ns").integer())
                ours.insert({names.at(entries.at(row, "bridge_id").integer()),
                             names.at(entries.at(row, "port_id").integer()), entries.at(row, "mac").text(),
                             static_cast<int>(entries.at(row, "vlan").integer())});
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
    for (const StoredEdge& edge : storedEdges(imported))
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
