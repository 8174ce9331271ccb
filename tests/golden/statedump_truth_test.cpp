// SPDX-License-Identifier: Apache-2.0
// What vnscope-statedump and the kernel probes let the map and the paths know, against what iproute2, `ovs-vsctl show`
// and `ovs-dpctl show` said. Nothing here is taken from an earlier output of ours.

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
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
using support::nodeNamesInNetns;
using support::SampleCase;
using support::secondsAfter;
using support::StoredEdge;
using support::storedEdges;
using support::storedFdb;
using support::timelineNs;

/// "eth0@vm1", or the name alone in the first namespace.
std::string inNetns(const std::string& name, const std::string& netns)
{
    return netns.empty() ? name : name + "@" + netns;
}

/// One device as `ip -d link` showed it.
struct LinkTruth {
    std::string netns; ///< "" for the first.
    json link;
    [[nodiscard]] std::string name() const { return inNetns(link["ifname"], netns); }
    [[nodiscard]] std::string kind() const
    {
        return link.contains("linkinfo") ? link["linkinfo"].value("info_kind", "") : std::string();
    }
};

/// All devices of all namespaces of a snapshot, without loopback.
std::vector<LinkTruth> linksOf(const SampleCase& sample, const std::string& snapshot)
{
    std::vector<LinkTruth> all;
    for (const auto& folder : std::filesystem::directory_iterator(sample.truth(snapshot))) {
        const std::string name = folder.path().filename();
        if (name != "root" && !name.starts_with("ns-"))
            continue;
        for (const json& link : sample.truthJson(snapshot + "/" + name + "/link.json"))
            if (link["ifname"] != "lo")
                all.push_back({name == "root" ? "" : name.substr(3), link});
    }
    return all;
}

std::map<std::string, std::int64_t> netnsInodes(const SampleCase& sample)
{
    std::map<std::string, std::int64_t> inodes;
    std::ifstream file(sample.truth("netns_inodes.txt"));
    std::int64_t inode = 0;
    for (std::string name; file >> name >> inode;)
        inodes[name == "root" ? "" : name] = inode;
    return inodes;
}

/// The other end of a veth: the names of these samples' hosts make the pair of two ifindexes unique.
std::string peerOf(const LinkTruth& one, const std::vector<LinkTruth>& all)
{
    if (one.link.contains("link"))
        return inNetns(one.link["link"], one.netns);
    std::vector<std::string> fitting;
    for (const LinkTruth& other : all)
        if (other.link.contains("link_index") && other.link["link_index"] == one.link["ifindex"] &&
            other.link["ifindex"] == one.link["link_index"] && other.netns != one.netns)
            fitting.push_back(other.name());
    return fitting.size() == 1 ? fitting.front() : std::string();
}

/// Veth pairs and VLAN devices, as certain as `ip` is.
std::set<EdgeTruth> cablesOf(const std::vector<LinkTruth>& links)
{
    std::set<EdgeTruth> edges;
    for (const LinkTruth& it : links) {
        const std::string peer = it.kind() == "veth" ? peerOf(it, links) : std::string();
        if (!peer.empty())
            edges.insert(cable("veth_pair", it.name(), peer));
        if (it.kind() == "vlan")
            edges.insert(cable("vlan_device", it.name(), inNetns(it.link["link"], it.netns)));
    }
    return edges;
}

std::set<EdgeTruth> bridgePortsOf(const std::vector<LinkTruth>& links)
{
    std::set<EdgeTruth> edges;
    for (const LinkTruth& it : links)
        if (it.link.contains("master"))
            edges.insert({"bridge_port", inNetns(it.link["master"], it.netns), it.name()});
    return edges;
}

/// Edges of these kinds that hold at a time.
std::set<EdgeTruth> edgesAt(const std::vector<StoredEdge>& edges, std::int64_t at, const std::set<std::string>& kinds)
{
    std::set<EdgeTruth> there;
    for (const StoredEdge& it : edges) {
        if (!kinds.contains(std::get<0>(it.edge)) || at < it.from || at >= it.to)
            continue;
        EXPECT_EQ(it.certainty, "certain") << std::get<1>(it.edge) << " " << std::get<2>(it.edge);
        there.insert(it.edge);
    }
    return there;
}

/// Names, MACs, namespaces, ifindexes and kinds of the `device` table against `ip -d link`.
void expectDevicesAsIpSays(const ImportedSample& imported)
{
    const auto inodes = netnsInodes(imported.sample());
    using Row = std::tuple<std::int64_t, std::int64_t, std::string, std::string>;
    std::set<Row> truth;
    for (const LinkTruth& it : linksOf(imported.sample(), "end"))
        truth.insert({inodes.at(it.netns), it.link["ifindex"].get<std::int64_t>(), it.link["ifname"],
                      it.link["address"].get<std::string>()});
    std::set<Row> ours;
    const Table devices = imported.read({.table = "device", .where = {{"netns", "is not null", {}}}});
    for (std::size_t row = 0; row < devices.rows.size(); ++row)
        ours.insert({devices.at(row, "netns").integer(), devices.at(row, "ifindex").integer(),
                     devices.at(row, "name").text(), devices.at(row, "mac").text()});
    EXPECT_EQ(ours, truth);
    EXPECT_EQ(ours.size(), devices.rows.size());
    // Packets name no namespace; each must have been taken for one of these devices, except on loopback.
    const Table others = imported.read({.table = "device", .where = {{"netns", "is null", {}}, {"name", "<>", "lo"}}});
    for (std::size_t row = 0; row < others.rows.size(); ++row)
        ADD_FAILURE() << others.at(row, "label").text() << " is no device of ip's";
}

class StatedumpBridge : public testing::Test {
protected:
    SampleCase m_case{"statedump-bridge"};
    ImportedSample m_imported{"statedump-bridge"};
    std::int64_t m_begin = timelineNs(m_case, "state dump first end");
    std::int64_t m_end = timelineNs(m_case, "lttng stop begin") - kTimelineSlack;
};

TEST_F(StatedumpBridge, DevicesAreThoseOfIp)
{
    expectDevicesAsIpSays(m_imported);
}

TEST_F(StatedumpBridge, LinksEqualWhatIpSaysBeforeAndAfterTheMove)
{
    const std::vector<StoredEdge> edges = storedEdges(m_imported, nodeNamesInNetns(m_imported));
    const std::set<std::string> kinds{"bridge_port", "veth_pair", "vlan_device"};
    const std::int64_t leaves = timelineNs(m_case, "vm2 moves: vnet2 leaves br0 begin");
    const std::int64_t joined = timelineNs(m_case, "vm2 moves: vnet2 is on br1 end");
    const auto truthOf = [&](const std::string& snapshot) {
        const std::vector<LinkTruth> links = linksOf(m_case, snapshot);
        std::set<EdgeTruth> truth = cablesOf(links);
        truth.merge(bridgePortsOf(links));
        return truth;
    };
    const auto before = truthOf("start");
    const auto after = truthOf("end");
    ASSERT_EQ(before.size(), 18U); // 9 bridge ports, 7 cables, 2 VLAN devices.
    for (std::int64_t at = m_begin; at < m_end; at += kSecond / 2) {
        SCOPED_TRACE(secondsAfter(m_begin, at));
        if (at < leaves) {
            EXPECT_EQ(edgesAt(edges, at, kinds), before);
        } else if (at > joined + kTimelineSlack) {
            EXPECT_EQ(edgesAt(edges, at, kinds), after);
        }
    }
}

/// Nearly all entries were learned before the trace, and only the dump tells of them.
TEST_F(StatedumpBridge, ForwardingTablesEqualBridgeFdbAtAnyTime)
{
    const FdbReplay truth(m_case, "monitor_fdb.txt");
    const auto names = nodeNamesInNetns(m_imported);
    const Table entries = m_imported.read({.table = "fdb_entry", .where = {{"origin", "<>", "local"}}});
    std::size_t compared = 0;
    for (std::int64_t at = m_begin; at < m_end; at += kSecond / 10) {
        const FdbTruth* const there = truth.at(at);
        if (there == nullptr)
            continue;
        EXPECT_EQ(storedFdb(entries, names, at), *there) << secondsAfter(m_begin, at) << " s after the first dump";
        ++compared;
    }
    EXPECT_GT(compared, 400U);
}

/// ABOUT.md: python3 holds tap0.
TEST_F(StatedumpBridge, TheTapsOwnerIsFound)
{
    std::set<std::string> owners;
    for (const StoredEdge& it : storedEdges(m_imported, nodeNamesInNetns(m_imported)))
        if (std::get<0>(it.edge) == "tap_owner") {
            EXPECT_TRUE(std::get<1>(it.edge) == "tap0" || std::get<2>(it.edge) == "tap0");
            owners.insert(std::get<1>(it.edge) == "tap0" ? std::get<2>(it.edge) : std::get<1>(it.edge));
        }
    EXPECT_THAT(owners, testing::ElementsAre(testing::StartsWith("python3 (")));
}

TEST_F(StatedumpBridge, TheMoveIsFoundOnce)
{
    const Table moves = m_imported.read({.table = "topology_change", .where = {{"kind", "=", "moved"}}});
    ASSERT_EQ(moves.rows.size(), 1U);
    EXPECT_GT(moves.at(0, "ts_ns").integer(), timelineNs(m_case, "vm2 moves: vnet2 leaves br0 begin") - kTimelineSlack);
    EXPECT_LT(moves.at(0, "ts_ns").integer(), timelineNs(m_case, "vm2 moves: vnet2 is on br1 end") + kTimelineSlack);
    const std::string detail = moves.at(0, "detail").text();
    for (const char* const part : {"52:54:00:00:0a:02", "br0 port vnet2", "br1 port vnet2"})
        EXPECT_THAT(detail, testing::HasSubstr(part));
}

/// One of the two Open vSwitches.
struct Switch {
    const char* netns;
    const char* bridge;
    const char* folder; ///< Below a snapshot.
};
constexpr Switch kFirst{"", "ovsbr0", ""};
constexpr Switch kSecondSwitch{"sw2", "ovsbr1", "second/"};

class TwoSwitches : public testing::Test {
protected:
    [[nodiscard]] std::string truthText(const std::string& file) const
    {
        std::ifstream stream(m_case.truth(file));
        std::ostringstream text;
        text << stream.rdbuf();
        if (text.str().empty())
            throw std::runtime_error("nothing in " + file);
        return text.str();
    }
    /// What one counter of a datapath grew by between the two snapshots.
    [[nodiscard]] std::int64_t growth(const Switch& of, const std::string& counter) const
    {
        const auto at = [&](const std::string& snapshot) {
            const std::string text = truthText(snapshot + "/" + of.folder + "ovs_datapath.txt");
            std::smatch found;
            if (!std::regex_search(text, found, std::regex("lookups:.*" + counter + ":([0-9]+)")))
                throw std::runtime_error("no counter " + counter);
            return std::stoll(found[1]);
        };
        return at("end") - at("start");
    }
    [[nodiscard]] std::set<std::string> portsOf(const Switch& of) const
    {
        const std::string text = truthText(std::string("end/") + of.folder + "ovs_show.txt");
        std::set<std::string> ports;
        const std::regex port("Port (\\S+)");
        for (std::sregex_iterator it(text.begin(), text.end(), port), end; it != end; ++it)
            ports.insert((*it)[1]);
        return ports;
    }
    /// Packets of which the kernel carried out the last action that a flow has for them, by ftrace.
    [[nodiscard]] std::int64_t packetsWithActions(const Switch& of) const
    {
        const std::set<std::string> ports = portsOf(of);
        std::ifstream stream(m_case.truth("ftrace.txt"));
        const std::regex last("ovs_do_execute_action: .* dev=(\\S+) .* is_last=1");
        std::int64_t packets = 0;
        for (std::string line; std::getline(stream, line);) {
            std::smatch found;
            if (std::regex_search(line, found, last))
                packets += static_cast<std::int64_t>(ports.count(found[1]));
        }
        return packets;
    }
    /// The row of ovs_datapath of a switch: its datapath's device is in the switch's namespace.
    [[nodiscard]] Table datapath(const Switch& of) const
    {
        const Table device =
            m_imported.read({.table = "device",
                             .where = {{"name", "=", "ovs-system"}, {"netns", "=", netnsInodes(m_case).at(of.netns)}}});
        if (device.rows.size() != 1)
            throw std::runtime_error("not one datapath in a namespace");
        return m_imported.read({.table = "ovs_datapath", .where = {{"datapath_id", "=", device.at(0, "device_id")}}});
    }
    /// Port to its VLANs, as `ovs-vsctl show` lists them.
    using Tags = std::map<std::string, std::pair<std::string, std::set<std::int64_t>>>;
    [[nodiscard]] Tags tagsOf(const Switch& of, const std::string& snapshot) const;
    [[nodiscard]] Tags storedTags(std::int64_t at) const;

    SampleCase m_case{"ovs-two-switches"};
    ImportedSample m_imported{"ovs-two-switches"};
};

TwoSwitches::Tags TwoSwitches::tagsOf(const Switch& of, const std::string& snapshot) const
{
    Tags tags;
    std::istringstream text(truthText(snapshot + "/" + of.folder + "ovs_show.txt"));
    std::string port;
    for (std::string line; std::getline(text, line);) {
        std::smatch found;
        if (std::regex_search(line, found, std::regex("Port (\\S+)")))
            port = found[1];
        const bool isTag = line.find("tag:") != std::string::npos;
        if (!isTag && line.find("trunks:") == std::string::npos)
            continue;
        auto& vlans = tags[inNetns(port, of.netns)];
        vlans.first = isTag ? "access" : "trunk";
        const std::regex number("[0-9]+");
        for (std::sregex_iterator it(line.begin(), line.end(), number), end; it != end; ++it)
            vlans.second.insert(std::stoll(it->str()));
    }
    return tags;
}

TwoSwitches::Tags TwoSwitches::storedTags(std::int64_t at) const
{
    std::map<std::int64_t, std::string> names;
    const Table nodes = m_imported.read({.table = "topology_node", .where = {{"device_id", "is not null", {}}}});
    for (std::size_t row = 0; row < nodes.rows.size(); ++row)
        names[nodes.at(row, "device_id").integer()] =
            inNetns(nodes.at(row, "name").text(), nodes.at(row, "netns").text());
    Tags tags;
    const Table rows = m_imported.read({.table = "port_vlan"});
    for (std::size_t row = 0; row < rows.rows.size(); ++row) {
        if (at < rows.at(row, "valid_from_ns").integer() || at >= rows.at(row, "valid_to_ns").integer())
            continue;
        auto& vlans = tags[names.at(rows.at(row, "device_id").integer())];
        EXPECT_TRUE(vlans.first.empty() || vlans.first == rows.at(row, "mode").text());
        vlans.first = rows.at(row, "mode").text();
        vlans.second.insert(rows.at(row, "vlan").integer());
    }
    return tags;
}

TEST_F(TwoSwitches, DevicesAreThoseOfIp)
{
    expectDevicesAsIpSays(m_imported);
}

/// `ip` knows the datapath as the ports' master, `ovs-vsctl` their bridge.
TEST_F(TwoSwitches, PortsAreAtTheirOwnSwitch)
{
    const std::vector<LinkTruth> links = linksOf(m_case, "start");
    std::set<EdgeTruth> truth = cablesOf(links);
    for (const LinkTruth& it : links)
        if (it.link.contains("master"))
            truth.insert(
                {"bridge_port", it.netns.empty() ? kFirst.bridge : inNetns(kSecondSwitch.bridge, it.netns), it.name()});
    truth.insert({"bridge_port", "ovsbr1@sw2", "mgmt0@sw2"}); // An internal port has no master.
    const std::vector<StoredEdge> edges = storedEdges(m_imported, nodeNamesInNetns(m_imported));
    const std::int64_t begin = timelineNs(m_case, "state dump first end");
    const std::int64_t end = timelineNs(m_case, "lttng stop begin") - kTimelineSlack;
    for (std::int64_t at = begin; at < end; at += kSecond)
        ASSERT_EQ(edgesAt(edges, at, {"bridge_port", "veth_pair", "vlan_device", "patch", "tunnel"}), truth)
            << secondsAfter(begin, at) << " s after the first dump";
}

TEST_F(TwoSwitches, TagsAndTrunksAreAsOvsVsctlSays)
{
    for (const std::string snapshot : {"start", "end"}) {
        SCOPED_TRACE(snapshot);
        const std::int64_t at = snapshot == "start" ? timelineNs(m_case, "20 datagrams from vm2")
                                                    : timelineNs(m_case, "lttng stop begin") - kTimelineSlack;
        Tags truth = tagsOf(kFirst, snapshot);
        truth.merge(tagsOf(kSecondSwitch, snapshot));
        ASSERT_EQ(truth.size(), 8U);
        EXPECT_EQ(storedTags(at), truth);
    }
}

/// A MAC is where `ovs-appctl fdb/show` has it; the datapath's flow keys do not tell VLANs.
TEST_F(TwoSwitches, StationsAreWhereTheSwitchesLearnedThem)
{
    using Place = std::pair<std::string, std::string>; ///< Port, MAC.
    std::set<Place> truth;
    for (const Switch& of : {kFirst, kSecondSwitch}) {
        const std::string folder = std::string("end/") + of.folder;
        std::map<std::string, std::string> ports;
        const std::string described = truthText(folder + "ovs_ports_desc_" + of.bridge + ".txt");
        const std::regex port("(\\S+)\\((\\S+)\\): addr:");
        for (std::sregex_iterator it(described.begin(), described.end(), port), end; it != end; ++it)
            ports[(*it)[1]] = (*it)[2];
        std::istringstream table(truthText(folder + "ovs_fdb_" + of.bridge + ".txt"));
        std::string line;
        std::getline(table, line); // headings
        std::string number;
        std::string vlan;
        std::string mac;
        while (table >> number >> vlan >> mac && std::getline(table, line))
            truth.insert({inNetns(ports.at(number), of.netns), mac});
    }
    ASSERT_EQ(truth.size(), 12U);
    const std::int64_t at = timelineNs(m_case, "lttng stop begin") - kTimelineSlack;
    std::set<Place> ours;
    const Table entries = m_imported.read({.table = "fdb_entry", .where = {{"origin", "<>", "local"}}});
    for (const auto& [bridge, portName, station, id] : storedFdb(entries, nodeNamesInNetns(m_imported), at))
        ours.insert({portName, station});
    EXPECT_EQ(ours, truth);
}

TEST_F(TwoSwitches, EachDatapathHasItsOwnLookupsAndUpcalls)
{
    ASSERT_EQ(m_imported.read({.table = "ovs_datapath"}).rows.size(), 2U);
    for (const Switch& of : {kFirst, kSecondSwitch}) {
        SCOPED_TRACE(of.bridge);
        const Table row = datapath(of);
        ASSERT_EQ(row.rows.size(), 1U);
        const std::int64_t hits = growth(of, "hit");
        const std::int64_t missed = growth(of, "missed");
        EXPECT_EQ(row.at(0, "misses").integer(), missed);
        EXPECT_EQ(row.at(0, "hits").integer(), hits);
        EXPECT_NEAR(row.at(0, "hit_rate").real(), static_cast<double>(hits) / static_cast<double>(hits + missed), 1e-9);
        EXPECT_EQ(m_imported.count("ovs_upcall", {{"datapath_id", "=", row.at(0, "datapath_id")}}), missed);
    }
}

/// A packet that was looked up and had no last action was refused: by the datapath's counters and the kernel's own
/// ring buffer.
TEST_F(TwoSwitches, DropsAreThePacketsWithoutAnAction)
{
    for (const Switch& of : {kFirst, kSecondSwitch}) {
        SCOPED_TRACE(of.bridge);
        const std::int64_t lookups = growth(of, "hit") + growth(of, "missed");
        const std::int64_t refused = lookups - packetsWithActions(of);
        const Table ports =
            m_imported.read({.table = "device", .where = {{"bridge_id", "=", datapath(of).at(0, "datapath_id")}}});
        std::int64_t drops = 0;
        for (std::size_t row = 0; row < ports.rows.size(); ++row)
            for (const char* const location : {"no action of Open vSwitch", "not sent on by ovs-vswitchd"})
                drops += m_imported.count("packet_drop", {{"device_id", "=", ports.at(row, "device_id")},
                                                          {"place", "=", "ovs"},
                                                          {"location", "=", location}});
        EXPECT_EQ(drops, refused);
    }
}

/// The rule's own counter says how many datagrams it dropped; all of them came in by the cable.
TEST_F(TwoSwitches, DatagramsOfTheRuleEndAtTheCable)
{
    const auto matched = [&](const std::string& snapshot) {
        const std::string flows = truthText(snapshot + "/second/ovs_flows_ovsbr1.txt");
        std::smatch found;
        if (!std::regex_search(flows, found, std::regex("n_packets=([0-9]+)[^\n]*udp,tp_dst=7777 actions=drop")))
            throw std::runtime_error("no such rule");
        return std::stoll(found[1]);
    };
    const Table cable = m_imported.read({.table = "device", .where = {{"name", "=", "cable1"}}});
    ASSERT_EQ(cable.rows.size(), 1U);
    const Table streams = m_imported.read({.table = "stream", .where = {{"port_b", "=", 7777}}});
    std::int64_t dropped = 0;
    for (std::size_t row = 0; row < streams.rows.size(); ++row)
        dropped += m_imported.count("packet", {{"stream_id", "=", streams.at(row, "stream_id")},
                                               {"outcome", "=", "dropped"},
                                               {"last_device_id", "=", cable.at(0, "device_id")}});
    EXPECT_EQ(dropped, matched("end") - matched("start"));
}

} // namespace
} // namespace vnscope::tests
